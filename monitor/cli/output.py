"""How results are printed: JSON documents, tables, batches with statistics. Touches stdout and stderr."""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import click
from tqdm import tqdm

from monitor.errors import DiplowatchError

AHEAD = 256  # lines that are read before the first of them is worked on, where that is asked for
COLLECT_EVERY = 100_000  # objects more; Python's 700 cost a tenth of matching with 100,000 names (measured)


def print_json(value: object) -> None:
    """One JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_encode))


def to_line(value: object) -> str:
    """One JSON object on a line."""
    return _encode_line(value)


def print_table(rows: Iterable[Sequence[object]], header: Sequence[str]) -> None:
    """Columns in line; empty cells for None."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(header), *cells]) for i in range(len(header))]
    for line in [list(header), *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def progress(items: Iterable[Any], total: int | None, what: str) -> Iterable[Any]:
    """The items, with a bar on a terminal and none in a pipe."""
    bar: Iterable[Any] = tqdm(items, total=total, desc=what, unit="", file=sys.stderr, disable=not sys.stderr.isatty())
    return bar


@contextmanager
def opened(path: str) -> Iterator[TextIO]:
    """A text file to read, or stdin for "-". Raises: DiplowatchError with one line."""
    if path == "-":
        yield sys.stdin
        return
    try:
        handle = Path(path).open(encoding="utf-8", errors="replace")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise DiplowatchError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    with handle:
        yield handle


class Batch:
    """A run over JSONL: a bad line gives `{"id", "error"}` in its place, the rest goes on."""

    def __init__(self, path: str, stats: str | None) -> None:
        self.path, self.stats = path, stats
        self.n = self.failed = 0
        self.compile_s = 0.0
        self._wall = time.perf_counter()

    @contextmanager
    def compiling(self) -> Iterator[None]:
        """Counts the CPU time of what is done before the first line, the start of the program included.

        Nothing of it is collected meanwhile or later: what is compiled is a million objects that live as long as the batch.
        What a line leaves behind goes when nothing refers to it; for cycles it is enough to look seldom.
        """
        gc.disable()
        try:
            yield
        finally:
            gc.freeze()
            gc.set_threshold(COLLECT_EVERY)
            gc.enable()
        self.compile_s = time.process_time()

    def rows(self) -> Iterator[dict[str, Any] | str]:
        """Each line as an object, or the error to print in its place."""
        with opened(self.path) as handle:
            for number, line in enumerate(handle, 1):
                if not line.strip():
                    continue
                self.n += 1
                try:
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise ValueError("not a JSON object")
                except ValueError as error:
                    self.failed += 1
                    yield to_line({"id": None, "error": f"line {number}: {error}"})
                    continue
                yield row

    def run(
        self,
        work: Callable[[dict[str, Any]], object],
        prepare: Callable[[list[dict[str, Any]]], None] | None = None,
    ) -> None:
        """Prints `work(row)` for every line, in order. `prepare` is shown some rows of a file before they are worked on."""
        write = sys.stdout.write
        rows: Iterable[dict[str, Any] | str] = self.rows()
        is_file = self._is_file()
        if prepare is not None and is_file:
            rows = look_ahead(rows, prepare)
        for row in progress(rows, None, Path(self.path).name):
            write((row if isinstance(row, str) else self._answer(work, row)) + "\n")
            if not is_file:
                sys.stdout.flush()

    def _is_file(self) -> bool:
        """Are all lines there already? Who writes into a pipe may wait for the answer to a line before the next."""
        return os.path.isfile("/dev/stdin" if self.path == "-" else self.path)  # noqa: PTH113 - Path's raises

    def _answer(self, work: Callable[[dict[str, Any]], object], row: dict[str, Any]) -> str:
        try:
            return to_line(work(row))
        except (DiplowatchError, KeyError, TypeError, ValueError, OSError) as error:
            self.failed += 1
            problem = _in_words(error)
            return to_line({"id": row.get("id"), "error": problem})

    def finish(self) -> None:
        """Writes the statistics; exit code 1 when a line failed."""
        sys.stdout.flush()
        if self.stats:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            figures = {
                "n": self.n,
                "cpu_s": round(time.process_time(), 4),
                "wall_s": round(time.perf_counter() - self._wall, 4),
                "compile_s": round(self.compile_s, 4),
                "peak_rss_mb": round(peak, 1),
            }
            try:
                Path(self.stats).write_text(json.dumps(figures) + "\n", encoding="utf-8")
            except OSError as error:
                raise DiplowatchError(f"{self.stats}: {(error.strerror or 'cannot be written').lower()}") from None
        if self.failed:
            click.echo(f"{self.failed} of {self.n} lines failed", err=True)
            raise click.exceptions.Exit(1)


def look_ahead(
    rows: Iterable[dict[str, Any] | str], prepare: Callable[[list[dict[str, Any]]], None]
) -> Iterator[dict[str, Any] | str]:
    """The rows, read and shown to `prepare` in groups."""
    rows = iter(rows)
    problem: Exception | None = None
    while problem is None:
        group: list[dict[str, Any] | str] = []
        try:
            group.extend(islice(rows, AHEAD))
        except (OSError, UnicodeError) as error:  # what was read before is answered first
            problem = error
        if not group:
            break
        prepare([row for row in group if not isinstance(row, str)])
        yield from group
    if problem is not None:
        raise problem


def _in_words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {(error.strerror or 'cannot be read').lower()}"
    return str(error)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _encode(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_encode_line = json.JSONEncoder(ensure_ascii=False, default=_encode).encode

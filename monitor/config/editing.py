"""One table of a file changed, added or taken out, all else kept to the letter; refused as a whole when it is wrong. Touches the disk."""

from __future__ import annotations

import difflib
import json
import os
import re
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.config.folder import load_config
from monitor.config.source import read_text
from monitor.errors import ConfigError
from monitor.model import Config

EDITED = ("people", "topics", "watchlists", "outlets")  # files with a table per slug
HEADER = re.compile(r"^[ \t]*\[\[?[ \t]*(?P<key>[^\]\n]+?)[ \t]*\]\]?[ \t]*(?:#.*)?$")
COMMENT = re.compile(r"^[ \t]*#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change that is not written yet. `text`: the whole file as it would be; `config`: what it would mean."""

    file: str
    slug: str
    text: str
    config: Config


class EditConflict(ConfigError):
    """Somebody changed the very table meanwhile; its problems are the difference, line by line."""


def read_table(folder: str | Path, file: str, slug: str) -> str:
    """The lines of a table as they stand, with its inner tables; "" when there is none. Raises: ConfigError when the file cannot be read."""
    text = _read(folder, file)
    first, last = _find_lines(text.splitlines(keepends=True), slug)
    return "".join(text.splitlines(keepends=True)[first:last]).strip("\n")


def draft_table(folder: str | Path, file: str, slug: str, table: str, *, before: str) -> Draft:
    """The file with this table in the place of the one that was read (`before`; "" = a new one, at the end). An empty `table` takes it out.

    Raises: ConfigError with each problem, as `check` says it; EditConflict when the table is another one by now.
    """
    table = table.replace("\r\n", "\n").strip("\n")
    now = read_table(folder, file, slug)
    if now != before.replace("\r\n", "\n").strip("\n"):
        raise EditConflict(
            list(
                difflib.unified_diff(
                    before.splitlines(), now.splitlines(), "as you opened it", "as it is", "", "", 2, ""
                )
            )
        )
    _check_table(file, slug, table)
    text = _put(_read(folder, file), slug, table)
    _check_others(file, slug, _read(folder, file), text)
    return Draft(file=file, slug=slug, text=text, config=load_config(folder, instead={file: text}))


def save_draft(folder: str | Path, draft: Draft, *, before: str) -> None:
    """Writes the file in one step: a reader sees the old or the new one. Raises: as `draft_table`; ConfigError when it cannot be written."""
    fresh = draft_table(folder, draft.file, draft.slug, _cut(draft.text, draft.slug), before=before)
    path = Path(folder) / f"{draft.file}.toml"
    try:
        _replace(path, fresh.text)
    except OSError as error:
        raise ConfigError([f"{path}: cannot be written: {(error.strerror or str(error)).lower()}"]) from None


def put_key(table: str, slug: str, key: str, value: Any) -> str:
    """A table with one key set, in the place of the old one or at the end of the keys; all else as it stands. `value`: text; a table of texts; or several of these."""
    lines = _without_inner(table.splitlines(), slug, key)
    headers = [number for number, line in enumerate(lines) if HEADER.match(line)]
    end = headers[1] if len(headers) > 1 else len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    first, last = _find_key(lines, key, end)
    own = [write_key(key, value)] if value else []
    return "\n".join([*lines[:first], *own, *lines[last:]])


def write_key(key: str, value: Any) -> str:
    """A key with its value as it stands in a table; the value as for `put_key`."""
    return f"{key} = {_to_toml(value)}"


def _without_inner(lines: list[str], slug: str, key: str) -> list[str]:
    """Without the inner table of that name."""
    kept, is_inside = [], False
    for line in lines:
        if header := HEADER.match(line):
            is_inside = header["key"].replace(" ", "") in (f"{slug}.{key}", f'"{slug}".{key}')
        if not is_inside:
            kept.append(line)
    return kept


def _find_key(lines: list[str], key: str, end: int) -> tuple[int, int]:
    """The lines of a key, with those that its value goes on for; (end, end) when there is none."""
    for first, line in enumerate(lines[:end]):
        if not re.match(rf"[ \t]*{re.escape(key)}[ \t]*=", line):
            continue
        for last in range(first + 1, end + 1):
            try:
                tomllib.loads("\n".join(lines[first:last]))
            except tomllib.TOMLDecodeError:
                continue
            return first, last
    return end, end


def _to_toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_to_toml(inner)}" for key, inner in value.items() if inner) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_to_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def _read(folder: str | Path, file: str) -> str:
    path = Path(folder) / f"{file}.toml"
    try:
        return read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else "cannot be read"
        raise ConfigError([f"{path}: {words.lower()}"]) from None


def _check_table(file: str, slug: str, table: str) -> None:
    """One table under its own name, and nothing else."""
    try:
        raw = tomllib.loads(table)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{file}: is no TOML: {error}"]) from None
    if table and set(raw) != {slug}:
        names = ", ".join(f"[{name}]" for name in raw) or "none"
        raise ConfigError([f"{file}: must hold the table [{slug}] and nothing else (it holds: {names})"])


def _check_others(file: str, slug: str, old: str, new: str) -> None:
    """Every other table says what it said."""
    try:
        before, after = _without(tomllib.loads(old), slug), _without(tomllib.loads(new), slug)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{file}: is no TOML: {error}"]) from None
    if before != after:
        raise ConfigError([f"{file}: [{slug}] cannot be changed without touching other tables: edit the file by hand"])


def _without(raw: dict[str, Any], slug: str) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key != slug}


def _put(text: str, slug: str, table: str) -> str:
    lines = text.splitlines(keepends=True)
    first, last = _find_lines(lines, slug)
    if first == last:  # a new one
        head = text.rstrip("\n")
        return f"{head}\n\n{table}\n" if head and table else f"{head}{table}\n" if head or table else ""
    rest = "".join(lines[last:]).lstrip("\n")
    head = "".join(lines[:first]).rstrip("\n")
    return "\n\n".join(part for part in (head, table, rest.rstrip("\n")) if part) + "\n"


def _cut(text: str, slug: str) -> str:
    lines = text.splitlines(keepends=True)
    first, last = _find_lines(lines, slug)
    return "".join(lines[first:last]).strip("\n")


def _find_lines(lines: list[str], slug: str) -> tuple[int, int]:
    """Where the table and its inner tables stand, with the comments right above; (n, n) when there is none.

    A line in a text of several lines may look like a header: `_check_others` then refuses.
    """
    starts = [(number, match["key"]) for number, line in enumerate(lines) if (match := HEADER.match(line))]
    mine = [number for number, key in starts if _first_key(key) == slug]
    if not mine:
        return len(lines), len(lines)
    after = [number for number, key in starts if number > mine[-1] and _first_key(key) != slug]
    return _above(lines, mine[0]), _above(lines, after[0]) if after else len(lines)


def _above(lines: list[str], header: int) -> int:
    """The first of the comment lines right above a header."""
    while header and COMMENT.match(lines[header - 1]):
        header -= 1
    return header


def _first_key(key: str) -> str:
    return key.split(".")[0].strip().strip("\"'")

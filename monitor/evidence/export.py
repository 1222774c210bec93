"""The pages of chosen articles as one WARC file: the records as they were written, and the hits beside them. Touches the disk."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from monitor.errors import StoreError
from monitor.evidence.folder import list_files
from monitor.evidence.index import load_entries
from monitor.evidence.records import Entry, make_metadata, make_warcinfo
from monitor.urls import canonical_url

Place = tuple[Path, Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An article by the URLs that it is known under, and what is said of it (JSON) in a metadata record."""

    urls: frozenset[str]
    about: str


def export_evidence(folder: Path, wanted: Sequence[Wanted], path: Path) -> tuple[int, int]:
    """Writes the records of all wanted articles to a new file; returns how many records, and how many articles had none.

    Raises: StoreError when nothing is found, or the file exists or cannot be written.
    """
    if path.exists():
        raise StoreError(f"{path}: exists already; name a new file")
    if not wanted:
        raise StoreError("export: no article with a hit is among them")
    try:
        by_url, firsts = _find_places(folder)
        found = [(one, _pick(one, by_url, firsts)) for one in wanted]
        missing = sum(not places for _, places in found)
        if missing == len(wanted):
            raise StoreError(f"{folder}: no page of these {len(wanted)} articles is kept (see archive.warc_mb)")
        with _removed_on_error(path), path.open("xb") as out:
            return _write(out, path.name, found), missing
    except OSError as error:
        raise StoreError(f"{path}: {(error.strerror or str(error)).lower()}") from None


@contextlib.contextmanager
def _removed_on_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _find_places(folder: Path) -> tuple[dict[str, list[Place]], dict[str, Place]]:
    """Records by canonical URL, and by their id, the oldest file first."""
    by_url: dict[str, list[Place]] = defaultdict(list)
    by_id: dict[str, Place] = {}
    for path in list_files(folder):
        for entry in load_entries(path):
            by_id[entry.id] = (path, entry)
            for url in {canonical_url(entry.uri), canonical_url(entry.url)} - {""}:
                by_url[url].append((path, entry))
    return by_url, by_id


def _pick(one: Wanted, by_url: dict[str, list[Place]], by_id: dict[str, Place]) -> list[Place]:
    """The records of an article, each after the one that it refers to."""
    picked: dict[str, Place] = {}
    for url in {canonical_url(url) for url in one.urls} - {""}:
        for path, entry in by_url.get(url, ()):
            first = by_id.get(entry.refers_to)
            if first is not None:
                picked[first[1].id] = first
            picked[entry.id] = (path, entry)
    return sorted(picked.values(), key=lambda place: (place[1].date, place[1].offset))


def _write(out: BinaryIO, name: str, found: Sequence[tuple[Wanted, list[Place]]]) -> int:
    out.write(make_warcinfo(name))
    written: set[str] = set()
    for one, places in found:
        for member in _read_members([place for place in places if place[1].id not in written]):
            out.write(member)
        written.update(entry.id for _, entry in places)
        for _, entry in places[-1:]:
            out.write(make_metadata(entry.uri, entry.id, one.about.encode()))
    return len(written)


def _read_members(places: Sequence[Place]) -> Iterator[bytes]:
    for path, entry in places:
        with path.open("rb") as handle:
            handle.seek(entry.offset)
            yield handle.read(entry.length)

"""The index beside a WARC file: a JSON line a record. What it lacks is read from the file itself. Touches the disk."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from monitor.evidence.records import Entry, read_entry

SUFFIX = ".index"
CHUNK = 1 << 16
HEAD = 16_384  # bytes unpacked of a record: its own headers stand there; a guess


def find_index(path: Path) -> Path:
    """The index of a WARC file."""
    return path.with_name(path.name + SUFFIX)


def load_entries(path: Path) -> list[Entry]:
    """The records of a file in its order, without a torn one at its end. Raises: OSError."""
    entries = _read_lines(find_index(path), path.stat().st_size)
    return entries + list(_scan(path, _end(entries)))


def mend_file(path: Path) -> tuple[list[Entry], int]:
    """Cuts off a torn last record and completes the index; the records and how many bytes were cut. Raises: OSError.

    A file that ends where its index ends is not read.
    """
    size = path.stat().st_size
    known = _read_lines(find_index(path), size)
    found = list(_scan(path, _end(known))) if _end(known) < size else []
    entries = known + found
    torn = size - _end(entries)
    if torn:
        with path.open("r+b") as handle:
            handle.truncate(_end(entries))
    if found or torn:
        find_index(path).write_text("".join(map(to_line, entries)), encoding="utf-8")
    return entries, torn


def to_line(entry: Entry) -> str:
    """An entry as a line of the index."""
    return json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":")) + "\n"


def _end(entries: list[Entry]) -> int:
    return entries[-1].offset + entries[-1].length if entries else 0


def _read_lines(path: Path, size: int) -> list[Entry]:
    """Entries that follow one another without a gap and lie in the file; the first line that does not ends them."""
    entries: list[Entry] = []
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return entries
    for line in text.splitlines():
        try:
            entry = Entry(**json.loads(line))
            is_next = entry.offset == _end(entries) and entry.offset + entry.length <= size
        except (ValueError, TypeError):
            break
        if not is_next:
            break
        entries.append(entry)
    return entries


def _scan(path: Path, offset: int) -> Iterator[Entry]:
    """The whole records from an offset on."""
    with path.open("rb") as handle:
        handle.seek(offset)
        rest = b""
        while True:
            member = zlib.decompressobj(wbits=31)
            head, length = b"", 0
            while not member.eof:
                data = rest or handle.read(CHUNK)
                if not data:
                    return
                try:
                    unpacked = member.decompress(data)
                except zlib.error:
                    return
                head = (head + unpacked)[:HEAD] if len(head) < HEAD else head
                length += len(data) - len(member.unused_data)
                rest = b""
            rest = member.unused_data
            entry = read_entry(head, offset, length)
            if entry is None:
                return
            yield entry
            offset += length

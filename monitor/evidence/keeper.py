"""Appends the pages that had hits to WARC files, within a budget. Touches the disk; never raises: an alert matters more."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from monitor.evidence.folder import begin_file, list_files, measure_folder, open_alone, remove_file
from monitor.evidence.index import HEAD, find_index, mend_file, to_line
from monitor.evidence.records import (
    Entry,
    digest_payload,
    make_conversion,
    make_response,
    make_revisit,
    make_warcinfo,
    read_entry,
)
from monitor.model import Page, Received

log = logging.getLogger(__name__)
MB = 1_000_000
FILE_BYTES = 100 * MB  # a file that is as long is followed by another
SPARE = 4096  # bytes for the head of a file and lines of the index
PARTS = 4  # a file takes at most this part of the budget: what is removed for room is never all


class Evidence:
    """One program's pen: it writes one file at a time, which is its own. Used by one thread."""

    def __init__(self, folder: Path, mb: int, file_bytes: int = FILE_BYTES) -> None:
        self.folder, self.budget, self.file_bytes = folder, mb * MB, file_bytes
        self._path: Path | None = None
        self._handle: BinaryIO | None = None
        self._size = 0
        self._payloads: dict[str, Entry] = {}  # digest → where the current file holds it
        self._unsynced: list[Entry] = []  # written, but not yet certain to be on the disk
        self._is_together = False
        self._trouble = ""  # said already

    def open(self) -> None:
        """Mends what an earlier run left torn, and says so. Files that another program writes are left alone."""
        if not self.budget:
            return
        with self._spared():
            for path in list_files(self.folder):
                handle = open_alone(path)
                if handle is not None:
                    with handle:
                        _mend(path)

    def adopt(self, folder: Path, mb: int) -> None:
        """Another folder or another budget, from the next page on."""
        if folder != self.folder:
            self.close()
        self.folder, self.budget = folder, mb * MB

    def keep(self, page: Page, *, again: bool = False) -> str:
        """Writes one page; returns the type of its record: `response`, `revisit` (the current file holds the same bytes), "" = none.

        `again`: the article's text is known; then only a revisit is written.
        """
        received = page.received
        if not self.budget or received is None:
            return ""
        kind = ""
        with self._spared():
            kind = self._keep(page, received, again=again)
            self._trouble = ""
        return kind

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """What is kept inside is certain to be on the disk at the end: one wait for the disk instead of one a page."""
        self._is_together = True
        try:
            yield
        finally:
            self._is_together = False
            with self._spared():
                self._sync()

    def close(self) -> None:
        """Lets go of the file; the next page opens it again."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                self._sync()
            self._handle.close()
        self._path = self._handle = None
        self._payloads = {}

    def _keep(self, page: Page, received: Received, *, again: bool) -> str:
        digest = digest_payload(received.body)
        self._resume()
        while True:
            first = self._payloads.get(digest)
            if first is None and again:
                return ""
            member = make_response(page, received) if first is None else make_revisit(page, received, first)
            rendered = page.html if page.is_rendered else b""
            self._make_room(len(member) + len(rendered), page.fetched_at)
            if self._payloads.get(digest) is first:  # else another file was begun, and each must stand alone
                break
        entry = self._append(member)
        self._payloads.setdefault(digest, entry)
        if rendered:
            self._append(make_conversion(page, rendered, entry.id))
        return entry.kind

    def _resume(self) -> None:
        """Goes on with the last file when it is nobody's and not full."""
        if self._handle is not None:
            return
        for path in list_files(self.folder)[-1:]:
            handle = open_alone(path)
            if handle is None:
                continue
            entries = _mend(path)
            if entries and entries[-1].offset + entries[-1].length < self._longest():
                self._take(path, handle, entries)
            else:
                handle.close()

    def _longest(self) -> int:
        return min(self.file_bytes, self.budget // PARTS)

    def _make_room(self, length: int, now: datetime) -> None:
        """A file that takes so many bytes more, the oldest files gone for it where needed. Raises: OSError when there is no room."""
        if self._payloads and self._size + length > self._longest():
            self._sync()
            self.close()
        most = self.budget - length - SPARE
        if most >= 0:
            self._remove_oldest(most)
        if measure_folder(self.folder) > most:
            raise OSError(errno.EDQUOT, f"no room in archive.warc_mb for {length} bytes more")
        if self._handle is None:
            path, handle = begin_file(self.folder, now)
            self._take(path, handle, [])
            try:
                self._append(make_warcinfo(path.name))
            except OSError:
                path.unlink(missing_ok=True)
                raise

    def _remove_oldest(self, most: int) -> None:
        files = list_files(self.folder)
        while files and measure_folder(self.folder) > most:
            path = files.pop(0)
            if path == self._path:
                self.close()
            if remove_file(path):
                log.info("%s: removed for room (archive.warc_mb)", path)

    def _append(self, member: bytes) -> Entry:
        """Raises: OSError; then the file ends where it ended before."""
        assert self._handle is not None
        assert self._path is not None
        offset = self._size
        try:
            written = 0
            while written < len(member):
                written += self._handle.write(member[written:])
        except OSError:
            with contextlib.suppress(OSError):
                self._handle.truncate(offset)
            raise
        self._size = offset + len(member)
        entry = _read_member(member, offset)
        self._unsynced.append(entry)
        if not self._is_together:
            self._sync()
        return entry

    def _sync(self) -> None:
        """Raises: OSError; then the file ends where it was certain to end."""
        if not self._unsynced:
            return
        assert self._handle is not None
        assert self._path is not None
        entries, self._unsynced = self._unsynced, []
        try:
            os.fsync(self._handle.fileno())
        except OSError:
            self._size = entries[0].offset
            with contextlib.suppress(OSError):
                self._handle.truncate(self._size)
            raise
        with find_index(self._path).open("a", encoding="utf-8") as index:
            index.writelines(map(to_line, entries))

    def _take(self, path: Path, handle: BinaryIO, entries: list[Entry]) -> None:
        self._path, self._handle = path, handle
        self._size = sum(entry.length for entry in entries)
        self._payloads = {entry.digest: entry for entry in entries if entry.kind == "response"}

    @contextlib.contextmanager
    def _spared(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.close()
            self._say(f"evidence is not kept: {(error.strerror or str(error)).lower()}")

    def _say(self, words: str) -> None:
        if words != self._trouble:
            log.error("%s: %s", self.folder, words)
        self._trouble = words


def _mend(path: Path) -> list[Entry]:
    entries, torn = mend_file(path)
    if torn:
        log.warning("%s: its last record was torn by a crash: %d bytes cut off", path, torn)
    return entries


def _read_member(member: bytes, offset: int) -> Entry:
    entry = read_entry(zlib.decompressobj(wbits=31).decompress(member, HEAD), offset, len(member))
    assert entry is not None
    return entry

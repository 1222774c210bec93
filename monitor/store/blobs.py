"""Text and removed blocks as zstd. Pure."""

from __future__ import annotations

import json

import zstandard

from monitor.model import CleanPage, Removed

ZSTD_LEVEL = 6  # a guess: level 3 to 9 differ by a few per cent on 5 kB of text


def pack(text: str) -> bytes:
    """Text as zstd."""
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(text.encode())


def unpack(blob: bytes) -> str:
    """The text that `pack` was given."""
    return zstandard.ZstdDecompressor().decompress(blob).decode()


def unpack_removed(blob: bytes | None) -> tuple[Removed, ...]:
    """The removed blocks of an article, in page order."""
    if not blob:
        return ()
    rows = json.loads(unpack(blob))  # of two, or with the place, of three
    return tuple(Removed(rule=row[0], text=row[1], above=row[2] if len(row) > 2 else -1) for row in rows)


def pack_removed(page: CleanPage) -> bytes | None:
    """Rule, text and place of the removed blocks; None when nothing was cut."""
    if not page.removed:
        return None
    return pack(json.dumps([[r.rule, r.text, r.above] for r in page.removed], ensure_ascii=False))

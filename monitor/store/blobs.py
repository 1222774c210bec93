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
    return tuple(Removed(rule=rule, text=text) for rule, text in json.loads(unpack(blob))) if blob else ()


def pack_removed(page: CleanPage) -> bytes | None:
    return pack(json.dumps([[r.rule, r.text] for r in page.removed], ensure_ascii=False)) if page.removed else None

"""Sitemaps, news sitemaps and their indexes. Pure. Source: sitemaps.org 0.9; Google's news sitemap extension."""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from crawler.discovery.sources import MOST_BYTES, MOST_ENTRIES, Found, Reading

MOST_VALUE = 4000  # characters of one value that are read
MOST_FURTHER = 50  # sitemaps of one index that are followed


def parse_sitemap(data: bytes) -> Reading:
    """Links of a sitemap, newest first; of an index the sitemaps to read next, newest first."""
    text = inflate(data)[: 2 * MOST_BYTES].decode("utf-8", errors="replace")
    head = text[:4096].lower()
    if not text.strip():
        return Reading(problem="an empty answer instead of a sitemap")
    if "<urlset" not in head and "<sitemapindex" not in head:
        if "<html" in head or "<!doctype html" in head:
            return Reading(problem="an HTML page instead of a sitemap", kind="moved")
        return Reading(problem="no sitemap: neither urlset nor sitemapindex")
    if "<sitemapindex" in head:
        indexed = sorted(_read(text, "sitemap"), key=_age)
        return Reading(further=tuple(found.address for found in indexed[:MOST_FURTHER]))
    entries = sorted(_read(text, "url"), key=_age)
    note = f"cut at {MOST_ENTRIES} of {len(entries)} entries" if len(entries) > MOST_ENTRIES else ""
    return Reading(entries=tuple(entries[:MOST_ENTRIES]), note=note)


def inflate(data: bytes, limit: int = 2 * MOST_BYTES) -> bytes:
    """Gzip data, at most `limit` bytes of it; anything else as it is."""
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return zlib.decompressobj(wbits=31).decompress(data, limit)
    except zlib.error:
        return b""


def _read(text: str, wanted: str) -> list[Found]:
    found = []
    for inner in _find_elements(text, wanted):
        address = _value(inner, "loc")
        if address.startswith(("http://", "https://")):
            moment = parse_moment(_value(inner, "news:publication_date") or _value(inner, "lastmod"))
            found.append(
                Found(
                    address=address,
                    title=_value(inner, "news:title"),
                    published_at=moment,
                    language=_value(inner, "news:language"),
                )
            )
    return found


def _find_elements(text: str, tag: str) -> Iterator[str]:
    """What stands between each opening tag and the next closing one; time grows with the text, however it is nested."""
    opening, closing = _tags(tag)
    place = 0
    while (first := opening.search(text, place)) is not None:
        last = closing.search(text, first.end())
        if last is None:
            return
        yield text[first.end() : last.start()]
        place = last.end()


@functools.lru_cache(maxsize=16)
def _tags(tag: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"<{tag}\b[^<>]*>", re.I), re.compile(rf"</{tag}\s*>", re.I)


def _value(markup: str, tag: str) -> str:
    text = next(_find_elements(markup, tag), "").strip()
    text = text.removeprefix("<![CDATA[").removesuffix("]]>")[:MOST_VALUE]
    if "&" in text:
        text = LexborHTMLParser(f"<p>{text}").text()
    return " ".join(text.split())[:2000]


def parse_moment(text: str) -> datetime | None:
    """A W3C date as aware UTC; a date without zone is UTC, an unreadable one None."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _age(found: Found) -> float:
    return -(found.published_at.timestamp()) if found.published_at else 0.0

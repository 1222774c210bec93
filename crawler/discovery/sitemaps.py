"""Sitemaps, news sitemaps and their indexes. Pure. Source: sitemaps.org 0.9; Google's news sitemap extension."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from crawler.discovery.sources import MOST_BYTES, MOST_ENTRIES, Found, Reading

MOST_FURTHER = 50  # sitemaps of one index that are followed
ENTRY = re.compile(r"<(url|sitemap)\b[^>]*>(.*?)</\1\s*>", re.S | re.I)


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
    for match in ENTRY.finditer(text):
        if match.group(1).lower() != wanted:
            continue
        inner = match.group(2)
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


def _value(markup: str, tag: str) -> str:
    match = re.search(rf"<{tag}\b[^>]*>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</{tag}\s*>", markup, re.S | re.I)
    if match is None:
        return ""
    text = match.group(1)
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

"""RSS, Atom and RDF through feedparser's only door. Pure: bytes in, never a path or a URL."""

from __future__ import annotations

import calendar
import html
import io
import itertools
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from crawler.discovery.listings import is_too_deep
from crawler.discovery.sources import MOST_BYTES, MOST_ENTRIES, Found, Reading

TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.S | re.I)
MARKUP = re.compile(rb"<\s*(rss|feed|rdf:RDF|RDF)\b", re.I)
END = re.compile(rb"</(item|entry)\s*>", re.I)
MARK = re.compile(rb"<!\[CDATA\[|\]\]>|<[A-Za-z]")
MOST_ELEMENTS = 20_000  # of a feed: 2,000 entries of ten; feedparser takes up to 0.1 ms each
BAD_LINK = re.compile(rb"https?://(?=[^\s<>\"']*[\[\]])", re.I)
PAGE = re.compile(rb"<\s*(!doctype\s+html|html|head|body)\b", re.I)
EARLIEST, LATEST = datetime(1995, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)  # 1970 and 9999 are no dates


def parse_feed(data: bytes, url: str, headers: dict[str, str] | None = None) -> Reading:
    """Links of a feed in its order. A page instead of a feed, and an empty body, are told apart from a feed without entries."""
    if not data.strip():
        return Reading(problem="an empty answer instead of a feed")
    head = data[:4096]
    if not MARKUP.search(head) and PAGE.search(head):
        return Reading(problem="an HTML page instead of a feed", kind="moved")
    data, note = cut_feed(data)
    if is_too_deep(_without_texts(data)):
        return Reading(problem="no feed: its elements are nested too deep to be read")
    try:
        parsed = _parse(data, url, headers)
    except ValueError:  # one link like http://[ breaks feedparser; the others are wanted
        try:
            parsed = _parse(BAD_LINK.sub(b"about:", data), url, headers)
        except ValueError as error:
            return Reading(problem=f"no feed: {error}")
    if not parsed.version and not parsed.entries:
        return Reading(problem=f"no feed: {_problem(parsed)}")
    entries = parsed.entries[:MOST_ENTRIES]
    language = str(parsed.feed.get("language") or "")[:12]
    found = (_read_entry(entry, url, language) for entry in entries)
    hub, topic = _find_hub(parsed.feed.get("links", ()), url)
    return Reading(entries=tuple(one for one in found if one is not None), hub=hub, topic=topic, note=note)


def _parse(data: bytes, url: str, headers: dict[str, str] | None) -> Any:
    return feedparser.parse(
        io.BytesIO(data),  # bytes themselves would be tried as the name of a file
        response_headers={"content-location": url} | _charset_only(headers),
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _find_hub(links: Iterable[Any], url: str) -> tuple[str, str]:
    """The first hub that a feed names, and its own name for itself; "" for what is no web address."""
    named: dict[str, str] = {}
    for link in links:
        href = str(link.get("href") or "").strip()
        try:
            address = urljoin(url, href) if href else ""
            is_web = urlsplit(address).scheme in ("http", "https") and len(address) < 2000
        except ValueError:
            continue
        if is_web:
            named.setdefault(str(link.get("rel")), address)
    hub = named.get("hub", "")
    return hub, named.get("self", url) if hub else ""


def cut_feed(data: bytes) -> tuple[bytes, str]:
    """At most so many entries, elements and bytes of a feed, still well-formed, and what was cut. Source: DESIGN, traps."""
    ends = [match.end() for match in itertools.islice(END.finditer(data), MOST_ENTRIES + 1)]
    most = min(_find_most(data), MOST_BYTES)
    kept = [end for end in ends[:MOST_ENTRIES] if end <= most]
    if len(data) <= most and len(ends) <= MOST_ENTRIES:
        return data, ""
    if not kept:
        return data[:most], f"cut at {most} bytes"
    root = MARKUP.search(data)
    name = root.group(1) if root is not None else b"rss"
    tail = b"</channel></rss>" if name.lower() == b"rss" else b"</" + name + b">"
    return data[: kept[-1]] + tail, f"cut at {len(kept)} entries"


def _find_most(data: bytes) -> int:
    """Where the last element stands that is read; the markup in CDATA is text."""
    if data.count(b"<") <= MOST_ELEMENTS:
        return len(data)
    count, is_text = 0, False
    for match in MARK.finditer(data):
        if match[0] == b"]]>" or match[0] == b"<![CDATA[":
            is_text = match[0] != b"]]>"
        elif not is_text:
            count += 1
            if count > MOST_ELEMENTS:
                return match.start()
    return len(data)


def _without_texts(data: bytes) -> bytes:
    """The data without its CDATA sections."""
    first, *rest = data.split(b"<![CDATA[")
    return b"".join([first, *(part.partition(b"]]>")[2] for part in rest)]) if rest else data


def to_line(markup: str) -> str:
    """Plain text of a title that may hold markup, on one line."""
    return " ".join(html.unescape(TAG.sub(" ", html.unescape(markup))).split())


def _read_entry(entry: Any, url: str, language: str) -> Found | None:
    links = (link for link in entry.get("links", ()) if link.get("rel", "alternate") == "alternate")
    link = next((str(link["href"]) for link in links if link.get("href")), "")
    link = link or str(entry.get("link") or "")
    if not link and entry.get("guidislink", False):
        link = str(entry.get("id") or "")
    try:
        address = urljoin(url, link.strip()) if link.strip() else ""
        if urlsplit(address).scheme not in ("http", "https"):
            return None
    except ValueError:
        return None
    return Found(
        address=address,
        title=to_line(str(entry.get("title") or ""))[:500],
        summary=to_line(str(entry.get("summary") or ""))[:2000],
        published_at=_read_date(entry),
        language=str(entry.get("language") or language),
    )


def _read_date(entry: Any) -> datetime | None:
    for key in ("published_parsed", "created_parsed", "updated_parsed"):
        parsed = dict.get(entry, key)  # its own `get` warns of keys that it invents
        if parsed:
            try:
                moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
            except (ValueError, OverflowError, OSError):
                continue
            if EARLIEST < moment < LATEST:
                return moment
    return None


def _charset_only(headers: dict[str, str] | None) -> dict[str, str]:
    """The content type, so that a declared charset counts; a lying type is left out."""
    kind = (headers or {}).get("content-type", "")
    return {"content-type": kind} if "charset" in kind.lower() and ("xml" in kind or "rss" in kind) else {}


def _problem(parsed: Any) -> str:
    error = parsed.get("bozo_exception")
    return " ".join(str(error).split())[:120] if error else "neither RSS nor Atom nor RDF"

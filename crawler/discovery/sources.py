"""What a source said: its links in order, or why it cannot be read. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

MOST_ENTRIES = 2000  # of one source; longer ones are cut, and it is said
MOST_BYTES = 4_000_000  # feedparser takes 20 s for 100,000 items (DESIGN: traps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One link of a source, with what the source said about it."""

    address: str
    title: str = ""
    summary: str = ""
    published_at: datetime | None = None  # aware UTC
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A source, read. `problem` "" = it is what it should be, even when it has no entry."""

    entries: tuple[Found, ...] = ()
    further: tuple[str, ...] = field(default=())  # sitemaps of an index
    problem: str = ""
    kind: str = "failing"  # of the problem: blocked moved failing empty layout-changed no-links
    hub: str = ""  # that a feed names: it tells of news by itself (WebSub)
    topic: str = ""  # what the feed calls itself there
    note: str = ""  # said, but no failure: "cut at 2000 entries"

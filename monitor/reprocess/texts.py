"""An archived article cleaned and matched again; what is the same is not written. Touches the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import zstandard
from sqlalchemy.engine import Connection

from monitor.cleaning import clean_page
from monitor.ingest import hash_text
from monitor.ingest.room import Room
from monitor.ingest.trace import find_suppressed
from monitor.model import CleanPage, Hit
from monitor.store import archive, known_articles, schema

RECLEANED = "cleaned again"  # of a version that only our reading made


@dataclass(slots=True)
class Reread:
    """One article: what is to be written, and what changed."""

    article_id: int
    url: str
    clean: CleanPage | None = None  # None = the text stays
    hits: Sequence[Hit] | None = None  # None = the hits stay
    suppressed: Sequence[Hit] = ()
    changed: Counter[str] = field(default_factory=Counter)


def read_again(room: Room, first: int, last: int, what: frozenset[str]) -> Iterator[Reread]:
    """Every article between two ids."""
    a = schema.article.c
    with room.store.read() as connection:
        rows = connection.execute(
            sa.select(a.id, a.url, a.outlet).where(a.id >= first, a.id <= last).order_by(a.id)
        ).all()
    for row in rows:
        yield _read_one(room, row, what)


def _read_one(room: Room, row: Any, what: frozenset[str]) -> Reread:
    text = Reread(row.id, row.url, changed=Counter(articles=1))
    with room.store.read() as connection:
        page = archive.load_clean_page(connection, row.id)
        html = connection.execute(
            sa.select(schema.raw_page.c.html).where(schema.raw_page.c.article_id == row.id)
        ).scalar()
        h = schema.hit.c
        old = connection.execute(
            sa.select(h.entry, h.field, h.start, h.end, h.suppressed).where(h.article_id == row.id)
        ).all()
    if page is None:
        text.changed["without a text"] += 1
        return text
    if "clean" in what:
        page = _clean(room, row, page, html, text)
    if "match" in what or text.clean is not None:
        _match(room, page, {tuple(hit) for hit in old}, text)
    return text


def _clean(room: Room, row: Any, page: CleanPage, html: bytes | None, text: Reread) -> CleanPage:
    """Only what was kept as it was fetched can be cleaned again."""
    outlet = room.outlets.get(row.outlet)
    if html is None or outlet is None:
        text.changed["without the page as it was fetched"] += 1
        return page
    raw = zstandard.ZstdDecompressor().decompressobj().decompress(html)
    fresh = clean_page(raw, page.url, rules=outlet.cleaning, memory=room.memories.find(row.outlet))
    if fresh.problem or not fresh.body:
        text.changed["no article by today's cleaner"] += 1
        return page
    fresh = replace(
        fresh, headline=fresh.headline or page.headline, published_at=fresh.published_at or page.published_at
    )
    if (fresh.headline, fresh.body) != (page.headline, page.body):
        text.changed["other texts"] += 1
        text.clean = fresh
        return fresh
    return page


def _match(room: Room, page: CleanPage, old: set[tuple[Any, ...]], text: Reread) -> None:
    hits = room.matcher.find(page.headline, page.body, language=page.language or None, at=page.published_at)
    suppressed = find_suppressed(room.matcher, page, hits)
    new: set[tuple[Any, ...]] = {(hit.entry, hit.field, hit.start, hit.end, False) for hit in hits}
    new |= {(hit.entry, "removed", hit.start, hit.end, True) for hit in suppressed}
    if new == old:
        return
    text.hits, text.suppressed = hits, suppressed
    text.changed["other hits"] += 1
    before, after = ({hit[0] for hit in some if not hit[4]} for some in (old, new))
    text.changed["entries gained"] += len(after - before)
    text.changed["entries lost"] += len(before - after)


def write_text(connection: Connection, text: Reread, now: datetime) -> None:
    """A new text is a new version; hits with a reader's verdict keep their rows."""
    if text.clean is not None:
        known = known_articles.find_article(connection, [text.url])
        if known is not None:
            archive.change_article(
                connection, known, text.clean, hash_text(text.clean), now, event=known.event, change=RECLEANED
            )
    if text.hits is not None:
        archive.save_hits(connection, text.article_id, text.hits, text.suppressed)

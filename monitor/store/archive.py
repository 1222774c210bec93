"""Articles, their versions and hits. Touches the database, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import CleanPage, Hit
from monitor.store import schema
from monitor.store.blobs import pack, pack_removed, unpack_removed
from monitor.store.fulltext import index_article
from monitor.store.known_articles import KnownArticle, forget_known, note_saved, note_waiting
from monitor.store.later import take_id, write_later, write_waiting
from monitor.store.learned import upsert

# Made once: they run for every article.
ADD_ARTICLE = sa.insert(schema.article).returning(schema.article.c.id)
ADD_KNOWN, ADD_BODY, ADD_HIT = sa.insert(schema.article), sa.insert(schema.body), sa.insert(schema.hit)


def load_text(connection: Connection, article_id: int) -> str:
    """Headline and body, a paragraph apart; "" when the text was let go."""
    a, b = schema.article.c, schema.body.c
    row = connection.execute(
        sa.select(a.headline, b.body).join(schema.body, b.article_id == a.id).where(a.id == article_id)
    ).one_or_none()
    return "" if row is None else f"{row.headline}\n\n{row.body}"


def find_beginning(connection: Connection) -> datetime | None:
    """When the oldest article was first seen; None while there is none."""
    a = schema.article.c
    found: datetime | None = connection.execute(sa.select(a.seen_at).order_by(a.id).limit(1)).scalar()
    return found


def mark_gone(connection: Connection, article_id: int, at: datetime | None) -> None:
    """The article's page is no more, since then; None: it is there again."""
    a = schema.article.c
    forget_known(connection)
    connection.execute(sa.update(schema.article).where(a.id == article_id).values(gone_at=at))


def save_article(
    connection: Connection,
    page: CleanPage,
    *,
    outlet: str,
    url: str,
    link: str,
    text_hash: str,
    story_id: int,
    duplicate_of: int | None,
    new: Sequence[str],
    event: Mapping[str, Any] | None = None,
    is_baseline: bool,
    listed_at: datetime | None,
    now: datetime,
) -> int:
    """A new article with its body and what was cut; returns its id. `event`: what it reports."""
    values = (
        _columns(page)
        | _event_columns(event)
        | {
            "url": url,
            "link": link,
            "outlet": outlet,
            "text_hash": text_hash,
            "story_id": story_id,
            "duplicate_of": duplicate_of,
            "new": list(new),
            "is_baseline": is_baseline,
            "listed_at": listed_at,
            "seen_at": now,
            "version": 1,
        }
    )
    article_id = take_id(connection)
    if article_id is None:
        write_waiting(connection)  # SQLite gives the id after the last that is written
        article_id = int(connection.execute(ADD_ARTICLE, values).scalar_one())
        note_saved(connection, text_hash, url, page.canonical_url)
    else:
        write_later(connection, ADD_KNOWN, [values | {"id": article_id}])
        note_waiting(connection, article_id, values)
    text = {"article_id": article_id, "body": page.body, "removed": pack_removed(page)}
    write_later(connection, ADD_BODY, [text])
    index_article(connection, article_id, page.headline, page.body)
    return article_id


def change_article(
    connection: Connection,
    known: KnownArticle,
    page: CleanPage,
    text_hash: str,
    now: datetime,
    *,
    event: Mapping[str, Any] | None = None,
    change: str = "",
) -> None:
    """A new version of a known article; the one before is kept, unless its text was let go. `change`: the kind of what became new."""
    old = connection.execute(
        sa.select(schema.article.c.headline, schema.body.c.body)
        .join(schema.body, schema.body.c.article_id == schema.article.c.id)
        .where(schema.article.c.id == known.id)
    ).one_or_none()
    if old is not None:
        connection.execute(
            sa.insert(schema.version).values(
                article_id=known.id, seen_at=now, headline=old.headline, body=pack(old.body), change=change
            )
        )
    connection.execute(
        sa.update(schema.article)
        .where(schema.article.c.id == known.id)
        .values(
            _columns(page)
            | _event_columns(event)
            | {"text_hash": text_hash, "version": known.version + 1, "gone_at": None}
        )
    )
    forget_known(connection)
    text = {"body": page.body, "removed": pack_removed(page)}
    insert = upsert(connection, schema.body).values(article_id=known.id, **text)
    connection.execute(insert.on_conflict_do_update(index_elements=["article_id"], set_=text))
    before = None if old is None else (old.headline, old.body)
    index_article(connection, known.id, page.headline, page.body, before=before)


def save_hits(
    connection: Connection, article_id: int, hits: Iterable[Hit], suppressed: Iterable[Hit], *, is_new: bool = False
) -> None:
    """Replaces the hits of an article; a hit with a verdict keeps its row when it is found again. `is_new`: it has none yet."""
    judged = {} if is_new else _judged_hits(connection, article_id)
    if not is_new:
        keep = [id for id, _ in judged.values()]
        h = schema.hit.c
        connection.execute(sa.delete(schema.hit).where(h.article_id == article_id, h.id.not_in(keep)))
    rows = [
        _hit_row(article_id, hit, suppressed=is_suppressed)
        for group, is_suppressed in ((hits, False), (suppressed, True))
        for hit in group
        if (hit.entry, hit.field, hit.text) not in judged
    ]
    write_later(connection, ADD_HIT, rows)


def has_hits(connection: Connection, entry: str) -> bool:
    """Was this person or topic ever found?"""
    return (
        connection.execute(sa.select(schema.hit.c.id).where(schema.hit.c.entry == entry).limit(1)).first() is not None
    )


def load_clean_page(connection: Connection, article_id: int) -> CleanPage | None:
    """The archived article as the cleaner gave it."""
    row = connection.execute(
        sa.select(schema.article, schema.body.c.body, schema.body.c.removed)
        .join(schema.body, schema.body.c.article_id == schema.article.c.id)
        .where(schema.article.c.id == article_id)
    ).one_or_none()
    if row is None:
        return None
    return CleanPage(
        url=row.link or row.url,
        canonical_url=row.canonical_url,
        headline=row.headline,
        standfirst=row.standfirst,
        body=row.body,
        language=row.language,
        authors=tuple(row.authors or ()),
        credits=tuple(row.credits or ()),
        published_at=in_own_zone(row.published_at, row.published_offset_s),
        modified_at=row.modified_at,
        paywalled=row.paywalled,
        removed=unpack_removed(row.removed),
    )


def in_own_zone(moment: datetime | None, offset_s: int | None) -> datetime | None:
    """A stored moment in the zone that its page named."""
    if moment is None or offset_s is None:
        return moment
    return moment.astimezone(timezone(timedelta(seconds=offset_s)))


def _columns(page: CleanPage) -> dict[str, Any]:
    offset = page.published_at.utcoffset() if page.published_at else None
    return {
        "canonical_url": page.canonical_url,
        "headline": page.headline,
        "standfirst": page.standfirst,
        "language": page.language,
        "authors": list(page.authors),
        "credits": list(page.credits),
        "published_at": page.published_at,
        "published_offset_s": None if offset is None else int(offset.total_seconds()),
        "modified_at": page.modified_at,
        "paywalled": page.paywalled,
    }


def _event_columns(event: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"event": event, "event_kind": event["event"] if event else ""}


def _judged_hits(connection: Connection, article_id: int) -> dict[tuple[str, str, str], tuple[int, str]]:
    h, v = schema.hit.c, schema.verdict.c
    rows = connection.execute(
        sa.select(h.id, h.entry, h.field, h.text, v.verdict)
        .join(schema.verdict, v.hit_id == h.id)
        .where(h.article_id == article_id)
    )
    return {(row.entry, row.field, row.text): (row.id, row.verdict) for row in rows}


def _hit_row(article_id: int, hit: Hit, *, suppressed: bool) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "entry": hit.entry,
        "kind": hit.kind,
        "rule": hit.rule,
        "field": "removed" if suppressed else hit.field,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "sentence": hit.sentence,
        "suppressed": suppressed,
    }

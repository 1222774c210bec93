"""Stories and what the story index wants back after a restart. Touches the database, inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import EVENT_PREFIX, CleanPage
from monitor.store import schema
from monitor.store.edits import find_root
from monitor.store.later import find_ahead, write_later
from monitor.store.outbox import note_untold

# Made once: they run for every article.
ADD_STORY = sa.insert(schema.story).returning(schema.story.c.id)
TOUCH_STORY = sa.update(schema.story).where(schema.story.c.id == sa.bindparam("_story"))
LEAD_STORY = (
    sa.update(schema.story)
    .where(schema.story.c.id == sa.bindparam("_story"), schema.story.c.lead_article_id.is_(None))
    .values(lead_article_id=sa.bindparam("_article"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPiece:
    """An article as the story index wants it back after a restart."""

    article_id: int
    story_id: int
    duplicate_of: int | None
    outlet: str
    url: str
    headline: str
    body: str
    language: str
    credits: tuple[str, ...]
    published_at: datetime | None
    seen_at: datetime
    entries: frozenset[str]
    events: frozenset[str] = frozenset()  # what it reports, as a watchlist names it
    is_baseline: bool = False
    gone_at: datetime | None = None  # since when its page is no more


def start_story(connection: Connection, page: CleanPage, now: datetime) -> int:
    """A new story, led by this page; returns its id."""
    values = {"headline": page.headline, "language": page.language, "first_seen_at": now, "updated_at": now}
    story_id = int(connection.execute(ADD_STORY, values).scalar_one())
    find_ahead(connection, "touched")[story_id] = story_id
    note_untold(connection, story_id)
    return story_id


def lead_story(connection: Connection, story_id: int, article_id: int) -> None:
    """Names the article that a new story is led by: its headline stays, whatever joins later."""
    write_later(connection, LEAD_STORY, [{"_story": story_id, "_article": article_id}])


def touch_story(connection: Connection, story_id: int, now: datetime) -> int:
    """An article joins; returns the story that it joins: another one, when this one was merged into it.

    Once a story and a transaction: `now` is the same for all of it.
    """
    touched = find_ahead(connection, "touched")  # story → what it is now
    root: int = touched.get(story_id) or find_root(connection, story_id)
    if root not in touched:
        write_later(connection, TOUCH_STORY, [{"_story": root, "updated_at": now}])
    touched[story_id] = touched[root] = root
    return root


def load_pieces(
    connection: Connection,
    *,
    after_id: int,
    since: datetime | None = None,
    until_id: int | None = None,
    limit: int | None = None,
) -> list[StoredPiece]:
    """Articles after an id and not older than `since`, in order of arrival, with the entries that they hit."""
    a = schema.article.c
    rows = connection.execute(
        sa.select(schema.article, schema.body.c.body)
        .join(schema.body, schema.body.c.article_id == a.id)
        .where(
            a.id > after_id,
            sa.true() if since is None else a.seen_at >= since,
            sa.true() if until_id is None else a.id <= until_id,
        )
        .order_by(a.id)
        .limit(limit)
    ).all()
    if not rows:
        return []
    entries: dict[int, set[str]] = {row.id: set() for row in rows}
    h = schema.hit.c
    for article_id, entry in connection.execute(
        sa.select(h.article_id, h.entry)
        .where(h.article_id >= rows[0].id, h.article_id <= rows[-1].id, h.suppressed.is_(False))
        .distinct()
    ):
        if article_id in entries:
            entries[article_id].add(entry)
    return [
        StoredPiece(
            article_id=row.id,
            story_id=row.story_id,
            duplicate_of=row.duplicate_of,
            outlet=row.outlet,
            url=row.url,
            headline=row.headline,
            body=row.body,
            language=row.language,
            credits=tuple(row.credits or ()),
            published_at=row.published_at,
            seen_at=row.seen_at,
            entries=frozenset(entries[row.id]),
            events=frozenset((f"{EVENT_PREFIX}{row.event_kind}",)) if row.event_kind else frozenset(),
            is_baseline=row.is_baseline,
            gone_at=row.gone_at,
        )
        for row in rows
    ]

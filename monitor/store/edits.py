"""Stories that were joined or parted, by the program or by hand, and what follows for alerts and silences. Touches the database.

Each edit has a row, so that every process that holds stories in memory can follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.errors import StoreError
from monitor.store import schema
from monitor.store.learned import upsert

Hand = Literal["program", "hand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A merge: `other_id` went into `story_id`. A split: the `articles` came out of `story_id`, as `other_id`."""

    id: int
    at: datetime
    kind: str
    story_id: int
    other_id: int
    articles: tuple[int, ...]
    by: str


# Made once: it runs for every article that joins a story.
FIND_ROOT = sa.select(schema.story.c.merged_into).where(schema.story.c.id == sa.bindparam("story"))


def find_root(connection: Connection, story_id: int) -> int:
    """The story that a story is now: itself, or what it was merged into."""
    return connection.execute(FIND_ROOT, {"story": story_id}).scalar() or story_id


def with_merged(column: sa.ColumnElement[int], story_id: int) -> sa.ColumnElement[bool]:
    """A condition: the column names this story, or one that was merged into it."""
    s = schema.story.c
    return sa.or_(column == story_id, column.in_(sa.select(s.id).where(s.merged_into == story_id)))


def merge_stories(connection: Connection, keep: int, drop: int, *, by: Hand, now: datetime) -> bool:
    """All of `drop` goes into `keep`; False when one of the two is part of another story already.

    The kept story has told what either has told, and a silence of the dropped one holds for it. Raises: StoreError when one is not known.
    """
    for story_id in (keep, drop):
        if not _exists(connection, story_id):
            raise StoreError(f"story {story_id}: not in the archive (see `diplowatch stories`)")
    if keep == drop or find_root(connection, keep) != keep or find_root(connection, drop) != drop:
        return False
    s, a, silence = schema.story.c, schema.article.c, schema.silence.c
    first = connection.execute(sa.select(sa.func.min(s.first_seen_at)).where(s.id.in_((keep, drop)))).scalar_one()
    last = connection.execute(sa.select(sa.func.max(s.updated_at)).where(s.id.in_((keep, drop)))).scalar_one()
    connection.execute(sa.update(schema.article).where(a.story_id == drop).values(story_id=keep))
    connection.execute(
        sa.update(schema.story).where(sa.or_(s.id == drop, s.merged_into == drop)).values(merged_into=keep)
    )
    connection.execute(sa.update(schema.story).where(s.id == keep).values(first_seen_at=first, updated_at=last))
    connection.execute(
        sa.update(schema.silence).where(silence.kind == "story", silence.value == str(drop)).values(value=str(keep))
    )
    _carry_told(connection, keep, drop)
    _record(connection, "merge", keep, drop, [], by, now)
    return True


def split_story(connection: Connection, story_id: int, articles: Sequence[int], *, now: datetime) -> int:
    """These articles, and the copies of them, become a story of their own; returns its id. Remembered: they are not joined again.

    Raises: StoreError when an article is not of this story, or none would be left.
    """
    a = schema.article.c
    rows = connection.execute(sa.select(schema.article).where(a.story_id == story_id).order_by(a.seen_at, a.id)).all()
    known = {row.id for row in rows}
    strange = [article for article in articles if article not in known]
    if not rows or strange:
        what = f"article {strange[0]} is none of its own" if rows else "not in the archive"
        raise StoreError(f"story {story_id}: {what} (see `diplowatch story {story_id}`)")
    taken = [row for row in rows if row.id in articles or row.duplicate_of in articles]
    if len(taken) == len(rows):
        raise StoreError(f"story {story_id}: at least one article must stay")
    first = taken[0]
    values = {
        "headline": first.headline,
        "language": first.language,
        "lead_article_id": first.id,
        "first_seen_at": first.seen_at,
        "updated_at": taken[-1].seen_at,
    }
    new = int(connection.execute(sa.insert(schema.story).returning(schema.story.c.id), values).scalar_one())
    ids = [row.id for row in taken]
    connection.execute(sa.update(schema.article).where(a.id.in_(ids)).values(story_id=new))
    left = next(row for row in rows if row.id not in ids)
    s = schema.story.c
    connection.execute(
        sa.update(schema.story).where(s.id == story_id, s.lead_article_id.in_(ids)).values(lead_article_id=left.id)
    )
    _record(connection, "split", story_id, new, ids, "hand", now)
    return new


def load_edits(connection: Connection, *, after_id: int, since: datetime) -> list[Edit]:
    """Edits after an id and not older than `since`, in order."""
    e = schema.story_edit.c
    rows = connection.execute(sa.select(schema.story_edit).where(e.id > after_id, e.at >= since).order_by(e.id)).all()
    return [_edit(row) for row in rows]


def load_story_edits(connection: Connection, story_id: int) -> list[Edit]:
    """What was joined to a story or parted from it, in order."""
    e = schema.story_edit.c
    rows = connection.execute(
        sa.select(schema.story_edit).where(sa.or_(e.story_id == story_id, e.other_id == story_id)).order_by(e.id)
    ).all()
    return [_edit(row) for row in rows]


def _exists(connection: Connection, story_id: int) -> bool:
    return connection.execute(sa.select(schema.story.c.id).where(schema.story.c.id == story_id)).first() is not None


def _carry_told(connection: Connection, keep: int, drop: int) -> None:
    """A digest that told the dropped story has told the kept one."""
    t = schema.told.c
    for window in connection.execute(sa.select(t.window_id).where(t.story_id == drop)).scalars().all():
        insert = upsert(connection, schema.told).values(window_id=window, story_id=keep)
        connection.execute(insert.on_conflict_do_nothing())


def _record(
    connection: Connection, kind: str, story_id: int, other_id: int, articles: list[int], by: Hand, now: datetime
) -> None:
    values = {"kind": kind, "story_id": story_id, "other_id": other_id, "articles": articles, "by": by, "at": now}
    connection.execute(sa.insert(schema.story_edit), values)


def _edit(row: sa.Row[tuple[object, ...]]) -> Edit:
    return Edit(
        id=row.id,
        at=row.at,
        kind=row.kind,
        story_id=row.story_id,
        other_id=row.other_id,
        articles=tuple(row.articles or ()),
        by=row.by,
    )

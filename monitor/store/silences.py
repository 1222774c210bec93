"""Mutes with an expiry and a reason. Touches the database."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import Silence
from monitor.store import schema
from monitor.store.database import Store
from monitor.store.edits import with_merged
from monitor.store.later import find_ahead


def load_silences(connection: Connection, now: datetime) -> list[Silence]:
    """The silences in force, oldest first."""
    ahead = find_ahead(connection, "silences")  # one list in a transaction of many pages: none ends or begins inside
    if now not in ahead:
        s = schema.silence.c
        select = sa.select(schema.silence).where(s.until > now, s.ended_at.is_(None)).order_by(s.id)
        ahead[now] = [_silence(row) for row in connection.execute(select)]
    return list(ahead[now])


def add_silence(store: Store, kind: str, value: str, until: datetime, reason: str, now: datetime) -> int:
    """Mutes one thing; returns the silence's id."""
    with store.write() as connection:
        insert = sa.insert(schema.silence).values(kind=kind, value=value, until=until, reason=reason, created_at=now)
        return int(connection.execute(insert.returning(schema.silence.c.id)).scalar_one())


def list_silences(store: Store, now: datetime, *, everything: bool = False) -> list[Silence]:
    """Silences in force, or all that ever were."""
    s = schema.silence.c
    select = sa.select(schema.silence).order_by(s.id)
    if not everything:
        select = select.where(s.until > now, s.ended_at.is_(None))
    with store.read() as connection:
        return [_silence(row) for row in connection.execute(select)]


def end_silence(store: Store, silence_id: int, now: datetime) -> bool:
    """Ends one before its time; False when none in force has this id."""
    s = schema.silence.c
    with store.write() as connection:
        done = connection.execute(
            sa.update(schema.silence)
            .where(s.id == silence_id, s.until > now, s.ended_at.is_(None))
            .values(ended_at=now, until=now)
        )
        return done.rowcount == 1


def find_muted(store: Store, kind: str, value: str, now: datetime, days: int = 7) -> list[str]:
    """What such a silence would have muted lately: a line per alert."""
    a, art, h = schema.alert.c, schema.article.c, schema.hit.c
    select = (
        sa.select(a.owed_at, a.watchlist, art.headline)
        .join(schema.article, art.id == a.article_id)
        .where(a.owed_at >= now - timedelta(days=days), a.kind.in_(["instant", "update"]))
        .order_by(a.id)
    )
    if kind == "outlet":
        select = select.where(art.outlet == value)
    elif kind == "story":
        select = select.where(with_merged(a.story_id, int(value)) if value.isdigit() else sa.false())
    else:
        hit = sa.select(h.article_id).where(h.entry == value, h.suppressed.is_(False))
        other = sa.select(h.article_id).where(h.entry != value, h.suppressed.is_(False))
        select = select.where(art.id.in_(hit), art.id.not_in(other))
    with store.read() as connection:
        return [f"{row.owed_at:%Y-%m-%d %H:%M} {row.watchlist}: {row.headline}" for row in connection.execute(select)]


def _silence(row: sa.Row[tuple[object, ...]]) -> Silence:
    return Silence(
        id=row.id, kind=row.kind, value=row.value, until=row.until, reason=row.reason, created_at=row.created_at
    )

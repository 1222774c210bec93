"""What the pictures of the desk are drawn from: counts by day. Touches the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.tallies import read_day, to_day
from monitor.stories.readouts import TWO_SIDED


def count_entries_by_day(connection: Connection, since: datetime) -> dict[str, Counter[date]]:
    """Entry → day (UTC) → articles with it; baselines do not count."""
    a, h = schema.article.c, schema.hit.c
    day = to_day(connection, a.seen_at)
    rows = connection.execute(
        sa.select(h.entry, day, sa.func.count(sa.distinct(a.id)))
        .join(schema.article, a.id == h.article_id)
        .where(a.seen_at >= since, a.is_baseline.is_(False), h.suppressed.is_(False))
        .group_by(h.entry, day)
    )
    found: dict[str, Counter[date]] = {}
    for entry, when, count in rows:
        found.setdefault(entry, Counter())[read_day(when)] += count
    return found


def count_alerts_by_day(connection: Connection, since: datetime) -> Counter[date]:
    """Day (UTC) → alerts owed, muted ones left out."""
    a = schema.alert.c
    return _by_day(connection, a.owed_at, since, a.story_id != 0, a.state.not_in(["muted", "along"]))


def count_articles_by_day(connection: Connection, since: datetime) -> Counter[date]:
    """Day (UTC) → articles first seen, baselines left out."""
    a = schema.article.c
    return _by_day(connection, a.seen_at, since, a.is_baseline.is_(False))


def count_meetings(connection: Connection, since: datetime) -> Counter[tuple[str, str]]:
    """(state, other state) in order → stories in which both met, called or visited each other."""
    a = schema.article.c
    rows = connection.execute(
        sa.select(a.story_id, a.event)
        .where(a.seen_at >= since, a.event_kind.in_(TWO_SIDED), a.is_baseline.is_(False), a.duplicate_of.is_(None))
        .order_by(a.id)
    )
    pairs: dict[int, set[tuple[str, str]]] = {}
    for story_id, event in rows:
        pairs.setdefault(story_id, set()).update(_pairs(event["states"]))
    return Counter(pair for found in pairs.values() for pair in found)


def _pairs(states: Sequence[str]) -> list[tuple[str, str]]:
    known = sorted(set(states))[:4]  # more are a summit
    return [(one, other) for place, one in enumerate(known) for other in known[place + 1 :]]


def _by_day(connection: Connection, column: Any, since: datetime, *conditions: Any) -> Counter[date]:
    day = to_day(connection, column)
    rows = connection.execute(sa.select(day, sa.func.count()).where(column >= since, *conditions).group_by(day))
    return Counter({read_day(when): count for when, count in rows})

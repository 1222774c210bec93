"""Counts by day: what outlets gave, what watchlists caught, what readers judged. Touches the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import EVENT_PREFIX
from monitor.store import schema


def count_states_by_day(connection: Connection, since: datetime) -> dict[str, dict[date, dict[str, int]]]:
    """Outlet → day (UTC) → ledger state → candidates that came into it."""
    c = schema.candidate.c
    day = to_day(connection, c.state_at)
    rows = connection.execute(
        sa.select(c.outlet, day, c.state, sa.func.count()).where(c.state_at >= since).group_by(c.outlet, day, c.state)
    )
    found: dict[str, dict[date, dict[str, int]]] = {}
    for outlet, when, state, count in rows:
        found.setdefault(outlet, {}).setdefault(read_day(when), {})[state] = count
    return found


def count_entry_sets(
    connection: Connection, since: datetime, events: Collection[str] = ()
) -> list[tuple[date, frozenset[str], int]]:
    """(day, entries and event of an article, how many such articles): what watchlists are evaluated on. Baselines do not count.

    Articles without an entry count when they report one of `events` ("summons").
    """
    a, h = schema.article.c, schema.hit.c
    joined = _joined(connection, h.entry)
    day = to_day(connection, a.seen_at)
    one = (
        sa.select(day.label("day"), joined.label("entries"), a.event_kind)
        .join(schema.hit, h.article_id == a.id)
        .where(a.seen_at >= since, a.is_baseline.is_(False), h.suppressed.is_(False))
        .group_by(a.id, day, a.event_kind)
        .subquery()
    )
    kinds = (one.c.day, one.c.entries, one.c.event_kind)
    rows = [tuple(row) for row in connection.execute(sa.select(*kinds, sa.func.count()).group_by(*kinds))]
    if events:
        rows += [tuple(row) for row in connection.execute(_select_unhit(day, since, events))]
    sums: dict[tuple[date, frozenset[str]], int] = {}
    for when, entries, event, count in rows:
        names = [*entries.split(","), f"{EVENT_PREFIX}{event}" if event else ""]
        key = (read_day(when), frozenset(name for name in names if name))
        sums[key] = sums.get(key, 0) + count
    return [(when, entries, count) for (when, entries), count in sums.items()]


def _select_unhit(day: Any, since: datetime, events: Collection[str]) -> sa.Select[Any]:
    a, h = schema.article.c, schema.hit.c
    hit = sa.select(sa.literal(1)).where(h.article_id == a.id, h.suppressed.is_(False)).exists()
    return (
        sa.select(day, sa.literal("").label("entries"), a.event_kind, sa.func.count())
        .where(a.seen_at >= since, a.is_baseline.is_(False), a.event_kind.in_(events), ~hit)
        .group_by(day, a.event_kind)
    )


def tally_spellings(connection: Connection, since: datetime, entry: str) -> list[tuple[str, int, datetime]]:
    """(text, articles, last seen) of the forms in which an entry was found, the most frequent first."""
    a, h = schema.article.c, schema.hit.c
    rows = connection.execute(
        sa.select(h.text, sa.func.count(sa.distinct(h.article_id)).label("n"), sa.func.max(a.seen_at))
        .join(schema.article, a.id == h.article_id)
        .where(h.entry == entry, h.suppressed.is_(False), a.seen_at >= since)
        .group_by(h.text)
        .order_by(sa.desc("n"), h.text)
        .limit(60)
    )
    return [(text, count, at) for text, count, at in rows]


def find_last_hits(connection: Connection, entries: Mapping[str, str]) -> dict[str, datetime]:
    """Entry or event → when an article with it was last seen; those that were never found are left out."""
    a, h = schema.article.c, schema.hit.c
    found: dict[str, datetime] = {}
    for entry in entries:
        if entry.startswith(EVENT_PREFIX):
            select = sa.select(sa.func.max(a.seen_at)).where(a.event_kind == entry.removeprefix(EVENT_PREFIX))
        else:
            hit = sa.select(a.seen_at).join(schema.hit, h.article_id == a.id)
            mine = hit.where(h.entry == entry, h.suppressed.is_(False))
            select = mine.order_by(h.article_id.desc()).limit(1)
        at = connection.execute(select).scalar()
        if at is not None:
            found[entry] = at
    return found


def load_judged(connection: Connection, since: datetime) -> list[tuple[frozenset[str], str, str]]:
    """(entries of the article, judged entry, newest verdict) of every hit with a verdict."""
    h, v, a = schema.hit.c, schema.verdict.c, schema.article.c
    newest = sa.select(sa.func.max(v.id)).group_by(v.hit_id)
    judged = connection.execute(
        sa.select(h.article_id, h.entry, v.verdict)
        .join(schema.verdict, v.hit_id == h.id)
        .join(schema.article, a.id == h.article_id)
        .where(v.id.in_(newest), a.seen_at >= since)
    ).all()
    ids = {row.article_id for row in judged}
    names: dict[int, set[str]] = {}
    for article_id, entry in connection.execute(
        sa.select(h.article_id, h.entry).where(h.article_id.in_(ids)).distinct()
    ):
        names.setdefault(article_id, set()).add(entry)
    return [(frozenset(names[row.article_id]), row.entry, row.verdict) for row in judged]


def count_outputs(connection: Connection, since: datetime) -> dict[str, int]:
    """The end of the funnel: `articles`, `hits` (articles with one), `stories` (with one), `alerts`, `sent`."""
    a, h, m, al = schema.article.c, schema.hit.c, schema.message.c, schema.alert.c
    count = sa.func.count
    hit = sa.select(h.article_id).where(h.suppressed.is_(False))
    with_hit = a.id.in_(hit)

    def ask(select: Any) -> int:
        return int(connection.execute(select).scalar_one())

    return {
        "articles": ask(sa.select(count()).select_from(schema.article).where(a.seen_at >= since)),
        "with a hit": ask(sa.select(count()).select_from(schema.article).where(a.seen_at >= since, with_hit)),
        "stories": ask(sa.select(count(sa.distinct(a.story_id))).where(a.seen_at >= since, with_hit)),
        "alerts": ask(sa.select(count()).select_from(schema.alert).where(al.owed_at >= since, al.story_id != 0)),
        "sent": ask(sa.select(count()).select_from(schema.message).where(m.owed_at >= since, m.state == "sent")),
    }


def to_day(connection: Connection, column: Any) -> Any:
    """The UTC day of a moment, on both stores."""
    if connection.dialect.name == "sqlite":
        return sa.func.substr(sa.cast(column, sa.Text), 1, 10)
    return sa.func.to_char(sa.func.timezone("UTC", column), "YYYY-MM-DD")


def _joined(connection: Connection, column: Any) -> Any:
    if connection.dialect.name == "sqlite":
        return sa.func.group_concat(sa.distinct(column))
    return sa.func.string_agg(sa.distinct(column), ",")


def read_day(text: str) -> date:
    return date.fromisoformat(text)

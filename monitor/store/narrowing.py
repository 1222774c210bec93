"""The archive's articles that a query may match, newest first, a block at a time. Touches the database."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.fulltext import Wanted, find_ids

FIRST, MOST = 100, 800  # articles in the first block and in a later one: a page of results needs few
SLACK = 20_000  # ids that may be out of the order of `seen_at`, by a copy or a clock; a guess


def narrow(
    connection: Connection,
    wanted: Wanted,
    *,
    since: datetime | None = None,
    before: int | None = None,
    outlet: str = "",
    language: str = "",
    entry: str = "",
) -> Generator[Any, None, None]:
    """Rows of article and body. `wanted`: what every match satisfies; nothing = every article."""
    if connection.dialect.name != "sqlite":  # a plan that is good for a common word reads everything for a rare one
        connection.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))
    least = _find_least(connection, since)
    conditions = _conditions(since, outlet, language, entry)
    size = FIRST
    while True:
        ids = _next_ids(connection, wanted, before, least, size)
        if not ids:
            return
        yield from _load(connection, ids, conditions)
        before, size = ids[-1], min(2 * size, MOST)


def _next_ids(connection: Connection, wanted: Wanted, below: int | None, least: int, limit: int) -> list[int]:
    if wanted.sets:
        return find_ids(connection, wanted, below=below, least=least, limit=limit)
    a = schema.article.c
    select = sa.select(a.id).where(a.id >= least, a.id < (2**62 if below is None else below))
    return list(connection.execute(select.order_by(a.id.desc()).limit(limit)).scalars())


def _load(connection: Connection, ids: list[int], conditions: list[sa.ColumnElement[bool]]) -> list[Any]:
    a, b = schema.article.c, schema.body.c
    columns = (a.id, a.url, a.link, a.outlet, a.headline, a.language, a.story_id, a.published_at, a.seen_at, b.body)
    select = sa.select(*columns).join(schema.body, b.article_id == a.id).where(a.id.in_(ids), *conditions)
    return list(connection.execute(select.order_by(a.id.desc())))


def _conditions(since: datetime | None, outlet: str, language: str, entry: str) -> list[sa.ColumnElement[bool]]:
    a = schema.article.c
    found: list[sa.ColumnElement[bool]] = []
    if since is not None:
        found.append(a.seen_at >= since)
    if outlet:
        found.append(a.outlet == outlet)
    if language:
        found.append(a.language.like(f"{language}%"))
    if entry:
        h = schema.hit.c
        hit = sa.select(sa.literal(1)).where(h.article_id == a.id, h.entry == entry, h.suppressed.is_(False))
        found.append(hit.exists())
    return found


def _find_least(connection: Connection, since: datetime | None) -> int:
    """An id below which nothing was seen since then."""
    if since is None:
        return 0
    a = schema.article.c
    first = connection.execute(sa.select(a.id).where(a.seen_at >= since).order_by(a.seen_at).limit(1)).scalar()
    return 2**62 if first is None else max(0, first - SLACK)

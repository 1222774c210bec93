"""Which ways into each outlet showed its new articles: counted now and then, read often. Touches the database."""

from __future__ import annotations

import json
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.completeness import COUNTED, SETTLED, Completeness, estimate
from monitor.store import schema
from monitor.store.database import Store
from monitor.store.learned import load_meta, save_meta

KEY = "ways"  # of `meta`: outlet → ways → articles
NO_ARTICLES = ("out-of-scope", "too-old", "no-text", "disallowed")


def count_captures(store: Store, now: datetime) -> None:
    """Counts the articles of the last two weeks by the ways that showed them; a row of `meta` holds them until the next time."""
    c = schema.candidate.c
    select = (
        sa.select(c.outlet, c.ways, sa.func.count())
        .where(
            c.state_at >= now - COUNTED,
            c.found_at.between(now - COUNTED, now - SETTLED),
            c.is_baseline.is_(False),
            c.ways > 0,
            c.state.not_in(NO_ARTICLES),
        )
        .group_by(c.outlet, c.ways)
    )
    counts: dict[str, dict[int, int]] = {}
    with store.read() as connection:
        for outlet, ways, count in connection.execute(select):
            counts.setdefault(outlet, {})[ways] = count
        known = load_meta(connection, KEY)
    found = json.dumps(counts, sort_keys=True)
    if found != known:
        with store.write() as connection:
            save_meta(connection, KEY, found)


def load_completeness(connection: Connection) -> dict[str, Completeness]:
    """Outlet → how much of it was seen when it was last counted; outlets without a new article are left out."""
    counts = json.loads(load_meta(connection, KEY) or "{}")
    return {slug: estimate({int(ways): count for ways, count in ways.items()}) for slug, ways in counts.items()}

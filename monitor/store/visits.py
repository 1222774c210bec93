"""One outlet in detail: its sources, its latest candidates, a poll asked for by hand. Touches the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.database import Store


def load_outlet_sources(connection: Connection, slug: str) -> list[Any]:
    """The source rows of an outlet, in order of URL."""
    s = schema.source.c
    return list(connection.execute(sa.select(schema.source).where(s.outlet == slug).order_by(s.url)))


def load_candidates(connection: Connection, slug: str, *, state: str = "", limit: int = 60) -> list[Any]:
    """The newest candidates of an outlet: rows of the candidate table."""
    c = schema.candidate.c
    select = sa.select(schema.candidate).where(c.outlet == slug).order_by(c.state_at.desc(), c.id.desc()).limit(limit)
    if state:
        select = select.where(c.state == state)
    return list(connection.execute(select))


def ask_poll(store: Store, slug: str, now: datetime) -> bool:
    """Makes an enabled outlet due now; False when there is none of this slug. The crawler takes it within a second."""
    o = schema.outlet.c
    with store.write() as connection:
        done = connection.execute(
            sa.update(schema.outlet).where(o.slug == slug, o.enabled.is_(True)).values(next_poll_at=now)
        )
        return done.rowcount == 1

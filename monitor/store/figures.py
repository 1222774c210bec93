"""Counts for those who watch diplowatch itself: no text, no address. Touches the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process with a heartbeat. `kind`: monitor, crawler, worker."""

    name: str
    kind: str
    beat_at: datetime | None
    polls: int
    pages: int
    rss_mb: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`ledger` counts candidates by the state that they reached in the last day, `messages` by (channel, state)."""

    outlets: Mapping[str, int]
    ledger: Mapping[str, int]
    messages: Mapping[tuple[str, str], int]
    oldest_owed_at: datetime | None  # of what should be on its way by now
    processes: tuple[Process, ...]


def load_processes(connection: Connection) -> tuple[Process, ...]:
    """All processes that beat within a day, newest beat first."""
    w = schema.worker.c
    rows = connection.execute(sa.select(schema.worker).order_by(w.at.desc(), w.name))
    return tuple(
        Process(name=row.name, kind=row.kind, beat_at=row.at, polls=row.polls, pages=row.pages, rss_mb=row.rss_mb)
        for row in rows
    )


def load_figures(connection: Connection, now: datetime) -> Figures:
    """All of them, as they are now."""
    o, c, m, a = schema.outlet.c, schema.candidate.c, schema.message.c, schema.alert.c
    outlets = connection.execute(sa.select(o.state, o.enabled, sa.func.count()).group_by(o.state, o.enabled))
    by_state: dict[str, int] = {}
    for state, is_enabled, count in outlets:
        key = state if is_enabled else "disabled"
        by_state[key] = by_state.get(key, 0) + count
    ledger = connection.execute(
        sa.select(c.state, sa.func.count()).where(c.state_at >= now - DAY, c.state_at <= now).group_by(c.state)
    )
    messages = connection.execute(sa.select(m.channel, m.state, sa.func.count()).group_by(m.channel, m.state))
    oldest = [
        connection.execute(
            sa.select(sa.func.min(m.owed_at)).where(m.state.in_(["owed", "sending", "failed"]))
        ).scalar(),
        connection.execute(sa.select(sa.func.min(a.owed_at)).where(a.state == "owed")).scalar(),
    ]
    return Figures(
        outlets=by_state,
        ledger={state: count for state, count in ledger},
        messages={(channel, state): count for channel, state, count in messages},
        oldest_owed_at=min((at for at in oldest if at is not None), default=None),
        processes=load_processes(connection),
    )

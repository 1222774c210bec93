"""Pages of official articles that are looked at again, ever more rarely: what was said there may change, or go. Touches the database.

A re-check keeps the candidate's state: only what it finds is written down.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import ledger, schema
from monitor.store.later import write_later

HOUR_S = 3600
# Between the checks of one page: corrections come within hours, silent rewrites within weeks. A guess; 26 days in all.
PAUSES_S = (HOUR_S, 3 * HOUR_S, 12 * HOUR_S, 24 * HOUR_S, 72 * HOUR_S, 168 * HOUR_S, 336 * HOUR_S)
PLAN = (
    sa.update(schema.candidate)
    .where(schema.candidate.c.url == sa.bindparam("_url"))
    .values(next_at=sa.bindparam("_next"), rechecks=0, missing_at=None)
)
SURE_S = HOUR_S  # a page that is not found is asked once more after so long, before it is called gone


def find_recheck(rechecks: int, now: datetime) -> datetime | None:
    """When a page that was looked at again so often is looked at next; None when that was the last time."""
    return now + timedelta(seconds=PAUSES_S[rechecks]) if rechecks < len(PAUSES_S) else None


def plan_recheck(connection: Connection, url: str, now: datetime) -> None:
    """The page of a new official article will be looked at again."""
    write_later(connection, PLAN, [{"_url": url, "_next": find_recheck(0, now)}])


def end_recheck(connection: Connection, url: str, outcome: str, detail: str, now: datetime) -> None:
    """What a look found; the next one is planned."""
    row = _find(connection, url)
    if row is not None:
        found = {"missing_at": None} if outcome in ("unchanged", "changed") else {}
        _write(connection, row.id, next_at=find_recheck(row.rechecks, now), **found)
        ledger.add_steps(connection, row.id, now, [("recheck", outcome, detail)])


def miss_page(connection: Connection, url: str, words: str, now: datetime, *, is_sure: bool) -> int | None:
    """The page is not there. Returns the id of its article when that is certain now: the server says so, or it was missing before."""
    row = _find(connection, url)
    if row is None:
        return None
    is_known = row.missing_at is not None and (now - row.missing_at).total_seconds() >= SURE_S
    is_gone = is_sure or is_known
    next_at = find_recheck(row.rechecks, now) if is_gone else now + timedelta(seconds=SURE_S)
    _write(connection, row.id, next_at=next_at, missing_at=row.missing_at or now)
    ledger.add_steps(connection, row.id, now, [("recheck", "gone" if is_gone else "missing", words)])
    return row.article_id if is_gone else None


def _find(connection: Connection, url: str) -> Any:
    return connection.execute(sa.select(schema.candidate).where(schema.candidate.c.url == url)).one_or_none()


def _write(connection: Connection, id: int, **values: object) -> None:
    connection.execute(sa.update(schema.candidate).where(schema.candidate.c.id == id).values(values))

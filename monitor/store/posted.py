"""Messages one by one, as the page shows them. Touches the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema


def count_messages(connection: Connection) -> dict[str, int]:
    """How many messages are in each state."""
    m = schema.message.c
    return {state: count for state, count in connection.execute(sa.select(m.state, sa.func.count()).group_by(m.state))}


def count_alerts(connection: Connection, since: datetime) -> dict[str, int]:
    """Channel → alerts owed to it since then: what its hourly budget counts."""
    m = schema.message.c
    rows = connection.execute(
        sa.select(m.channel, sa.func.count())
        .where(m.kind.in_(["instant", "update"]), m.part == 1, m.owed_at >= since)
        .group_by(m.channel)
    )
    return {channel: count for channel, count in rows}


def load_message(connection: Connection, message_id: int) -> Any | None:
    """A row of the message table; None when there is none of this id."""
    return connection.execute(sa.select(schema.message).where(schema.message.c.id == message_id)).one_or_none()


def find_receipt(connection: Connection, key: str) -> str:
    """What the receiver calls a message; "" when it gave no name, or took none. A held one has that of the message that told it."""
    m = schema.message.c
    row = connection.execute(sa.select(m.receipt, m.merged_into).where(m.key == key)).one_or_none()
    if row is not None and row.merged_into is not None:
        row = connection.execute(sa.select(m.receipt).where(m.id == row.merged_into)).one_or_none()
    return row.receipt if row is not None else ""


def load_attempts(connection: Connection, message_id: int) -> list[Any]:
    """The attempts to send a message, oldest first."""
    t = schema.attempt.c
    return list(
        connection.execute(sa.select(schema.attempt).where(t.message_id == message_id).order_by(t.at, t.id).limit(500))
    )


def find_last_window_end(connection: Connection, digest: str) -> datetime | None:
    """When the last window of a digest ended; None before its first."""
    w = schema.digest_window.c
    return connection.execute(sa.select(sa.func.max(w.window_end)).where(w.digest == digest)).scalar()


def find_late_digests(connection: Connection, before: datetime) -> list[Any]:
    """(digest, window_end, channel, problem) of windows that ended before then and whose message nobody has taken."""
    w, m = schema.digest_window.c, schema.message.c
    select = (
        sa.select(w.digest, w.window_end, m.channel, m.problem)
        .join(schema.message, m.window_id == w.id)
        .where(w.window_end < before, m.part == 1, m.state.in_(["owed", "failed", "sending", "dead"]))
        .order_by(w.id.desc(), m.id)
    )
    return list(connection.execute(select.limit(100)))


def find_oldest_unsent(connection: Connection, now: datetime) -> datetime | None:
    """When the oldest alert or message that should have left by now was owed; held and dead ones do not count."""
    m, a = schema.message.c, schema.alert.c
    due = sa.or_(m.next_at.is_(None), m.next_at <= now, m.state == "failed")
    message = sa.select(sa.func.min(m.owed_at)).where(m.state.in_(["owed", "failed", "sending"]), due)
    alert = sa.select(sa.func.min(a.owed_at)).where(a.state == "owed")
    found = [connection.execute(select).scalar() for select in (message, alert)]
    return min((moment for moment in found if moment is not None), default=None)


def find_most_overdue(connection: Connection) -> datetime | None:
    """When the poll that should have been first was due; None when no outlet is enabled or was ever polled."""
    o = schema.outlet.c
    select = sa.select(sa.func.min(o.next_poll_at)).where(o.enabled.is_(True), o.lease_owner == "")
    return connection.execute(select).scalar()

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

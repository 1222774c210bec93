"""Messages under way: claimed with a lease, recorded by who holds it, released, told together. Touches the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.database import Store

WAITING = ("owed", "held", "failed")


def claim_messages(
    store: Store, owner: str, now: datetime, *, lease_s: float, limit: int, skip: Collection[str] = ()
) -> list[Any]:
    """Claims messages that are due, oldest first; of a channel only the first in line, so that its order holds.

    `skip`: channels that must wait. A lease that has ended makes its message due again.
    """
    m = schema.message.c
    due = sa.or_(
        sa.and_(m.state.in_(WAITING), sa.or_(m.next_at.is_(None), m.next_at <= now)),
        sa.and_(m.state == "sending", m.lease_until <= now),
    )
    in_line = sa.or_(m.state.in_(["owed", "failed", "sending"]), sa.and_(m.state == "held", m.next_at <= now))
    first = sa.select(sa.func.min(m.id)).where(in_line, m.merged_into.is_(None)).group_by(m.channel)
    select = sa.select(m.id).where(due, m.id.in_(first), m.channel.not_in(list(skip))).order_by(m.id).limit(limit)
    with store.read() as connection:
        if connection.execute(select).first() is None:
            return []  # most looks find nothing: they must not take the write lock
    with store.write() as connection:
        if not store.is_sqlite:
            select = select.with_for_update(skip_locked=True)
        claimed = []
        for message_id in connection.execute(select).scalars().all():
            update = sa.update(schema.message).where(m.id == message_id, due)
            update = update.values(
                state="sending",
                lease_owner=owner,
                lease_until=now + timedelta(seconds=lease_s),
                attempts=m.attempts + 1,
            )
            row = connection.execute(update.returning(schema.message)).first()
            if row is not None:
                claimed.append(row)
    return claimed


def record(
    store: Store,
    claimed: Any,
    *,
    state: str,
    now: datetime,
    detail: str = "",
    next_at: datetime | None = None,
    receipt: str = "",
) -> bool:
    """The outcome of one attempt: sent, failed (tried again at `next_at`) or dead. `claimed`: the row as it was claimed.

    False when the lease was lost meanwhile: the attempt is kept, the message is its new owner's.
    """
    m = schema.message.c
    with store.write() as connection:
        update = sa.update(schema.message).where(
            m.id == claimed.id, m.lease_owner == claimed.lease_owner, m.attempts == claimed.attempts
        )
        update = update.values(
            state=state,
            problem=detail,
            sent_at=now if state == "sent" else None,
            receipt=receipt,
            next_at=next_at,
            lease_owner="",
            lease_until=None,
        )
        held_it = connection.execute(update).rowcount == 1
        if held_it and state in ("sent", "dead"):
            connection.execute(
                sa.update(schema.message)
                .where(m.merged_into == claimed.id)
                .values(state=state, sent_at=now if state == "sent" else None, problem=detail, next_at=None)
            )
        outcome = state if held_it else "fenced"
        connection.execute(
            sa.insert(schema.attempt).values(message_id=claimed.id, at=now, outcome=outcome, detail=detail)
        )
    return held_it


def release_leases(store: Store) -> int:
    """Makes what a sender that died had claimed due at once. Only where no other sender can be alive."""
    m = schema.message.c
    with store.write() as connection:
        update = sa.update(schema.message).where(m.state == "sending")
        return connection.execute(
            update.values(state="failed", next_at=None, lease_owner="", lease_until=None)
        ).rowcount


def load_held_groups(connection: Connection, now: datetime) -> dict[str, list[Any]]:
    """Channel → its held alerts whose time has come, where there are several: they are told together."""
    m = schema.message.c
    select = sa.select(m.id, m.channel, m.story_id).where(
        m.state == "held", m.next_at <= now, m.merged_into.is_(None), m.kind.in_(["instant", "update"])
    )
    groups: dict[str, list[Any]] = {}
    for row in connection.execute(select.order_by(m.id)):
        groups.setdefault(row.channel, []).append(row)
    return {channel: rows for channel, rows in groups.items() if len({row.story_id for row in rows}) > 1}


def merge_held(connection: Connection, held: Sequence[int], key: str) -> None:
    """The message with this key tells the held ones."""
    m = schema.message.c
    carrier = connection.execute(sa.select(m.id).where(m.key == key)).scalar_one()
    for start in range(0, len(held), 500):
        some = list(held[start : start + 500])
        connection.execute(
            sa.update(schema.message).where(m.id.in_(some), m.state == "held").values(merged_into=carrier, next_at=None)
        )

"""What is owed to channels, and what became of it. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import Alert, Message
from monitor.store import schema
from monitor.store.database import Store
from monitor.store.edits import with_merged
from monitor.store.later import find_ahead
from monitor.store.learned import upsert


def owe_alert(
    connection: Connection, alert: Alert, *, story_id: int, article_id: int | None, now: datetime, text: str = ""
) -> bool:
    """Owes an alert inside the caller's transaction; False when it was owed before. `text`: the new sentence of an update."""
    state = "owed" if alert.muted_by is None else "muted"
    insert = upsert(connection, schema.alert).values(
        story_id=story_id,
        article_id=article_id,
        watchlist=alert.watchlist,
        kind=alert.kind,
        reason=alert.reason,
        channels=list(alert.channels),
        text=text,
        state="along" if alert.is_along else state,
        muted_by=alert.muted_by,
        owed_at=now,
    )
    row = connection.execute(insert.on_conflict_do_nothing().returning(schema.alert.c.id)).first()
    find_ahead(connection, "told").get(story_id, set()).add((alert.watchlist, alert.kind, alert.reason))
    return row is not None


def owe_notice(
    connection: Connection, key: str, *, title: str, text: str, channels: Sequence[str], now: datetime
) -> bool:
    """Owes a message about diplowatch itself, once per key."""
    insert = upsert(connection, schema.alert).values(
        story_id=0,
        watchlist="",
        kind="notice",
        reason=key,
        channels=list(channels),
        title=title,
        text=text,
        owed_at=now,
    )
    return connection.execute(insert.on_conflict_do_nothing().returning(schema.alert.c.id)).first() is not None


def load_told(connection: Connection, story_id: int) -> frozenset[tuple[str, str, str]]:
    """(watchlist, kind, reason) of every alert that was owed for a story, or for one that was merged into it."""
    ahead = find_ahead(connection, "told")
    if story_id not in ahead:
        a = schema.alert.c
        rows = connection.execute(sa.select(a.watchlist, a.kind, a.reason).where(with_merged(a.story_id, story_id)))
        ahead[story_id] = {(row.watchlist, row.kind, row.reason) for row in rows}
    return frozenset(ahead[story_id])


def note_untold(connection: Connection, story_id: int) -> None:
    """A story that begins in this transaction: nothing is told of it yet."""
    find_ahead(connection, "told")[story_id] = set()


def load_owed_alerts(connection: Connection, limit: int) -> list[Any]:
    """Alerts that are not rendered yet, oldest first."""
    a = schema.alert.c
    return list(connection.execute(sa.select(schema.alert).where(a.state == "owed").order_by(a.id).limit(limit)))


def save_messages(
    connection: Connection,
    messages: Iterable[tuple[str, Message]],
    *,
    kind: str,
    now: datetime,
    alert_id: int | None = None,
    window_id: int | None = None,
    story_id: int | None = None,
    held_until: dict[str, datetime] | None = None,
) -> None:
    """All messages (channel, message) of one alert or digest window, each once. `held_until`: channels in quiet hours."""
    for channel, message in messages:
        held = (held_until or {}).get(channel)
        insert = upsert(connection, schema.message).values(
            key=message.key,
            alert_id=alert_id,
            window_id=window_id,
            story_id=story_id,
            kind=kind,
            channel=channel,
            part=message.part,
            parts=message.parts,
            title=message.title,
            body=message.body,
            body_format=message.body_format,
            text=message.text,
            thread=message.thread,
            payload=message.payload,
            state="held" if held else "owed",
            owed_at=now,
            next_at=held,
        )
        connection.execute(insert.on_conflict_do_nothing(index_elements=["key"]))


def mark_rendered(connection: Connection, alert_id: int, now: datetime) -> None:
    """The alert's messages stand in the outbox."""
    connection.execute(
        sa.update(schema.alert).where(schema.alert.c.id == alert_id).values(state="rendered", rendered_at=now)
    )


def mark_dead(connection: Connection, alert_id: int) -> None:
    """No message can be made of this alert."""
    connection.execute(sa.update(schema.alert).where(schema.alert.c.id == alert_id).values(state="dead"))


def find_free_at(
    connection: Connection, channel: str, most: int, now: datetime, span: timedelta = timedelta(hours=1)
) -> datetime | None:
    """When a channel that had its cap of alerts in a span may have the next one; None when it may now."""
    m = schema.message.c
    select = (
        sa.select(m.owed_at)
        .where(
            m.channel == channel,
            m.owed_at > now - span,
            m.kind.in_(["instant", "update"]),
            m.part == 1,
            m.state != "held",
            m.merged_into.is_(None),
        )
        .order_by(m.owed_at.desc())
        .offset(max(most, 1) - 1)
        .limit(1)
    )
    last: datetime | None = connection.execute(select).scalar()
    return None if last is None else last + span


def find_thread(connection: Connection, story_id: int, channel: str) -> str:
    """The key of the first message about a story in a channel; "" when there is none."""
    m = schema.message.c
    mine = with_merged(m.story_id, story_id)
    select = sa.select(m.key).where(mine, m.channel == channel, m.part == 1).order_by(m.id).limit(1)
    return connection.execute(select).scalar() or ""


def retry(store: Store, message_id: int, now: datetime) -> bool:
    """Makes a failed, held or dead message due now; False when there is none."""
    m = schema.message.c
    with store.write() as connection:
        done = connection.execute(
            sa.update(schema.message)
            .where(m.id == message_id, m.state.in_(["failed", "held", "dead"]))
            .values(state="owed", next_at=None)
        )
        if done.rowcount:
            connection.execute(
                sa.insert(schema.attempt).values(
                    message_id=message_id, at=now, outcome="retry", detail="asked for by hand"
                )
            )
        return done.rowcount == 1


def replay(store: Store, message_id: int, now: datetime) -> bool:
    """Owes what was sent once more, as a message of its own; asked twice within a minute, once. False when it was not sent."""
    m = schema.message.c
    copied = (
        "kind",
        "story_id",
        "channel",
        "part",
        "parts",
        "title",
        "body",
        "body_format",
        "text",
        "thread",
        "payload",
    )
    with store.write() as connection:
        row = connection.execute(sa.select(schema.message).where(m.id == message_id, m.state == "sent")).one_or_none()
        if row is None:
            return False
        values = {name: getattr(row, name) for name in copied} | {"key": f"{row.key}-{now:%Y%m%d%H%M}", "owed_at": now}
        connection.execute(upsert(connection, schema.message).values(values).on_conflict_do_nothing())
    return True


def retry_dead(store: Store, channel: str, now: datetime) -> int:
    """Makes all dead letters of a channel due now, in their order; returns how many."""
    m = schema.message.c
    with store.write() as connection:
        update = sa.update(schema.message).where(m.channel == channel, m.state == "dead", m.merged_into.is_(None))
        ids = connection.execute(update.values(state="owed", next_at=None).returning(m.id)).scalars().all()
        rows = [{"message_id": id, "at": now, "outcome": "retry", "detail": "asked for by hand"} for id in ids]
        if rows:
            connection.execute(sa.insert(schema.attempt), rows)
        return len(rows)


def is_channel_known(store: Store, channel: str) -> bool:
    """Was anything ever owed to a channel of this name?"""
    with store.read() as connection:
        found = connection.execute(sa.select(schema.message.c.id).where(schema.message.c.channel == channel).limit(1))
        return found.first() is not None


def list_deliveries(
    store: Store, *, state: str | None = None, story: int | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Messages, newest first, in the shape that INTERFACES calls Deliveries; alerts not rendered yet come first."""
    m, a = schema.message.c, schema.alert.c
    columns = (
        m.id,
        m.channel,
        m.kind,
        m.state,
        m.story_id.label("story"),
        m.attempts,
        m.owed_at,
        m.sent_at,
        m.next_at,
        m.problem,
    )
    select = sa.select(*columns).order_by(m.id.desc()).limit(limit)
    if state is not None:
        select = select.where(m.state == state)
    if story is not None:
        select = select.where(with_merged(m.story_id, story))
    with store.read() as connection:
        rows = [dict(row._mapping) for row in connection.execute(select)]
        waiting = (
            []
            if state not in (None, "owed")
            else list(
                connection.execute(sa.select(schema.alert).where(a.state == "owed").order_by(a.id.desc()).limit(limit))
            )
        )
    unrendered = [
        {
            "id": None,
            "channel": channel,
            "kind": row.kind,
            "state": "owed",
            "story": row.story_id or None,
            "attempts": 0,
            "owed_at": row.owed_at,
            "sent_at": None,
            "next_at": None,
            "problem": "",
        }
        for row in waiting
        if story is None or row.story_id == story
        for channel in row.channels
    ]
    return (unrendered + rows)[:limit]

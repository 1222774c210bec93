"""Hubs that tell of news by themselves (WebSub): which are offered, which are subscribed to, who calls. Touches the database."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.database import Store

RENEW = timedelta(days=1)  # before the end of a lease
ASK_AGAIN = timedelta(days=1)  # a hub that refused or did not answer
PING_AGAIN = timedelta(seconds=60)  # calls in between ask for no further poll
TOKEN, SECRET = 18, 24  # bytes


def take_due(store: Store, outlets: Collection[str], now: datetime) -> list[Any]:
    """Rows of the subscriptions to ask for now, marked as asked: new ones, those whose lease ends, those that failed a day ago.

    `outlets`: the enabled ones. Subscriptions of others, and to hubs that a feed no longer names, are forgotten: their hub is told 404.
    """
    s, u = schema.source.c, schema.subscription.c
    with store.write() as connection:
        offered = {
            row.url: row
            for row in connection.execute(sa.select(schema.source).where(s.hub != "", s.kind == "feed"))
            if row.outlet in outlets
        }
        known = {row.source: row for row in connection.execute(sa.select(schema.subscription))}
        gone = [
            row.token
            for row in known.values()
            if row.source not in offered or (row.hub, row.topic) != (offered[row.source].hub, offered[row.source].topic)
        ]
        if gone:
            connection.execute(sa.delete(schema.subscription).where(u.token.in_(gone)))
        due = []
        for url, row in offered.items():
            held = known.get(url)
            if held is None or held.token in gone:
                due.append(_add(connection, row, now))
            elif _is_due(held, now):
                connection.execute(sa.update(schema.subscription).where(u.token == held.token).values(asked_at=now))
                due.append(held.token)
        return list(connection.execute(sa.select(schema.subscription).where(u.token.in_(due))))


def find_subscription(connection: Connection, token: str) -> Any | None:
    """The row whose address was called; None when there is none."""
    return connection.execute(sa.select(schema.subscription).where(schema.subscription.c.token == token)).first()


def set_state(store: Store, token: str, state: str, why: str = "", lease_until: datetime | None = None) -> None:
    """What became of a subscription: asked, active, refused, failed."""
    update = sa.update(schema.subscription).where(schema.subscription.c.token == token)
    with store.write() as connection:
        connection.execute(update.values(state=state, why=why, lease_until=lease_until))


def note_ping(store: Store, token: str, now: datetime) -> bool:
    """A hub called. Is its outlet to be polled now? Not when it called a moment ago."""
    u = schema.subscription.c
    with store.write() as connection:
        done = connection.execute(
            sa.update(schema.subscription)
            .where(u.token == token, sa.or_(u.pinged_at.is_(None), u.pinged_at <= now - PING_AGAIN))
            .values(pinged_at=now)
        )
        return done.rowcount == 1


def load_subscriptions(connection: Connection, outlet: str) -> dict[str, Any]:
    """Source → its subscription's row."""
    select = sa.select(schema.subscription).where(schema.subscription.c.outlet == outlet)
    return {row.source: row for row in connection.execute(select)}


def _is_due(row: Any, now: datetime) -> bool:
    if row.asked_at is not None and now - row.asked_at < ASK_AGAIN:
        return False
    return row.state != "active" or row.lease_until is None or row.lease_until - now < RENEW


def _add(connection: Connection, source: Any, now: datetime) -> str:
    token = secrets.token_urlsafe(TOKEN)
    connection.execute(
        sa.insert(schema.subscription).values(
            token=token,
            source=source.url,
            outlet=source.outlet,
            hub=source.hub,
            topic=source.topic,
            secret=secrets.token_urlsafe(SECRET),
            state="asked",
            asked_at=now,
        )
    )
    return token

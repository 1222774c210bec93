"""The ledger of digest windows: each (digest, end) once. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.learned import load_meta, save_meta, upsert


def load_last_end(connection: Connection, digest: str, now: datetime) -> datetime:
    """Where the next window begins: the end of the last one; for a new digest the moment when it was first seen, which is kept."""
    w = schema.digest_window.c
    last: datetime | None = connection.execute(sa.select(sa.func.max(w.window_end)).where(w.digest == digest)).scalar()
    if last is not None:
        return last
    known = load_meta(connection, f"digest_since:{digest}")
    if known:
        return datetime.fromisoformat(known)
    save_meta(connection, f"digest_since:{digest}", now.isoformat())
    return now


def owe_window(connection: Connection, digest: str, start: datetime, end: datetime, now: datetime) -> bool:
    """Owes the digest of a window; False when it was owed before."""
    insert = upsert(connection, schema.digest_window).values(
        digest=digest, window_start=start, window_end=end, owed_at=now
    )
    row = connection.execute(insert.on_conflict_do_nothing().returning(schema.digest_window.c.id)).first()
    return row is not None


def load_owed_windows(connection: Connection) -> list[Any]:
    """Windows whose digest is not rendered yet, oldest first."""
    w = schema.digest_window.c
    return list(connection.execute(sa.select(schema.digest_window).where(w.state == "owed").order_by(w.id)))


def mark_window(connection: Connection, window_id: int, stories: Iterable[int], now: datetime) -> None:
    """The window's messages stand in the outbox; these stories were told in it."""
    w = schema.digest_window.c
    connection.execute(
        sa.update(schema.digest_window).where(w.id == window_id).values(state="rendered", rendered_at=now)
    )
    rows = [{"window_id": window_id, "story_id": story_id} for story_id in stories]
    if rows:
        connection.execute(upsert(connection, schema.told).values(rows).on_conflict_do_nothing())

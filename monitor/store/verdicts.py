"""Readers' judgements of hits. Touches the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.store import schema
from monitor.store.database import Store


def save_verdict(store: Store, hit_id: int, verdict: str, now: datetime) -> bool:
    """Keeps a judgement, the newest counts; False when there is no such hit."""
    with store.write() as connection:
        if connection.execute(sa.select(schema.hit.c.id).where(schema.hit.c.id == hit_id)).first() is None:
            return False
        connection.execute(sa.insert(schema.verdict).values(hit_id=hit_id, verdict=verdict, at=now))
    return True

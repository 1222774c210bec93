"""Readers' judgements of hits. Touches the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.database import Store


def save_verdict(store: Store, hit_id: int, verdict: str, now: datetime) -> bool:
    """Keeps a judgement, the newest counts; False when there is no such hit."""
    with store.write() as connection:
        if connection.execute(sa.select(schema.hit.c.id).where(schema.hit.c.id == hit_id)).first() is None:
            return False
        connection.execute(sa.insert(schema.verdict).values(hit_id=hit_id, verdict=verdict, at=now))
    return True


def load_judged(connection: Connection, since: datetime) -> list[Any]:
    """Rows of hits with their newest verdict since then, and their articles: entry, field, start, end, verdict, headline, body, language, published_at."""
    v, h, a, b = schema.verdict.c, schema.hit.c, schema.article.c, schema.body.c
    newest = sa.select(v.hit_id, sa.func.max(v.id).label("id")).where(v.at >= since).group_by(v.hit_id).subquery()
    return list(
        connection.execute(
            sa.select(
                h.entry, h.field, h.start, h.end, v.verdict, a.headline, a.language, a.published_at, b.body
            )
            .join(newest, newest.c.id == v.id)
            .join(schema.hit, h.id == v.hit_id)
            .join(schema.article, a.id == h.article_id)
            .join(schema.body, b.article_id == a.id)
            .where(h.suppressed.is_(False))
            .order_by(v.id)
        )
    )  # fmt: skip

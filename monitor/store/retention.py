"""Old texts let go: URLs, keys, hits and stories stay. On PostgreSQL texts lie in a partition a month. Touches the database."""
# ruff: noqa: S608 (names of tables and partitions are our own)

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.database import Store
from monitor.store.fulltext import forget_article

TABLES = ("body", "raw_page")  # with a partition a month
BLOCK = 1000  # articles in one transaction
AHEAD = 1000  # ids that may be given while a partition is closed, beside those of an hour like the last one


def begin_month(store: Store, now: datetime) -> list[str]:
    """Closes last month's partitions and opens this month's, when that is not done yet; returns those that were opened.

    By article id, which grows with time, so that keys stay as they are; nothing waits for more than the last short step.
    """
    opened = []
    for table in () if store.is_sqlite else TABLES:
        name = f"{table}_{now:%Y_%m}"
        with store.read() as connection:
            newest = _find_newest(connection, table)
            is_due = newest != name and _has_older(connection, now)
        if is_due:
            _open(store, table, newest, name, now)
            opened.append(name)
    return opened


def _find_newest(connection: Connection, table: str) -> str:
    """The partition that takes what comes."""
    found = connection.execute(
        sa.text(
            "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = to_regclass(:table) AND pg_get_expr(c.relpartbound, c.oid) LIKE '%TO (MAXVALUE)%'"
        ),
        {"table": table},
    )
    return str(found.scalar_one())


def _has_older(connection: Connection, now: datetime) -> bool:
    """Does anything stand in the archive from before this month?"""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (
        connection.execute(sa.select(schema.article.c.id).where(schema.article.c.seen_at < first).limit(1)).first()
        is not None
    )


def _open(store: Store, table: str, old: str, new: str, now: datetime) -> None:
    a = schema.article.c
    with store.write() as connection:
        lately = connection.execute(sa.select(sa.func.count()).where(a.seen_at > now - timedelta(hours=1))).scalar_one()
        until = (connection.execute(sa.select(sa.func.max(a.id))).scalar() or 0) + AHEAD + lately
        connection.execute(sa.text(f"ALTER TABLE {old} DROP CONSTRAINT IF EXISTS ends"))
        connection.execute(sa.text(f"ALTER TABLE {old} ADD CONSTRAINT ends CHECK (article_id < {until}) NOT VALID"))
    with store.write() as connection:  # reads the partition, and nobody waits for that
        connection.execute(sa.text(f"ALTER TABLE {old} VALIDATE CONSTRAINT ends"))
    with store.write(alone=True) as connection:
        bound = str(
            connection.execute(
                sa.text(f"SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = '{old}'::regclass")
            ).scalar_one()
        )
        bound = bound.replace("TO (MAXVALUE)", f"TO ({until})")
        connection.execute(sa.text(f"ALTER TABLE {table} DETACH PARTITION {old}"))
        connection.execute(sa.text(f"ALTER TABLE {table} ATTACH PARTITION {old} {bound}"))
        connection.execute(sa.text(f"CREATE TABLE {new} PARTITION OF {table} FOR VALUES FROM ({until}) TO (MAXVALUE)"))


def forget_texts(store: Store, before: datetime) -> int:
    """Lets go of bodies, pages and full text of articles first seen before then; returns how many articles lost their text."""
    total, last = 0, 0
    if not store.is_sqlite:
        total = _empty_partitions(store, before)
    while True:
        with store.write() as connection:
            rows = _load_old(connection, before, last)
            if not rows:
                return total
            for row in rows:
                forget_article(connection, row.id, row.headline, row.body)
            ids = [row.id for row in rows]
            _delete(connection, ids)
            total, last = total + len(ids), ids[-1]


def _load_old(connection: Connection, before: datetime, after_id: int) -> Sequence[Any]:
    a, b = schema.article.c, schema.body.c
    select = sa.select(a.id, a.headline, b.body).join(schema.body, b.article_id == a.id)
    return connection.execute(select.where(a.seen_at < before, a.id > after_id).order_by(a.id).limit(BLOCK)).all()


def _delete(connection: Connection, ids: Sequence[int]) -> None:
    for table in (schema.body, schema.raw_page, schema.unindexed):
        connection.execute(sa.delete(table).where(table.c.article_id.in_(ids)))


def _empty_partitions(store: Store, before: datetime) -> int:
    """Partitions of which every article is older are emptied at once; their range stays, so that a late text has its place."""
    total = 0
    with store.write(alone=True) as connection:
        for partition in _list_closed(connection, "body"):
            oldest_kept = sa.text(
                f"SELECT 1 FROM {partition} AS p JOIN article AS a ON a.id = p.article_id WHERE a.seen_at >= :before LIMIT 1"
            )
            if connection.execute(oldest_kept, {"before": before}).first() is not None:
                continue
            count = connection.execute(sa.text(f"SELECT count(*) FROM {partition}")).scalar_one()
            connection.execute(
                sa.text(f"DELETE FROM article_search WHERE article_id IN (SELECT article_id FROM {partition})")
            )
            pages = partition.replace("body", "raw_page", 1)
            if pages in _list_closed(connection, "raw_page"):
                connection.execute(sa.text(f"TRUNCATE {pages}"))
            connection.execute(sa.text(f"TRUNCATE {partition}"))
            total += count
    return total


def _list_closed(connection: Connection, table: str) -> list[str]:
    found = connection.execute(
        sa.text(
            "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = to_regclass(:table) AND pg_get_expr(c.relpartbound, c.oid) NOT LIKE '%TO (MAXVALUE)%' ORDER BY 1"
        ),
        {"table": table},
    )
    return [str(name) for name in found.scalars()]

"""Who is at work on this database: workers of one version only. Touches the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.errors import StoreError
from monitor.store import schema
from monitor.store.clock import read_clock
from monitor.store.database import Store, shown
from monitor.store.learned import upsert
from monitor.store.migrate import head, read_revision

ALIVE = timedelta(seconds=30)  # a worker beats every 5 s


def enter(store: Store, name: str, pid: int, version: str, config: str) -> None:
    """Says that a worker is at work. Raises: StoreError when workers of another version are, or the database is read-only."""
    w = schema.worker.c
    with store.write(alone=True) as connection:
        now = read_clock(connection)
        others = sa.select(w.name, w.version).where(w.kind == "worker", w.at > now - ALIVE, w.name != name)
        for row in connection.execute(others):
            if row.version != version:
                raise StoreError(
                    f"{shown(store.url)}: {row.name} is at work with diplowatch {row.version}, this one is {version}: "
                    "upgrade the older one, or stop the others first"
                )
        _beat(connection, name, pid, version, config)


def beat(store: Store, name: str, pid: int, version: str, config: str) -> None:
    """Says that it still is. Raises: StoreError when the database was migrated past this program meanwhile."""
    with store.write() as connection:
        revision = read_revision(connection)
        if revision != head():
            raise StoreError(
                f"{shown(store.url)}: has schema {revision} by now, this worker knows {head()}: upgrade it"
            )
        _beat(connection, name, pid, version, config)


def leave(store: Store, name: str) -> None:
    """It is at work no more."""
    with store.write() as connection:
        connection.execute(sa.delete(schema.worker).where(schema.worker.c.name == name))


def load_workers(connection: Connection) -> list[Any]:
    """Workers with a heartbeat: name, pid, version, config, started_at, at."""
    w = schema.worker.c
    alive = sa.and_(w.kind == "worker", w.at > read_clock(connection) - ALIVE)
    return list(connection.execute(sa.select(schema.worker).where(alive).order_by(w.name)))


def _beat(connection: Connection, name: str, pid: int, version: str, config: str) -> None:
    now = read_clock(connection)
    values = {"pid": pid, "kind": "worker", "at": now, "version": version, "config": config}
    insert = upsert(connection, schema.worker).values(name=name, started_at=now, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))

"""What must be remembered of sources and hosts over restarts: etags, robots.txt, wishes to wait. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.clock import read_clock
from monitor.store.database import Store
from monitor.store.learned import upsert


def load_sources(store: Store, outlet: str) -> dict[str, sa.Row[Any]]:
    """The source rows of an outlet by URL."""
    with store.read() as connection:
        rows = connection.execute(sa.select(schema.source).where(schema.source.c.outlet == outlet))
        return {row.url: row for row in rows}


def load_sources_of(connection: Connection, outlets: Sequence[str]) -> dict[str, dict[str, sa.Row[Any]]]:
    """The source rows of several outlets: outlet → URL → row."""
    found: dict[str, dict[str, sa.Row[Any]]] = {outlet: {} for outlet in outlets}
    for row in connection.execute(sa.select(schema.source).where(schema.source.c.outlet.in_(outlets))):
        found[row.outlet][row.url] = row
    return found


def save_source(store: Store, url: str, **values: Any) -> None:
    """Sets columns of a source row, made when missing."""
    with store.write() as connection:
        set_source(connection, url, **values)


def set_source(connection: Connection, url: str, **values: Any) -> None:
    """The same inside a transaction."""
    set_sources(connection, [(url, values)])


def set_sources(connection: Connection, sources: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """The same for several; those that set the same columns go in one statement."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for url, values in sources:
        alike.setdefault(tuple(sorted(values)), []).append({"url": url, **values})
    for names, rows in alike.items():
        insert = upsert(connection, schema.source)
        changes = {name: insert.excluded[name] for name in names}
        connection.execute(insert.on_conflict_do_update(index_elements=["url"], set_=changes), rows)


def load_host(store: Store, host: str) -> sa.Row[Any] | None:
    """What is known of a host (netloc, lower case)."""
    with store.read() as connection:
        return connection.execute(sa.select(schema.host).where(schema.host.c.host == host)).first()


def save_host(store: Store, host: str, **values: Any) -> None:
    """Sets columns of a host row, made when missing."""
    with store.write() as connection:
        insert = upsert(connection, schema.host).values(host=host, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=["host"], set_=values))


def take_turn(store: Store, host: str, gap_s: float) -> float:
    """Takes the host's turn, if it is there: 0.0, and the next one comes after `gap_s`; else the seconds until it comes.

    On PostgreSQL by its clock, whatever the workers' clocks say. A turn that a crash of the server forgets is no harm:
    it comes back later than the turn was long, so the commit need not wait for the disk.
    """
    h = schema.host.c
    with store.write() as connection:
        if not store.is_sqlite:
            connection.execute(sa.text("SET LOCAL synchronous_commit = off"))
        now = read_clock(connection)
        insert = upsert(connection, schema.host).values(host=host, next_allowed_at=now + timedelta(seconds=gap_s))
        mine = insert.on_conflict_do_update(
            index_elements=["host"],
            set_={"next_allowed_at": insert.excluded.next_allowed_at},
            where=sa.or_(h.next_allowed_at.is_(None), h.next_allowed_at <= now),
        ).returning(h.host)
        if connection.execute(mine).first() is not None:
            return 0.0
        until = connection.execute(sa.select(h.next_allowed_at).where(h.host == host)).scalar()
        return max(0.005, (until - read_clock(connection)).total_seconds()) if until else 0.005


def end_turn(store: Store, host: str, delay_s: float) -> None:
    """The host has answered: the next turn comes `delay_s` from now, not earlier."""
    h = schema.host.c
    with store.write() as connection:
        if not store.is_sqlite:
            connection.execute(sa.text("SET LOCAL synchronous_commit = off"))
        until = read_clock(connection) + timedelta(seconds=delay_s)
        later = sa.or_(h.next_allowed_at.is_(None), h.next_allowed_at < until)
        connection.execute(sa.update(schema.host).where(h.host == host, later).values(next_allowed_at=until))


def load_waits(store: Store, now: datetime) -> dict[str, datetime]:
    """Hosts that asked us to wait, and until when."""
    h = schema.host.c
    with store.read() as connection:
        rows = connection.execute(sa.select(h.host, h.retry_after_at).where(h.retry_after_at > now))
        return {host: until for host, until in rows}

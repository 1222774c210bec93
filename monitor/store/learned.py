"""What the program learned and must not forget: surname counts, site memories, the configuration's version. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection

from monitor.store import schema

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

REFUSAL = "config_problem"  # of `meta`: why the files on the disk are not in force; "" = they are
Count = tuple[
    str, str, int, int, int
]  # person, language, documents with the surname, with the full name, with another given name


def add_counts(connection: Connection, counts: Iterable[Count]) -> None:
    """Adds increments to the surname counts."""
    rows = [dict(zip(("person", "language", "surname", "full", "other"), count, strict=True)) for count in counts]
    if not rows:
        return
    table = schema.name_count
    insert = upsert(connection, table)
    added = {name: table.c[name] + insert.excluded[name] for name in ("surname", "full", "other")}
    connection.execute(insert.on_conflict_do_update(index_elements=["person", "language"], set_=added), rows)


def load_counts(connection: Connection) -> list[Count]:
    """All surname counts."""
    t = schema.name_count.c
    return [tuple(row) for row in connection.execute(sa.select(t.person, t.language, t.surname, t.full, t.other))]


def save_memory(connection: Connection, outlet: str, blob: bytes, now: datetime) -> None:
    """Keeps one outlet's site memory."""
    insert = upsert(connection, schema.site_memory).values(outlet=outlet, blob=blob, at=now)
    connection.execute(
        insert.on_conflict_do_update(index_elements=["outlet"], set_={"blob": insert.excluded.blob, "at": now})
    )


def load_memory(connection: Connection, outlet: str) -> bytes | None:
    """One outlet's site memory; None before its first page."""
    return connection.execute(
        sa.select(schema.site_memory.c.blob).where(schema.site_memory.c.outlet == outlet)
    ).scalar()


def load_meta(connection: Connection, key: str) -> str | None:
    """A word that both processes share, such as `config_version`."""
    return connection.execute(sa.select(schema.meta.c.value).where(schema.meta.c.key == key)).scalar()


def save_meta(connection: Connection, key: str, value: str) -> None:
    """Sets a word that both processes share."""
    insert = upsert(connection, schema.meta).values(key=key, value=value)
    connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def upsert(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the connection's dialect."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # 2 MB, which SQLite does not need

    return postgresql.insert(table)

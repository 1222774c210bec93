"""Copies a whole database into another one, SQLite or PostgreSQL: resumable, then counted and hashed. Touches both databases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.errors import StoreError
from monitor.store import schema
from monitor.store.database import Store, shown
from monitor.store.fulltext import index_article, rebuild_index
from monitor.store.learned import load_meta, save_meta
from monitor.store.parts import SINCE

BLOCK = 1000  # rows in one transaction: what is done again after a crash
ALIVE = timedelta(seconds=15)  # a heartbeat comes every 5 s
MARK = "copy:"  # keys of `meta` in the target that say how far each table is; they go when all is verified
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """One table: rows copied now, rows that both sides hold, a hash of their contents, mended values."""

    table: str
    copied: int
    rows: int
    hash: str
    mended: int


def copy_store(source: Store, target: Store, now: datetime, say: Say = lambda _: None) -> list[Copied]:
    """Copies every table that is not complete yet, then compares counts and hashes on both sides.

    Raises: StoreError when the source is in use, the target holds something else, or the two differ in the end.
    """
    _refuse_living(source, now)
    _begin(source, target)
    copied: dict[str, tuple[int, int]] = {}
    for table in _tables():
        copied[table.name] = _copy_table(source, target, table, say)
    _count_on(target)
    if not target.is_sqlite:
        say(f"full text: {rebuild_index(target)} articles")
    done = []
    for table in _tables():
        rows, digest = hash_table(source, table)
        if (rows, digest) != hash_table(target, table):
            raise StoreError(
                f"{shown(target.url)}: table {table.name} differs from its source: empty the target, and copy again"
            )
        done.append(
            Copied(table=table.name, copied=copied[table.name][0], rows=rows, hash=digest, mended=copied[table.name][1])
        )
    with target.write() as connection:
        connection.execute(sa.delete(schema.meta).where(schema.meta.c.key.like(f"{MARK}%")))
    return done


def hash_table(store: Store, table: sa.Table) -> tuple[int, str]:
    """Rows of a table and a hash of their contents, in whatever order they lie; 16 hexadecimal digits."""
    total = rows = 0
    with store.read() as connection:
        select = sa.select(table)
        if table is schema.meta:
            select = select.where(_is_copied())
        for row in connection.execution_options(yield_per=BLOCK).execute(select):
            text = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True)
            total += int.from_bytes(hashlib.blake2b(_mend(text).encode(), digest_size=8).digest())
            rows += 1
    return rows, f"{total % 2**64:016x}"


def _is_copied() -> sa.ColumnElement[bool]:
    """Of `meta`: not how far a copy has come, nor the state of an index that the target makes anew."""
    key = schema.meta.c.key
    return sa.and_(key.not_like(f"{MARK}%"), key != SINCE)


def _tables() -> list[sa.Table]:
    """All but what each database keeps for itself."""
    return sorted(
        (one for one in schema.metadata.tables.values() if one is not schema.unindexed), key=lambda one: one.name
    )


def _refuse_living(source: Store, now: datetime) -> None:
    w = schema.worker.c
    with source.read() as connection:
        name = connection.execute(sa.select(w.name).where(w.at > now - ALIVE).limit(1)).scalar()
    if name is not None:
        raise StoreError(f"{shown(source.url)}: {name} works on it: stop diplowatch first, and wait {ALIVE.seconds} s")


def _begin(source: Store, target: Store) -> None:
    """Marks an empty target as a copy of this source. Raises: StoreError when it is neither empty nor such a copy."""
    if source.engine.url == target.engine.url:
        raise StoreError(f"{shown(source.url)}: source and target are the same database")
    with target.write() as connection:
        known = load_meta(connection, f"{MARK}from")
        if known is None:
            for table in _tables():
                if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
                    raise StoreError(f"{shown(target.url)}: not empty (table {table.name}): copy into a new database")
            save_meta(connection, f"{MARK}from", shown(source.url))
        elif known != shown(source.url):
            raise StoreError(f"{shown(target.url)}: holds a part of {known}, not of {shown(source.url)}")


def _copy_table(source: Store, target: Store, table: sa.Table, say: Say) -> tuple[int, int]:
    """Rows copied now and values mended; goes on after the last block that was written."""
    copied = mended = 0
    with target.read() as connection:
        last = json.loads(load_meta(connection, MARK + table.name) or "null")
    while rows := _read_block(source, table, last):
        last = [rows[-1][column.name] for column in table.primary_key]
        if not target.is_sqlite:
            mended += sum(_mend_row(table, row, say) for row in rows)
        with target.write() as connection:
            connection.execute(sa.insert(table), rows)
            save_meta(connection, MARK + table.name, json.dumps(last))
            if table is schema.body:
                _index(connection, [row["article_id"] for row in rows])
        copied += len(rows)
        say(f"{table.name}: {copied} rows")
    return copied, mended


def _read_block(source: Store, table: sa.Table, last: Sequence[Any] | None) -> list[dict[str, Any]]:
    keys = list(table.primary_key)
    select = sa.select(table).order_by(*keys).limit(BLOCK)
    if table is schema.meta:
        select = select.where(_is_copied())
    if last is not None:
        select = select.where(sa.tuple_(*keys) > sa.tuple_(*last) if len(keys) > 1 else keys[0] > last[0])
    with source.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select)]


def _index(connection: Connection, ids: Sequence[int]) -> None:
    """Articles come before bodies in the order of names, so both are there."""
    if connection.dialect.name != "sqlite":
        connection.execute(sa.insert(schema.unindexed), [{"article_id": id} for id in ids])
        return
    a, b = schema.article.c, schema.body.c
    select = sa.select(a.id, a.headline, b.body).join(schema.body, b.article_id == a.id).where(a.id.in_(ids))
    for row in connection.execute(select).all():
        index_article(connection, row.id, row.headline, row.body)


def _mend_row(table: sa.Table, row: dict[str, Any], say: Say) -> int:
    """PostgreSQL holds no NUL character: it is taken out, and said."""
    wrong = [name for name, value in row.items() if "\\u0000" in json.dumps(_plain(value))]
    for name in wrong:
        row[name] = json.loads(_mend(json.dumps(row[name]))) if row[name] is not None else None
        key = ", ".join(str(row[column.name]) for column in table.primary_key)
        say(f"{table.name} {key}: {name}: a NUL character, which PostgreSQL cannot hold, is left out")
    return len(wrong)


def _mend(text: str) -> str:
    return text.replace("\\u0000", "")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def _count_on(target: Store) -> None:
    """PostgreSQL goes on counting after the largest id that was copied."""
    if target.is_sqlite:
        return
    with target.write() as connection:
        for table, column in _counted():
            sequence = connection.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))).scalar()
            if sequence:
                largest = sa.select(sa.func.coalesce(sa.func.max(column), 0)).scalar_subquery()
                connection.execute(sa.select(sa.func.setval(sequence, largest + 1, sa.false())))


def _counted() -> Iterator[tuple[sa.Table, sa.Column[Any]]]:
    for table in _tables():
        keys = list(table.primary_key)
        if len(keys) == 1 and isinstance(keys[0].type, sa.BigInteger):
            yield table, keys[0]

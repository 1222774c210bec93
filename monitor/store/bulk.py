"""Many rows at once on PostgreSQL: written with one COPY, looked for with one array. Touches the database, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

Rows = Sequence[Mapping[str, Any]]
LEAST = 4  # rows from which a COPY is worth its round trips; a guess


def can_copy(connection: Connection, statement: sa.Executable, rows: Rows) -> bool:
    """Is this a bare `sa.insert(table)` for several rows of the same columns, on PostgreSQL?"""
    return (
        connection.dialect.driver == "psycopg"
        and type(statement) is sa.Insert  # one that minds conflicts is of another class
        and len(rows) >= LEAST
        and all(row.keys() == rows[0].keys() for row in rows)
    )


def copy_rows(connection: Connection, insert: sa.Insert, rows: Rows) -> None:
    """Rows of column name → value, as `connection.execute(insert, rows)` would take them.

    Raises: sqlalchemy.exc.DBAPIError, as an insert does.
    """
    import psycopg  # 9 MB, which SQLite does not need

    assert isinstance(insert.table, sa.Table)
    command, columns = _prepare(insert.table, tuple(rows[0]), connection.dialect)
    raw = connection.connection.driver_connection
    assert raw is not None
    try:
        with raw.cursor() as cursor, cursor.copy(command) as copy:
            for row in rows:
                copy.write_row([row[name] if dump is None else dump(row[name]) for name, dump in columns])
    except psycopg.Error as error:
        raise sa.exc.DBAPIError.instance(
            command, None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def is_among(connection: Connection, column: sa.Column[str], values: Sequence[str]) -> sa.ColumnElement[bool]:
    """Is the column one of these texts? One parameter on PostgreSQL, where each one of an IN costs."""
    if connection.dialect.name != "postgresql":
        return column.in_(values)
    from sqlalchemy.dialects import postgresql  # 2 MB, which SQLite does not need

    return column == sa.any_(sa.literal(list(values), postgresql.ARRAY(sa.Text)))


@lru_cache(maxsize=64)
def _prepare(
    table: sa.Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, list[tuple[str, Callable[[Any], Any] | None]]]:
    """The command, and for each column what turns a value into the driver's; None = nothing has to."""
    quote = dialect.identifier_preparer
    columns = [(name, table.c[name]) for name in names]
    command = (
        f"COPY {quote.format_table(table)} ({', '.join(quote.quote(column.name) for _, column in columns)}) FROM STDIN"
    )
    return command, [(name, column.type.dialect_impl(dialect).bind_processor(dialect)) for name, column in columns]

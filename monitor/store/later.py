"""A transaction of many pages: what nothing reads inside of it is written together at its end, what each page asks for is read ahead.

A statement a table, not a statement a row. Touches the database, inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store.bulk import can_copy, copy_rows

Rows = Sequence[Mapping[str, Any]]
OPTION = "diplowatch_later"  # execution option of a connection: its waiting rows


class Waiting:
    """Statements in the order in which they were first asked for, each with its rows in order."""

    def __init__(self) -> None:
        self.ahead: dict[str, dict[Any, Any]] = {}  # what → key → its row, or None when there is none
        self.ids: list[int] = []  # of articles to come
        self._rows: dict[int, tuple[sa.Executable, list[Mapping[str, Any]]]] = {}

    def add(self, statement: sa.Executable, rows: Rows) -> None:
        """`statement` is the same object each time: it tells what belongs together."""
        self._rows.setdefault(id(statement), (statement, []))[1].extend(rows)

    def write(self, connection: Connection) -> None:
        """Writes all; nothing waits then."""
        waiting, self._rows = self._rows, {}
        for statement, rows in waiting.values():
            if isinstance(statement, sa.Insert) and can_copy(connection, statement, rows):
                copy_rows(connection, statement, rows)
            else:
                connection.execute(statement, rows)


def write_later(connection: Connection, statement: sa.Executable, rows: Rows) -> None:
    """Rows for a statement that returns nothing: at the end of a `Store.write(later=True)`, else at once."""
    if not rows:
        return
    waiting: Waiting | None = connection.get_execution_options().get(OPTION)
    if waiting is None:
        connection.execute(statement, rows)
    else:
        waiting.add(statement, rows)


def write_waiting(connection: Connection) -> None:
    """Writes what waits, before somebody reads it."""
    waiting: Waiting | None = connection.get_execution_options().get(OPTION)
    if waiting is not None:
        waiting.write(connection)


def forget_ahead(connection: Connection, what: str) -> None:
    """Rows changed: whoever asks from now on asks the database, which therefore is told of all that waits."""
    write_waiting(connection)
    find_ahead(connection, what).clear()


def take_id(connection: Connection) -> int | None:
    """The id of an article that may be written later; None = it is to be written now."""
    waiting: Waiting | None = connection.get_execution_options().get(OPTION)
    return waiting.ids.pop(0) if waiting is not None and waiting.ids else None


def lay_in_ids(connection: Connection, ids: Sequence[int]) -> None:
    """Ids for `take_id`, in place of those that are left. On a connection that writes nothing later they are let go."""
    waiting: Waiting | None = connection.get_execution_options().get(OPTION)
    if waiting is not None:
        waiting.ids = list(ids)


def find_ahead(connection: Connection, what: str) -> dict[Any, Any]:
    """What was read ahead in a `Store.write(later=True)`, or is to be written later: key → row, None = there is none."""
    waiting: Waiting | None = connection.get_execution_options().get(OPTION)
    return {} if waiting is None else waiting.ahead.setdefault(what, {})

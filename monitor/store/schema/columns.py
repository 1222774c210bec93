"""Kinds of columns that both stores know. Touches nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import DateTime, TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows only in INTEGER PRIMARY KEY


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime on both stores; a naive one is refused. SQLite keeps it as text that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without zone: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the signature is SQLAlchemy’s)
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key(name: str, kind: Any = Text, **options: Any) -> sa.Column[Any]:
    """A part of the primary key."""
    return sa.Column(name, kind, primary_key=True, **options)


def text(name: str, default: str | None = "", **options: Any) -> sa.Column[Any]:
    """Text that is never null."""
    return sa.Column(name, Text, nullable=False, server_default=default, **options)


def count(name: str) -> sa.Column[Any]:
    """A number, 0 at first."""
    return sa.Column(name, Integer, nullable=False, server_default="0")


def flag(name: str) -> sa.Column[Any]:
    """A flag, false at first."""
    return sa.Column(name, Boolean, nullable=False, server_default=sa.false())


def at(name: str, **options: Any) -> sa.Column[Any]:
    """A moment."""
    return sa.Column(name, Moment, **options)

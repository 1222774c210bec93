"""Rows that are written together at the end of a transaction come back as those written one by one, on both stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from monitor.store import Store, schema
from monitor.store.bulk import LEAST, is_among
from monitor.store.later import write_later

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
INSERT = sa.insert(schema.article)
TEXTS = ["a\tb", "a\nb", "\\N", "\\.", 'a "quoted", \\ text', "", "Лавров 拉夫罗夫 🙂", "it's {x} %s %(y)s"]


def make_row(number: int, text: str) -> dict[str, object]:
    return {
        "id": number,
        "url": f"https://news.example/{number}/{text}",
        "headline": text,
        "outlet": "news",
        "seen_at": NOW,
        "published_at": NOW.astimezone(timezone(timedelta(hours=5))) if number % 2 else None,
        "authors": [text, "B. Writer"],
        "event": {"event": "meeting", "of": text} if number % 2 else None,
        "is_baseline": bool(number % 2),
    }


def read_all(store: Store) -> list[tuple[object, ...]]:
    columns = [schema.article.c[name] for name in make_row(1, "")]
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*columns).order_by(schema.article.c.id))]


def test_rows_written_together_are_those_written_one_by_one(store: Store) -> None:
    rows = [make_row(number, text) for number, text in enumerate(TEXTS, 1)]
    assert len(rows) >= LEAST
    with store.write() as connection:
        for row in rows:
            connection.execute(INSERT, row)
    one_by_one = read_all(store)
    with store.write() as connection:
        connection.execute(sa.delete(schema.article))
    with store.write(later=True) as connection:
        for row in rows:
            write_later(connection, INSERT, [row])
    assert read_all(store) == one_by_one
    assert [row[2] for row in one_by_one] == TEXTS
    with store.read() as connection:  # what stands for nothing is the same too
        is_null = sa.select(sa.func.count()).where(sa.cast(schema.article.c.event, sa.Text) == "null")
        assert connection.execute(is_null).scalar_one() == sum(row["event"] is None for row in rows)


def test_a_row_twice_fails_as_an_insert_does_and_leaves_nothing(store: Store) -> None:
    rows = [make_row(number, text) for number, text in enumerate(TEXTS, 1)]
    with pytest.raises(IntegrityError), store.write(later=True) as connection:
        for row in [*rows, rows[0]]:
            write_later(connection, INSERT, [row])
    assert read_all(store) == []
    with store.write(later=True) as connection:  # the store goes on
        write_later(connection, INSERT, rows)
    assert len(read_all(store)) == len(rows)


def test_any_of_many_texts_is_found(store: Store) -> None:
    with store.write(later=True) as connection:
        write_later(connection, INSERT, [make_row(number, text) for number, text in enumerate(TEXTS, 1)])
    with store.read() as connection:
        headline = schema.article.c.headline
        select = sa.select(headline).where(is_among(connection, headline, ["\\N", "it's {x} %s %(y)s", "none"]))
        assert sorted(connection.execute(select).scalars()) == ["\\N", "it's {x} %s %(y)s"]
        assert connection.execute(sa.select(headline).where(is_among(connection, headline, []))).all() == []

"""A database moves to another place whole, goes on after an interruption, and says in one line what is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from newsroom import tell_story

from monitor.errors import StoreError
from monitor.matching import compile_query
from monitor.store import Store, copying, ledger, open_store, schema, search
from monitor.store.copying import copy_store, hash_table

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def fill(store: Store, count: int = 25) -> None:
    for number in range(count):
        tell_story(store, number, NOW, channels=("desk",))
    with store.write() as connection:
        connection.execute(
            sa.insert(schema.name_count),
            [{"person": f"p{n}", "language": f"l{n % 3}", "surname": n, "full": 1, "other": 0} for n in range(30)],
        )
        connection.execute(sa.insert(schema.site_memory).values(outlet="gazette", blob=b"\x00\xff", at=NOW))
        connection.execute(sa.insert(schema.outlet).values(slug="gazette", added_at=NOW, past={"b": [1.5], "a": "ü"}))


@pytest.mark.postgres
def test_a_sqlite_database_moves_to_postgresql_and_back(
    sqlite_store: Store, postgres_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BLOCK", 7)
    fill(sqlite_store)
    there = copy_store(sqlite_store, postgres_store, NOW)
    back = open_store(f"sqlite:///{tmp_path / 'back.db'}")
    again = copy_store(postgres_store, back, NOW)
    assert [(one.table, one.rows, one.hash) for one in there] == [(one.table, one.rows, one.hash) for one in again]
    assert {one.table: one.rows for one in there}["article"] == 25
    assert len(search.search(postgres_store, compile_query('"in town" OR "to town"'), limit=99)) == 25
    assert len(search.search(back, compile_query("Torvik town"), limit=99)) == 25
    back.close()


@pytest.mark.postgres
def test_after_a_copy_postgresql_counts_on(sqlite_store: Store, postgres_store: Store) -> None:
    fill(sqlite_store, 3)
    copy_store(sqlite_store, postgres_store, NOW)
    assert tell_story(postgres_store, 99, NOW, channels=()) == 4


@pytest.mark.postgres
def test_an_interrupted_copy_goes_on_where_it_was(
    sqlite_store: Store, postgres_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BLOCK", 10)
    fill(sqlite_store)

    def interrupt(line: str) -> None:
        if line == "article: 20 rows":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_store(sqlite_store, postgres_store, NOW, interrupt)
    done = {one.table: one for one in copy_store(sqlite_store, postgres_store, NOW)}
    assert (done["article"].copied, done["article"].rows) == (5, 25)
    assert done["alert"].copied == 0
    assert hash_table(sqlite_store, schema.article) == hash_table(postgres_store, schema.article)


@pytest.mark.postgres
def test_a_nul_character_is_left_out_and_said(sqlite_store: Store, postgres_store: Store) -> None:
    fill(sqlite_store, 1)
    with sqlite_store.write() as connection:
        connection.execute(sa.update(schema.article).values(headline="a\x00b", authors=["c\x00"]))
    said: list[str] = []
    done = {one.table: one for one in copy_store(sqlite_store, postgres_store, NOW, said.append)}
    assert done["article"].mended == 2
    assert "article 1: headline: a NUL character, which PostgreSQL cannot hold, is left out" in said
    with postgres_store.read() as connection:
        assert connection.execute(sa.select(schema.article.c.headline)).scalar_one() == "ab"


@pytest.mark.postgres
def test_a_source_that_changed_meanwhile_is_found_out(sqlite_store: Store, postgres_store: Store) -> None:
    fill(sqlite_store, 3)

    def change(line: str) -> None:
        if line.startswith("body:"):
            with sqlite_store.write() as connection:
                connection.execute(sa.update(schema.article).where(schema.article.c.id == 2).values(headline="other"))

    with pytest.raises(StoreError, match="table article differs from its source"):
        copy_store(sqlite_store, postgres_store, NOW, change)


def test_a_database_at_work_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    ledger.beat(sqlite_store, "monitor", 42, NOW)
    target = open_store(f"sqlite:///{tmp_path / 'b.db'}")
    with pytest.raises(StoreError, match=r"monitor-42.* works on it: stop diplowatch first"):
        copy_store(sqlite_store, target, NOW + timedelta(seconds=5))
    target.close()


def test_a_target_that_holds_something_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    target = open_store(f"sqlite:///{tmp_path / 'b.db'}")
    fill(target, 1)
    with pytest.raises(StoreError, match=r"not empty .table alert.: copy into a new database"):
        copy_store(sqlite_store, target, NOW)
    target.close()


def test_a_copy_of_another_database_is_not_gone_on_with(sqlite_store: Store, tmp_path: Path) -> None:
    target, other = (open_store(f"sqlite:///{tmp_path / name}") for name in ("b.db", "c.db"))
    fill(sqlite_store, 1)
    with pytest.raises(KeyboardInterrupt):
        copy_store(sqlite_store, target, NOW, _interrupt)
    with pytest.raises(StoreError, match=r"holds a part of .*diplowatch.db, not of .*c.db"):
        copy_store(other, target, NOW)
    for store in (target, other):
        store.close()


def test_a_database_is_not_copied_into_itself(sqlite_store: Store) -> None:
    with pytest.raises(StoreError, match="the same database"):
        copy_store(sqlite_store, sqlite_store, NOW)


def _interrupt(_: str) -> None:
    raise KeyboardInterrupt

"""Opening a database: migrations, refusals in one line, transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from monitor.errors import StoreAway, StoreError
from monitor.store import Store, database, open_store, schema


def test_migrations_make_the_very_schema_that_the_code_uses(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, *_: not str(name).startswith(("article_fts", "article_search")),
                "include_object": lambda _, name, *__: not str(name).endswith("_first"),
            },  # a partition
        )
        assert compare_metadata(context, schema.metadata) == []


def test_opening_twice_migrates_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    open_store(url).close()
    open_store(url).close()


def test_two_databases_can_be_made_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda number: open_store(f"sqlite:///{tmp_path / str(number)}.db"), range(4)))
    for store in stores:
        with store.write() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM outlet")).scalar() == 0
        store.close()


def test_a_database_of_a_newer_program_is_refused(store: Store) -> None:
    with store.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer diplowatch .schema 9999"):
        open_store(store.url)


def test_a_moment_keeps_its_instant_and_comes_back_in_utc(store: Store) -> None:
    moment = datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=5)))
    with store.write() as connection:
        connection.execute(sa.insert(schema.story).values(headline="x", first_seen_at=moment, updated_at=moment))
    with store.read() as connection:
        found = connection.execute(sa.select(schema.story.c.first_seen_at)).scalar_one()
    assert found == moment
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)


def test_a_moment_without_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 (the point of the test)
    with pytest.raises(sa.exc.StatementError, match="without zone"), store.write() as connection:
        connection.execute(sa.insert(schema.story).values(headline="x", first_seen_at=naive, updated_at=naive))


def test_what_fails_inside_a_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as connection:
        connection.execute(sa.insert(schema.meta).values(key="a", value="b"))
        raise RuntimeError
    with store.read() as connection:
        assert connection.execute(sa.select(schema.meta)).all() == []


def test_a_folder_that_cannot_be_made_is_one_line() -> None:
    with pytest.raises(StoreError, match="cannot be created"):
        open_store("sqlite:////proc/nothing/here/a.db")


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_text("hello, I am a text file, long enough to be read as a header of something else\n" * 20)
    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{path}")


def test_a_missing_database_is_said_when_it_must_exist(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such database"):
        open_store(f"sqlite:///{tmp_path / 'a.db'}", create=False)


def test_a_url_that_is_none_is_said() -> None:
    with pytest.raises(StoreError, match="not a database URL"):
        open_store("diplowatch.db")


@pytest.mark.postgres
def test_wrong_credentials_do_not_show_the_password(postgres: str) -> None:
    url = "postgresql+psycopg://nobody:hunter2@127.0.0.1:1/none"
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.postgres
@pytest.mark.parametrize("idle_s", [0.0, 60.0])
def test_a_connection_that_was_cut_costs_at_most_one_transaction(
    postgres: str, postgres_store: Store, monkeypatch: pytest.MonkeyPatch, idle_s: float
) -> None:
    monkeypatch.setattr(database, "IDLE_S", idle_s)
    ask = sa.text("SELECT pg_backend_pid()")
    with postgres_store.read() as connection:
        pid = connection.execute(ask).scalar_one()
    with psycopg.connect(postgres, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    if idle_s:  # it was used a moment ago, and nobody asked
        with pytest.raises(StoreAway, match="the connection was lost"), postgres_store.read() as connection:
            connection.execute(ask)
    with postgres_store.read() as connection:
        assert connection.execute(ask).scalar_one() != pid


@pytest.mark.postgres
def test_a_server_that_falls_silent_is_given_up_within_half_a_minute(postgres_store: Store) -> None:
    with postgres_store.read() as connection:
        found = find_parameters(connection)
    patience_s = int(found["keepalives_idle"]) + int(found["keepalives_interval"]) * int(found["keepalives_count"])
    assert found["keepalives"] == "1"
    assert patience_s <= 30
    assert int(found["tcp_user_timeout"]) <= 30_000


@pytest.mark.postgres
def test_what_the_url_says_of_patience_is_kept(postgres_store: Store) -> None:
    store = open_store(f"{postgres_store.url}&keepalives_idle=77&tcp_user_timeout=0&connect_timeout=3")
    with store.read() as connection:
        found = find_parameters(connection)
    store.close()
    assert [found[name] for name in ("keepalives_idle", "tcp_user_timeout", "connect_timeout")] == ["77", "0", "3"]
    assert found["keepalives_interval"] == str(database.PATIENCE["keepalives_interval"])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("consuming input failed: could not receive data from server: Connection timed out", "the connection was lost"),
        ("consuming input failed: SSL SYSCALL error: Connection timed out", "the connection was lost"),
        ("could not send data to server: No route to host", "the connection was lost"),
        ('connection to server at "10.0.0.1", port 5432 failed: No route to host', "no database server answers there"),
        ('connection to server at "10.0.0.1", port 5432 failed: Network is unreachable', "no database server answers there"),
        ('connection to server at "10.0.0.1", port 5432 failed: Connection timed out', "no database server answers there"),
    ],
)  # fmt: skip
def test_a_network_that_is_cut_is_a_database_that_is_away(said: str, words: str) -> None:
    url = "postgresql+psycopg://desk@10.0.0.1/diplowatch"
    with pytest.raises(StoreAway, match=words), database.translated(url):
        raise sa.exc.OperationalError("SELECT 1", {}, psycopg.OperationalError(said))


def find_parameters(connection: sa.Connection) -> dict[str, str]:
    """What the driver was told."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return {one.keyword.decode(): one.val.decode() for one in driver.pgconn.info if one.val is not None}

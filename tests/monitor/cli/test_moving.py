"""`diplowatch migrate` and `diplowatch copy`, as a shell sees them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from monitor.store import Store
from monitor.store.migrate import head


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "monitor.cli", *words], capture_output=True, text=True)


def test_migrate_says_what_it_did(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    first, second = run("migrate", "--db", url), run("migrate", "--db", url, "--json")
    assert f"schema none → {head()} in" in first.stdout
    assert json.loads(second.stdout)["before"] == head()


@pytest.mark.postgres
def test_a_newer_database_is_refused_in_one_line(postgres_store: Store) -> None:
    with postgres_store.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    done = run("migrate", "--db", postgres_store.url)
    assert done.returncode == 1
    assert "written by a newer diplowatch (schema 9999" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.postgres
def test_two_programs_that_migrate_at_once_wait_for_each_other(postgres: str, postgres_store: Store) -> None:
    name = postgres_store.url.rpartition("%3D")[2]
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {name} CASCADE")
        connection.execute(f"CREATE SCHEMA {name}")
    command = [sys.executable, "-m", "monitor.cli", "migrate", "--json", "--db", postgres_store.url]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    befores = [json.loads(one.communicate()[0])["before"] for one in both]
    assert None in befores
    assert [one.returncode for one in both] == [0, 0]


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+psycopg://nobody-of-this-name@127.0.0.1:5432/test", "no such user"),
        ("postgresql+psycopg://root:hidden@127.0.0.1:5432/none-of-this-name", "no such database"),
        ("postgresql+psycopg://root:hidden@127.0.0.1:9/test", "no database server answers there"),
        ("mysql://root@127.0.0.1/test", "not a database URL"),
    ],
)
def test_a_wrong_database_is_one_line_without_its_password(url: str, words: str, tmp_path: Path, postgres: str) -> None:
    if "127.0.0.1:5432" not in postgres and ":5432" in url:
        pytest.skip("the server is elsewhere")
    run("migrate", "--db", f"sqlite:///{tmp_path / 'a.db'}")
    done = run("copy", "--from", f"sqlite:///{tmp_path / 'a.db'}", "--to", url)
    assert done.returncode == 1
    assert words in done.stderr
    assert "hidden" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.postgres
def test_a_server_that_takes_no_writes_is_one_line(postgres_store: Store, tmp_path: Path) -> None:
    run("migrate", "--db", f"sqlite:///{tmp_path / 'a.db'}")
    url = f"{postgres_store.url}%20-cdefault_transaction_read_only%3Don"
    done = run("copy", "--from", f"sqlite:///{tmp_path / 'a.db'}", "--to", url)
    assert done.returncode == 1
    assert "takes no writes (a read-only replica?" in done.stderr


def test_copy_prints_a_line_a_table(tmp_path: Path) -> None:
    run("migrate", "--db", f"sqlite:///{tmp_path / 'a.db'}")
    done = run("copy", "--from", f"sqlite:///{tmp_path / 'a.db'}", "--to", f"sqlite:///{tmp_path / 'b.db'}")
    assert done.returncode == 0, done.stderr
    assert "0 rows, equal on both sides" in done.stdout


def test_a_source_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = run("copy", "--from", f"sqlite:///{tmp_path / 'no.db'}", "--to", f"sqlite:///{tmp_path / 'b.db'}")
    assert done.returncode == 1
    assert "no such database" in done.stderr
    assert not (tmp_path / "b.db").exists()

"""What every test may use: no network but loopback, both stores, and a reason when a real part is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from monitor.store import Store, open_store

settings.register_profile("untimed", deadline=None)  # a slow machine is no failure
settings.load_profile("untimed")
LOCAL_POSTGRES = "postgresql://root@127.0.0.1:5432/test"


def pytest_runtest_setup() -> None:
    """Only loopback: a test that reaches for the internet fails."""
    socket_allow_hosts(["127.0.0.0/8", "::1"], allow_unix_socket=True)


def require(part: str, reason: str) -> None:
    """Skip with the reason, or fail where DIPLOWATCH_REQUIRE names the part (in CI)."""
    if part in os.environ.get("DIPLOWATCH_REQUIRE", "").split(","):
        pytest.fail(f"{part} is required here: {reason}")
    pytest.skip(f"{part}: {reason}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        require("chromium", "no chromium on this machine")
    assert path is not None
    return path


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A libpq URL of a real PostgreSQL: DIPLOWATCH_TEST_POSTGRES, the one on this machine, or a throwaway cluster."""
    given = os.environ.get("DIPLOWATCH_TEST_POSTGRES")
    for url in [given] if given else [LOCAL_POSTGRES]:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.OperationalError as error:
            if given:
                pytest.fail(f"DIPLOWATCH_TEST_POSTGRES: {error}")
        else:
            yield url
            return
    yield from _throwaway_cluster(tmp_path_factory.mktemp("postgres"))


def _throwaway_cluster(folder: Path) -> Iterator[str]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) if Path("/usr/lib/postgresql").exists() else []
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None or os.geteuid() == 0:  # initdb refuses root
        require(
            "postgres", "no server on 127.0.0.1:5432, no DIPLOWATCH_TEST_POSTGRES, no initdb that this user may run"
        )
    assert initdb is not None
    run = subprocess.run([initdb, "-A", "trust", "-U", "test", str(folder / "data")], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    control = str(Path(initdb).with_name("pg_ctl"))
    options = f"-c listen_addresses='' -k {folder}"
    subprocess.run(
        [control, "-w", "-D", str(folder / "data"), "-o", options, "-l", str(folder / "log"), "start"], check=True
    )
    try:
        yield f"postgresql://test@/postgres?host={folder}"
    finally:
        subprocess.run([control, "-D", str(folder / "data"), "-m", "immediate", "stop"], check=True)


@pytest.fixture
def postgres_store(postgres: str) -> Iterator[Store]:
    """An empty store in a schema of its own."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    joint = "&" if "?" in postgres else "?"
    store = open_store(
        postgres.replace("postgresql://", "postgresql+psycopg://", 1) + f"{joint}options=-csearch_path%3D{name}"
    )
    try:
        yield store
    finally:
        store.close()
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file."""
    store = open_store(f"sqlite:///{tmp_path / 'diplowatch.db'}")
    yield store
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Store:
    """Each store in turn: the contract suite."""
    found: Store = request.getfixturevalue("sqlite_store" if request.param == "sqlite" else "postgres_store")
    return found

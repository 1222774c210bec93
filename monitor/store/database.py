"""Opens the database: pragmas, write transactions, migrations, refusals in one line. Touches the database."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from monitor.errors import StoreAway, StoreError
from monitor.store import migrate
from monitor.store.later import OPTION, Waiting, write_waiting

BUSY_S = 10.0  # how long a writer waits for another one; DESIGN: busy_timeout 10 s
IDLE_S = 1.0  # a connection that was used since is taken to be alive; else the transaction says that it is not
STOPPED_S = 15  # PostgreSQL frees the locks of a program that was stopped inside a transaction for so long
OURS = ":key, hashtext(current_schema())"  # an advisory lock is the server's whole database's: schemas beside ours must not wait
WRITE_LOCK = 0x6469_706C  # advisory lock of the one writer on PostgreSQL; any constant of our own
# A server that only falls silent is gone after 25 s: three questions without an answer, or as long with nothing that was sent received.
# The system alone waits two hours, or 15 minutes. Source: https://www.postgresql.org/docs/current/libpq-connect.html; the seconds are a guess.
PATIENCE = {
    "connect_timeout": 10, "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}  # fmt: skip


class Store:
    """One database. `read()` and `write()` give a connection inside a transaction that ends with the block."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine, self.url = engine, url

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot. Raises: StoreError when the database cannot be reached."""
        with translated(self.url), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def write(self, *, alone: bool = False, later: bool = False) -> Iterator[Connection]:
        """One transaction that writes. `alone`: no other `alone` writer runs meanwhile (on SQLite no other writer at all).

        `later`: what nothing reads inside of it is written at its end (monitor.store.later).
        """
        with translated(self.url), self.engine.connect() as plain:
            connection = plain.execution_options(diplowatch_write=True, **({OPTION: Waiting()} if later else {}))
            with connection.begin():
                if alone and not self.is_sqlite:
                    connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({OURS})"), {"key": WRITE_LOCK})
                yield connection
                write_waiting(connection)

    @contextlib.contextmanager
    def only_one(self, key: int) -> Iterator[bool]:
        """True for one program at a time on PostgreSQL, as long as the block lasts; on SQLite always."""
        if self.is_sqlite:
            yield True
            return
        with self.write() as connection:
            yield bool(connection.execute(sa.text(f"SELECT pg_try_advisory_xact_lock({OURS})"), {"key": key}).scalar())

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, *, create: bool = True) -> Store:
    """The store at a SQLAlchemy URL, migrated to this version; its folder is made when missing.

    Raises: StoreError when it is missing (with `create=False`), read-only, unreachable or of a newer version.
    """
    store, _ = open_migrated(url, create=create)
    return store


def open_migrated(url: str, *, create: bool = True) -> tuple[Store, str | None]:
    """The same, and the schema version that stood there before; None = the database was empty."""
    engine = _make_engine(url, create=create)
    try:
        with translated(url):
            before = migrate.migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, url), before


def _make_engine(url: str, *, create: bool) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            engine = sa.create_engine(parsed, pool_size=5, connect_args=find_patience(parsed))
            event.listen(engine, "connect", _set_session)
            event.listen(engine, "checkin", _note_used)
            event.listen(engine, "checkout", _ping_idle)
            return engine
    except (ArgumentError, ModuleNotFoundError, sa.exc.NoSuchModuleError):
        raise StoreError(
            f"{url}: not a database URL (sqlite:///data/diplowatch.db or postgresql+psycopg://…)"
        ) from None
    path = Path(parsed.database or "")
    if not create and not path.exists():
        raise StoreError(f"{path}: no such database (run `diplowatch run` or `diplowatch crawl` first)")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent}: cannot be created: {error.strerror}") from None
    # A connection per thread would outlive its thread in a pool of threads; opening a file is cheap, but not per article.
    engine = sa.create_engine(
        parsed, pool_size=8, max_overflow=16, pool_use_lifo=True, connect_args={"timeout": BUSY_S}
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def find_patience(url: URL) -> dict[str, int]:
    """How long a PostgreSQL server's silence is borne, for the driver: all that the URL does not say itself."""
    return {name: value for name, value in PATIENCE.items() if name not in url.query}


def _set_session(dbapi: Any, _record: object) -> None:
    with dbapi.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{STOPPED_S}s'")
    dbapi.commit()


def _note_used(_dbapi: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _ping_idle(dbapi: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """The server may be gone since a connection was last used. Asking each time would cost as much as a short transaction.

    Raises: InvalidatePoolError; then the pool opens another one.
    """
    used_at = record.info.get("used_at")
    if used_at is None or time.monotonic() - used_at < IDLE_S:
        return
    import psycopg  # 9 MB, which SQLite does not need

    try:
        with dbapi.cursor() as cursor:
            cursor.execute("SELECT 1")
        dbapi.rollback()
    except psycopg.Error as error:
        raise sa.exc.InvalidatePoolError(str(error)) from error


# The log is carried over after 16 MB, not 4: most pages of an index that grows are then written once, not every few commits.
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-8000", "wal_autocheckpoint=4000",
)  # fmt: skip


def _set_pragmas(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # we say BEGIN ourselves
    for pragma in PRAGMAS:
        dbapi.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("diplowatch_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextlib.contextmanager
def translated(url: str) -> Iterator[None]:
    """Turns the driver's errors into one line that names the database, without its password."""
    try:
        yield
    except OperationalError as error:
        words = _in_words(str(error.orig))
        raise (StoreAway if words in AWAY else StoreError)(f"{shown(url)}: {words}") from error
    except SQLAlchemyError as error:
        if isinstance(error, sa.exc.DBAPIError) and not isinstance(error, sa.exc.IntegrityError):
            raise StoreError(f"{shown(url)}: {_in_words(str(error.orig))}") from error
        raise


def shown(url: str) -> str:
    """A database URL as it may be printed: a file's path, or the server without the password."""
    parsed = make_url(url)
    return (
        str(parsed.database) if parsed.get_backend_name() == "sqlite" else parsed.render_as_string(hide_password=True)
    )


NO_SERVER, NOT_READY, LOST = (
    "no database server answers there",
    "the server is not ready yet",
    "the connection was lost",
)
AWAY = (NO_SERVER, NOT_READY, LOST)


def _in_words(problem: str) -> str:
    for sign, words in (
        ("read-only transaction", "the server takes no writes (a read-only replica? name the primary)"),
        ("readonly", "the database is read-only (check who owns the file and its folder)"),
        ("unable to open", "the database cannot be opened (does its folder exist, may you write there?)"),
        ("locked", "the database is locked by another program"),
        ("full", "the disk is full"),
        ("password authentication failed", "wrong user or password"),
        ("no password supplied", "wrong user or password"),
        ("permission denied", "this user may not do that there"),
        ('FATAL:  role "', "no such user"),
        ('FATAL:  database "', "no such database"),
        ("could not receive data", LOST),
        ("could not send data", LOST),
        ("SSL SYSCALL error", LOST),
        ("refused", NO_SERVER),
        ("timed out", NO_SERVER),
        ("No route to host", NO_SERVER),
        ("unreachable", NO_SERVER),
        ("No such file", NO_SERVER),
        ("could not translate host name", NO_SERVER),
        ("failed to resolve host", NO_SERVER),
        ("Name or service not known", NO_SERVER),
        ("timeout expired", NO_SERVER),
        ("the database system is", NOT_READY),
        ("server closed the connection", LOST),
        ("terminating connection", LOST),
        ("connection is lost", LOST),
        ("connection is closed", LOST),
    ):
        if sign in problem:
            return words
    return problem.strip().splitlines()[0] if problem.strip() else "the database does not answer"

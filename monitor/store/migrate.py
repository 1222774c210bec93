"""Brings a database to this version, or refuses a newer one. Touches the database."""

from __future__ import annotations

import functools
import threading
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.errors import StoreError

FOLDER = Path(__file__).parent / "migrations"
_one_at_a_time = threading.Lock()  # Alembic keeps its context in globals of a module
MIGRATION_LOCK = 0x6469_706D  # advisory lock on PostgreSQL; any constant of our own


def migrate(engine: Engine) -> str | None:
    """Every missing migration in one transaction; nothing when the database is current. Returns the version before.

    Raises: StoreError when a newer program wrote this database.
    """
    with engine.connect() as connection:
        if read_revision(connection) == head():
            return head()
    with engine.connect() as plain:
        connection = plain.execution_options(diplowatch_write=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            revision = read_revision(connection)
            if revision is not None and revision not in _known():
                raise StoreError(
                    f"{engine.url.render_as_string(hide_password=True)}: written by a newer diplowatch "
                    f"(schema {revision}, this one knows {head()}): upgrade the program, or restore a backup"
                )
            upgrade_to(connection, "head")
            return revision


def read_revision(connection: Connection) -> str | None:
    """The schema version that stands in the database; None in an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def head() -> str:
    """The schema version of this program."""
    return _known()[0]


@functools.lru_cache(maxsize=1)
def _known() -> list[str]:
    """The versions that this program can bring a database to, the newest first, by the names of their files."""
    return sorted((path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py")), reverse=True)


def upgrade_to(connection: Connection, revision: str) -> None:
    """Runs the migrations up to this one, in the caller's transaction. Alembic is 12 MB, and most starts have nothing to migrate."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    with _one_at_a_time:
        command.upgrade(config, revision)

"""The first schema."""

from __future__ import annotations

from alembic import op

from monitor.store import fulltext
from monitor.store.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    if op.get_bind().dialect.name == "sqlite":
        op.execute(fulltext.CREATE)

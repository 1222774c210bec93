"""What receivers call the messages that they took."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("message", sa.Column("receipt", sa.Text(), server_default="", nullable=False))

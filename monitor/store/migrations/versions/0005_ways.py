"""Which ways into an outlet showed an article; hubs that tell of news by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.schema.columns import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("candidate", sa.Column("ways", sa.Integer(), server_default="0", nullable=False))
    op.add_column("source", sa.Column("hub", sa.Text(), server_default="", nullable=False))
    op.add_column("source", sa.Column("topic", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "subscription",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("outlet", sa.Text(), server_default="", nullable=False),
        sa.Column("hub", sa.Text(), server_default="", nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("secret", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("pinged_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_subscription")),
    )
    op.create_index(op.f("ix_subscription_source"), "subscription", ["source"])

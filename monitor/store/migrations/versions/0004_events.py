"""What an article reports, what joined and parted stories, when official pages are looked at again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.schema.columns import Id, Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("article", sa.Column("event", sa.JSON(), nullable=True))
    op.add_column("article", sa.Column("event_kind", sa.Text(), server_default="", nullable=False))
    op.add_column("candidate", sa.Column("rechecks", sa.Integer(), server_default="0", nullable=False))
    op.add_column("candidate", sa.Column("missing_at", Moment(), nullable=True))
    op.create_index("ix_candidate_outlet_next_at", "candidate", ["outlet", "next_at"])
    op.create_table(
        "story_edit",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("other_id", Id, nullable=False),
        sa.Column("articles", sa.JSON(), nullable=True),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_edit")),
    )
    op.create_index(op.f("ix_story_edit_story_id"), "story_edit", ["story_id"])
    op.create_index(op.f("ix_story_edit_other_id"), "story_edit", ["other_id"])

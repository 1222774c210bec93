"""Shards, workers, reprocessing; on PostgreSQL full text beside the archive and bodies in partitions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.schema import Id, Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("outlet", sa.Column("shard", sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_outlet_shard"), "outlet", ["shard"], unique=False)
    op.add_column("worker", sa.Column("version", sa.Text(), server_default="", nullable=False))
    op.add_column("worker", sa.Column("config", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "shard",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("epoch", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_shard")),
    )
    op.create_table(
        "rerun",
        sa.Column("id", Id, nullable=False),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.Column("config", sa.Text(), server_default="", nullable=False),
        sa.Column("since", Moment(), nullable=True),
        sa.Column("state", sa.Text(), server_default="going", nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rerun")),
    )
    op.create_table(
        "rerun_part",
        sa.Column("rerun_id", Id, autoincrement=False, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("first_id", Id, autoincrement=False, nullable=False),
        sa.Column("last_id", Id, nullable=False),
        sa.Column("state", sa.Text(), server_default="owed", nullable=False),
        sa.Column("changed", sa.JSON(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("rerun_id", "step", "first_id", name=op.f("pk_rerun_part")),
    )
    op.create_table(
        "unindexed",
        sa.Column("article_id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_unindexed")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()


def _upgrade_postgresql() -> None:
    op.execute("CREATE TABLE article_search (article_id bigint PRIMARY KEY, words tsvector NOT NULL)")
    op.execute("ALTER TABLE article_search ALTER words SET STATISTICS 1000")
    op.execute("CREATE INDEX ix_article_search_words ON article_search USING gin (words)")
    op.execute("INSERT INTO unindexed SELECT id FROM article")
    # Nothing is copied: what stands there becomes the first partition. By article id, which grows with time: keys stay as they are.
    for table in ("body", "raw_page"):
        op.execute(f"ALTER TABLE {table} RENAME TO {table}_first")
        op.execute(f"ALTER TABLE {table}_first RENAME CONSTRAINT pk_{table} TO pk_{table}_first")
        op.execute(f"CREATE TABLE {table} (LIKE {table}_first INCLUDING DEFAULTS) PARTITION BY RANGE (article_id)")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY (article_id)")
        op.execute(f"ALTER TABLE {table} ATTACH PARTITION {table}_first FOR VALUES FROM (MINVALUE) TO (MAXVALUE)")

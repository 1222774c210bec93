"""Who may crawl what, and work over the archive that is cut into parts. Touches nothing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.types import JSON

from monitor.store.schema.columns import Id, at, count, key, metadata, text

shard = sa.Table(  # outlets that one worker polls at a time; a host is in one shard only
    "shard",
    metadata,
    key("slug"),
    text("owner"),  # name of a worker
    at("lease_until"),
    count("epoch"),  # fencing: grows with every owner
)

rerun = sa.Table(  # the archive worked over again
    "rerun",
    metadata,
    key("id", Id),
    text("what"),  # clean match stories, with commas
    text("config"),  # version of the configuration
    at("since"),
    text("state", "going"),  # going done
    at("began_at", nullable=False),
    at("ended_at"),
)

rerun_part = sa.Table(
    "rerun_part",
    metadata,
    key("rerun_id", Id, autoincrement=False),
    key("step"),  # clean-match stories
    key("first_id", Id, autoincrement=False),  # articles
    sa.Column("last_id", Id, nullable=False),
    text("state", "owed"),  # owed done
    sa.Column("changed", JSON),  # what changed → how many
    at("done_at"),
)

unindexed = (
    sa.Table(  # articles that the full text does not know yet (PostgreSQL: indexing stays out of the alert path)
        "unindexed",
        metadata,
        key("article_id", Id, autoincrement=False),
    )
)

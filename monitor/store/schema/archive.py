"""Articles with bodies, versions and raw pages apart; hits, verdicts, names, stories. Touches nothing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Integer, LargeBinary
from sqlalchemy.types import JSON

from monitor.store.schema.columns import Id, at, count, flag, key, metadata, text

article = sa.Table(
    "article",
    metadata,
    key("id", Id),
    text("url", None, unique=True),  # canonical URL of the candidate: the key
    text("link"),  # where it was fetched, after redirects: what a reader is given
    text("canonical_url", index=True),  # what the page says of itself
    text("outlet"),
    text("headline"),
    text("standfirst"),
    text("language"),
    sa.Column("authors", JSON),
    sa.Column("credits", JSON),
    at("published_at"),
    sa.Column("published_offset_s", Integer),  # the page's own zone
    at("modified_at"),
    at("seen_at", nullable=False),
    at("listed_at"),
    text("text_hash", index=True),  # of the folded headline and body
    sa.Column("story_id", Id, index=True),
    sa.Column("duplicate_of", Id),
    sa.Column("new", JSON),  # what it added to its story
    sa.Column("event", JSON),  # what it reports: monitor.stories.frames.to_record; null = no event was read
    text("event_kind"),  # "meeting", "visit", …
    flag("is_baseline"),
    flag("paywalled"),
    count("version"),
    at("gone_at"),
    sa.Index("ix_article_seen_at", "seen_at"),
    sa.Index("ix_article_outlet_seen_at", "outlet", "seen_at"),
)

body = sa.Table(
    "body",
    metadata,
    key("article_id", Id, autoincrement=False),
    text("body"),
    sa.Column("removed", LargeBinary),  # zstd JSON: [[rule, text], …]
)

version = sa.Table(
    "version",
    metadata,
    key("id", Id),
    sa.Column("article_id", Id, nullable=False, index=True),
    at("seen_at", nullable=False),
    text("headline"),
    sa.Column("body", LargeBinary, nullable=False),  # zstd text
    text("change"),
)

raw_page = sa.Table(
    "raw_page",
    metadata,
    key("article_id", Id, autoincrement=False),
    at("fetched_at", nullable=False),
    sa.Column("html", LargeBinary, nullable=False),  # zstd
)

hit = sa.Table(
    "hit",
    metadata,
    key("id", Id),
    sa.Column("article_id", Id, nullable=False, index=True),
    text("entry"),
    text("kind"),
    text("rule"),
    text("field"),
    count("start"),
    count("end"),
    text("text"),
    text("sentence"),
    flag("suppressed"),  # found only in a removed block: counted, shown, never sent
    sa.Index("ix_hit_entry_article_id", "entry", "article_id"),
)

verdict = sa.Table(
    "verdict",
    metadata,
    key("id", Id),
    sa.Column("hit_id", Id, nullable=False, index=True),
    text("verdict"),
    at("at", nullable=False),
)

name_count = sa.Table(  # what surname = "auto" decides by
    "name_count",
    metadata,
    key("person"),
    key("language"),
    count("surname"),
    count("full"),
    count("other"),
)

story = sa.Table(
    "story",
    metadata,
    key("id", Id),
    text("headline"),
    text("language"),
    sa.Column("lead_article_id", Id),
    at("first_seen_at", nullable=False, index=True),
    at("updated_at", nullable=False, index=True),
    sa.Column("merged_into", Id),
)

story_edit = sa.Table(  # what joined and parted stories, in order: processes that hold stories in memory follow it
    "story_edit",
    metadata,
    key("id", Id),
    at("at", nullable=False),
    text("kind"),  # merge split
    sa.Column("story_id", Id, nullable=False, index=True),  # what is left after a merge; what was split
    sa.Column("other_id", Id, nullable=False, index=True),  # what went into it; what came out of it
    sa.Column("articles", JSON),  # that a split took out
    text("by"),  # program, hand
)

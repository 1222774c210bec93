"""Every table, once, for SQLite and PostgreSQL. URL and key tables stay whole; bodies, versions and raw pages stand apart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Float, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import JSON, DateTime, TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows only in INTEGER PRIMARY KEY


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime on both stores; a naive one is refused. SQLite keeps it as text that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without zone: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the signature is SQLAlchemy’s)
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _key(name: str, kind: Any = Text, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, **options)


def _text(name: str, default: str | None = "", **options: Any) -> sa.Column[Any]:
    return sa.Column(name, Text, nullable=False, server_default=default, **options)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, Integer, nullable=False, server_default="0")


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, Boolean, nullable=False, server_default=sa.false())


def _at(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, Moment, **options)


meta = sa.Table("meta", metadata, _key("key"), _text("value"))  # config_version, …

# ------------------------------------------------------------------------------------------ crawling

outlet = sa.Table(
    "outlet",
    metadata,
    _key("slug"),
    _text("name"),
    _flag("enabled"),
    _at("added_at", nullable=False),
    _at(
        "baseline_at"
    ),  # when the first poll that could be read was done; what was published before `added_at` never rings
    _at("next_poll_at", index=True),  # null = at once
    _text("lease_owner"),
    _at("lease_until"),
    _count("epoch"),  # fencing: grows with every claim
    _at("last_poll_at"),
    _at("last_success_at"),
    _at("last_article_at"),  # newest article first seen here
    _text("state", "new"),
    _at("state_since"),
    _text("why"),
    _text("todo"),
    _count("failures"),  # polls in a row that failed
    _count("empties"),  # polls in a row that gave no entry
    sa.Column("usual_gap_s", Float),
    sa.Column("past", JSON),  # what health learns from: recent body lengths, paragraph counts, arrival times, …
)

source = sa.Table(
    "source",
    metadata,
    _key("url"),
    _text("outlet", index=True),
    _text("kind"),  # feed sitemap listing
    _text("etag"),
    _text("last_modified"),
    _count("status"),  # last HTTP status, 0 = none
    _at("checked_at"),
    _at("changed_at"),
    _at("full_at"),  # last full answer that was asked for without conditions
    _count("entries"),
    _text("problem"),
    _at("asleep_until"),  # 410, or repeated failure: not asked before
)

host = sa.Table(
    "host",
    metadata,
    _key("host"),  # netloc, lower case
    _at("next_allowed_at"),
    _at("retry_after_at"),
    sa.Column("delay_s", Float),  # learned or from Crawl-delay
    _text("robots_text"),
    _count("robots_status"),
    _at("robots_at"),  # when robots_text was last fetched well
    _at("robots_tried_at"),
    _count("failures"),
    _at("closed_until"),  # circuit breaker
)

candidate = sa.Table(
    "candidate",
    metadata,
    _key("id", Id),
    _text("url", None, unique=True),  # canonical: the key
    _text("address"),  # as the source gave it: what is fetched
    _text("outlet"),
    _text("source"),
    _text("title"),
    _text("summary"),
    _text("language"),
    _at("listed_at"),  # the date that the source gave
    _at("found_at", nullable=False),
    _text("state", "found"),
    _at("state_at", nullable=False),
    _text("reason"),
    _flag("is_baseline"),
    _count("attempts"),
    _at("next_at"),  # not fetched before (retries)
    sa.Column("article_id", Id),
    sa.Index("ix_candidate_outlet_state", "outlet", "state"),
    sa.Index("ix_candidate_state_at", "state_at"),
)

step = sa.Table(  # the trace that `why` prints
    "step",
    metadata,
    _key("id", Id),
    sa.Column("candidate_id", Id, nullable=False, index=True),
    _at("at", nullable=False),
    _text("step"),
    _text("outcome"),
    _text("detail"),
)

site_memory = sa.Table(
    "site_memory", metadata, _key("outlet"), sa.Column("blob", LargeBinary, nullable=False), _at("at")
)

worker = sa.Table(
    "worker",
    metadata,
    _key("name"),
    _count("pid"),
    _text("kind"),  # crawler monitor
    _at("started_at"),
    _at("at"),  # heartbeat
    _count("polls"),
    _count("pages"),
    _count("rss_mb"),
)

# ------------------------------------------------------------------------------------------ archive

article = sa.Table(
    "article",
    metadata,
    _key("id", Id),
    _text("url", None, unique=True),  # canonical URL of the candidate: the key
    _text("link"),  # where it was fetched, after redirects: what a reader is given
    _text("canonical_url", index=True),  # what the page says of itself
    _text("outlet"),
    _text("headline"),
    _text("standfirst"),
    _text("language"),
    sa.Column("authors", JSON),
    sa.Column("credits", JSON),
    _at("published_at"),
    sa.Column("published_offset_s", Integer),  # the page's own zone
    _at("modified_at"),
    _at("seen_at", nullable=False),
    _at("listed_at"),
    _text("text_hash", index=True),  # of the folded headline and body
    sa.Column("story_id", Id, index=True),
    sa.Column("duplicate_of", Id),
    sa.Column("new", JSON),  # what it added to its story
    _flag("is_baseline"),
    _flag("paywalled"),
    _count("version"),
    _at("gone_at"),
    sa.Index("ix_article_seen_at", "seen_at"),
    sa.Index("ix_article_outlet_seen_at", "outlet", "seen_at"),
)

body = sa.Table(
    "body",
    metadata,
    _key("article_id", Id, autoincrement=False),
    _text("body"),
    sa.Column("removed", LargeBinary),  # zstd JSON: [[rule, text], …]
)

version = sa.Table(
    "version",
    metadata,
    _key("id", Id),
    sa.Column("article_id", Id, nullable=False, index=True),
    _at("seen_at", nullable=False),
    _text("headline"),
    sa.Column("body", LargeBinary, nullable=False),  # zstd text
    _text("change"),
)

raw_page = sa.Table(
    "raw_page",
    metadata,
    _key("article_id", Id, autoincrement=False),
    _at("fetched_at", nullable=False),
    sa.Column("html", LargeBinary, nullable=False),  # zstd
)

hit = sa.Table(
    "hit",
    metadata,
    _key("id", Id),
    sa.Column("article_id", Id, nullable=False, index=True),
    _text("entry"),
    _text("kind"),
    _text("rule"),
    _text("field"),
    _count("start"),
    _count("end"),
    _text("text"),
    _text("sentence"),
    _flag("suppressed"),  # found only in a removed block: counted, shown, never sent
    sa.Index("ix_hit_entry_article_id", "entry", "article_id"),
)

verdict = sa.Table(
    "verdict",
    metadata,
    _key("id", Id),
    sa.Column("hit_id", Id, nullable=False, index=True),
    _text("verdict"),
    _at("at", nullable=False),
)

name_count = sa.Table(  # what surname = "auto" decides by
    "name_count",
    metadata,
    _key("person"),
    _key("language"),
    _count("surname"),
    _count("full"),
    _count("other"),
)

story = sa.Table(
    "story",
    metadata,
    _key("id", Id),
    _text("headline"),
    _text("language"),
    sa.Column("lead_article_id", Id),
    _at("first_seen_at", nullable=False, index=True),
    _at("updated_at", nullable=False, index=True),
    sa.Column("merged_into", Id),
)

# ------------------------------------------------------------------------------------------ alerts and delivery

alert = sa.Table(
    "alert",
    metadata,
    _key("id", Id),
    sa.Column("story_id", Id, nullable=False, server_default="0"),  # 0 = a notice
    sa.Column("article_id", Id),
    _text("watchlist"),
    _text("kind"),  # instant update notice
    _text("reason"),
    sa.Column("channels", JSON, nullable=False),
    _text("title"),  # of a notice
    _text("text"),  # of a notice
    _text("state", "owed"),  # owed rendered muted dead
    sa.Column("muted_by", Id),
    _at("owed_at", nullable=False),
    _at("rendered_at"),
    UniqueConstraint("story_id", "watchlist", "kind", "reason"),
    sa.Index("ix_alert_state_owed_at", "state", "owed_at"),
)

digest_window = sa.Table(
    "digest_window",
    metadata,
    _key("id", Id),
    _text("digest", None),
    _at("window_start", nullable=False),
    _at("window_end", nullable=False),
    _text("state", "owed"),  # owed rendered
    _at("owed_at", nullable=False),
    _at("rendered_at"),
    UniqueConstraint("digest", "window_end"),
)

told = sa.Table(  # which story stood in which digest
    "told",
    metadata,
    _key("window_id", Id, autoincrement=False),
    _key("story_id", Id, autoincrement=False),
)

message = sa.Table(
    "message",
    metadata,
    _key("id", Id),
    _text(
        "key", None, unique=True
    ),  # of alert or window, channel and part: Message-ID and Idempotency-Key are made of it
    sa.Column("alert_id", Id, index=True),
    sa.Column("window_id", Id),
    _text("kind"),  # instant update digest notice
    sa.Column("story_id", Id, index=True),
    _text("channel"),
    _count("part"),
    _count("parts"),
    _text("title"),
    _text("body"),
    _text("body_format"),
    _text("text"),
    _text("thread"),
    _text("payload"),
    _text("state", "owed"),  # owed held sending sent failed dead
    _count("attempts"),
    _at("owed_at", nullable=False),
    _at("next_at"),  # null = at once
    _text("lease_owner"),
    _at("lease_until"),
    _at("sent_at"),
    _text("problem"),
    sa.Column("merged_into", Id, index=True),  # the message that tells a held one together with others
    sa.Index("ix_message_state_next_at", "state", "next_at"),
    sa.Index("ix_message_channel_owed_at", "channel", "owed_at"),
    UniqueConstraint("alert_id", "window_id", "channel", "part"),
)

attempt = sa.Table(
    "attempt",
    metadata,
    _key("id", Id),
    sa.Column("message_id", Id, nullable=False, index=True),
    _at("at", nullable=False),
    _text("outcome"),
    _text("detail"),
)

silence = sa.Table(
    "silence",
    metadata,
    _key("id", Id),
    _text("kind"),  # entry story outlet
    _text("value"),
    _at("until", nullable=False),
    _text("reason"),
    _at("created_at", nullable=False),
    _at("ended_at"),
)

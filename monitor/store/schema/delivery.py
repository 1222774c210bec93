"""Alerts, digest windows, messages and their attempts, silences. Touches nothing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import UniqueConstraint
from sqlalchemy.types import JSON

from monitor.store.schema.columns import Id, at, count, key, metadata, text

alert = sa.Table(
    "alert",
    metadata,
    key("id", Id),
    sa.Column("story_id", Id, nullable=False, server_default="0"),  # 0 = a notice
    sa.Column("article_id", Id),
    text("watchlist"),
    text("kind"),  # instant update notice
    text("reason"),
    sa.Column("channels", JSON, nullable=False),
    text("title"),  # of a notice
    text("text"),  # of a notice; the new sentence of an update
    text("state", "owed"),  # owed rendered muted dead along (told by another update)
    sa.Column("muted_by", Id),
    at("owed_at", nullable=False),
    at("rendered_at"),
    UniqueConstraint("story_id", "watchlist", "kind", "reason"),
    sa.Index("ix_alert_state_owed_at", "state", "owed_at"),
)

digest_window = sa.Table(
    "digest_window",
    metadata,
    key("id", Id),
    text("digest", None),
    at("window_start", nullable=False),
    at("window_end", nullable=False),
    text("state", "owed"),  # owed rendered
    at("owed_at", nullable=False),
    at("rendered_at"),
    UniqueConstraint("digest", "window_end"),
)

told = sa.Table(  # which story stood in which digest
    "told",
    metadata,
    key("window_id", Id, autoincrement=False),
    key("story_id", Id, autoincrement=False),
)

message = sa.Table(
    "message",
    metadata,
    key("id", Id),
    text(
        "key", None, unique=True
    ),  # of alert or window, channel and part: Message-ID and Idempotency-Key are made of it
    sa.Column("alert_id", Id, index=True),
    sa.Column("window_id", Id),
    text("kind"),  # instant update digest notice
    sa.Column("story_id", Id, index=True),
    text("channel"),
    count("part"),
    count("parts"),
    text("title"),
    text("body"),
    text("body_format"),
    text("text"),
    text("thread"),
    text("payload"),
    text("state", "owed"),  # owed held sending sent failed dead
    count("attempts"),
    at("owed_at", nullable=False),
    at("next_at"),  # null = at once
    text("lease_owner"),
    at("lease_until"),
    at("sent_at"),
    text("problem"),
    text("receipt"),  # the receiver's own id of what it took: follow-ups reply to it
    sa.Column("merged_into", Id, index=True),  # the message that tells a held one together with others
    sa.Index("ix_message_state_next_at", "state", "next_at"),
    sa.Index("ix_message_channel_owed_at", "channel", "owed_at"),
    UniqueConstraint("alert_id", "window_id", "channel", "part"),
)

attempt = sa.Table(
    "attempt",
    metadata,
    key("id", Id),
    sa.Column("message_id", Id, nullable=False, index=True),
    at("at", nullable=False),
    text("outcome"),
    text("detail"),
)

silence = sa.Table(
    "silence",
    metadata,
    key("id", Id),
    text("kind"),  # entry story outlet
    text("value"),
    at("until", nullable=False),
    text("reason"),
    at("created_at", nullable=False),
    at("ended_at"),
)

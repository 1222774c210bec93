"""Outlets, their sources and hosts, the ledger of candidates, the processes at work. Touches nothing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Float, LargeBinary
from sqlalchemy.types import JSON

from monitor.store.schema.columns import Id, at, count, flag, key, metadata, text

meta = sa.Table("meta", metadata, key("key"), text("value"))  # config_version, …

outlet = sa.Table(
    "outlet",
    metadata,
    key("slug"),
    text("name"),
    flag("enabled"),
    at("added_at", nullable=False),
    at(
        "baseline_at"
    ),  # when the first poll that could be read was done; what was published before `added_at` never rings
    at("next_poll_at", index=True),  # null = at once
    text("lease_owner"),
    at("lease_until"),
    count("epoch"),  # fencing: grows with every claim
    at("last_poll_at"),
    at("last_success_at"),
    at("last_article_at"),  # newest article first seen here
    text("state", "new"),
    at("state_since"),
    text("why"),
    text("todo"),
    count("failures"),  # polls in a row that failed
    count("empties"),  # polls in a row that gave no entry
    text("shard", index=True),  # which workers take as a whole
    sa.Column("usual_gap_s", Float),
    sa.Column("past", JSON),  # what health learns from: recent body lengths, paragraph counts, arrival times, …
)

source = sa.Table(
    "source",
    metadata,
    key("url"),
    text("outlet", index=True),
    text("kind"),  # feed sitemap listing
    text("etag"),
    text("last_modified"),
    count("status"),  # last HTTP status, 0 = none
    at("checked_at"),
    at("changed_at"),
    at("full_at"),  # last full answer that was asked for without conditions
    count("entries"),
    text("problem"),
    at("asleep_until"),  # 410, or repeated failure: not asked before
    text("hub"),  # that a feed names: it tells of news by itself (WebSub)
    text("topic"),  # the feed's own name for itself
)

subscription = sa.Table(  # to a hub (WebSub)
    "subscription",
    metadata,
    key("token"),  # of the address at which the hub calls
    text("source", index=True),
    text("outlet"),
    text("hub"),
    text("topic"),
    text("secret"),  # with which the hub signs
    text("state"),  # asked active refused failed
    text("why"),
    at("asked_at"),
    at("lease_until"),
    at("pinged_at"),
)

host = sa.Table(
    "host",
    metadata,
    key("host"),  # netloc, lower case
    at("next_allowed_at"),
    at("retry_after_at"),
    sa.Column("delay_s", Float),  # learned or from Crawl-delay
    text("robots_text"),
    count("robots_status"),
    at("robots_at"),  # when robots_text was last fetched well
    at("robots_tried_at"),
    count("failures"),
    at("closed_until"),  # circuit breaker
)

candidate = sa.Table(
    "candidate",
    metadata,
    key("id", Id),
    text("url", None, unique=True),  # canonical: the key
    text("address"),  # as the source gave it: what is fetched
    text("outlet"),
    text("source"),
    text("title"),
    text("summary"),
    text("language"),
    at("listed_at"),  # the date that the source gave
    at("found_at", nullable=False),
    text("state", "found"),
    at("state_at", nullable=False),
    text("reason"),
    flag("is_baseline"),
    count("attempts"),
    at("next_at"),  # not fetched before (retries); of an article: when its page is looked at again
    sa.Column("article_id", Id),
    count("ways"),  # bits of monitor.completeness.WAYS that showed it
    count("rechecks"),  # how often the page of its article was looked at again
    at("missing_at"),  # since when its page is not found
    sa.Index("ix_candidate_outlet_state", "outlet", "state"),
    sa.Index("ix_candidate_state_at", "state_at"),
    sa.Index("ix_candidate_outlet_next_at", "outlet", "next_at"),
)

step = sa.Table(  # the trace that `why` prints
    "step",
    metadata,
    key("id", Id),
    sa.Column("candidate_id", Id, nullable=False, index=True),
    at("at", nullable=False),
    text("step"),
    text("outcome"),
    text("detail"),
)

site_memory = sa.Table("site_memory", metadata, key("outlet"), sa.Column("blob", LargeBinary, nullable=False), at("at"))

worker = sa.Table(
    "worker",
    metadata,
    key("name"),
    count("pid"),
    text("kind"),  # crawler monitor worker
    text("version"),  # of the program, where several must agree
    text("config"),  # version of the configuration that it works on
    at("started_at"),
    at("at"),  # heartbeat
    count("polls"),
    count("pages"),
    count("rss_mb"),
)

"""Every table, once, for SQLite and PostgreSQL. URL and key tables stay whole; bodies, versions and raw pages stand apart."""

from monitor.store.schema.archive import article, body, hit, name_count, raw_page, story, story_edit, verdict, version
from monitor.store.schema.columns import Id, Moment, metadata
from monitor.store.schema.crawling import candidate, host, meta, outlet, site_memory, source, step, subscription, worker
from monitor.store.schema.delivery import alert, attempt, digest_window, message, silence, told
from monitor.store.schema.workers import rerun, rerun_part, shard, unindexed

__all__ = [
    "Id",
    "Moment",
    "alert",
    "article",
    "attempt",
    "body",
    "candidate",
    "digest_window",
    "hit",
    "host",
    "message",
    "meta",
    "metadata",
    "name_count",
    "outlet",
    "raw_page",
    "rerun",
    "rerun_part",
    "shard",
    "silence",
    "site_memory",
    "source",
    "step",
    "story",
    "story_edit",
    "subscription",
    "told",
    "unindexed",
    "verdict",
    "version",
    "worker",
]

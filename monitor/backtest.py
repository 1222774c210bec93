"""Today's watches over the archive, beside what they did at the time. Reads the store, sends nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.matching import Matcher
from monitor.matching.proposals import Change, Judged, apply_change, propose_change
from monitor.matching.watch import compile_match
from monitor.model import EVENT_PREFIX, Config, Person, Topic
from monitor.store import Store, learned, schema, verdicts

BLOCK = 500  # articles read at a time
MOST_COMPARED = 200  # flagged articles, before and after a change


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    headline: str
    url: str
    entries: str
    sentence: str


@dataclass(slots=True, kw_only=True)
class Difference:
    """One watchlist: articles that it flagged, that it would flag, and those on one side only, newest last."""

    watchlist: str
    before: int = 0
    after: int = 0
    comes: list[Example] = field(default_factory=list)
    goes: list[Example] = field(default_factory=list)
    judged: int = 0  # flagged articles (now) with a verdict
    good: int = 0


def backtest_archive(
    store: Store,
    config: Config,
    since: datetime,
    *,
    progress: Callable[..., Iterable[Any]] = lambda items, *_: items,
    limit_s: float | None = None,
) -> list[Difference]:
    """A difference per watchlist, over the articles first seen since then; within `limit_s` seconds the newest of them."""
    end = None if limit_s is None else time.monotonic() + limit_s
    matcher = Matcher.compile(config.people, config.topics)
    tests = {item.slug: compile_match(item.match) for item in config.watchlists}
    results = {slug: Difference(watchlist=slug) for slug in tests}
    with store.read() as connection:
        matcher.load_counts(learned.load_counts(connection))
        a = schema.article.c
        total = connection.execute(sa.select(sa.func.count()).where(a.seen_at >= since)).scalar_one()
        old_hits, judged = _load_hits(connection, since), _load_verdicts(connection, since)
        rows = connection.execution_options(yield_per=BLOCK).execute(
            sa.select(a.id, a.url, a.headline, a.language, a.published_at, a.event_kind, schema.body.c.body)
            .join(schema.body, schema.body.c.article_id == a.id)
            .where(a.seen_at >= since)
            .order_by(a.id if limit_s is None else a.id.desc())
        )
        for row in progress(rows, total, "back-test"):
            if end is not None and time.monotonic() > end:
                break
            hits = matcher.find(row.headline, row.body, language=row.language or None, at=row.published_at)
            now = {hit.entry: hit.sentence for hit in reversed(hits)}
            before = old_hits.get(row.id, {})
            event = frozenset((f"{EVENT_PREFIX}{row.event_kind}",)) if row.event_kind else frozenset()
            for slug, test in tests.items():
                was, is_now = test(event | before.keys()), test(event | now.keys())
                _compare(results[slug], row, was, is_now, before, now, judged)
    return list(results.values())


def _compare(
    result: Difference,
    row: Any,
    was: bool,
    is_now: bool,
    before: dict[str, str],
    now: dict[str, str],
    judged: dict[int, str],
) -> None:
    result.before += was
    result.after += is_now
    if is_now and row.id in judged:
        result.judged += 1
        result.good += judged[row.id] == "good"
    if was != is_now:
        side, entries = (result.comes, now) if is_now else (result.goes, before)
        sentence = next(iter(entries.values()), "")
        side.append(Example(headline=row.headline, url=row.url, entries=", ".join(sorted(entries)), sentence=sentence))


def _load_hits(connection: sa.Connection, since: datetime) -> dict[int, dict[str, str]]:
    """article id → entry → sentence, as it was stored."""
    h = schema.hit.c
    rows = connection.execute(
        sa.select(h.article_id, h.entry, h.sentence)
        .join(schema.article, schema.article.c.id == h.article_id)
        .where(schema.article.c.seen_at >= since, h.suppressed.is_(False))
        .order_by(h.id.desc())
    )
    found: dict[int, dict[str, str]] = {}
    for article_id, entry, sentence in rows:
        found.setdefault(article_id, {})[entry] = sentence
    return found


def _load_verdicts(connection: sa.Connection, since: datetime) -> dict[int, str]:
    """article id → its newest verdict."""
    v, h = schema.verdict.c, schema.hit.c
    rows = connection.execute(
        sa.select(h.article_id, v.verdict)
        .join(schema.hit, h.id == v.hit_id)
        .join(schema.article, schema.article.c.id == h.article_id)
        .where(schema.article.c.seen_at >= since)
        .order_by(v.id)
    )
    return {article_id: verdict for article_id, verdict in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change of an entry by what readers judged, and over the archive: articles that it flags as it is, and that it would flag."""

    file: str
    slug: str
    change: Change
    before: int
    after: int
    looked_at: int
    goes: tuple[Example, ...]  # of the newest ones that would not be flagged any more


def find_proposals(store: Store, config: Config, since: datetime, *, limit_s: float) -> list[Proposal]:
    """What the verdicts since then say should be changed, the most wrong hits first; `limit_s`: for each back-test."""
    with store.read() as connection:
        rows, counts = verdicts.load_judged(connection, since), learned.load_counts(connection)
    judged: dict[str, list[Judged]] = {}
    for row in rows:
        if row.verdict in ("good", "wrong-person", "off-topic"):
            hit = Judged(
                field=row.field, start=row.start, end=row.end, is_good=row.verdict == "good", headline=row.headline,
                body=row.body, language=row.language, at=row.published_at,
            )  # fmt: skip
            judged.setdefault(row.entry, []).append(hit)
    found = []
    for file, entries in (("people", config.people), ("topics", config.topics)):
        for entry in entries:
            change = propose_change(entry, judged.get(entry.slug, []), counts)
            if change is not None:
                changed = apply_change(entry, change.key, change.value)
                found.append(_try_change(store, file, entry, changed, change, since, limit_s))
    return sorted(found, key=lambda proposal: (-proposal.change.ended, proposal.slug))


def _try_change(
    store: Store,
    file: str,
    entry: Person | Topic,
    changed: Person | Topic,
    change: Change,
    since: datetime,
    limit_s: float,
) -> Proposal:
    before = try_entry(store, entry, since, limit_s=limit_s, examples=MOST_COMPARED)
    after = try_entry(store, changed, since, limit_s=2 * limit_s, examples=MOST_COMPARED)
    kept = {example.url for example in after.examples}
    goes = (
        [example for example in before.examples if example.url not in kept]
        if after.looked_at >= before.looked_at
        else []
    )
    return Proposal(
        file=file, slug=entry.slug, change=change, before=before.found, after=after.found, looked_at=after.looked_at,
        goes=tuple(goes[:5]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One person or topic over the archive: articles looked at, how many there are, those that name it, the newest first."""

    looked_at: int
    total: int
    found: int
    examples: tuple[Example, ...]


def try_entry(store: Store, entry: Person | Topic, since: datetime, *, limit_s: float, examples: int = 5) -> Trial:
    """What an entry that is not in force yet would find among the articles first seen since then, newest first, within so many seconds."""
    people, topics = ((entry,), ()) if isinstance(entry, Person) else ((), (entry,))
    matcher = Matcher.compile(people, topics)
    looked_at = found = 0
    shown: list[Example] = []
    end = time.monotonic() + limit_s
    with store.read() as connection:
        matcher.load_counts(learned.load_counts(connection))
        a = schema.article.c
        total = connection.execute(sa.select(sa.func.count()).where(a.seen_at >= since)).scalar_one()
        rows = connection.execution_options(yield_per=BLOCK).execute(
            sa.select(a.id, a.url, a.headline, a.language, a.published_at, schema.body.c.body)
            .join(schema.body, schema.body.c.article_id == a.id)
            .where(a.seen_at >= since)
            .order_by(a.id.desc())
        )
        for row in rows:
            hits = matcher.find(row.headline, row.body, language=row.language or None, at=row.published_at)
            looked_at += 1
            found += bool(hits)
            if hits and len(shown) < examples:
                shown.append(
                    Example(headline=row.headline, url=row.url, entries=hits[0].text, sentence=hits[0].sentence)
                )
            if time.monotonic() > end:
                break
    return Trial(looked_at=looked_at, total=total, found=found, examples=tuple(shown))

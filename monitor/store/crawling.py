"""Outlets as the crawler sees them: polled, judged. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.completeness import describe
from monitor.health import Judgement, OutletPast, add_missing, find_pause_s, judge_outlet
from monitor.model import Outlet, OutletHealth
from monitor.rhythm import (
    describe_rhythm,
    find_daily_rate,
    find_unit,
    from_record,
    learn_articles,
    note_request,
    plan_next_poll,
    share_budget,
    to_record,
    usual_gap_s,
)
from monitor.store import learned, politeness, schema
from monitor.store.captures import load_completeness
from monitor.store.claims import Claim
from monitor.store.database import Store

KEPT_SIZES = 40  # pages of which is remembered how long their text was
KEPT_PAGES = 20  # pages of which is remembered whether they had text
UNIT = "poll_unit"  # how the outlets share requests (monitor.rhythm.find_unit), in the meta table


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What a poll of an outlet's sources showed. `problem` "" = at least one source could be read."""

    problem: str = ""
    problem_kind: str = ""  # blocked moved failing empty layout-changed
    entries: int = 0
    is_unchanged: bool = False  # every source answered 304
    new: int = 0
    partial: str = ""  # why another source of the outlet could not be read
    partial_kind: str = ""
    pages: str = ""  # a letter a page: t text, n no text, p paywalled, b refused
    sizes: Sequence[tuple[int, int, int]] = ()  # of pages with text: characters, paragraphs, checksum
    moved_to: str = ""  # where a source answers from, for good
    arrivals: int = 0  # new articles that are no baseline
    gap: tuple[datetime, datetime] | None = None  # in which a feed dropped entries that nothing else showed us
    dates: Sequence[datetime] = ()  # of new articles; at a first poll of all that is listed: the rhythm before we came


def sync_outlets(store: Store, outlets: Sequence[Outlet], now: datetime) -> None:
    """Brings the outlet rows in line with the configuration; what is gone from it is disabled, its history stays."""
    o = schema.outlet.c
    with store.write() as connection:
        known = {row.slug: row for row in connection.execute(sa.select(o.slug, o.name, o.enabled, o.past))}
        for outlet in outlets:
            past = {"reason": outlet.reason, "every_s": outlet.every_s, "has_sources": has_sources(outlet)}
            row = known.pop(outlet.slug, None)
            if row is None:
                connection.execute(
                    sa.insert(schema.outlet).values(
                        slug=outlet.slug,
                        name=outlet.name,
                        enabled=outlet.enabled,
                        added_at=now,
                        state_since=now,
                        past=past,
                    )
                )
            elif (row.name, row.enabled, {**(row.past or {}), **past}) != (outlet.name, outlet.enabled, row.past):
                connection.execute(
                    sa.update(schema.outlet)
                    .where(o.slug == outlet.slug)
                    .values(
                        name=outlet.name, enabled=outlet.enabled, past={**(row.past or {}), **past}, next_poll_at=None
                    )
                )
        gone = [slug for slug, row in known.items() if row.enabled]
        if gone:
            connection.execute(sa.update(schema.outlet).where(o.slug.in_(gone)).values(enabled=False))


def has_sources(outlet: Outlet) -> bool:
    """Is there any way into this outlet?"""
    return bool(outlet.feeds or outlet.sitemaps or outlet.listings)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollEnd:
    """A poll that is over. `sources`: columns of source rows by URL, saved after their candidates."""

    claim: Claim
    result: PollResult
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def finish_poll(
    store: Store,
    claim: Claim,
    result: PollResult,
    now: datetime,
    sources: Mapping[str, Mapping[str, Any]] | None = None,
) -> bool:
    """Ends a claim: what was seen, how the outlet is, when it is due again. False and nothing when the claim was lost."""
    return finish_polls(store, [PollEnd(claim=claim, result=result, sources=sources or {})], now) == 1


def finish_polls(store: Store, ends: Sequence[PollEnd], now: datetime) -> int:
    """The same for several polls in one transaction; returns how many still held their claim."""
    o = schema.outlet.c
    epochs = {end.claim.slug: end.claim.epoch for end in ends}
    with store.write() as connection:
        found = connection.execute(sa.select(schema.outlet).where(o.slug.in_(epochs)))
        rows = {row.slug: row for row in found if row.epoch == epochs[row.slug]}
        held = [end for end in ends if end.claim.slug in rows]
        if not held:
            return 0
        politeness.set_sources(connection, [(url, values) for end in held for url, values in end.sources.items()])
        unit = float(learned.load_meta(connection, UNIT) or 0)
        changes = [_end_row(rows[end.claim.slug], end.result, now, unit) for end in held]
        names = [name for name in changes[0] if name != "_slug"]
        update = sa.update(schema.outlet).where(o.slug == sa.bindparam("_slug"))
        connection.execute(update.values({name: sa.bindparam(name) for name in names}), changes)
    return len(held)


def _end_row(row: sa.Row[Any], result: PollResult, now: datetime, unit: float) -> dict[str, Any]:
    """All columns that the end of a poll sets."""
    past = learn_poll(row.past or {}, result, now)
    failures = row.failures + 1 if result.problem else 0
    empties = row.empties
    if not result.is_unchanged:
        empties = row.empties + 1 if not result.problem and not result.entries else 0
    next_at = _plan_next(past, now, unit)
    known = [date for date in (row.last_article_at, *result.dates) if date is not None]
    values = {
        "lease_owner": "",
        "lease_until": None,
        "last_poll_at": now,
        "last_success_at": row.last_success_at if result.problem else now,
        "last_article_at": now if result.arrivals else max(known, default=None),
        "usual_gap_s": usual_gap_s(from_record(past["rhythm"])),
        "failures": failures,
        "empties": empties,
        "past": past,
        "next_poll_at": now + timedelta(seconds=find_pause_s((next_at - now).total_seconds(), failures)),
    }
    judged = {name: getattr(row, name) for name in ("state", "why", "todo", "state_since")}
    return {"_slug": row.slug} | values | judged | _judge(row._asdict() | values, now)


def _plan_next(past: dict[str, Any], now: datetime, unit: float) -> datetime:
    """When a well outlet is asked again, by wish or by rhythm; notes in `past` what this request cost."""
    every_s = past.get("every_s")
    if every_s is not None:
        return now + timedelta(seconds=every_s)
    rhythm = from_record(past["rhythm"])
    a_day = share_budget(find_daily_rate(rhythm, now), unit)
    rhythm = note_request(rhythm, now, a_day)
    past["rhythm"] = to_record(rhythm)
    return plan_next_poll(rhythm, now, a_day=a_day)


def learn_poll(past: Mapping[str, Any], result: PollResult, now: datetime) -> dict[str, Any]:
    """What health remembers after a poll. Pure."""
    taught: dict[str, Any] = dict(past)
    taught["problem"], taught["problem_kind"] = result.problem, result.problem_kind
    taught["partial"], taught["partial_kind"] = result.partial, result.partial_kind
    taught["partials"] = past.get("partials", 0) + 1 if result.partial else 0
    taught["is_unchanged"] = result.is_unchanged
    taught["had_entries"] = bool(past.get("had_entries") or result.entries)
    taught["pages"] = (past.get("pages", "") + result.pages)[-KEPT_PAGES:]
    taught["sizes"] = [*past.get("sizes", ()), *map(list, result.sizes)][-KEPT_SIZES:]
    taught["moves"] = past.get("moves", 0) + 1 if result.moved_to else 0
    taught["moved_to"] = result.moved_to
    if result.gap is not None:
        taught["gap"] = [at.timestamp() for at in result.gap]
    taught["rhythm"] = past.get("rhythm") or to_record(from_record(None))
    if result.dates:
        taught["rhythm"] = to_record(learn_articles(from_record(taught["rhythm"]), result.dates, now))
    return taught


def judge_outlets(store: Store, now: datetime) -> None:
    """Judges every outlet again: silence comes without any poll."""
    with store.read() as connection:
        rows = connection.execute(sa.select(schema.outlet)).all()
        unit = float(learned.load_meta(connection, UNIT) or 0)
    _save_unit(store, rows, unit, now)
    changed = {row.slug: values for row in rows if (values := _judge(row._asdict(), now))}
    if not changed:
        return
    with store.write() as connection:
        for slug, values in changed.items():
            connection.execute(sa.update(schema.outlet).where(schema.outlet.c.slug == slug).values(values))


def _save_unit(store: Store, rows: Sequence[Any], known: float, now: datetime) -> None:
    """Shares the requests of a day anew when the outlets' rates have changed by more than a little."""
    pasts = [row.past or {} for row in rows if row.enabled]
    unit = find_unit(
        [find_daily_rate(from_record(past.get("rhythm")), now) for past in pasts if not past.get("every_s")]
    )
    if abs(unit - known) > 0.02 * max(unit, known):
        with store.write() as connection:
            learned.save_meta(connection, UNIT, f"{unit:.3f}")


def _judge(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Columns to change, none when the outlet is as it was."""
    found = judge_outlet(_past(row), now)
    if (found.state, found.why, found.todo) == (row["state"], row["why"], row["todo"]):
        return {}
    since = row["state_since"] if found.state == row["state"] and row["state_since"] else now
    return {"state": found.state, "why": found.why, "todo": found.todo, "state_since": since}


def _past(row: Mapping[str, Any]) -> OutletPast:
    past = row["past"] or {}
    pages = past.get("pages", "")
    names = ("enabled", "added_at", "last_poll_at", "last_success_at", "last_article_at", "failures", "empties")
    kept = (
        "reason",
        "problem",
        "problem_kind",
        "had_entries",
        "is_unchanged",
        "partial",
        "partial_kind",
        "partials",
        "sizes",
        "moved_to",
        "moves",
        "has_sources",
        "gap",
    )
    return OutletPast(
        **{name: row[name] for name in names},
        **{name: past[name] for name in kept if name in past},
        rhythm=from_record(past.get("rhythm")),
        marks=pages,
        no_text=pages.count("n"),
        pages=len(pages),
        paywalled=pages.count("p"),
    )


def _find_length(sizes: Sequence[Sequence[int]]) -> int | None:
    lengths = sorted(size[0] for size in sizes)
    return lengths[len(lengths) // 2] if lengths else None


def load_healths(store: Store, now: datetime, slugs: Iterable[str] = ()) -> list[OutletHealth]:
    """One row per outlet, in order of slug."""
    o, a = schema.outlet.c, schema.article.c
    select = sa.select(schema.outlet).order_by(o.slug)
    wanted = list(slugs)
    if wanted:
        select = select.where(o.slug.in_(wanted))
    with store.read() as connection:
        counts: dict[str, int] = {
            slug: count
            for slug, count in connection.execute(
                sa.select(a.outlet, sa.func.count()).where(a.seen_at >= now - timedelta(days=1)).group_by(a.outlet)
            )
        }
        rows = connection.execute(select).all()
        known = load_completeness(connection)
    healths = []
    for row in rows:
        seen = known.get(row.slug)
        judged = Judgement(state=row.state, why=row.why or (row.past or {}).get("reason", ""), todo=row.todo)
        judged = add_missing(judged, seen)
        health = OutletHealth(
            slug=row.slug,
            name=row.name,
            state=row.state if row.enabled or row.state == "disabled" else "disabled",
            since=row.state_since,
            why=judged.why,
            todo=judged.todo,
            last_poll_at=row.last_poll_at,
            last_success_at=row.last_success_at,
            last_article_at=row.last_article_at,
            usual_gap_s=row.usual_gap_s,
            next_poll_at=row.next_poll_at if row.enabled else None,
            articles_24h=counts.get(row.slug, 0),
            usual_rhythm=describe_rhythm(from_record((row.past or {}).get("rhythm")), now),
            usual_length=_find_length((row.past or {}).get("sizes", ())),
            seen_share=seen.share if seen else None,
            ways=describe(seen) if seen else "",
        )
        healths.append(health)
    return healths

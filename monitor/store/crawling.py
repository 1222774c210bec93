"""Outlets as the crawler sees them: claimed, polled, judged. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.health import OutletPast, judge_outlet, next_poll_s, usual_gap_s
from monitor.model import Outlet, OutletHealth
from monitor.store import schema
from monitor.store.database import Store

KEPT_GAPS = 60  # gaps between articles that are remembered
KEPT_PAGES = 20  # pages of which is remembered whether they had text


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to poll one outlet until the lease ends; `epoch` fences it."""

    slug: str
    epoch: int
    added_at: datetime
    is_first: bool  # the baseline is still to come


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What a poll of an outlet's sources showed. `problem` "" = at least one source could be read."""

    problem: str = ""
    problem_kind: str = ""  # blocked moved failing empty
    entries: int = 0
    is_unchanged: bool = False  # every source answered 304
    new: int = 0


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


def claim_outlets(
    store: Store,
    owner: str,
    now: datetime,
    *,
    lease_s: float,
    limit: int,
    only: Sequence[str] = (),
    before: datetime | None = None,
) -> list[Claim]:
    """Claims outlets that are due, longest overdue first. `before`: those not polled since then, due or not (once)."""
    o = schema.outlet.c
    free = sa.or_(o.lease_until.is_(None), o.lease_until <= now)
    select = sa.select(o.slug).where(o.enabled.is_(True) if not only else sa.true(), free)
    if only:
        select = select.where(o.slug.in_(only))
    if before is not None:
        select = select.where(sa.or_(o.last_poll_at.is_(None), o.last_poll_at < before))
    else:
        select = select.where(sa.or_(o.next_poll_at.is_(None), o.next_poll_at <= now))
    claims = []
    with store.write() as connection:
        for slug in connection.execute(select.order_by(o.next_poll_at, o.slug).limit(limit)).scalars().all():
            row = connection.execute(
                sa.update(schema.outlet)
                .where(o.slug == slug, free)
                .values(lease_owner=owner, lease_until=now + timedelta(seconds=lease_s), epoch=o.epoch + 1)
                .returning(o.epoch, o.added_at, o.baseline_at)
            ).first()
            if row is not None:
                claims.append(
                    Claim(slug=slug, epoch=row.epoch, added_at=row.added_at, is_first=row.baseline_at is None)
                )
    return claims


def extend_lease(store: Store, claim: Claim, now: datetime, lease_s: float) -> bool:
    """Keeps a long poll's claim; False when somebody else holds it now."""
    o = schema.outlet.c
    with store.write() as connection:
        done = connection.execute(
            sa.update(schema.outlet)
            .where(o.slug == claim.slug, o.epoch == claim.epoch)
            .values(lease_until=now + timedelta(seconds=lease_s))
        )
        return done.rowcount == 1


def complete_baseline(connection: Connection, claim: Claim, now: datetime) -> None:
    """The outlet's sources could be read for the first time: from now on what is new rings."""
    o = schema.outlet.c
    connection.execute(
        sa.update(schema.outlet).where(o.slug == claim.slug, o.baseline_at.is_(None)).values(baseline_at=now)
    )


def finish_poll(store: Store, claim: Claim, result: PollResult, now: datetime) -> None:
    """Ends a claim: what was seen, how the outlet is, when it is due again. Nothing when the claim was lost."""
    o = schema.outlet.c
    with store.write() as connection:
        row = connection.execute(sa.select(schema.outlet).where(o.slug == claim.slug, o.epoch == claim.epoch)).first()
        if row is None:
            return
        past: dict[str, Any] = dict(row.past or {})
        past["problem"], past["problem_kind"] = result.problem, result.problem_kind
        past["is_unchanged"] = result.is_unchanged
        failures = row.failures + 1 if result.problem else 0
        empties = row.empties + 1 if not result.problem and not result.is_unchanged and not result.entries else 0
        if result.is_unchanged:
            empties = row.empties
        past["had_entries"] = bool(past.get("had_entries") or result.entries)
        pause = next_poll_s(past.get("every_s"), past.get("gaps_s", ()), failures)
        connection.execute(
            sa.update(schema.outlet)
            .where(o.slug == claim.slug)
            .values(
                lease_owner="",
                lease_until=None,
                last_poll_at=now,
                last_success_at=row.last_success_at if result.problem else now,
                failures=failures,
                empties=empties,
                past=past,
                next_poll_at=now + timedelta(seconds=pause),
            )
        )
        _judge(connection, claim.slug, now)


def note_page(connection: Connection, slug: str, *, state: str, is_new: bool, now: datetime) -> None:
    """Learns from one page: did it have text, and how long since the article before."""
    o = schema.outlet.c
    row = connection.execute(sa.select(o.past, o.last_article_at).where(o.slug == slug)).first()
    if row is None:
        return
    past: dict[str, Any] = dict(row.past or {})
    letter = {"no-text": "n", "paywalled": "p"}.get(state, "t")
    past["pages"] = (past.get("pages", "") + letter)[-KEPT_PAGES:]
    values: dict[str, Any] = {"past": past}
    if is_new:
        if row.last_article_at is not None:
            past["gaps_s"] = [*past.get("gaps_s", ()), round((now - row.last_article_at).total_seconds(), 1)][
                -KEPT_GAPS:
            ]
        values["last_article_at"] = now
        values["usual_gap_s"] = usual_gap_s(past.get("gaps_s", ()))
    connection.execute(sa.update(schema.outlet).where(o.slug == slug).values(values))


def judge_outlets(store: Store, now: datetime) -> None:
    """Judges every outlet again: silence comes without any poll."""
    o = schema.outlet.c
    with store.read() as connection:
        slugs = connection.execute(sa.select(o.slug)).scalars().all()
    with store.write() as connection:
        for slug in slugs:
            _judge(connection, slug, now)


def _judge(connection: Connection, slug: str, now: datetime) -> None:
    o = schema.outlet.c
    row = connection.execute(sa.select(schema.outlet).where(o.slug == slug)).one()
    found = judge_outlet(_past(row), now)
    if (found.state, found.why, found.todo) == (row.state, row.why, row.todo):
        return
    since = row.state_since if found.state == row.state and row.state_since else now
    connection.execute(
        sa.update(schema.outlet)
        .where(o.slug == slug)
        .values(state=found.state, why=found.why, todo=found.todo, state_since=since)
    )


def _past(row: sa.Row[Any]) -> OutletPast:
    past = row.past or {}
    pages = past.get("pages", "")
    return OutletPast(
        enabled=row.enabled,
        reason=past.get("reason", ""),
        has_sources=past.get("has_sources", True),
        added_at=row.added_at,
        last_poll_at=row.last_poll_at,
        last_success_at=row.last_success_at,
        last_article_at=row.last_article_at,
        failures=row.failures,
        problem=past.get("problem", ""),
        problem_kind=past.get("problem_kind", ""),
        empties=row.empties,
        had_entries=past.get("had_entries", False),
        is_unchanged=past.get("is_unchanged", False),
        gaps_s=past.get("gaps_s", ()),
        no_text=pages.count("n"),
        pages=len(pages),
        paywalled=pages.count("p"),
    )


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
    return [
        OutletHealth(
            slug=row.slug,
            name=row.name,
            state=row.state if row.enabled or row.state == "disabled" else "disabled",
            since=row.state_since,
            why=row.why or (row.past or {}).get("reason", ""),
            todo=row.todo,
            last_poll_at=row.last_poll_at,
            last_success_at=row.last_success_at,
            last_article_at=row.last_article_at,
            usual_gap_s=row.usual_gap_s,
            next_poll_at=row.next_poll_at if row.enabled else None,
            articles_24h=counts.get(row.slug, 0),
        )
        for row in rows
    ]

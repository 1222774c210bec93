"""Shards: outlets that one worker polls at a time, a host in one shard only; taken, kept and left under a lease. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import Outlet
from monitor.store import ledger, schema
from monitor.store.clock import read_clock
from monitor.store.database import Store
from monitor.urls import host_of

LEAST, MOST = 20, 50  # outlets of a shard; a host with more has one of its own
ENDING = "!"  # before the owner's name: it finishes what it began and claims nothing more


def plan_shards(outlets: Sequence[Outlet], current: Mapping[str, str]) -> dict[str, str]:
    """Outlet → shard. Outlets that share a host share a shard; who has one keeps it where that holds. Pure."""
    plan: dict[str, str] = {}
    sizes: dict[str, int] = {}
    homeless: list[list[str]] = []
    for group in _group_by_host(outlets):
        known = sorted({current.get(slug, "") for slug in group} - {""})
        shard = next((one for one in known if sizes.get(one, 0) + len(group) <= MOST), "")
        if shard:
            _assign(plan, sizes, group, shard)
        else:
            homeless.append(group)
    number = 0
    for group in homeless:
        while sizes.get(shard := f"s{number:05d}", 0) and sizes[shard] + len(group) > LEAST:
            number += 1
        _assign(plan, sizes, group, shard)
    return plan


def _assign(plan: dict[str, str], sizes: dict[str, int], group: Iterable[str], shard: str) -> None:
    for slug in group:
        plan[slug] = shard
        sizes[shard] = sizes.get(shard, 0) + 1


def _group_by_host(outlets: Sequence[Outlet]) -> list[list[str]]:
    """Outlets in groups that share no host with one another, in order of slug."""
    first: dict[str, str] = {}  # host → the outlet by which its group goes
    parents = {outlet.slug: outlet.slug for outlet in outlets}

    def find(slug: str) -> str:
        while parents[slug] != slug:
            parents[slug] = slug = parents[parents[slug]]
        return slug

    for outlet in sorted(outlets, key=lambda one: one.slug):
        for host in _hosts(outlet):
            one, other = sorted((find(outlet.slug), find(first.setdefault(host, outlet.slug))))
            parents[other] = one
    groups: dict[str, list[str]] = {}
    for slug in sorted(parents):
        groups.setdefault(find(slug), []).append(slug)
    return list(groups.values())


def _hosts(outlet: Outlet) -> set[str]:
    urls = [outlet.home, *outlet.feeds, *outlet.sitemaps, *(listing.url for listing in outlet.listings)]
    return {host for host in map(host_of, urls) if host}


def save_shards(store: Store, outlets: Sequence[Outlet]) -> int:
    """Plans the shards anew and writes what changed; returns how many there are."""
    o = schema.outlet.c
    wanted = [outlet for outlet in outlets if outlet.enabled]
    with store.write() as connection:
        current = {slug: shard for slug, shard in connection.execute(sa.select(o.slug, o.shard))}
        plan = plan_shards(wanted, current)
        changed = [
            {"_slug": slug, "_shard": plan.get(slug, "")} for slug in current if current[slug] != plan.get(slug, "")
        ]
        if changed:
            update = sa.update(schema.outlet).where(o.slug == sa.bindparam("_slug"))
            connection.execute(update.values(shard=sa.bindparam("_shard")), changed)
        known = set(connection.execute(sa.select(schema.shard.c.slug)).scalars())
        fresh = [{"slug": shard} for shard in sorted(set(plan.values()) - known)]
        if fresh:
            connection.execute(sa.insert(schema.shard), fresh)
    return len(set(plan.values()))


def find_due_shards(connection: Connection, now: datetime) -> list[str]:
    """Shards with an outlet that is due and no owner, the longest overdue first."""
    o, s = schema.outlet.c, schema.shard.c
    oldest = sa.func.min(sa.func.coalesce(o.next_poll_at, o.added_at))
    select = (
        sa.select(s.slug)
        .join(schema.outlet, o.shard == s.slug)
        .where(o.enabled.is_(True), sa.or_(o.next_poll_at.is_(None), o.next_poll_at <= now), _is_free(now))
        .group_by(s.slug)
        .order_by(oldest)
    )
    return list(connection.execute(select).scalars())


def take_shard(store: Store, shard: str, owner: str, lease_s: float) -> int | None:
    """Makes `owner` the only one who may claim its outlets; returns the epoch, None when another one holds it.

    What the last owner still had claimed is free and fenced: its commits find another epoch.
    """
    o, s = schema.outlet.c, schema.shard.c
    with store.write() as connection:
        now = read_clock(connection)
        epoch: int | None = connection.execute(
            sa.update(schema.shard)
            .where(s.slug == shard, _is_free(now))
            .values(owner=owner, epoch=s.epoch + 1, lease_until=now + timedelta(seconds=lease_s))
            .returning(s.epoch)
        ).scalar()
        if epoch is None:
            return None
        slugs = connection.execute(
            sa.update(schema.outlet)
            .where(o.shard == shard, o.lease_until.is_not(None))
            .values(lease_owner="", lease_until=None, epoch=o.epoch + 1)
            .returning(o.slug)
        ).scalars()
        ledger.release_candidates(connection, now, list(slugs))
        return epoch


def free_claims(store: Store, owner: str) -> None:
    """What a crawler that died had claimed is free and fenced. Only for the one that takes its name."""
    o = schema.outlet.c
    with store.write() as connection:
        slugs = connection.execute(
            sa.update(schema.outlet)
            .where(o.lease_owner == owner, o.lease_until.is_not(None))
            .values(lease_owner="", lease_until=None, epoch=o.epoch + 1)
            .returning(o.slug)
        ).scalars()
        ledger.release_candidates(connection, read_clock(connection), list(slugs))


def keep_shard(store: Store, shard: str, owner: str, epoch: int, lease_s: float, *, ending: bool = False) -> bool:
    """Longer; False when it is another's by now. `ending`: nothing more of it is claimed."""
    s = schema.shard.c
    with store.write() as connection:
        done = connection.execute(
            sa.update(schema.shard)
            .where(s.slug == shard, s.epoch == epoch, s.owner.in_([owner, ENDING + owner]))
            .values(
                lease_until=read_clock(connection) + timedelta(seconds=lease_s),
                owner=ENDING + owner if ending else owner,
            )
        )
        return done.rowcount == 1


def leave_shard(store: Store, shard: str, owner: str, epoch: int) -> None:
    """It is free for anybody."""
    s = schema.shard.c
    with store.write() as connection:
        connection.execute(
            sa.update(schema.shard)
            .where(s.slug == shard, s.epoch == epoch, s.owner.in_([owner, ENDING + owner]))
            .values(owner="", lease_until=None)
        )


def count_work(store: Store, shard: str) -> tuple[int, int]:
    """Outlets of a shard that are due, and that are being polled."""
    o = schema.outlet.c
    with store.read() as connection:
        now = read_clock(connection)
        is_polled = sa.and_(o.lease_until.is_not(None), o.lease_until > now)
        is_due = sa.and_(o.enabled.is_(True), sa.or_(o.next_poll_at.is_(None), o.next_poll_at <= now), ~is_polled)
        row = connection.execute(
            sa.select(
                sa.func.coalesce(sa.func.sum(sa.case((is_due, 1), else_=0)), 0),
                sa.func.coalesce(sa.func.sum(sa.case((is_polled, 1), else_=0)), 0),
            ).where(o.shard == shard)
        ).one()
        return int(row[0]), int(row[1])


def _is_free(now: datetime) -> sa.ColumnElement[bool]:
    s = schema.shard.c
    return sa.or_(s.lease_until.is_(None), s.lease_until <= now)

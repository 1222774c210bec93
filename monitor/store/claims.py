"""The right to poll an outlet: taken, kept, held against others, given back. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.errors import ClaimLost
from monitor.store import ledger, schema
from monitor.store.bulk import is_among
from monitor.store.database import Store
from monitor.store.later import find_ahead

FIND_EPOCH = sa.select(schema.outlet.c.epoch).where(schema.outlet.c.slug == sa.bindparam("slug", type_=sa.Text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to poll one outlet until the lease ends; `epoch` fences it."""

    slug: str
    epoch: int
    added_at: datetime
    is_first: bool  # the baseline is still to come


def claim_outlets(
    store: Store,
    owner: str,
    now: datetime,
    *,
    lease_s: float,
    limit: int,
    only: Sequence[str] = (),
    before: datetime | None = None,
    worker: str = "",
) -> list[Claim]:
    """Claims outlets that are due, longest overdue first. `before`: those not polled since then, due or not (once).

    `worker`: only outlets of the shards that this worker holds.
    """
    o, s = schema.outlet.c, schema.shard.c
    free = sa.or_(o.lease_until.is_(None), o.lease_until <= now)
    if worker:
        held = sa.select(s.slug).where(s.owner == worker, s.lease_until > now)
        free = sa.and_(free, o.shard.in_(held))  # asked again by the UPDATE: a program may be stopped in between
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


def give_back(store: Store, taken: Sequence[Claim]) -> None:
    """Claims that cannot be used: their outlets are free again, and as due as they were."""
    o = schema.outlet.c
    with store.write() as connection:
        for claim in taken:
            mine = sa.and_(o.slug == claim.slug, o.epoch == claim.epoch)
            connection.execute(sa.update(schema.outlet).where(mine).values(lease_owner="", lease_until=None))


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


def find_lost(store: Store, claims: Sequence[Claim]) -> list[Claim]:
    """Claims that somebody else has taken over."""
    o = schema.outlet.c
    with store.read() as connection:
        slugs = [claim.slug for claim in claims]
        rows = connection.execute(sa.select(o.slug, o.epoch).where(o.slug.in_(slugs)))
        epochs = {slug: epoch for slug, epoch in rows}
    return [claim for claim in claims if epochs.get(claim.slug) != claim.epoch]


def read_ahead(connection: Connection, slugs: Iterable[str]) -> None:
    """Asks once who holds these outlets, for the `hold_claim`s of this transaction: nobody can claim them before it ends."""
    o, wanted = schema.outlet.c, sorted(set(slugs))
    select = sa.select(o.slug, o.epoch).where(is_among(connection, o.slug, wanted)).order_by(o.slug)
    if not wanted:
        return
    ahead = find_ahead(connection, "claim")
    ahead.update(dict.fromkeys(wanted))
    ahead.update({slug: epoch for slug, epoch in connection.execute(_locked(connection, select))})


def hold_claim(connection: Connection, slug: str, epoch: int | None) -> None:
    """Makes sure that what this transaction writes is written by who holds the outlet. `epoch` None = nobody asks.

    Raises: ClaimLost.
    """
    if epoch is None:
        return
    ahead = find_ahead(connection, "claim")
    if slug in ahead:
        held = ahead[slug]
    else:
        held = connection.execute(_locked(connection, FIND_EPOCH), {"slug": slug}).scalar()
    if held != epoch:
        raise ClaimLost(f"{slug}: another worker holds it now")


def _locked(connection: Connection, select: sa.Select[Any]) -> sa.Select[Any]:
    """On SQLite who writes is alone anyway."""
    return select if connection.dialect.name == "sqlite" else select.with_for_update(read=True)


def release_stumbled(store: Store, owner: str, slugs: Sequence[str], now: datetime) -> None:
    """Outlets whose poll could not be written while the database was away: free, and their pages due, unless they are another's."""
    o = schema.outlet.c
    is_mine = sa.or_(o.lease_until.is_(None), o.lease_until <= now, o.lease_owner == owner)
    with store.write() as connection:
        update = sa.update(schema.outlet).where(o.slug.in_(slugs), is_mine).values(lease_owner="", lease_until=None)
        freed = list(connection.execute(update.returning(o.slug)).scalars())
        if freed:
            ledger.release_candidates(connection, now, freed)


def complete_baseline(connection: Connection, claim: Claim, now: datetime) -> None:
    """The outlet's sources could be read for the first time: from now on what is new rings."""
    o = schema.outlet.c
    connection.execute(
        sa.update(schema.outlet).where(o.slug == claim.slug, o.baseline_at.is_(None)).values(baseline_at=now)
    )


def release_claims(store: Store, now: datetime) -> None:
    """Frees what a crawler that died still holds. Only for the holder of the crawler lock: nobody else works then."""
    o = schema.outlet.c
    with store.write() as connection:
        connection.execute(sa.update(schema.outlet).where(o.lease_until > now).values(lease_until=None, lease_owner=""))
        ledger.release_candidates(connection, now)

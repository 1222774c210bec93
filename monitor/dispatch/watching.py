"""What diplowatch says about itself: sick outlets, a full disk, late digests, a weekly test, a sign of life. Touches the store and the disk."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection, make_url

from monitor.alerts import find_weekly
from monitor.model import Config, OutletHealth
from monitor.store import Store, crawling, learned, ledger, outbox, posted

# States that a reader of a desk can do something about; "late" and "empty" pass by themselves or become "silent".
SICK = ("silent", "blocked", "moved", "layout-changed", "suspicious-empty", "failing", "paywalled")
PATIENCE = timedelta(minutes=15)  # a state must have lasted so long; a guess: a restart of a server takes less
LATE = timedelta(minutes=15)  # of a digest, after its edition
UNSENT = timedelta(minutes=30)  # the oldest message that is due: older, and the sign of life stops
OVERDUE = timedelta(minutes=15)  # the poll that is most overdue
ALIVE = timedelta(minutes=2)  # of the crawler, which says so every 5 s
TEST_GRACE = timedelta(hours=6)  # a weekly test that is later is left out
LEAST_FREE_MB = 500  # a guess: a year of a desk is about 2 GB
NAMED = 20  # outlets in one notice
NOTED = "noticed_outlets"  # outlet → the state that was said, in the store's meta table


def find_owner(config: Config, *, besides: str = "") -> tuple[str, ...]:
    """The channel for notices: the owner's, else the first; never the one that is the matter."""
    owner = config.settings.owner_channel
    slugs = ([owner] if owner else []) + [channel.slug for channel in config.channels]
    return tuple(slug for slug in slugs if slug != besides)[:1]


def owe_notices(store: Store, config: Config, now: datetime) -> int:
    """Owes what is to be said now, each once; returns how many notices."""
    healths = crawling.load_healths(store, now)
    with store.write() as connection:
        return (
            _owe_outlets(connection, config, healths, now)
            + _owe_disk(connection, store, config, now)
            + _owe_late(connection, config, now)
            + _owe_tests(connection, config, now)
        )


def _owe_outlets(connection: Connection, config: Config, healths: Sequence[OutletHealth], now: datetime) -> int:
    """One notice for all outlets whose state became one of SICK, or well again; only to a channel that is named for it."""
    owner = config.settings.owner_channel
    if not owner:
        return 0  # they stand in every digest and on the desk
    noted: dict[str, str] = json.loads(learned.load_meta(connection, NOTED) or "{}")
    sick = {row.slug: row for row in healths if row.state in SICK and row.since and now - row.since >= PATIENCE}
    fell = [row for slug, row in sick.items() if noted.get(slug) != row.state]
    names = {row.slug: row.name for row in healths if row.state not in SICK}
    rose = [names[slug] for slug in noted if slug in names]
    if not fell and not rose:
        return 0
    lines = [_say_outlet(row) for row in fell] + [f"{name}: well again" for name in rose]
    more = len(lines) - NAMED
    text = "\n".join(lines[:NAMED] + ([f"… and {more} more, on the desk"] if more > 0 else []))
    kept = {slug: state for slug, state in noted.items() if slug in sick or slug not in names}
    learned.save_meta(connection, NOTED, json.dumps(kept | {row.slug: row.state for row in fell}))
    return _owe(connection, f"outlets-{now:%Y%m%d%H%M%S}", _say_title(fell, rose), text, (owner,), now)


def _say_title(fell: Sequence[OutletHealth], rose: Sequence[str]) -> str:
    if len(fell) == 1:
        return f"{fell[0].name} is {fell[0].state}"
    return f"{len(fell)} outlets need a look" if fell else f"{len(rose)} outlets are well again"


def _say_outlet(row: OutletHealth) -> str:
    since = f" since {row.since:%Y-%m-%d %H:%M} UTC" if row.since else ""
    return f"{row.name}: {row.state}{since}" + "".join(
        f". {words[:1].upper()}{words[1:]}" for words in (row.why, row.todo) if words
    )


def _owe_disk(connection: Connection, store: Store, config: Config, now: datetime) -> int:
    """Once a day while the disk under the database is nearly full."""
    free_mb = find_free_mb(store)
    if free_mb is None or free_mb >= LEAST_FREE_MB:
        return 0
    text = f"{free_mb} MB are free where the database is. When it is full nothing can be stored, and what is new waits outside."
    return _owe(connection, f"disk-{now:%Y%m%d}", "the disk is nearly full", text, find_owner(config), now)


def find_free_mb(store: Store) -> int | None:
    """Free space where a SQLite database lies; None for a server's."""
    path = make_url(store.url).database
    return shutil.disk_usage(Path(path).resolve().parent).free // 2**20 if store.is_sqlite and path else None


def _owe_late(connection: Connection, config: Config, now: datetime) -> int:
    """Digests whose edition has passed and that no receiver has taken, each window and channel once."""
    owed = 0
    plans = {plan.slug: plan for plan in config.digests}
    for row in posted.find_late_digests(connection, now - LATE):
        plan = plans.get(row.digest)
        if plan is None:
            continue
        title = f"{plan.name} of {row.window_end:%Y-%m-%d %H:%M} UTC is late"
        text = f"It has not reached {row.channel} yet" + (f": {row.problem}" if row.problem else ".")
        key = f"late-{row.digest}-{row.window_end:%Y%m%d%H%M}-{row.channel}"
        owed += _owe(connection, key, title, text, find_owner(config, besides=row.channel), now)
    return owed


def _owe_tests(connection: Connection, config: Config, now: datetime) -> int:
    """The weekly message through every channel."""
    settings = config.settings
    if not settings.test_day:
        return 0
    at = find_weekly(settings.test_day, settings.test_at, settings.zone, now)
    if now - at > TEST_GRACE:
        return 0
    text = "The weekly test. Who reads this is reached by this channel; who misses it one week should ask why."
    return sum(
        _owe(connection, f"test-{at:%Y%m%d}-{channel.slug}", "a test message", text, (channel.slug,), now)
        for channel in config.channels
    )


def _owe(
    connection: Connection, key: str, title: str, text: str, channels: Sequence[str], now: datetime
) -> int:  # fmt: skip
    if not channels:
        return 0
    return int(
        outbox.owe_notice(connection, key, title=f"diplowatch: {title}", text=text, channels=list(channels), now=now)
    )


def find_staleness(store: Store, now: datetime) -> str:
    """Why there must be no sign of life: polls do not run, or what is owed does not leave; "" when all is well."""
    seen = ledger.find_heartbeat(store, "crawler")
    if seen is None or now - seen > ALIVE:
        return "the crawler does not run"
    with store.read() as connection:
        due: Any = posted.find_most_overdue(connection)
        oldest = posted.find_oldest_unsent(connection, now)
    if due is not None and now - due > OVERDUE:
        return "no outlet is polled in time"
    if oldest is not None and now - oldest > UNSENT:
        return "what is owed does not leave"
    return ""

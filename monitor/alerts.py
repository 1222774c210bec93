"""When an alert is owed, when it may go out, which digest windows have ended. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.model import EVENT_PREFIX, Alert, DigestPlan, QuietHours, Silence, Watchlist

FIRST_RETRY_S, LONGEST_RETRY_S = 5.0, 900.0  # a receiver that is down for hours is asked every quarter of an hour
LONGEST_WISH_S = 24 * 3600.0
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_BACK = timedelta(days=8)  # every digest has an edition within a week, so that older ones need not be listed


@dataclass(frozen=True, slots=True)
class Watched:
    watchlist: Watchlist
    holds: Callable[[frozenset[str]], bool]


@dataclass(frozen=True, slots=True)
class Watching:
    """The watchlists, compiled."""

    items: tuple[Watched, ...]

    @classmethod
    def compile(
        cls, watchlists: Iterable[Watchlist], compile_match: Callable[[str], Callable[[frozenset[str]], bool]]
    ) -> Watching:
        """`compile_match` turns an expression over slugs into a test of the entries that an article hit."""
        return cls(tuple(Watched(watchlist, compile_match(watchlist.match)) for watchlist in watchlists))

    def find_watchlists(self, entries: frozenset[str]) -> list[Watchlist]:
        """The watchlists that an article with these entries belongs to."""
        return [item.watchlist for item in self.items if item.holds(entries)]


def plan_alerts(
    watching: Watching,
    *,
    entries: frozenset[str],
    outlet: str,
    story_id: int,
    told: frozenset[tuple[str, str, str]],
    silences: Sequence[Silence],
    is_copy: bool,
    is_quiet: bool,
    new: tuple[str, ...],
    now: datetime,
) -> tuple[Alert, ...]:
    """The alerts that one article makes owed, once per (story, watchlist, kind, reason).

    `told`: (watchlist, kind, reason) already owed for the story. A copy, a baseline and old news (`is_quiet`) never ring.
    A story that rang before rings again only as an update, once for each reason in `new`; the first reason of an article that
    was not told yet is the update, the others are told along with it.
    """
    if not entries or is_copy or is_quiet:
        return ()
    alerts = []
    for watchlist in watching.find_watchlists(entries):
        if not watchlist.instant:
            continue
        rang = any(known == watchlist.slug and kind == "instant" for known, kind, _ in told)
        reasons = [("update", reason) for reason in new] if rang else [("instant", "")]
        muted_by = find_silence(silences, entries=entries, outlet=outlet, story_id=story_id, now=now)
        untold = [(kind, reason) for kind, reason in reasons if (watchlist.slug, kind, reason) not in told]
        for number, (kind, reason) in enumerate(untold):
            alerts.append(
                Alert(
                    watchlist=watchlist.slug,
                    kind="update" if kind == "update" else "instant",
                    reason=reason,
                    channels=watchlist.instant,
                    muted_by=muted_by,
                    is_along=number > 0,
                )
            )
    return tuple(alerts)


def find_silence(
    silences: Sequence[Silence], *, entries: frozenset[str], outlet: str, story_id: int, now: datetime
) -> int | None:
    """The id of the silence that mutes this, the oldest first. An entry's silence mutes only what has no other entry."""
    entries = frozenset(entry for entry in entries if not entry.startswith(EVENT_PREFIX))
    muted_entries = {silence.value for silence in silences if silence.kind == "entry" and silence.until > now}
    for silence in silences:
        if silence.until <= now:
            continue
        if silence.kind == "outlet" and silence.value == outlet:
            return silence.id
        if silence.kind == "story" and silence.value == str(story_id):
            return silence.id
        if silence.kind == "entry" and silence.value in entries and entries <= muted_entries:
            return silence.id
    return None


def retry_at(attempts: int, now: datetime, *, retry_after_s: float | None, rng: random.Random) -> datetime:
    """When to try again after the n-th failed attempt: doubling with jitter, and never before the receiver's own wish."""
    pause_s = min(FIRST_RETRY_S * 2 ** min(attempts - 1, 20), LONGEST_RETRY_S) * rng.uniform(0.75, 1.25)
    if retry_after_s is not None:
        pause_s = max(pause_s, min(retry_after_s, LONGEST_WISH_S) + rng.uniform(0, 1))
    return now + timedelta(seconds=pause_s)


def quiet_until(quiet: QuietHours | None, now: datetime) -> datetime | None:
    """When the quiet hours and holidays that now holds end; None outside of them."""
    if quiet is None:
        return None
    moment = now
    # A holiday may begin where the quiet hours end, and end where they begin.
    for _ in range(2 * len(quiet.holidays) + 2):
        end = _day_off_until(quiet, moment) or _hours_until(quiet, moment)
        if end is None:
            break
        moment = end
    return moment if moment > now else None


def _day_off_until(quiet: QuietHours, now: datetime) -> datetime | None:
    """The midnight after a holiday."""
    zone = ZoneInfo(quiet.zone)
    day = now.astimezone(zone).date()
    return at_local(day.toordinal() + 1, time(), zone) if day in quiet.holidays else None


def _hours_until(quiet: QuietHours, now: datetime) -> datetime | None:
    if quiet.start == quiet.end:
        return None
    zone = ZoneInfo(quiet.zone)
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    over_night = quiet.start > quiet.end
    is_quiet = (clock >= quiet.start or clock < quiet.end) if over_night else quiet.start <= clock < quiet.end
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if over_night and clock >= quiet.start else 0)
    return at_local(day.toordinal(), quiet.end, zone)


def at_local(ordinal: int, clock: time, zone: ZoneInfo) -> datetime:
    """A local wall clock time as UTC. In the spring gap the moment after it; in the autumn fold the first of the two."""
    day = datetime.fromordinal(ordinal)
    naive = day.replace(hour=clock.hour, minute=clock.minute, second=clock.second)
    # In the gap fold=0 reads the clock with the offset before the change, which lands right after the gap.
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)


def find_weekly(day: str, clock: time, zone: str, now: datetime) -> datetime:
    """The last passed moment of a weekly appointment."""
    local = now.astimezone(ZoneInfo(zone))
    back = (local.weekday() - DAYS.index(day)) % 7
    found = at_local(local.date().toordinal() - back, clock, ZoneInfo(zone))
    return found if found <= now else at_local(local.date().toordinal() - back - 7, clock, ZoneInfo(zone))


def find_editions(plan: DigestPlan, after: datetime, until: datetime) -> list[datetime]:
    """The edition times (UTC, in order) that lie in (after, until]: each local edition of each of its days exactly once."""
    zone = ZoneInfo(plan.zone)
    first = after.astimezone(zone).date().toordinal() - 1
    last = until.astimezone(zone).date().toordinal() + 1
    editions = {
        at_local(ordinal, clock, zone)
        for ordinal in range(first, last + 1)
        if DAYS[datetime.fromordinal(ordinal).weekday()] in plan.days
        for clock in plan.at
    }
    return sorted(moment for moment in editions if after < moment <= until)


def find_due_window(plan: DigestPlan, last_end: datetime, now: datetime) -> tuple[datetime, datetime] | None:
    """The window (start, end) that is owed now: from the last one's end to the newest edition that has passed.

    Editions that were missed are merged into one. None when none has passed since.
    """
    editions = find_editions(plan, max(last_end, now - LOOK_BACK), now)
    if not editions:
        return None
    return last_end, editions[-1]

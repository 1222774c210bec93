"""Is an outlet well? Judged by its own past, said in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TODO = {
    "blocked": "ask the publisher, or use another way in; we do not evade",
    "moved": "put the new address into outlets.toml (diplowatch outlet test URL finds it)",
    "empty": "look at the address in a browser: diplowatch outlet test URL",
    "layout-changed": "mend the selector in outlets.toml (diplowatch outlet test URL suggests one)",
}
OFTEN = 3  # polls in a row until one broken source of several is said; a guess
MANY = 8  # arrivals from which a usual gap can be told; a guess
SHORTEST_POLL_S, LONGEST_POLL_S = 300.0, 3600.0
FIRST_POLL_S = 900.0  # while the rhythm is unknown
LONGEST_BACKOFF_S = 6 * 3600.0  # never give up: a dead outlet is asked four times a day
SILENT_GAPS, LATE_GAPS = 4.0, 2.0  # usual gaps without an article; guesses until rhythms by hour are learned
UNKNOWN_SILENT_S = 14 * 86400.0  # with no rhythm known


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPast:
    """What an outlet's polls showed so far."""

    enabled: bool = True
    reason: str = ""
    has_sources: bool = True
    added_at: datetime
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    last_article_at: datetime | None = None
    failures: int = 0  # polls in a row
    problem: str = ""  # of the last poll, in words; "" when it went well
    problem_kind: str = ""  # blocked moved failing empty layout-changed
    empties: int = 0
    had_entries: bool = False
    is_unchanged: bool = False
    partial: str = ""  # why one of its sources could not be read, though another could
    partial_kind: str = ""
    partials: int = 0  # polls in a row in which that was so
    gaps_s: Sequence[float] = ()
    no_text: int = 0  # of the last pages
    pages: int = 0
    paywalled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    state: str
    why: str = ""
    todo: str = ""


def judge_outlet(past: OutletPast, now: datetime) -> Judgement:
    """The first state that holds, with why and what to do."""
    found = (
        _judge_setup(past)
        or _judge_failure(past)
        or _judge_entries(past)
        or _judge_pages(past)
        or _judge_rhythm(past, now)
    )
    if found is not None:
        return found
    if past.is_unchanged:
        return Judgement(state="unchanged", why="the sources have not changed since the last poll")
    return Judgement(state="healthy")


def usual_gap_s(gaps_s: Sequence[float]) -> float | None:
    """The gap between articles that nine of ten stay under; None while there are too few."""
    if len(gaps_s) < MANY:
        return None
    ordered = sorted(gaps_s)
    return ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]


def next_poll_s(every_s: float | None, gaps_s: Sequence[float], failures: int) -> float:
    """Seconds until the next poll: as configured, or by the outlet's own rhythm; longer after failures."""
    if every_s is not None:
        usual = every_s
    else:
        gap = sorted(gaps_s)[len(gaps_s) // 2] if len(gaps_s) >= MANY else None
        usual = FIRST_POLL_S if gap is None else min(max(gap / 2, SHORTEST_POLL_S), LONGEST_POLL_S)
    return min(usual * 2 ** min(failures, 16), max(LONGEST_BACKOFF_S, usual)) if failures else usual


def _judge_setup(past: OutletPast) -> Judgement | None:
    if not past.enabled:
        return Judgement(state="disabled", why=past.reason)
    if not past.has_sources:
        return Judgement(
            state="failing",
            why="no feed, sitemap or listing is configured",
            todo="find one: diplowatch outlet test URL",
        )
    if past.last_poll_at is None:
        return Judgement(state="new", why="not polled yet")
    return None


def _judge_failure(past: OutletPast) -> Judgement | None:
    if past.problem:
        times = f", {past.failures} polls in a row" if past.failures > 1 else ""
        return _blame(past.problem_kind, f"{past.problem}{times}")
    if past.partial and past.partials >= OFTEN:
        return _blame(past.partial_kind, f"one of its sources: {past.partial}, {past.partials} polls in a row")
    return None


def _blame(kind: str, why: str) -> Judgement:
    todo = TODO.get(kind, "it is tried again by itself; if it stays so, check the address")
    return Judgement(state=kind if kind in TODO else "failing", why=why, todo=todo)


def _judge_entries(past: OutletPast) -> Judgement | None:
    if not past.empties:
        return None
    if past.had_entries:
        return Judgement(
            state="suspicious-empty",
            why=f"can be read but has no entries, {past.empties} polls in a row; it had some before",
            todo="look for a redesign: diplowatch outlet test URL",
        )
    return Judgement(
        state="empty", why="can be read but never had an entry", todo="use another feed: diplowatch outlet test URL"
    )


def _judge_pages(past: OutletPast) -> Judgement | None:
    if past.pages >= MANY and past.no_text >= 0.6 * past.pages:
        return Judgement(
            state="layout-changed",
            why=f"{past.no_text} of the last {past.pages} pages gave no article text",
            todo="see diplowatch clean URL --removed, then mend `cleaning` in outlets.toml",
        )
    if past.pages >= MANY and past.paywalled >= 0.6 * past.pages:
        return Judgement(
            state="paywalled",
            why=f"{past.paywalled} of the last {past.pages} pages show only a teaser",
            todo="only headlines can be watched",
        )
    return None


def _judge_rhythm(past: OutletPast, now: datetime) -> Judgement | None:
    last = past.last_article_at
    gap = usual_gap_s(past.gaps_s)
    if last is None:
        waited = now - past.added_at
        if waited > timedelta(seconds=UNKNOWN_SILENT_S):
            return Judgement(
                state="silent",
                why=f"no article since it was added, {_days(waited)} ago",
                todo="diplowatch outlet test URL",
            )
        return None
    silent_s = (now - last).total_seconds()
    limit = UNKNOWN_SILENT_S if gap is None else max(gap * SILENT_GAPS, 3600.0)
    if silent_s > limit:
        usual = "" if gap is None else f", usually within {_span(gap)}"
        return Judgement(
            state="silent",
            why=f"no new article for {_span(silent_s)}{usual}",
            todo="look at the site: diplowatch outlet test URL",
        )
    if gap is not None and silent_s > max(gap * LATE_GAPS, 1800.0):
        return Judgement(state="late", why=f"no new article for {_span(silent_s)}, usually within {_span(gap)}")
    return None


def _days(span: timedelta) -> str:
    return _span(span.total_seconds())


def _span(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"

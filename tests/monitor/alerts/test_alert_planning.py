"""Which alerts an article makes owed, and when they may go out."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts import Watching, find_due_window, find_editions, plan_alerts, quiet_until, retry_at
from monitor.model import DigestPlan, QuietHours, Silence, Watchlist

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def has(slug: str) -> Callable[[frozenset[str]], bool]:
    return lambda entries: slug in entries


WATCHING = Watching.compile(
    [
        Watchlist(slug="north", name="North", match="torvik", instant=("mail",)),
        Watchlist(slug="south", name="South", match="selwyn", instant=("chat",)),
        Watchlist(slug="quiet", name="Digest only", match="torvik", digests=("morning",)),
    ],
    has,
)


def plan(**more: Any) -> list[tuple[str, str, str, int | None]]:
    values: dict[str, Any] = {
        "entries": frozenset({"torvik"}), "outlet": "gazette", "story_id": 7, "told": frozenset(), "silences": (),
        "is_copy": False, "is_quiet": False, "new": (), "now": NOW,
    }  # fmt: skip
    return [(a.watchlist, a.kind, a.reason, a.muted_by) for a in plan_alerts(WATCHING, **(values | more))]


def silence(kind: str, value: str, until: datetime = NOW + timedelta(hours=1)) -> Silence:
    return Silence(id=3, kind=kind, value=value, until=until, reason="known", created_at=NOW)  # type: ignore[arg-type]


def test_an_article_rings_once_for_each_watchlist_that_it_satisfies() -> None:
    assert plan(entries=frozenset({"torvik", "selwyn"})) == [
        ("north", "instant", "", None),
        ("south", "instant", "", None),
    ]


@pytest.mark.parametrize("why", ["is_copy", "is_quiet"])
def test_a_copy_and_old_news_never_ring(why: str) -> None:
    assert plan(**{why: True}) == []
    assert plan(**{why: True}, told=frozenset({("north", "instant", "")}), new=("signed",)) == []


def test_a_story_that_rang_is_silent_until_something_is_new() -> None:
    told = frozenset({("north", "instant", "")})
    assert plan(told=told) == []
    assert plan(told=told, new=("signed",)) == [("north", "update", "signed", None)]
    assert plan(told=told | {("north", "update", "signed")}, new=("signed",)) == []


def test_an_article_with_several_news_is_one_update_and_uses_up_all_its_reasons() -> None:
    told = frozenset({("north", "instant", ""), ("north", "update", "place")})
    found = plan_alerts(
        WATCHING, entries=frozenset({"torvik"}), outlet="gazette", story_id=7, told=told, silences=(), is_copy=False,
        is_quiet=False, new=("place", "number", "date"), now=NOW,
    )  # fmt: skip
    assert [(alert.reason, alert.is_along) for alert in found] == [("number", False), ("date", True)]


def test_a_first_alert_tells_what_is_new_by_itself() -> None:
    assert plan(new=("signed",)) == [("north", "instant", "", None)]


@pytest.mark.parametrize(
    ("mute", "is_muted"),
    [
        (silence("outlet", "gazette"), True),
        (silence("outlet", "herald"), False),
        (silence("story", "7"), True),
        (silence("entry", "torvik"), True),
        (silence("entry", "torvik", NOW), False),
    ],
)
def test_a_silence_mutes_what_it_names_until_it_ends(mute: Silence, is_muted: bool) -> None:
    assert plan(silences=(mute,)) == [("north", "instant", "", 3 if is_muted else None)]


def test_a_silence_of_one_entry_leaves_an_article_with_another_loud() -> None:
    found = plan(entries=frozenset({"torvik", "selwyn"}), silences=(silence("entry", "torvik"),))
    assert {muted for *_, muted in found} == {None}


@given(attempts=st.integers(1, 300), wish=st.none() | st.floats(0, 1e9), seed=st.integers(0, 99))
def test_a_retry_grows_is_capped_and_is_never_before_the_receivers_wish(
    attempts: int, wish: float | None, seed: int
) -> None:
    pause_s = (retry_at(attempts, NOW, retry_after_s=wish, rng=random.Random(seed)) - NOW).total_seconds()
    assert 3.7 <= pause_s <= 86_401
    assert pause_s >= min(wish or 0, 86_400)
    if wish is None:
        assert pause_s <= 1125


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("2026-03-02T21:59", None),
        ("2026-03-02T22:00", "2026-03-03T07:00"),
        ("2026-03-03T06:59", "2026-03-03T07:00"),
        ("2026-03-03T07:00", None),
        ("2026-03-28T23:00", "2026-03-29T07:00"),  # the night that is an hour shorter
    ],
)
def test_quiet_hours_end_at_the_local_hour(clock: str, until: str | None) -> None:
    zone = ZoneInfo("Europe/Brussels")
    quiet = QuietHours(start=time(22), end=time(7), zone="Europe/Brussels")
    found = quiet_until(quiet, datetime.fromisoformat(clock).replace(tzinfo=zone).astimezone(UTC))
    assert found == (until and datetime.fromisoformat(until).replace(tzinfo=zone).astimezone(UTC))


def test_an_edition_in_the_spring_gap_and_one_in_the_autumn_fold_come_once() -> None:
    plan = DigestPlan(slug="d", name="D", channels=(), at=(time(2, 30),), zone="Europe/Brussels")
    spring = find_editions(plan, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC))
    autumn = find_editions(plan, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert spring == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
    assert autumn == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/New_York", "Australia/Lord_Howe"])
def test_over_two_years_and_fifty_restarts_windows_join_without_gap_or_overlap(zone: str) -> None:
    rng = random.Random(zone)
    plan = DigestPlan(slug="d", name="D", channels=(), at=(time(2, 30), time(7)), zone=zone)
    start = now = datetime(2025, 1, 1, tzinfo=UTC)
    downs = sorted(start + timedelta(days=rng.uniform(0, 730)) for _ in range(50))
    last, windows = start, []
    while now < start + timedelta(days=730):
        window = find_due_window(plan, last, now)
        if window is not None:
            windows.append(window)
            last = window[1]
        now += timedelta(minutes=rng.uniform(5, 40))
        if downs and now > downs[0]:
            now += timedelta(hours=rng.uniform(0, 20))
            downs.pop(0)

    assert all(before[1] == after[0] for before, after in itertools.pairwise(windows))
    ends = [end for _, end in windows]
    assert len(set(ends)) == len(ends)
    local = [end.astimezone(ZoneInfo(zone)) for end in ends]
    assert 1380 <= len(local) <= 1460
    assert {(moment.hour, moment.minute) for moment in local} <= {(2, 30), (7, 0), (3, 30), (3, 0)}


def test_editions_that_were_missed_are_one_window() -> None:
    plan = DigestPlan(slug="d", name="D", channels=(), at=(time(7),), zone="UTC", days=("mon", "tue"))
    window = find_due_window(plan, datetime(2026, 3, 2, 7, tzinfo=UTC), datetime(2026, 3, 30, 9, tzinfo=UTC))
    assert window == (datetime(2026, 3, 2, 7, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC))

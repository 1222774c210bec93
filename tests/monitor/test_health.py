"""Silence means silence: every state of an outlet, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.health import OutletPast, find_pause_s, judge_outlet, say_alike
from monitor.model import OutletHealth
from monitor.rhythm import Rhythm, learn_articles

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOURLY = learn_articles(Rhythm(), [NOW - timedelta(hours=n) for n in range(1, 28 * 24)], NOW)
OWN_SIZES = [[2000 + 90 * n, 8 + n % 7, n] for n in range(20)]
WELL = OutletPast(
    added_at=NOW - timedelta(days=30),
    last_poll_at=NOW,
    last_success_at=NOW,
    last_article_at=NOW - timedelta(minutes=50),
    rhythm=HOURLY,
    had_entries=True,
)


def make_row(slug: str, state: str, why: str = "") -> OutletHealth:
    return OutletHealth(
        slug=slug, name=slug, state=state, since=NOW, why=why, todo="", last_poll_at=NOW, last_success_at=None,
        last_article_at=None, usual_gap_s=None, next_poll_at=NOW, articles_24h=0,
    )  # fmt: skip


def test_when_nearly_all_outlets_fail_for_one_reason_it_is_this_machine() -> None:
    dead = [make_row(f"o{n}", "failing", f"its name cannot be resolved: https://o{n}.test/feed") for n in range(9)]
    rest = [make_row("p", "healthy"), make_row("q", "disabled"), make_row("r", "new")]

    assert say_alike([*dead, *rest]) == (
        "9 of 10 outlets fail alike (its name cannot be resolved): is this machine connected?"
    )
    assert say_alike([*dead[:2], *rest]) == ""
    assert say_alike([*dead[:4], *(make_row(f"h{n}", "healthy") for n in range(4))]) == ""


@pytest.mark.parametrize(
    ("change", "state", "words"),
    [
        ({}, "healthy", ""),
        ({"last_poll_at": None}, "new", "not polled"),
        ({"enabled": False, "reason": "terms forbid it"}, "disabled", "terms forbid it"),
        ({"has_sources": False}, "failing", "no feed"),
        ({"problem": "the connection is refused", "problem_kind": "failing", "failures": 3}, "failing", "3 polls in a row"),
        ({"problem": "the server refuses us (403)", "problem_kind": "blocked"}, "blocked", "403"),
        ({"problem": "gone for good (410)", "problem_kind": "moved"}, "moved", "410"),
        ({"problem": "finds no link", "problem_kind": "layout-changed"}, "layout-changed", "no link"),
        ({"partial": "not found (404)", "partial_kind": "failing", "partials": 3}, "failing", "one of its sources"),
        ({"partial": "not found (404)", "partial_kind": "failing", "partials": 1}, "healthy", ""),
        ({"empties": 2}, "suspicious-empty", "2 polls in a row"),
        ({"empties": 2, "had_entries": False}, "empty", "never had"),
        ({"pages": 10, "no_text": 7}, "layout-changed", "7 of the last 10"),
        ({"pages": 10, "paywalled": 7}, "paywalled", "7 of the last 10"),
        ({"last_article_at": NOW - timedelta(hours=3)}, "late", "3 would have been usual"),
        ({"last_article_at": NOW - timedelta(hours=9)}, "silent", "9 hours"),
        ({"problem": "finds no link", "problem_kind": "no-links"}, "suspicious-empty", "no link"),
        ({"problem": "finds no link", "problem_kind": "no-links", "had_entries": False}, "layout-changed", "no link"),
        ({"marks": "t" * 12 + "bb"}, "blocked", "the last 2 pages were refused"),
        ({"marks": "t" * 12 + "b"}, "healthy", ""),
        ({"marks": "tn" * 6 + "nnn"}, "healthy", ""),
        ({"marks": "t" * 12 + "nn"}, "layout-changed", "0 of 12 before"),
        ({"marks": "b" * 8}, "blocked", "the last 8 pages"),
        ({"marks": "t" * 12 + "ppp"}, "paywalled", "teaser"),
        ({"sizes": [*OWN_SIZES, *[[300 + n, 9, n] for n in range(8)]]}, "layout-changed", "about 304 characters"),
        ({"sizes": [*OWN_SIZES, *[[2400 + n, 60, n] for n in range(8)]]}, "layout-changed", "about 60 paragraphs"),
        ({"sizes": [[140, 1, 7]] * 8}, "layout-changed", "the same text"),
        ({"sizes": [[2000, 8, n] for n in range(8)]}, "healthy", ""),
        ({"sizes": OWN_SIZES * 2}, "healthy", ""),
        ({"moved_to": "https://new.example.org/feed", "moves": 3}, "moved", "new.example.org"),
        ({"moved_to": "https://new.example.org/feed", "moves": 1}, "healthy", ""),
        ({"last_article_at": None}, "silent", "since it was added"),
        ({"is_unchanged": True}, "unchanged", "not changed"),
    ],
)  # fmt: skip
def test_a_state_is_said_with_its_reason(change: dict[str, object], state: str, words: str) -> None:
    found = judge_outlet(replace(WELL, **change), NOW)

    assert found.state == state
    assert words in found.why


@pytest.mark.parametrize("kind", ["failing", "blocked", "moved", "empty", "layout-changed", "unheard-of"])
def test_every_problem_says_what_to_do(kind: str) -> None:
    assert judge_outlet(replace(WELL, problem="it broke", problem_kind=kind), NOW).todo


def office_hours(weeks: int) -> list[datetime]:
    """Two articles an hour on workdays from 8 to 16, and none else."""
    hours = (NOW - timedelta(hours=n) for n in range(1, weeks * 168))
    return [at + timedelta(minutes=m) for at in hours if at.weekday() < 5 and 8 <= at.hour < 16 for m in (10, 40)]


@pytest.mark.parametrize(
    ("last", "now", "state"),
    [
        (datetime(2026, 3, 6, 15, 40, tzinfo=UTC), datetime(2026, 3, 9, 8, 5, tzinfo=UTC), "healthy"),  # a weekend
        (datetime(2026, 3, 3, 15, 40, tzinfo=UTC), datetime(2026, 3, 4, 8, 30, tzinfo=UTC), "healthy"),  # a night
        (datetime(2026, 3, 3, 8, 40, tzinfo=UTC), datetime(2026, 3, 3, 11, 30, tzinfo=UTC), "late"),
        (datetime(2026, 3, 3, 8, 40, tzinfo=UTC), datetime(2026, 3, 3, 15, 0, tzinfo=UTC), "silent"),
    ],
)
def test_silence_is_measured_by_what_the_hour_and_the_weekday_usually_bring(
    last: datetime, now: datetime, state: str
) -> None:
    rhythm = learn_articles(Rhythm(), office_hours(5), NOW)

    assert judge_outlet(replace(WELL, rhythm=rhythm, last_article_at=last), now).state == state


def test_an_outlet_that_dies_is_said_before_its_own_usual_gap_has_passed_twice() -> None:
    weekly = learn_articles(Rhythm(), [NOW - timedelta(days=7 * n) for n in range(12)], NOW)
    dead = replace(WELL, rhythm=weekly, last_article_at=NOW)

    assert judge_outlet(dead, NOW + timedelta(days=8)).state == "healthy"
    assert judge_outlet(dead, NOW + timedelta(days=13)).state == "late"
    assert judge_outlet(dead, NOW + timedelta(days=25)).state == "silent"


def test_a_dead_outlet_is_asked_more_and_more_seldom_but_never_given_up() -> None:
    pauses = [find_pause_s(900.0, failures) for failures in range(60)]

    assert pauses == sorted(pauses)
    assert pauses[0] == 900
    assert pauses[-1] == 6 * 3600


def test_an_outlet_that_is_asked_seldom_by_wish_is_not_asked_more_often_when_it_fails() -> None:
    assert find_pause_s(86400.0, 3) == 86400

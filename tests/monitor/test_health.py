"""Silence means silence: every state of an outlet, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.health import OutletPast, judge_outlet, next_poll_s, usual_gap_s

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOURLY = (3600.0,) * 10
WELL = OutletPast(
    added_at=NOW - timedelta(days=30),
    last_poll_at=NOW,
    last_success_at=NOW,
    last_article_at=NOW - timedelta(minutes=50),
    gaps_s=HOURLY,
    had_entries=True,
)


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
        ({"last_article_at": NOW - timedelta(hours=3)}, "late", "3 hours"),
        ({"last_article_at": NOW - timedelta(hours=9)}, "silent", "9 hours"),
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


def test_a_rhythm_is_known_from_the_eighth_arrival_on() -> None:
    assert usual_gap_s([60.0] * 7) is None
    assert usual_gap_s([*[60.0] * 9, 9000.0]) == 9000.0
    assert usual_gap_s([*[60.0] * 10, 9000.0]) == 60.0


def test_an_outlet_is_asked_by_its_own_rhythm_between_five_minutes_and_an_hour() -> None:
    assert next_poll_s(None, (), 0) == 900
    assert next_poll_s(None, [60.0] * 9, 0) == 300
    assert next_poll_s(None, [2400.0] * 9, 0) == 1200
    assert next_poll_s(None, [86400.0] * 9, 0) == 3600
    assert next_poll_s(120.0, [86400.0] * 9, 0) == 120


def test_a_dead_outlet_is_asked_more_and_more_seldom_but_never_given_up() -> None:
    pauses = [next_poll_s(900.0, (), failures) for failures in range(60)]

    assert pauses == sorted(pauses)
    assert pauses[0] == 900
    assert pauses[-1] == 6 * 3600


def test_an_outlet_that_is_asked_seldom_by_wish_is_not_asked_more_often_when_it_fails() -> None:
    assert next_poll_s(86400.0, (), 3) == 86400

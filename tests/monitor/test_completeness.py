"""What no way in shows, estimated from what two show; checked against streams of which all is known."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from monitor.completeness import describe, estimate
from monitor.health import Judgement, add_missing

WELL = Judgement(state="healthy")


def capture(rng: random.Random, articles: int, *shares: float) -> tuple[Counter[int], int]:
    """(captures, articles that no way showed) where each way shows its share of the articles, by chance."""
    counts = Counter(sum(1 << bit for bit, share in enumerate(shares) if rng.random() < share) for _ in range(articles))
    return counts, counts.pop(0, 0)


@pytest.mark.parametrize("shares", [(0.9, 0.8), (0.6, 0.7), (0.95, 0.3), (0.6, 0.6, 0.6), (0.8, 0.7, 0.5)])
def test_the_estimate_is_right_on_average_where_ways_are_independent(shares: tuple[float, ...]) -> None:
    rng = random.Random(4)
    errors = []
    for _ in range(300):
        counts, missed = capture(rng, 200, *shares)
        found = estimate(counts)
        assert found.missed is not None
        errors.append(found.missed - missed)

    assert abs(sum(errors) / len(errors)) < 4  # of 200 articles
    assert sorted(map(abs, errors))[270] < 30


def test_a_way_that_shows_all_leaves_nothing_to_miss() -> None:
    found = estimate({1: 0, 2: 12, 3: 40})

    assert (found.missed, found.share, found.seen) == (0.0, 1.0, 52)
    assert describe(found) == "feed 40, sitemap 52, shared 40, of 52 seen in two weeks; about 0 more by none"


@pytest.mark.parametrize(
    ("captures", "why"),
    [({}, "nothing new"), ({1: 50}, "only one way in"), ({1: 30, 2: 30, 3: 4}, "share 4 articles: too few")],
)
def test_what_cannot_be_told_is_said(captures: dict[int, int], why: str) -> None:
    found = estimate(captures)

    assert found.missed is None
    assert found.share is None
    assert why in describe(found)


def test_an_outlet_that_is_well_but_seen_in_part_says_so() -> None:
    judged = add_missing(WELL, estimate({1: 30, 2: 30, 3: 30}))

    assert judged.state == "healthy"
    assert judged.why.startswith("about 29 of 119 articles of two weeks were missed: feed 60, sitemap 60, shared 30")
    assert "another way in" in judged.todo


@pytest.mark.parametrize("captures", [{1: 2, 2: 2, 3: 96}, {1: 3, 2: 3, 3: 5}, {1: 50}])
def test_few_missing_articles_are_no_matter(captures: dict[int, int]) -> None:
    assert add_missing(WELL, estimate(captures)) == WELL


def test_a_sick_outlet_keeps_its_own_reason() -> None:
    sick = Judgement(state="blocked", why="the server refuses us (403)", todo="ask")

    assert add_missing(sick, estimate({1: 30, 2: 30, 3: 30})) == sick
    assert add_missing(sick, None) == sick

"""An outlet's own rhythm: learned from dates, and polls where something is likely."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import rhythm as r
from monitor.rhythm import Rhythm, learn_articles, plan_next_poll

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
DATES = st.lists(st.integers(-100, 150 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)))


def learn(dates: list[datetime]) -> Rhythm:
    return learn_articles(Rhythm(), dates, NOW)


def mornings(weeks: int = 4) -> list[datetime]:
    """Six articles between 9 and 10 on each workday."""
    days = [NOW.replace(hour=9, minute=0) - timedelta(days=n) for n in range(1, 7 * weeks)]
    return [day + timedelta(minutes=9 * n) for day in days if day.weekday() < 5 for n in range(6)]


@pytest.mark.parametrize(
    ("at", "least", "most"),
    [
        (datetime(2026, 3, 5, 9, 30, tzinfo=UTC), 2.5, 6),  # a Thursday morning
        (datetime(2026, 3, 5, 3, 30, tzinfo=UTC), 0, 0.1),  # its night
        (datetime(2026, 3, 8, 9, 30, tzinfo=UTC), 0, 0.7),  # a Sunday
        (datetime(2026, 3, 5, 11, 30, tzinfo=timezone(timedelta(hours=2))), 2.5, 6),  # the same morning, said elsewhere
    ],
)
def test_the_rate_is_that_of_the_hour_and_the_weekday(at: datetime, least: float, most: float) -> None:
    assert least <= r.rate_at(learn(mornings()), at) <= most


def test_with_few_articles_every_hour_is_alike() -> None:
    assert len(set(r.find_rates(learn(mornings()[:7])))) == 1
    assert set(r.find_rates(Rhythm())) == {0.0}
    assert plan_next_poll(Rhythm(), NOW) == NOW + timedelta(minutes=15)


def test_one_day_does_not_make_the_other_days_silent() -> None:
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    rhythm = learn_articles(Rhythm(), [monday + timedelta(hours=n) for n in range(24)], monday + timedelta(days=1))

    assert r.rate_at(rhythm, monday + timedelta(days=1, hours=12)) > 0.3


def test_what_is_long_ago_weighs_less() -> None:
    nights = [NOW.replace(hour=2) - timedelta(days=n, minutes=7 * m) for n in range(90, 120) for m in range(5)]
    rhythm = learn([*nights, *mornings()])

    assert r.rate_at(rhythm, NOW.replace(hour=9, minute=30)) > 3 * r.rate_at(rhythm, NOW.replace(hour=1, minute=30))


@given(DATES)
def test_learning_at_once_or_one_after_another_gives_the_same_rates(dates: list[datetime]) -> None:
    one_by_one = Rhythm()
    for at in sorted(dates):
        one_by_one = learn_articles(one_by_one, [at], NOW)

    assert r.find_rates(one_by_one) == pytest.approx(r.find_rates(learn(dates)))


@given(DATES)
def test_a_rhythm_is_the_same_after_it_was_stored(dates: list[datetime]) -> None:
    rhythm = learn(dates)

    stored = r.from_record(json.loads(json.dumps(r.to_record(rhythm))))

    assert r.find_rates(stored) == pytest.approx(r.find_rates(rhythm), abs=0.01)
    assert (stored.articles, stored.newest_at, stored.gaps_s) == (rhythm.articles, rhythm.newest_at, rhythm.gaps_s)


@given(DATES, st.integers(24, 240), st.integers(0, 167))
def test_a_poll_is_never_planned_before_the_floor_or_after_the_ceiling(
    dates: list[datetime], a_day: int, hour: int
) -> None:
    now = NOW + timedelta(hours=hour)
    wait = plan_next_poll(learn(dates), now, a_day=a_day) - now

    assert timedelta(seconds=r.FLOOR_S) <= wait <= timedelta(seconds=r.CEILING_S)


@given(DATES, st.integers(24, 480))
def test_the_requests_of_a_week_are_those_of_the_budget(dates: list[datetime], a_day: int) -> None:
    density = r.find_density(r.find_rates(learn(dates)), 7 * a_day, r.FLOOR_S, r.CEILING_S)

    assert sum(density) == pytest.approx(7 * a_day, rel=0.01)


def test_bursts_borrow_requests_and_pay_them_back() -> None:
    rhythm, now, asked = learn(mornings()), NOW, 0
    while now < NOW + timedelta(days=28):
        if now.weekday() < 5 and now.hour == 9:
            rhythm = learn_articles(rhythm, [now - timedelta(minutes=2)], now)
        rhythm = r.note_request(rhythm, now)
        asked += 1
        now = plan_next_poll(rhythm, now)

    assert asked == pytest.approx(28 * r.A_DAY, rel=0.05)


def test_polls_come_where_articles_come() -> None:
    rhythm, now, hours = learn(mornings()), NOW, [0] * 24
    while now < NOW + timedelta(days=7):
        hours[now.hour] += 1
        now = plan_next_poll(rhythm, now)

    assert hours[9] == max(hours)
    assert hours[9] > 4 * hours[3]


def test_right_after_an_article_of_a_burst_the_next_poll_is_soon() -> None:
    bursts = [NOW - timedelta(hours=7 * n, minutes=m) for n in range(1, 90) for m in (0, 5, 9)]
    quiet = learn(bursts)
    hot = learn_articles(quiet, [NOW - timedelta(minutes=1)], NOW)

    assert r.find_follow(quiet) > 0.5
    assert plan_next_poll(hot, NOW) < plan_next_poll(quiet, NOW)


def test_no_burst_is_seen_where_articles_do_not_know_of_each_other() -> None:
    assert r.find_follow(learn([NOW - timedelta(hours=3 * n) for n in range(1, 200)])) == 0


@given(st.lists(st.floats(0.01, 200), min_size=1, max_size=30))
def test_outlets_share_one_budget(rates: list[float]) -> None:
    unit = r.find_unit(rates)
    shares = [r.share_budget(rate, unit) for rate in rates]

    assert sum(shares) == pytest.approx(r.A_DAY * len(rates), rel=0.01)
    assert all(r.LEAST_A_DAY <= share <= r.MOST_A_DAY for share in shares)
    assert sorted(shares) == [share for _, share in sorted(zip(rates, shares, strict=True))]


def test_what_is_usual_between_two_moments_is_the_sum_of_its_hours() -> None:
    rhythm = learn(mornings())
    week = r.expected_articles(rhythm, NOW, NOW + timedelta(days=7))

    assert week == pytest.approx(sum(r.find_rates(rhythm)))
    assert r.expected_articles(rhythm, NOW, NOW + timedelta(days=17.3)) == pytest.approx(
        r.expected_articles(rhythm, NOW, NOW + timedelta(days=3.3)) + 2 * week
    )
    assert r.expected_articles(rhythm, NOW, NOW - timedelta(hours=1)) == 0


def test_a_usual_gap_is_known_from_eight_gaps_on() -> None:
    dates = [NOW - timedelta(minutes=n) for n in range(8)]

    assert r.usual_gap_s(learn(dates)) is None
    assert r.usual_gap_s(learn([*dates, NOW - timedelta(minutes=8)])) == 60
    assert r.usual_gap_s(learn([*dates, NOW - timedelta(minutes=300)])) == 60 * 293


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (mornings(), "4 a day, most 08-11 h UTC"),
        ([NOW - timedelta(minutes=173 * n) for n in range(1, 200)], "8 a day, at any hour"),
        ([NOW - timedelta(days=7 * n, hours=n) for n in range(1, 12)], "a week"),
        ([NOW] * 3, ""),
    ],
)
def test_a_rhythm_is_said_in_words(dates: list[datetime], words: str) -> None:
    found = r.describe_rhythm(learn(dates), NOW)

    assert words in found
    assert bool(words) == bool(found)

"""When an outlet publishes: its own rate by hour and weekday, learned from the dates of its articles; when to ask it next. Pure."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

HOURS = 168  # of a week in UTC, from Monday 0 h
HOUR_S, DAY_S, WEEK_S = 3600.0, 86400.0, 7 * 86400.0
HALF_LIFE_S = 4 * WEEK_S  # a month-old article teaches half as much: seasons and new editors are followed; a guess
FEW = 8  # articles from which a rhythm can be told; before that its rate counts and not its hours. A guess
NEW_WEEKS = 0.5  # after so long half of a weekday's difference is believed; a guess
OWN_WEIGHT = 3.0  # weeks after which an hour's own count weighs more than hour of the day × day of the week; a guess
KEPT_RATE = 0.02  # of the mean rate that no hour falls below: a silent night may end. A guess
A_DAY = 96  # requests a day: what polling every 15 minutes takes
FLOOR_S, CEILING_S = 180.0, 3600.0  # never asked sooner, never later
LEAST_A_DAY, MOST_A_DAY = DAY_S / CEILING_S, 240.0  # of one outlet; the most is a guess
SHARE = 0.4  # requests of an outlet grow with this power of its rate: 0.5 makes the mean delay of all least (Lagrange), less is kinder to ministries
FOLLOW = 1.0  # and its requests over the week with this: nearly as good for the mean, better for the median (benchmarks/crawl_rhythm.py)
GRAIN = 12  # requests a week: plans of budgets that differ by less are made once
STEP_S = 60.0  # in which a plan looks ahead
NEAR_S = 20 * 60.0  # an article within it may be told because of the one before: a burst. A guess
MOST_DEBT = 0.6  # of a week's requests that bursts may take from the quiet hours; a guess
KEPT_GAPS = 60
MOMENTS = ("since", "newest_at", "learned_at", "asked_at")
OLDEST_S = 26 * WEEK_S  # older dates of a feed say nothing of today


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Articles by hour of the week, the older the lighter. `counts` weigh as of `learned_at`; what was before `since` is not known."""

    counts: tuple[float, ...] = field(default=(0.0,) * HOURS)
    articles: int = 0  # that it was learned from
    near: float = 0.0  # of the counts: articles that came soon after another one
    gaps_s: tuple[float, ...] = ()  # between the last articles
    heat: float = 0.0  # articles of a moment ago: 1 for one of now, 1/e for one of NEAR_S ago
    since: datetime | None = None
    newest_at: datetime | None = None
    learned_at: datetime | None = None
    debt: float = 0.0  # requests made beyond a day's budget: bursts borrow them, quieter hours pay back
    asked_at: datetime | None = None

    @property
    def is_known(self) -> bool:
        """Are there enough articles to tell hours apart?"""
        return self.articles >= FEW


def learn_articles(rhythm: Rhythm, dates: Iterable[datetime], now: datetime) -> Rhythm:
    """The rhythm with articles of these dates (aware) added; dates to come count as now, very old ones not at all."""
    known = sorted(min(at, now) for at in dates if (now - at).total_seconds() < OLDEST_S)
    if not known:
        return rhythm
    kept = _weight(rhythm.learned_at or now, now)
    counts = [count * kept for count in rhythm.counts]
    for at in known:
        counts[_hour_of_week(at)] += _weight(at, now)
    line = [rhythm.newest_at, *known] if rhythm.newest_at else known
    pairs = [(abs((at - before).total_seconds()), at) for before, at in itertools.pairwise(line)]
    return replace(
        rhythm,
        counts=tuple(counts),
        articles=rhythm.articles + len(known),
        near=rhythm.near * kept + sum(_weight(at, now) for gap_s, at in pairs if gap_s < NEAR_S),
        gaps_s=(*rhythm.gaps_s, *(round(gap_s, 1) for gap_s, _ in pairs))[-KEPT_GAPS:],
        heat=find_heat(rhythm, now) + sum(math.exp((at - now).total_seconds() / NEAR_S) for at in known),
        since=min(rhythm.since or known[0], known[0]),
        newest_at=max(rhythm.newest_at or known[-1], known[-1]),
        learned_at=now,
    )


def note_request(rhythm: Rhythm, now: datetime, a_day: float = A_DAY) -> Rhythm:
    """The rhythm after a request: what it cost beyond the budget of the time since the last one."""
    if rhythm.asked_at is None:
        return replace(rhythm, asked_at=now)
    earned = a_day * (now - rhythm.asked_at).total_seconds() / DAY_S
    most = MOST_DEBT * 7 * a_day
    return replace(rhythm, debt=min(max(rhythm.debt + 1 - earned, 0.0), most), asked_at=now)


def find_heat(rhythm: Rhythm, now: datetime) -> float:
    """How many articles came a moment ago, the older the lighter."""
    if rhythm.learned_at is None:
        return 0.0
    return rhythm.heat * math.exp(min((rhythm.learned_at - now).total_seconds(), 0.0) / NEAR_S)


def find_follow(rhythm: Rhythm) -> float:
    """The share of articles that come because of one before: those near to it beyond what chance brings near (0 to 0.9)."""
    total = sum(rhythm.counts)
    if not rhythm.is_known or not total:
        return 0.0
    chance = _find_chance(find_rates(rhythm))
    return min(max((rhythm.near / total - chance) / max(1 - chance, 0.01), 0.0), 0.9)


@functools.lru_cache(maxsize=4096)
def _find_chance(rates: tuple[float, ...]) -> float:
    hourly = np.asarray(rates)
    return float((hourly * -np.expm1(-hourly * NEAR_S / HOUR_S)).sum() / max(hourly.sum(), 1e-9))


def rate_at(rhythm: Rhythm, at: datetime) -> float:
    """Articles an hour that are usual at this hour and weekday."""
    return find_rates(rhythm)[_hour_of_week(at)]


def find_rates(rhythm: Rhythm) -> tuple[float, ...]:
    """Articles an hour for each hour of the week; the same for all while few articles are known (Poisson)."""
    return _find_rates(rhythm.counts, _known_weeks(rhythm), rhythm.is_known)


@functools.lru_cache(maxsize=4096)
def _find_rates(counts: tuple[float, ...], weeks: float, is_known: bool) -> tuple[float, ...]:
    table = np.asarray(counts).reshape(7, 24)
    total = float(table.sum())
    if not total or not weeks:
        return (0.0,) * HOURS
    mean = total / weeks / HOURS
    if not is_known:
        return (mean,) * HOURS
    day_share, hour_share = weeks**2 / (weeks**2 + NEW_WEEKS**2), total / (total + FEW / 2)
    days = day_share * table.sum(axis=1) / total + (1 - day_share) / 7
    hours = hour_share * table.sum(axis=0) / total + (1 - hour_share) / 24
    usual = total * np.outer(days, hours)  # if hour and weekday did not know of each other
    own = weeks / (weeks + OWN_WEIGHT)
    mixed = (own * table + (1 - own) * usual).ravel() / weeks
    smooth = (np.roll(mixed, 1) + 2 * mixed + np.roll(mixed, -1)) / 4  # articles do not know of full hours
    return tuple(np.maximum(smooth, KEPT_RATE * mean).tolist())


def expected_articles(rhythm: Rhythm, since: datetime, until: datetime) -> float:
    """How many articles are usual between two moments."""
    rates = find_rates(rhythm)
    weeks, rest_s = divmod(max((until - since).total_seconds(), 0.0), WEEK_S)
    at, total = since, weeks * sum(rates)
    end = since + timedelta(seconds=rest_s)
    while at < end:
        then = min(_next_hour(at), end)
        total += rates[_hour_of_week(at)] * (then - at).total_seconds() / HOUR_S
        at = then
    return total


def usual_gap_s(rhythm: Rhythm) -> float | None:
    """The gap between articles that nine of ten stay under; None while there are too few."""
    gaps_s = sorted(rhythm.gaps_s)
    return gaps_s[min(len(gaps_s) - 1, int(0.9 * len(gaps_s)))] if len(gaps_s) >= FEW else None


def describe_rhythm(rhythm: Rhythm, now: datetime) -> str:
    """How much and when, for a reader: "12 a day, most 07-16 h UTC"; "" while too little is known."""
    a_day = find_daily_rate(rhythm, now)
    if not a_day:
        return ""
    much = f"{a_day:.0f} a day" if a_day >= 2 else f"{7 * a_day:.1f} a week"
    table = np.asarray(find_rates(rhythm)).reshape(7, 24)
    hours = table.sum(axis=0)
    if hours.max() < 1.5 * hours.mean():
        return f"{much}, at any hour"
    first, last = _find_busy_hours(hours.tolist())
    return f"{much}, most {first:02d}-{last:02d} h UTC"


def _find_busy_hours(hours: Sequence[float]) -> tuple[int, int]:
    """The shortest run of hours (it may pass midnight) that holds 80 % of the articles: first hour, hour after the last."""
    until = [0.0, *itertools.accumulate([*hours, *hours])]
    for length in range(1, 25):
        most, first = max((until[first + length] - until[first], -first) for first in range(24))
        if most >= 0.8 * until[24]:
            return -first, (length - first) % 24
    return 0, 0


def find_daily_rate(rhythm: Rhythm, now: datetime) -> float:
    """Articles a day of late; 0.0 while too few are known. Silence makes it smaller."""
    if not rhythm.is_known or rhythm.learned_at is None or rhythm.since is None:
        return 0.0
    return float(sum(rhythm.counts) * _weight(rhythm.learned_at, now) / _weigh_weeks(rhythm.since, now) / 7)


def find_unit(daily_rates: Sequence[float]) -> float:
    """What `share_budget` multiplies by, so that outlets of these rates take `A_DAY` requests each on average."""
    weights = [rate**SHARE for rate in daily_rates if rate > 0]
    return _fit(np.asarray(weights), A_DAY * len(weights), LEAST_A_DAY, MOST_A_DAY) if weights else 0.0


def share_budget(daily_rate: float, unit: float) -> float:
    """Requests a day of one outlet: more where more is published, at the cost of those who seldom publish."""
    if daily_rate <= 0 or unit <= 0:
        return A_DAY
    return min(max(float(unit * daily_rate**SHARE), LEAST_A_DAY), MOST_A_DAY)


def plan_next_poll(
    rhythm: Rhythm, now: datetime, *, a_day: float = A_DAY, floor_s: float = FLOOR_S, ceiling_s: float = CEILING_S
) -> datetime:
    """The moment of the next request: over a week as many as `a_day` allows, most of them where something is likely."""
    rates = find_rates(rhythm)
    a_week = round((a_day * 7 - rhythm.debt) / GRAIN) * GRAIN
    density = find_density(rates, a_week, floor_s, ceiling_s)
    burst = find_follow(rhythm) * find_heat(rhythm, now) * HOUR_S / NEAR_S
    into_s = (now.astimezone(UTC) - _begin_of_week(now)).total_seconds()
    waited_s, left = 0.0, 1.0
    while left > 0 and waited_s < ceiling_s:
        hour = int((into_s + waited_s) // HOUR_S) % HOURS
        likely = 1 + burst * math.exp(-waited_s / NEAR_S) / rates[hour] if rates[hour] else 1.0
        share = min(density[hour] * likely**FOLLOW, HOUR_S / floor_s) * STEP_S / HOUR_S
        waited_s += STEP_S * min(1.0, left / share)
        left -= share
    return now + timedelta(seconds=min(max(waited_s, floor_s), ceiling_s))


@functools.lru_cache(maxsize=4096)
def find_density(rates: Sequence[float], a_week: int, floor_s: float, ceiling_s: float) -> tuple[float, ...]:
    """Requests an hour for each hour of the week: `a_week` in all, between one a ceiling and one a floor."""
    least, most = HOUR_S / ceiling_s, HOUR_S / floor_s
    weights = np.asarray(rates) ** FOLLOW if any(rates) else np.ones(HOURS)
    return tuple(np.clip(_fit(weights, a_week, least, most) * weights, least, most).tolist())


def _fit(weights: np.ndarray[Any, Any], total: float, least: float, most: float) -> float:
    """The factor that makes the weights, held between least and most, sum up to the total."""
    low, high = 0.0, most / max(float(weights.min()), 1e-9)
    for _ in range(48):
        middle = (low + high) / 2
        if float(np.clip(middle * weights, least, most).sum()) < total:
            low = middle
        else:
            high = middle
    return high


def to_record(rhythm: Rhythm) -> dict[str, Any]:
    """What is stored of a rhythm: JSON."""
    record: dict[str, Any] = {"counts": [round(count, 3) for count in rhythm.counts], "gaps_s": list(rhythm.gaps_s)}
    record["articles"] = rhythm.articles
    record |= {name: round(getattr(rhythm, name), 3) for name in ("near", "heat", "debt")}
    moments = {name: getattr(rhythm, name) for name in MOMENTS}
    return record | {name: at.timestamp() if at else None for name, at in moments.items()}


def from_record(record: Mapping[str, Any] | None) -> Rhythm:
    """A stored rhythm; an empty one when there is none."""
    if not record or len(record["counts"]) != HOURS:
        return Rhythm()
    moments = {name: datetime.fromtimestamp(record[name], UTC) for name in MOMENTS if record[name] is not None}
    values = {name: tuple(record[name]) for name in ("counts", "gaps_s")}
    return Rhythm(**{**record, **dict.fromkeys(MOMENTS), **moments, **values})


def _weight(at: datetime, now: datetime) -> float:
    return float(0.5 ** (max((now - at).total_seconds(), 0.0) / HALF_LIFE_S))


def _known_weeks(rhythm: Rhythm) -> float:
    if rhythm.since is None or rhythm.learned_at is None:
        return 0.0
    return _weigh_weeks(rhythm.since, rhythm.learned_at)


def _weigh_weeks(since: datetime, until: datetime) -> float:
    """The weeks between, the older the lighter as the counts are; at least a day."""
    span_s = max((until - since).total_seconds(), DAY_S)
    return float(HALF_LIFE_S / math.log(2) * (1 - 0.5 ** (span_s / HALF_LIFE_S)) / WEEK_S)


def _hour_of_week(at: datetime) -> int:
    at = at.astimezone(UTC)
    return at.weekday() * 24 + at.hour


def _begin_of_week(at: datetime) -> datetime:
    at = at.astimezone(UTC)
    return at.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=at.weekday())


def _next_hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)

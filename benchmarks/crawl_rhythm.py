"""How soon an article is found when an outlet is asked by its rhythm, beside fixed polling with as many requests.

    python benchmarks/crawl_rhythm.py [--quick] [--json]

A seeded simulation, no network: three sorts of outlets publish as inhomogeneous Poisson processes by hour and weekday in zones of their own, with bursts
and silent nights. Nothing is known at first but the dates that a first feed shows; what polls find teaches. Three weeks teach, the weeks after count.
All outlets share one budget; fixed polling asks each outlet at even distances, in all as many times.
"""

from __future__ import annotations

import argparse
import bisect
import heapq
import json
import os
import platform
import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.rhythm import (  # noqa: E402
    Rhythm,
    find_daily_rate,
    find_unit,
    learn_articles,
    note_request,
    plan_next_poll,
    share_budget,
)

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
HOUR_S, WEEK_S = 3600.0, 7 * 86400.0
TAUGHT_WEEKS = 3
FIRST_FEED = 20  # dates that the first feed shows


@dataclass(frozen=True)
class Sort:
    """A sort of outlet: articles on a workday, their hours (local; weight by hour), the weekend's share, bursts."""

    name: str
    a_day: float
    hours: tuple[float, ...]
    weekend: float
    bursts: float  # of ten articles so many begin one
    burst: int  # articles of a burst, on average
    minutes: float  # between them


def make_hours(**parts: float) -> tuple[float, ...]:
    """Weights of 24 hours from `h9_17=1.0`: from 9 to 17 o'clock."""
    hours = [0.0] * 24
    for name, weight in parts.items():
        first, last = map(int, name[1:].split("_"))
        for hour in range(first, last):
            hours[hour] = weight
    return tuple(hours)


SORTS = (
    Sort(
        "agencies", 45, make_hours(h0_5=0.05, h5_7=0.4, h7_10=1.0, h10_18=1.3, h18_21=0.7, h21_24=0.2), 0.35, 0.6, 3, 9
    ),
    Sort("papers", 22, make_hours(h5_7=0.5, h7_9=1.4, h9_12=0.8, h12_17=0.7, h17_20=1.3, h20_23=0.2), 0.4, 0.5, 3, 12),
    Sort("ministries", 5, make_hours(h9_12=0.9, h12_14=0.4, h14_18=1.2, h18_20=0.3), 0.06, 1.0, 3, 15),
)


def publish(sort: Sort, zone_h: int, weeks: int, chance: random.Random) -> list[float]:
    """Moments of publication in seconds from the beginning, in order: thinning of a Poisson process, then bursts."""
    top = max(sort.hours)
    share = 1 + sort.bursts / 10 * sort.burst
    peak = sort.a_day / share * top / sum(sort.hours) / HOUR_S  # articles a second at the best hour
    at, found = 0.0, []
    while at < weeks * WEEK_S:
        at += chance.expovariate(peak)
        local = BEGIN + timedelta(seconds=at, hours=zone_h)
        wanted = sort.hours[local.hour] / top * (sort.weekend if local.weekday() >= 5 else 1.0)
        if chance.random() >= wanted:
            continue
        found.append(at)
        if chance.random() < sort.bursts / 10:
            then = at
            for _ in range(1 + int(chance.expovariate(1 / sort.burst))):
                then += chance.expovariate(1 / (60 * sort.minutes))
                found.append(then)
    return sorted(one for one in found if one < weeks * WEEK_S)


def poll_by_rhythm(fleet: Sequence[Sequence[float]], weeks: int) -> list[list[float]]:
    """Moments of each outlet's polls in seconds: each poll plans the next one with what all before it have found."""
    seen = [bisect.bisect_right(published, WEEK_S) for published in fleet]  # outlets are added after their first week
    begin = to_moment(WEEK_S)
    rhythms = [
        learn_articles(Rhythm(), map(to_moment, published[max(first - FIRST_FEED, 0) : first]), begin)
        for published, first in zip(fleet, seen, strict=True)
    ]
    polls: list[list[float]] = [[] for _ in fleet]
    queue = [(WEEK_S + number, number) for number in range(len(fleet))]
    unit, unit_until = 0.0, 0.0
    while queue[0][0] < weeks * WEEK_S:
        at, number = heapq.heappop(queue)
        now = to_moment(at)
        polls[number].append(at)
        if at >= unit_until:
            unit, unit_until = find_unit([find_daily_rate(rhythm, now) for rhythm in rhythms]), at + 86400
        a_day = share_budget(find_daily_rate(rhythms[number], now), unit)
        rhythms[number] = note_request(rhythms[number], now, a_day)
        known = bisect.bisect_right(fleet[number], at)
        if known > seen[number]:
            rhythms[number] = learn_articles(rhythms[number], map(to_moment, fleet[number][seen[number] : known]), now)
            seen[number] = known
        then = (plan_next_poll(rhythms[number], now, a_day=a_day) - BEGIN).total_seconds()
        heapq.heappush(queue, (then, number))
    return polls


def to_moment(at: float) -> datetime:
    return BEGIN + timedelta(seconds=at)


def find_delays(published: Sequence[float], polls: Sequence[float], since: float) -> list[float]:
    """Seconds from each publication to the poll that finds it."""
    places = ((at, bisect.bisect_left(polls, at)) for at in published if at >= since)
    return [polls[place] - at for at, place in places if place < len(polls)]


def measure(outlets: int, weeks: int, seed: int = 7) -> list[dict[str, Any]]:
    """A row a sort of outlet, then one over all: `outlets` of each sort."""
    since = (1 + TAUGHT_WEEKS) * WEEK_S
    chance = random.Random(seed)
    sorts = [sort for sort in SORTS for _ in range(outlets)]
    fleet = [publish(sort, chance.randrange(-8, 13), weeks, chance) for sort in sorts]
    polls = [[at for at in mine if at >= since] for mine in poll_by_rhythm(fleet, weeks)]
    count = sum(map(len, polls))
    gap_s = (weeks * WEEK_S - since) * len(fleet) / count  # as many requests in all
    ours: dict[str, list[float]] = {sort.name: [] for sort in SORTS}
    fixed: dict[str, list[float]] = {sort.name: [] for sort in SORTS}
    asked = dict.fromkeys(ours, 0)
    for sort, published, mine in zip(sorts, fleet, polls, strict=True):
        even = [
            since + gap_s * (n + chance.random() / 100) for n in range(1, int((weeks * WEEK_S - since) / gap_s) + 1)
        ]
        ours[sort.name] += find_delays(published, mine, since)
        fixed[sort.name] += find_delays(published, even, since)
        asked[sort.name] += len(mine)
    days = (weeks * WEEK_S - since) / 86400
    rows = [
        make_row(f"{name} ({asked[name] / outlets / days:.0f} requests a day)", ours[name], fixed[name], "")
        for name in ours
    ]
    words = f"all {len(fleet)} outlets ({count / len(fleet) / days:.0f} requests a day)"
    return [*rows, make_row(words, [*chain(*ours.values())], [*chain(*fixed.values())], "<= 0.5")]


def make_row(who: str, ours: Sequence[float], fixed: Sequence[float], bound: str) -> dict[str, Any]:
    """Median time to discovery of ours by that of fixed polling, with both and the means in words."""
    mine, theirs = statistics.median(ours), statistics.median(fixed)
    means = f"mean {statistics.fmean(ours) / 60:.1f} / {statistics.fmean(fixed) / 60:.1f}"
    return {
        "measure": f"discovery, by rhythm / fixed: {who}: median {mine / 60:.1f} / {theirs / 60:.1f} min, {means}",
        "value": round(mine / theirs, 3),
        "unit": "x",
        "bound": bound,
        "holds": not bound or mine / theirs <= 0.5,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer outlets and weeks")
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    rows = measure(4, 6) if words.quick else measure(10, 10)
    if words.json:
        print(json.dumps({"rows": rows}, ensure_ascii=False))
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    if words.quick:
        print("shortened: 12 outlets over 2 weeks instead of 30 over 6")
    for row in rows:
        print(
            f"{row['measure']:110s} {row['value']:>6} {row['unit']} {row['bound']:7s} {'holds' if row['holds'] else 'MISSED'}"
        )


if __name__ == "__main__":
    main()

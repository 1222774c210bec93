"""How much of an outlet is seen at all: what one way in shows and another does not, and what, by that, none shows. Pure.

A feed and a sitemap are two captures of the articles that an outlet published. Where they are independent, the share of the sitemap's
articles that the feed shows too is the share of all articles that the feed shows; so those that neither shows can be estimated. Ways
that leave out the same things (a section that is in neither) are not independent: the estimate is the least that is missing.
Source: Chapman 1951 (two captures); Chao 1987 (the lower bound for more).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

WAYS = {"feed": 1, "sitemap": 2, "listing": 4}  # bits of candidate.ways
COUNTED = timedelta(days=14)  # of what was found; a guess
SETTLED = timedelta(days=1)  # before that a slower way may still come to show it: many sitemaps are made once a day
LEAST_BOTH = 5  # articles that two ways share, from which anything can be told; a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """Articles of the last two weeks. `missed`: estimated, seen by no way; None = cannot be told, and `why` says so."""

    by_way: Mapping[str, int]  # way → articles that it showed
    shared: int  # articles that more than one way showed
    seen: int
    missed: float | None
    why: str = ""

    @property
    def share(self) -> float | None:
        """Of all articles, the part that was seen; 0 to 1."""
        return None if self.missed is None else self.seen / (self.seen + self.missed)


def estimate(captures: Mapping[int, int]) -> Completeness:
    """`captures`: set of ways (bits of WAYS) → articles that exactly these ways showed."""
    by_way = {way: sum(n for ways, n in captures.items() if ways & bit) for way, bit in WAYS.items()}
    by_way = {way: count for way, count in by_way.items() if count}
    seen = sum(captures.values())
    once = sum(n for ways, n in captures.items() if ways.bit_count() == 1)
    twice = sum(n for ways, n in captures.items() if ways.bit_count() == 2)
    shared = seen - once
    found = Completeness(by_way=by_way, shared=shared, seen=seen, missed=None)
    if len(by_way) < 2:
        return _say(
            found,
            "only one way in showed anything: there is nothing to compare it with"
            if by_way
            else "nothing new in two weeks",
        )
    if shared < LEAST_BOTH:
        return _say(found, f"its ways share {shared} articles: too few to compare")
    if len(by_way) == 2:
        one, other = (count - shared for count in by_way.values())
        missed = one * other / (shared + 1)
    else:
        occasions = len(by_way)
        missed = (occasions - 1) / occasions * once * (once - 1) / (2 * (twice + 1))
    return Completeness(by_way=by_way, shared=shared, seen=seen, missed=missed)


def describe(found: Completeness) -> str:
    """In words: "feed 40, sitemap 38, shared 36, of 42 seen in two weeks; about 0 more by none"."""
    if found.missed is None:
        return found.why
    ways = ", ".join(f"{way} {count}" for way, count in found.by_way.items())
    return f"{ways}, shared {found.shared}, of {found.seen} seen in two weeks; about {found.missed:.0f} more by none"


def _say(found: Completeness, why: str) -> Completeness:
    return Completeness(by_way=found.by_way, shared=found.shared, seen=found.seen, missed=None, why=why)

"""Both sides' official read-outs of one meeting: who has told, and who has not. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.stories.frames import Frame

TWO_SIDED = frozenset(("meeting", "visit", "call"))
PATIENCE = timedelta(days=1)  # after which a side that has said nothing is named
LEAST_STATES, MOST_STATES = 2, 4  # of a meeting that has read-outs; a summit of twenty has a communiqué


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An article of an official outlet. `country`: the outlet's."""

    article_id: int
    country: str
    at: datetime
    frame: Frame


@dataclass(slots=True, kw_only=True)
class ReadOuts:
    """One meeting. `told`: side → its articles, oldest first; `missing`: sides that have an official outlet here and said nothing."""

    states: set[str]
    first_at: datetime
    told: dict[str, list[int]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def is_one_sided(self, now: datetime) -> bool:
        """Has a side said nothing for a day after the first one spoke?"""
        return bool(self.missing) and now - self.first_at >= PATIENCE


def pair_readouts(tellings: Iterable[Telling], sides: Collection[str]) -> list[ReadOuts]:
    """The meetings that an official side told of, oldest first. `sides`: countries of which an official outlet is read."""
    found: list[ReadOuts] = []
    for telling in sorted(tellings, key=lambda one: (one.at, one.article_id)):
        states = set(telling.frame.states)
        if telling.frame.event not in TWO_SIDED or telling.country not in states:
            continue
        if not LEAST_STATES <= len(states) <= MOST_STATES:
            continue
        one = next((known for known in found if len(known.states & states) >= LEAST_STATES), None)
        if one is None:
            one = ReadOuts(states=states, first_at=telling.at)
            found.append(one)
        one.states |= states
        one.told.setdefault(telling.country, []).append(telling.article_id)
    for one in found:
        one.missing = sorted(state for state in one.states if state in sides and state not in one.told)
    return found

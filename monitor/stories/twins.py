"""Twins: two events that read alike (the same people meet again) and must stay two stories. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.stories.frames import Frame
from monitor.stories.held import HeldArticle
from monitor.stories.piece import Piece
from monitor.stories.terms import Terms
from monitor.text import fold

ON_ONE_DAY = frozenset(
    ("meeting", "visit", "call", "summons", "vote", "expulsion", "appointment", "treaty", "sanctions")
)
HOSTILE = frozenset(("expulsion", "summons", "sanctions"))
PEACEFUL = frozenset(("meeting", "visit", "call", "treaty", "appointment"))
OTHER_SORT, OTHER_STATES = 0.45, 0.45  # what is left of a score; guesses, confirmed on our own stream


def are_twins(one: Frame, other: Frame) -> bool:
    """The same sort of event on another day, or in another city; or a quarrel and a handshake on two days: not the same event."""
    if not _are_comparable(one, other):
        return False
    if one.on and other.on and one.on != other.on:
        return True
    is_same = one.event == other.event
    return is_same and _is_city(one.place) and _is_city(other.place) and one.place != other.place


def conflicts(frame: Frame | None, known: Iterable[Frame]) -> bool:
    """Is an event a twin of a story's events, and the same as none of them?"""
    if frame is None:
        return False
    alike = [are_twins(frame, other) for other in known if _are_comparable(frame, other)]
    return bool(alike) and all(alike)


def _are_comparable(one: Frame, other: Frame) -> bool:
    if one.event == other.event:
        return one.event in ON_ONE_DAY
    return not _are_one_sort(one.event, other.event)


def find_accord(frame: Frame | None, known: Sequence[Frame]) -> float:
    """How well an event fits a story's: 1, less when it is of another sort or between other states than most of them."""
    if frame is None or not known:
        return 1.0
    accord = 1.0
    if 2 * sum(_are_one_sort(frame.event, other.event) for other in known) < len(known):
        accord *= OTHER_SORT
    if 2 * sum(_share_states(frame, other) for other in known) < len(known):
        accord *= OTHER_STATES
    return accord


def _are_one_sort(one: str, other: str) -> bool:
    return not ((one in HOSTILE and other in PEACEFUL) or (one in PEACEFUL and other in HOSTILE))


def _share_states(one: Frame, other: Frame) -> bool:
    """Two states or more on both sides, and fewer than two of them the same: another pair."""
    if len(one.states) < 2 or len(other.states) < 2:
        return True
    return len(set(one.states) & set(other.states)) >= 2


def part_stories(ours: Sequence[Frame], theirs: Sequence[Frame]) -> bool:
    """Do the events of two stories forbid that they are one? A day or a city that differs does, unless another report agrees."""
    shared = {frame.event for frame in ours} & {frame.event for frame in theirs} & ON_ONE_DAY
    for event in shared:
        pairs = [
            are_twins(one, other) for one in ours if one.event == event for other in theirs if other.event == event
        ]
        if sum(pairs) > len(pairs) / 2:
            return True
    return False


def are_next_issue(piece: Piece, terms: Terms, held: HeldArticle) -> bool:
    """The same outlet's form letter with other facts (today's losses, the next meeting) is news, not a copy."""
    if held.outlet != piece.outlet:
        return False
    if held.frame is not None and conflicts(terms.frame, [held.frame]):
        return True
    numbers = {sign for sign in terms.signs if sign[0] == "+"}
    return held.headline != fold(piece.headline) and numbers != held.numbers


def _is_city(place: str) -> bool:
    return place.islower()

"""What a whole story reports, and who has told of a meeting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.stories import Frame, Telling, from_record, pair_readouts, say_event, sum_up, to_record

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TALKS = Frame(event="meeting", stage="done", states=("NO", "FI"), place="oslo", on=date(2026, 3, 10))


@pytest.mark.parametrize(
    ("stages", "latest"),
    [
        (("announced", "running"), "running"),
        (("done", "announced"), "done"),
        (("announced", "cancelled"), "cancelled"),
        (("denied", "announced"), "announced"),
    ],
)
def test_a_story_is_at_the_furthest_stage_unless_its_end_was_said_last(stages: tuple[str, ...], latest: str) -> None:
    found = sum_up([Frame(event="visit", stage=stage) for stage in stages])
    assert found is not None
    assert found.stage == latest


def test_a_statement_is_told_only_when_there_is_nothing_else() -> None:
    said = Frame(event="statement", states=("SE",))
    assert sum_up([said, said, TALKS]) == TALKS
    assert sum_up([said]) == said
    assert sum_up([]) is None


def test_place_day_and_states_are_those_that_most_name() -> None:
    other = Frame(event="meeting", states=("FI", "SE"), place="turku")
    found = sum_up([other, TALKS, TALKS])
    assert found is not None
    assert (found.place, found.on, found.states) == ("oslo", date(2026, 3, 10), ("FI", "NO", "SE"))


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (TALKS, "meeting · NO, FI · Oslo · 10 Mar 2026"),
        (Frame(event="treaty", stage="announced"), "treaty, announced"),
        (
            Frame(event="visit", stage="cancelled", states=("NO",), place="new-york"),
            "visit, called off · NO · New York",
        ),
        (Frame(event="call", states=("A1", "A2", "A3", "A4", "A5")), "call · A1, A2, A3, A4"),
        (Frame(event="sanctions", place="RU"), "sanctions"),
    ],
)
def test_an_event_is_said_on_one_line(frame: Frame, words: str) -> None:
    assert say_event(frame) == words


def test_what_the_archive_keeps_of_an_event_gives_it_back() -> None:
    for frame in (TALKS, Frame(event="vote", stage="denied", people=("Ilan Torvik",))):
        assert from_record(to_record(frame)) == frame


def tell(number: int, country: str, states: tuple[str, ...], event: str = "meeting") -> Telling:
    frame = Frame(event=event, states=states)
    return Telling(article_id=number, country=country, at=NOON + timedelta(hours=number), frame=frame)


def test_both_sides_of_a_meeting_are_paired() -> None:
    (one,) = pair_readouts([tell(2, "FI", ("FI", "NO"), "visit"), tell(1, "NO", ("NO", "FI"))], {"NO", "FI", "SE"})
    assert one.told == {"NO": [1], "FI": [2]}
    assert one.missing == []


def test_a_side_that_says_nothing_is_named_after_a_day_if_we_read_it() -> None:
    (one,) = pair_readouts([tell(1, "NO", ("NO", "FI", "XK"))], {"NO", "FI"})
    assert one.missing == ["FI"]  # of XK no official outlet is read: its silence says nothing
    assert not one.is_one_sided(one.first_at + timedelta(hours=23))
    assert one.is_one_sided(one.first_at + timedelta(hours=24))


@pytest.mark.parametrize(
    "telling",
    [
        tell(1, "SE", ("NO", "FI")),  # a third party
        tell(1, "NO", ("NO",)),  # alone
        tell(1, "NO", ("NO", "FI"), "sanctions"),  # no meeting
        tell(1, "NO", ("NO", "FI", "SE", "DK", "IS")),  # a summit
    ],
)
def test_what_is_no_meeting_of_two_sides_has_no_read_outs(telling: Telling) -> None:
    assert pair_readouts([telling], {"NO", "FI", "SE"}) == []

"""What an official source says differently afterwards, and what it takes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from strait_news import CONFIG, NOW, PARAGRAPHS, alerts, page, take

from monitor.ingest import Outcome, Room, open_room, withdraw_article
from monitor.model import Config, Orientation
from monitor.store import Store, crawling, ledger, rechecks, schema

URL = "https://north.example/news/talks"
FIVE = [text.replace("four hours", "five hours") for text in PARAGRAPHS]


def with_north(orientation: Orientation) -> Config:
    north, sister = CONFIG.outlets
    return replace(CONFIG, outlets=(replace(north, orientation=orientation), sister))


@pytest.fixture
def ministry(store: Store) -> Room:
    """The first outlet is official."""
    config = with_north("official")
    crawling.sync_outlets(store, config.outlets, NOW - timedelta(days=30))
    return open_room(store, config)


def look_again(room: Room, paragraphs: Sequence[str] = PARAGRAPHS, *, at: datetime, **more: Any) -> Outcome:
    return take(room, page(paragraphs=list(paragraphs), is_recheck=True, **more), at)


def find_candidate(room: Room) -> Any:
    c = schema.candidate.c
    with room.store.read() as connection:
        return connection.execute(sa.select(schema.candidate).where(c.url == URL)).one()


def find_versions(room: Room) -> list[str]:
    with room.store.read() as connection:
        return list(connection.execute(sa.select(schema.version.c.change)).scalars())


def test_an_official_text_that_changes_its_numbers_rings_with_both_sentences(ministry: Room) -> None:
    take(ministry, page())
    again = look_again(
        ministry,
        [text.replace("three years", "twelve years, in 2014") for text in PARAGRAPHS],
        at=NOW + timedelta(days=9),
    )
    assert again.state == "changed"
    _, update = alerts(ministry.store)
    assert (update.kind, update.reason.split(":")[0]) == ("update", "change")
    assert "the first in three years." in update.text
    assert "twelve years" in update.text
    assert find_versions(ministry) == ["numbers"]


def test_each_version_rings_once(ministry: Room) -> None:
    take(ministry, page())
    for days, number in enumerate(("14", "14", "15"), start=1):
        look_again(
            ministry,
            [text.replace("end of the month", f"{number}th") for text in PARAGRAPHS],
            at=NOW + timedelta(days=days),
        )
    assert [alert.kind for alert in alerts(ministry.store)] == ["instant", "update", "update"]


def test_what_no_official_source_changes_is_kept_and_does_not_ring(room: Room) -> None:
    take(room, page())
    look_again(room, [text.replace("three years", "12 years") for text in PARAGRAPHS], at=NOW + timedelta(hours=2))
    assert [alert.kind for alert in alerts(room.store)] == ["instant"]
    assert find_versions(room) == ["numbers"]


def test_other_words_for_the_same_are_a_version_and_no_news(ministry: Room) -> None:
    take(ministry, page())
    look_again(
        ministry,
        [*PARAGRAPHS, "The ministry will publish photographs of the meeting tonight."],
        at=NOW + timedelta(hours=2),
    )
    assert [alert.kind for alert in alerts(ministry.store)] == ["instant"]
    assert find_versions(ministry) == ["addition"]


def test_a_line_that_the_cleaner_cuts_today_was_no_part_of_the_text_before(ministry: Room) -> None:
    museum = "Odd Borvik opens a museum of knots in the old harbour of Kestovar"
    take(ministry, page(paragraphs=[*PARAGRAPHS, f"{museum}, and speaks for twenty minutes without a note."]))
    look_again(ministry, at=NOW + timedelta(hours=1))
    gone = [alert.text for alert in alerts(ministry.store)[1:]]
    take(ministry, page("https://north.example/news/other", paragraphs=[*PARAGRAPHS, museum]))
    look_again(ministry, url="https://north.example/news/other", at=NOW + timedelta(hours=1))
    assert [
        alert.text for alert in alerts(ministry.store)[1:]
    ] == gone  # the second one stands in the sidebar, which is cut


def test_official_pages_are_looked_at_again_ever_more_rarely(ministry: Room) -> None:
    take(ministry, page())
    store, now, gaps = ministry.store, NOW, []
    while (due := find_candidate(ministry).next_at) is not None:
        gaps.append((due - now).total_seconds())
        now = due
        with store.write() as connection:
            (row,) = ledger.take_candidates(connection, "north", now=now, limit=5, lease_s=900)
        assert row.state == "matched"  # it stays what it is
        assert look_again(ministry, at=now).state == "unchanged"
    assert gaps == list(rechecks.PAUSES_S)
    assert len(rechecks.PAUSES_S) == ledger.MOST_RECHECKS
    assert find_candidate(ministry).state == "matched"
    trace = ledger.load_trace(store, URL)
    assert trace is not None
    assert [step["outcome"] for step in trace["steps"] if step["step"] == "recheck"] == ["unchanged"] * len(gaps)


@pytest.mark.parametrize("orientation", ["independent", "state"])
def test_others_are_not_looked_at_again(store: Store, orientation: Orientation) -> None:
    config = with_north(orientation)
    crawling.sync_outlets(store, config.outlets, NOW - timedelta(days=30))
    room = open_room(store, config)
    take(room, page())
    assert find_candidate(room).next_at is None


def test_a_page_that_is_missing_is_asked_once_more_before_it_is_called_gone(ministry: Room) -> None:
    take(ministry, page())
    with ministry.store.write() as connection:
        first = rechecks.miss_page(connection, URL, "not found (404)", NOW, is_sure=False)
    assert first is None
    assert find_candidate(ministry).next_at == NOW + timedelta(hours=1)
    with ministry.store.write() as connection:
        second = rechecks.miss_page(connection, URL, "not found (404)", NOW + timedelta(hours=1), is_sure=False)
    assert second is not None


def test_a_page_that_came_back_in_between_was_never_missing(ministry: Room) -> None:
    take(ministry, page())
    with ministry.store.write() as connection:
        rechecks.miss_page(connection, URL, "not found (404)", NOW, is_sure=False)
    look_again(ministry, at=NOW + timedelta(hours=1))
    with ministry.store.write() as connection:
        assert rechecks.miss_page(connection, URL, "404", NOW + timedelta(hours=5), is_sure=False) is None


def test_an_official_page_that_is_gone_is_told_once_to_those_who_were_told_of_it(ministry: Room) -> None:
    outcome = take(ministry, page())
    assert outcome.article_id is not None
    for hours in (5, 6):
        with ministry.store.write() as connection:
            now = NOW + timedelta(hours=hours)
            withdraw_article(connection, ministry, outcome.article_id, URL, "gone for good (410)", now)
    instant, update = alerts(ministry.store)
    assert (instant.kind, update.kind, update.reason) == ("instant", "update", f"withdrawal:{outcome.article_id}")
    assert update.text == "“Norland and Vestria hold talks on the strait”: gone for good (410)"
    assert look_again(ministry, at=NOW + timedelta(days=1)).state == "unchanged"
    with ministry.store.read() as connection:
        assert connection.execute(sa.select(schema.article.c.gone_at)).scalar_one() is None  # it is there again


def test_a_page_that_nobody_was_told_of_goes_in_silence(ministry: Room) -> None:
    outcome = take(ministry, page(is_baseline=True))
    assert outcome.article_id is not None
    with ministry.store.write() as connection:
        withdraw_article(connection, ministry, outcome.article_id, URL, "gone for good (410)", NOW)
    assert alerts(ministry.store) == []


def test_an_old_text_that_comes_again_after_a_restart_is_old(ministry: Room) -> None:
    first = take(ministry, page())
    later = NOW + timedelta(days=40)
    fresh = open_room(ministry.store, ministry.config)
    again = take(fresh, page("https://north.example/archive/talks", published=later - timedelta(minutes=5)), later)
    assert (again.state, again.story_id) == ("duplicate", first.story_id)
    assert len(alerts(ministry.store)) == 1

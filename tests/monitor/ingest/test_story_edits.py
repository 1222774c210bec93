"""Stories that are joined and parted, by the program and by hand; every process follows, and nothing is told twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from strait_news import CONFIG, NOW, alerts, page, take

from monitor.errors import StoreError
from monitor.ingest import Room, close_poll, open_room, reload_room
from monitor.model import Watchlist
from monitor.store import Store, edits, outbox, schema, silences, views

WATCHES = (Watchlist(slug="both", name="Both", match="ilan-torvik OR odd-borvik", instant=("screen",)),)
SCHOOL = [
    "Odd Borvik opened a school in the far north on Friday and spoke for an hour about his own teachers and their patience.",
    "The building has forty rooms and a roof of glass, and pupils from eleven villages will come there by boat when the ice is gone.",
    "Parents had collected money for nine winters; the rest was paid by the fishing fleet, whose oldest captain cut the ribbon.",
]


def story_of(store: Store, article_id: int | None) -> int:
    with store.read() as connection:
        return int(
            connection.execute(
                sa.select(schema.article.c.story_id).where(schema.article.c.id == article_id)
            ).scalar_one()
        )


def take_two(room: Room) -> tuple[int, int]:
    """Two stories that both rang."""
    reload_room(room, replace(CONFIG, watchlists=WATCHES))
    one = take(room, page())
    two = take(room, page("https://north.example/news/school", paragraphs=SCHOOL, headline="Borvik opens a school"))
    assert one.story_id is not None
    assert two.story_id is not None
    assert one.story_id != two.story_id
    assert len(alerts(room.store)) == 2
    return one.story_id, two.story_id


def merge(store: Store, keep: int, drop: int) -> bool:
    with store.write() as connection:
        return edits.merge_stories(connection, keep, drop, by="hand", now=NOW)


def test_a_merged_story_keeps_the_first_number_and_has_told_what_either_has(room: Room) -> None:
    one, two = take_two(room)
    assert merge(room.store, one, two)
    with room.store.read() as connection:
        assert edits.find_root(connection, two) == one
        assert {row.story_id for row in connection.execute(sa.select(schema.article.c.story_id))} == {one}
        assert views.find_stories(connection, since=NOW - timedelta(days=1), limit=9) == [one]
        assert len(outbox.load_told(connection, one)) == 1  # the same watchlist
        (edit,) = edits.load_story_edits(connection, one)
    assert (edit.kind, edit.story_id, edit.other_id, edit.by) == ("merge", one, two, "hand")


def test_what_follows_the_dropped_story_joins_the_kept_one_in_every_process(room: Room) -> None:
    one, two = take_two(room)
    other = open_room(room.store, room.config)
    take(other, page("https://sister.example/2026/x", "sister", headline="Grain ships wait at the strait"))
    merge(room.store, one, two)
    for place in (room, other):
        copy = take(
            place, page(f"https://sister.example/{id(place)}", "sister", SCHOOL, headline="Borvik opens a school")
        )
        assert copy.story_id == one
    assert not [alert for alert in alerts(room.store) if alert.kind == "instant"][2:]


def test_a_merge_is_done_once_and_of_known_stories_only(room: Room) -> None:
    one, two = take_two(room)
    assert merge(room.store, one, two)
    assert not merge(room.store, one, two)
    assert not merge(room.store, two, one)
    with pytest.raises(StoreError, match="story 999: not in the archive"):
        merge(room.store, one, 999)


def test_a_silence_of_the_dropped_story_holds_for_the_kept_one(room: Room) -> None:
    one, two = take_two(room)
    silences.add_silence(room.store, "story", str(two), NOW + timedelta(days=1), "a test", NOW)
    merge(room.store, one, two)
    with room.store.read() as connection:
        assert [silence.value for silence in silences.load_silences(connection, NOW)] == [str(one)]


def test_articles_that_a_reader_takes_out_are_a_story_of_their_own_for_good(room: Room) -> None:
    first = take(room, page())
    copy = take(room, page("https://sister.example/2026/talks", "sister"))
    assert first.story_id == copy.story_id
    assert first.story_id is not None
    late = take(
        room,
        page(
            "https://sister.example/2026/more", "sister", headline="Norland and Vestria hold talks on the strait again"
        ),
    )
    with room.store.write() as connection:
        new = edits.split_story(connection, first.story_id, [copy.article_id or 0], now=NOW)
    assert story_of(room.store, copy.article_id) == new
    assert story_of(room.store, first.article_id) == first.story_id
    close_poll(room, "north", now=NOW)
    take(room, page("https://north.example/news/school", paragraphs=SCHOOL, headline="Borvik opens a school"))
    close_poll(room, "north", now=NOW)
    assert story_of(room.store, copy.article_id) == new
    assert late.story_id == first.story_id


@pytest.mark.parametrize(
    ("articles", "words"), [([999], "article 999 is none of its own"), ([1], "at least one article must stay")]
)
def test_a_split_that_cannot_be_is_refused_in_words(room: Room, articles: list[int], words: str) -> None:
    one = take(room, page()).story_id
    with pytest.raises(StoreError, match=words), room.store.write() as connection:
        edits.split_story(connection, one or 0, articles, now=NOW)


def test_an_alert_that_was_owed_before_the_merge_is_still_shown(room: Room) -> None:
    one, two = take_two(room)
    merge(room.store, one, two)
    assert {alert.story_id for alert in alerts(room.store) if alert.state == "owed"} == {one, two}
    with room.store.read() as connection:
        root = edits.find_root(connection, two)
        assert views.load_story_views(connection, [root], room.config)[0].headline


def test_an_event_is_watched_by_its_name_alone(store: Store) -> None:
    config = replace(
        CONFIG,
        watchlists=(Watchlist(slug="talks", name="Talks", match="event:meeting", instant=("screen",)),),
        people=(),
        topics=(),
    )
    room = open_room(store, config)
    outcome = take(room, page(headline="Foreign ministers of Norway and Finland meet in Oslo"))
    assert (outcome.state, outcome.reason) == ("matched", "event:meeting")
    (alert,) = alerts(store)
    assert alert.watchlist == "talks"
    reload_room(room, CONFIG)
    with store.read() as connection:
        row = connection.execute(sa.select(schema.article)).one()
    assert row.event_kind == "meeting"
    assert row.event["states"] == ["FI", "NO"] or set(row.event["states"]) == {"FI", "NO"}

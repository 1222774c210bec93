"""Road 1 over a real store: what a page becomes, and that it becomes it once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from strait_news import CONFIG, NOW, PARAGRAPHS, alerts, page, take

from monitor.ingest import Room, close_poll, open_room, reload_room, road
from monitor.model import Config, Page, Watchlist
from monitor.store import ledger, schema, silences


def test_a_page_with_a_watched_name_makes_one_alert_owed(room: Room) -> None:
    outcome = take(room, page())
    assert outcome.state == "matched"
    (alert,) = alerts(room.store)
    assert (alert.watchlist, alert.kind, alert.channels, alert.state) == ("north-watch", "instant", ["screen"], "owed")
    trace = ledger.load_trace(room.store, "https://north.example/news/talks")
    assert trace is not None
    assert trace["state"] == "matched"
    assert {"clean", "match", "story", "alert", "state"} <= {step["step"] for step in trace["steps"]}


def test_a_name_in_the_sidebar_is_kept_as_suppressed_and_never_rings(room: Room) -> None:
    take(room, page())
    with room.store.read() as connection:
        h = schema.hit.c
        rows = {(row.entry, row.suppressed) for row in connection.execute(sa.select(h.entry, h.suppressed))}
    assert ("odd-borvik", False) not in rows
    assert ("ilan-torvik", False) in rows


def test_the_same_page_again_changes_nothing(room: Room) -> None:
    first = take(room, page())
    again = take(room, page(), NOW + timedelta(hours=2))
    assert again.state == "unchanged"
    assert again.article_id == first.article_id
    assert len(alerts(room.store)) == 1


def test_an_edited_page_is_a_new_version_and_no_second_alert(room: Room) -> None:
    take(room, page())
    again = take(
        room,
        page(
            paragraphs=[
                *PARAGRAPHS,
                "A correction: the talks took five hours, not four, as an earlier version of this report had said.",
            ]
        ),
    )
    assert again.state == "changed"
    assert len(alerts(room.store)) == 1
    with room.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.version)).scalar_one() == 1


FOLLOW_UP = [
    "Foreign minister Ilan Torvik of Norland and the president of Vestria signed a treaty on the Halvard Strait on Tuesday after their talks.",
    "The treaty lets 340 grain ships through the Halvard Strait in its first month, and each side may stop it with a notice of ten days.",
    "Torvik said that much was left to do. The president thanked the mediators, who had carried papers between two rooms.",
]


def test_a_follow_up_with_news_rings_once_and_says_what_is_new(room: Room) -> None:
    take(room, page())
    treaty = page("https://sister.example/2026/treaty", "sister", FOLLOW_UP, headline="Norland and Vestria sign treaty")
    signed = take(room, treaty, NOW + timedelta(hours=3))
    assert (signed.state, signed.alerts) == ("matched", 2)
    instant, update, along = alerts(room.store)
    assert (instant.kind, update.kind, update.reason, update.state) == (
        "instant",
        "update",
        "stage:treaty:done",
        "owed",
    )
    assert update.text == "Norland and Vestria sign treaty"
    assert (along.reason, along.state) == ("number", "along")


def test_a_mere_rewording_is_no_update(room: Room) -> None:
    take(room, page())
    reworded = [
        "After talks on Tuesday the president of Vestria and Ilan Torvik, foreign minister of Norland, spoke of the Halvard Strait, the first talks in three years.",
        "Grain ships may pass the strait before the month ends, both sides agreed, and the two coast guards keep a line between them.",
        "Much is left to do, Torvik said after the talks; in spring he would be back with a draft of the accord.",
    ]
    again = take(room, page("https://sister.example/2026/words", "sister", reworded), NOW + timedelta(hours=2))
    assert again.story_id is not None
    assert [alert.kind for alert in alerts(room.store)] == ["instant"]


def test_only_the_kinds_of_news_that_were_asked_for_ring_again(room: Room) -> None:
    reload_room(room, replace(CONFIG, settings=replace(CONFIG.settings, updates=("number",))))
    take(room, page())
    take(room, page("https://sister.example/2026/treaty", "sister", FOLLOW_UP), NOW + timedelta(hours=3))
    assert [alert.reason for alert in alerts(room.store)] == ["", "number"]


def test_an_edit_that_names_a_watched_person_for_the_first_time_rings(room: Room) -> None:
    take(
        room,
        page(paragraphs=[text.replace("Ilan Torvik", "Somebody Else").replace("Torvik", "He") for text in PARAGRAPHS]),
    )
    assert alerts(room.store) == []
    take(room, page())
    assert len(alerts(room.store)) == 1


def test_the_same_text_on_a_sister_site_joins_the_story_in_silence(room: Room) -> None:
    first = take(room, page())
    copy = take(room, page("https://sister.example/2026/talks", "sister"))
    assert copy.state == "duplicate"
    assert copy.story_id == first.story_id
    assert len(alerts(room.store)) == 1


def test_a_baseline_page_is_stored_and_never_rings(room: Room) -> None:
    outcome = take(room, page(is_baseline=True, published=NOW - timedelta(days=40)))
    assert outcome.state == "baseline"
    assert outcome.article_id is not None
    assert alerts(room.store) == []


def test_old_news_never_rings(room: Room) -> None:
    outcome = take(room, page(published=NOW - timedelta(days=6)))
    assert outcome.state == "too-old"
    assert alerts(room.store) == []


def test_the_feeds_date_counts_more_than_one_that_had_to_be_searched_for(room: Room) -> None:
    """A day of long ago in the address would make the article too old, and its alert would be lost."""
    found = page("https://north.example/2019/01/05/talks", listed_at=NOW - timedelta(minutes=30))
    html = re.sub(rb"<meta property='article:published_time'[^>]*>", b"", found.html)
    assert take(room, replace(found, html=html)).state == "matched"
    alone = replace(
        found,
        html=html,
        url="https://north.example/2019/01/05/talks-2",
        final_url="https://north.example/2019/01/05/x",
        listed_at=None,
    )
    assert take(room, replace(alone, html=html.replace(b"grain", b"timber"))).state in ("too-old", "duplicate")


def test_a_page_without_an_article_ends_as_such(room: Room) -> None:
    empty = Page(
        url="https://north.example/empty",
        final_url="https://north.example/empty",
        outlet="north",
        html=b"",
        fetched_at=NOW,
    )
    outcome = take(room, empty)
    assert outcome.state == "no-text"
    assert outcome.reason


def test_a_silenced_alert_is_kept_as_muted(room: Room) -> None:
    silences.add_silence(room.store, "outlet", "north", NOW + timedelta(days=1), "a test", NOW)
    take(room, page())
    (alert,) = alerts(room.store)
    assert alert.state == "muted"
    assert alert.muted_by is not None


def test_a_restart_remembers_stories_and_what_rang(room: Room) -> None:
    first = take(room, page())
    close_poll(room, "north", now=NOW)
    fresh = open_room(room.store, CONFIG)
    copy = take(fresh, page("https://sister.example/2026/talks", "sister"))
    assert copy.story_id == first.story_id
    assert len(alerts(room.store)) == 1


@pytest.mark.parametrize("where", ["archive.save_hits", "ledger.finish_candidate"])
def test_a_transaction_that_breaks_leaves_nothing_and_the_page_can_come_again(
    room: Room, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """The last statement breaks after the story index has taken the article in: it must not be its own copy later."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("in the middle")

    module, name = where.split(".")
    with monkeypatch.context() as patch:
        patch.setattr(getattr(road, module), name, fail)
        with pytest.raises(RuntimeError):
            take(room, page())
    with room.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.article)).scalar_one() == 0
    assert take(room, page()).state == "matched"
    assert len(alerts(room.store)) == 1


def test_a_reload_changes_the_watches_and_sends_nothing_for_the_past(room: Room) -> None:
    take(room, page(paragraphs=[text.replace("Halvard Strait", "long strait") for text in PARAGRAPHS]))
    assert alerts(room.store) == []
    wider = Config(
        folder=".",
        version="2",
        outlets=CONFIG.outlets,
        people=CONFIG.people,
        topics=CONFIG.topics,
        watchlists=(Watchlist(slug="north-watch", name="x", match="ilan-torvik", instant=("screen",)),),
    )
    reload_room(room, wider)
    assert alerts(room.store) == []
    take(
        room,
        page(
            "https://north.example/news/other",
            paragraphs=[
                "Ilan Torvik opened a school in the far north on Friday and spoke of his own teachers.",
                *(
                    f"Paragraph {n} of a different report about schools, teachers and the long dark of the winter."
                    for n in range(4)
                ),
            ],
        ),
    )
    assert len(alerts(room.store)) == 1

"""Meetings of which one side told, as a digest says them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from desk_world import CONFIG, NOW, save_article

from monitor.model import Config, Outlet
from monitor.store import Store, happenings, schema
from monitor.stories import Frame, to_record

NORWAY = Outlet(slug="ud", name="UD", home="https://ud.test/", country="NO", orientation="official")
BOTH = replace(CONFIG, outlets=(*CONFIG.outlets, NORWAY))
TOLD = NOW - timedelta(hours=30)


def tell(store: Store, outlet: str, number: int, at: datetime, story_id: int | None = None) -> int:
    article, story = save_article(
        store, f"https://{outlet}.test/{number}", f"Talks {number}", outlet=outlet, at=at, story_id=story_id
    )
    record = to_record(Frame(event="meeting", states=("EE", "NO")))
    with store.write() as connection:
        update = sa.update(schema.article).where(schema.article.c.id == article)
        connection.execute(update.values(event=record, event_kind="meeting"))
    return story


def list_lines(store: Store, start: datetime, end: datetime, config: Config = BOTH) -> list[str]:
    with store.read() as connection:
        return happenings.list_one_sided(connection, start, end, config)


def test_a_side_that_said_nothing_for_a_day_stands_in_the_one_digest_after_it(store: Store) -> None:
    tell(store, "ministry", 1, TOLD)
    day = timedelta(days=1)
    assert list_lines(store, TOLD, TOLD + day - timedelta(minutes=1)) == []
    said = list_lines(store, TOLD, TOLD + day)
    assert said == ["EE told of “Talks 1”; NO has said nothing of it since"]
    assert list_lines(store, TOLD + day, TOLD + 2 * day) == []


def test_a_meeting_that_both_sides_told_of_is_not_named(store: Store) -> None:
    story = tell(store, "ministry", 1, TOLD)
    tell(store, "ud", 2, TOLD + timedelta(hours=20), story)
    assert list_lines(store, TOLD, TOLD + timedelta(days=2)) == []


def test_the_silence_of_a_state_that_is_not_read_says_nothing(store: Store) -> None:
    tell(store, "ministry", 1, TOLD)
    assert list_lines(store, TOLD, TOLD + timedelta(days=2), CONFIG) == []


@pytest.mark.parametrize("kind", ["sanctions", "statement"])
def test_what_is_no_meeting_has_no_other_side(store: Store, kind: str) -> None:
    tell(store, "ministry", 1, TOLD)
    with store.write() as connection:
        connection.execute(sa.update(schema.article).values(event_kind=kind))
    assert list_lines(store, TOLD, TOLD + timedelta(days=2)) == []

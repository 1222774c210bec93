"""Pictures and the calendar: drawn from what the archive holds, in both forms, also when it is empty."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from desk_world import CONFIG, NOW, save_article
from icalendar import Calendar
from starlette.testclient import TestClient

from monitor.store import Store, pictures, schema
from monitor.stories import Frame, to_record
from monitor.web import make_app
from monitor.web.pictures import NAMES, find_band


def report(store: Store, number: int, frame: Frame, *, story_id: int | None = None, days_ago: float = 1) -> int:
    article, story = save_article(
        store,
        f"https://courier.test/e{number}",
        f"Event, {number}",
        story_id=story_id,
        at=NOW - timedelta(days=days_ago),
    )
    with store.write() as connection:
        update = sa.update(schema.article).where(schema.article.c.id == article)
        connection.execute(update.values(event=to_record(frame), event_kind=frame.event))
    return story


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_comes_as_svg_and_png(desk: TestClient, name: str) -> None:
    svg = desk.get(f"/pictures/{name}.svg")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    root = ET.fromstring(svg.content)
    assert root.tag.endswith("svg")
    assert not [node for node in root.iter() if node.tag.endswith(("script", "foreignObject"))]
    png = desk.get(f"/pictures/{name}.png")
    assert png.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_archive_has_pictures_too(sqlite_store: Store, name: str) -> None:
    app = make_app(sqlite_store, lambda: CONFIG, lambda: NOW)
    with TestClient(app, base_url="http://127.0.0.1:8484") as client:
        assert client.get(f"/pictures/{name}.svg").status_code == 200


@pytest.mark.parametrize("path", ["/pictures/none.svg", "/pictures/hits.gif", "/pictures/hits.py"])
def test_another_picture_is_not_there(desk: TestClient, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_the_page_names_every_picture_and_its_range(desk: TestClient) -> None:
    html = desk.get("/pictures").text
    assert re.findall(r'src="/pictures/(\w+)\.svg"', html) == list(NAMES)
    assert f"{NOW:%d %b %Y}" in html


def test_who_met_whom_counts_stories_and_not_articles(store: Store) -> None:
    talks = Frame(event="meeting", states=("NO", "EE"))
    story = report(store, 1, talks)
    report(store, 2, talks, story_id=story)
    report(store, 3, Frame(event="call", states=("EE", "NO", "FI")))
    report(store, 4, Frame(event="sanctions", states=("EE", "NO")))
    with store.read() as connection:
        found = pictures.count_meetings(connection, NOW - timedelta(days=9))
    assert found == {("EE", "NO"): 2, ("EE", "FI"): 1, ("FI", "NO"): 1}


def test_entries_and_alerts_are_counted_by_day(store: Store) -> None:
    report(store, 1, Frame(event="meeting"), days_ago=2)
    report(store, 2, Frame(event="meeting"), days_ago=2)
    with store.read() as connection:
        entries = pictures.count_entries_by_day(connection, NOW - timedelta(days=9))
        articles = pictures.count_articles_by_day(connection, NOW - timedelta(days=9))
        alerts = pictures.count_alerts_by_day(connection, NOW - timedelta(days=9))
    day = (NOW - timedelta(days=2)).date()
    assert entries["torvik"][day] == 2
    assert articles == {day: 2}
    assert not alerts


def test_the_band_is_what_most_days_had() -> None:
    low, high = find_band([10, 12, 11, 10, 90, 11, 12, 10])
    assert low < 10
    assert 12 < high < 20
    assert find_band([0] * 8) == (0, 0)


def read_calendar(desk: TestClient) -> list[dict[str, object]]:
    calendar = Calendar.from_ical(desk.get("/feeds/meetings.ics").content)
    return [
        {key.lower(): event.decoded(key) for key in ("SUMMARY", "DTSTART", "STATUS")}
        for event in calendar.walk("VEVENT")
    ]


def test_announced_meetings_stand_in_the_calendar_by_day(desk: TestClient, sqlite_store: Store) -> None:
    later, sooner = NOW.date() + timedelta(days=9), NOW.date() + timedelta(days=2)
    report(sqlite_store, 1, Frame(event="meeting", stage="announced", on=later, place="oslo"))
    report(sqlite_store, 2, Frame(event="visit", stage="announced", on=sooner))
    report(sqlite_store, 3, Frame(event="meeting", stage="announced"))  # no day
    report(sqlite_store, 4, Frame(event="meeting", stage="announced", on=date(2020, 1, 1)))  # long past
    report(sqlite_store, 5, Frame(event="meeting", stage="done", on=sooner))  # not announced
    assert [(row["summary"], row["dtstart"]) for row in read_calendar(desk)] == [
        ("Event, 2", sooner),
        ("Event, 1", later),
    ]


def test_a_meeting_that_is_called_off_is_marked(desk: TestClient, sqlite_store: Store) -> None:
    day = NOW.date() + timedelta(days=3)
    story = report(sqlite_store, 1, Frame(event="meeting", stage="announced", on=day), days_ago=3)
    report(sqlite_store, 2, Frame(event="meeting", stage="cancelled"), story_id=story)
    (row,) = read_calendar(desk)
    assert (row["dtstart"], row["status"]) == (day, "CANCELLED")

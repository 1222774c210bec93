"""What leaves the desk: feeds, tables, the API, live counts."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest
from desk_world import CONFIG, NOW, POISON, hit, save_article
from starlette.testclient import TestClient

from monitor.store import Store
from monitor.web import events, make_app
from monitor.web.desk import Desk
from monitor.web.exports import harmless

ATOM = "{http://www.w3.org/2005/Atom}"


def test_atom_of_all_and_of_one_watchlist(desk: TestClient) -> None:
    everything = ET.fromstring(desk.get("/feeds/all.atom").content)
    meetings = ET.fromstring(desk.get("/feeds/meetings.atom").content)
    assert len(everything.findall(f"{ATOM}entry")) == 3
    assert [entry.findtext(f"{ATOM}title") for entry in meetings.findall(f"{ATOM}entry")] == ["Torvik meets Selwyn"]
    for entry in everything.findall(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}id")
        assert entry.findtext(f"{ATOM}updated")
        assert all(link.get("href", "").startswith(("http", "#")) for link in entry.findall(f"{ATOM}link"))


def test_a_feed_survives_characters_that_xml_forbids(desk: TestClient, sqlite_store: Store) -> None:
    text = "Ilan Torvik \x00\x0b\x1f\ufffe said"
    save_article(sqlite_store, "https://courier.test/bad", text, body=text, hits=[hit("torvik", "Ilan Torvik", text)])
    assert "Ilan Torvik  said" in ET.tostring(ET.fromstring(desk.get("/feeds/all.atom").content), "unicode")


def test_json_feed(desk: TestClient) -> None:
    feed = desk.get("/feeds/meetings.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["url"] == "http://127.0.0.1:8484/story/1"
    assert feed["items"][0]["tags"] == ["Ilan Torvik", "Marta Selwyn", "Halvard Strait"]


def test_the_table_has_the_filtered_stories_and_no_formulas(desk: TestClient, sqlite_store: Store) -> None:
    text = "=HYPERLINK(1) Ilan Torvik"
    save_article(sqlite_store, "https://courier.test/cmd", text, body=text, hits=[hit("torvik", "Ilan Torvik", text)])
    rows = list(csv.DictReader(io.StringIO(desk.get("/export/stories.csv?entry=torvik").text.lstrip("\ufeff"))))
    assert {row["story"] for row in rows} == {"1", "2", "3", "5"}
    assert next(row for row in rows if row["story"] == "5")["headline"] == f"'{text}"
    assert len(list(csv.DictReader(io.StringIO(desk.get("/export/stories.csv?watch=meetings").text)))) == 1


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_the_api_answers_in_the_shapes_that_it_declares(desk: TestClient) -> None:
    document = desk.get("/api/openapi.json").json()
    paths = set(document["paths"])
    assert paths >= {"/stories", "/stories/{story_id}", "/articles/{article_id}", "/outlets", "/deliveries", "/why"}
    changes = {path for path, methods in document["paths"].items() if list(methods) != ["get"]}
    assert changes == {"/verdicts", "/silences"}
    assert [story["id"] for story in desk.get("/api/stories?entry=strait").json()] == [2, 1]
    assert len(desk.get("/api/stories/1").json()["articles"]) == 2
    assert desk.get("/api/articles/3").json()["headline"] == f"{POISON} headline"
    assert desk.get("/api/outlets").json()[0]["slug"] == "courier"
    assert {row["state"] for row in desk.get("/api/deliveries").json()} == {"sent", "failed", "dead"}
    assert desk.get("/api/silences").json() == []
    assert [found["id"] for found in desk.get("/api/search?q=strait").json()["found"]] == [3, 2, 1]
    assert desk.get("/api/why?url=https://courier.test/1").json()["state"] == "matched"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/stories/999", 404), ("/api/articles/999", 404), ("/api/why?url=x", 404), ("/api/nothing", 404),
     ("/api/search?q=(", 422), ("/api/stories/0", 422), ("/api/deliveries?state=x", 422), ("/api/stories?limit=9999", 422),
     ("/api/search", 422)],
)  # fmt: skip
def test_the_api_says_problems_as_json(desk: TestClient, path: str, status: int) -> None:
    response = desk.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert isinstance(json.loads(response.text), dict)


def test_a_page_hears_of_new_stories_and_the_stream_ends_with_the_program(sqlite_store: Store) -> None:
    class Asked:
        async def is_disconnected(self) -> bool:
            return False

    async def listen() -> list[str]:
        stop = asyncio.Event()
        desk = Desk(store=sqlite_store, config=lambda: CONFIG, now=lambda: NOW, stop=stop)
        save_article(sqlite_store, "https://courier.test/1", "Torvik meets Selwyn")
        heard = []
        async for text in events._stream(Asked(), desk, 0):  # type: ignore[arg-type]
            heard.append(text)
            if text.startswith("event"):
                stop.set()
        return heard

    heard = asyncio.run(listen())
    assert heard[-1] == 'event: stories\ndata: {"new": 1}\n\n'
    assert events._open == 0


def test_too_many_streams_are_refused(desk: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_open", events.MOST_STREAMS)
    assert desk.get("/events").status_code == 503


def test_the_cards_carry_where_live_updates_go_on(sqlite_store: Store) -> None:
    save_article(sqlite_store, "https://courier.test/1", "Torvik meets Selwyn")
    client = TestClient(make_app(sqlite_store, lambda: CONFIG, lambda: NOW), base_url="http://127.0.0.1:8484")
    assert 'data-events="/events?after=5"' in client.get("/").text

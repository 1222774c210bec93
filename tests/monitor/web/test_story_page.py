"""One story on the desk: its event and read-outs, joined and parted by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from desk_world import NOW, save_article
from starlette.testclient import TestClient

from monitor.store import Store, archive, known_articles, schema
from monitor.stories import Frame, to_record

TALKS = to_record(Frame(event="visit", stage="running", states=("EE", "NO"), place="tallinn"))


def token_of(desk: TestClient) -> str:
    found = re.search(r'name="token" value="(\w+)"', desk.get("/story/1").text)
    assert found is not None
    return found[1]


def stories_of(store: Store) -> dict[int, int]:
    a = schema.article.c
    with store.read() as connection:
        return {row.id: row.story_id for row in connection.execute(sa.select(a.id, a.story_id))}


def report(store: Store, article_id: int) -> None:
    """Gives an article an event."""
    a = schema.article.c
    with store.write() as connection:
        update = sa.update(schema.article).where(a.id == article_id)
        connection.execute(update.values(event=TALKS, event_kind="visit", duplicate_of=None))


def test_two_stories_become_one_and_the_other_number_leads_there(
    desk: TestClient, sqlite_store: Store, world: dict[str, int]
) -> None:
    other = stories_of(sqlite_store)[world["plain"]]
    answer = desk.post("/story/1/merge", data={"token": token_of(desk), "other": str(other)})
    assert "The other story is part of this one now." in answer.text
    assert "Weather stays calm" in answer.text
    assert "by a reader" in answer.text
    led = desk.get(f"/story/{other}", follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, "/story/1")
    again = desk.post("/story/1/merge", data={"token": token_of(desk), "other": str(other)})
    assert "That story is part of this one already." in again.text


def test_the_chosen_articles_become_a_story_of_their_own(
    desk: TestClient, sqlite_store: Store, world: dict[str, int]
) -> None:
    answer = desk.post("/story/1/split", data={"token": token_of(desk), f"article-{world['copy']}": "1"})
    assert "These articles are a story of their own now." in answer.text
    found = stories_of(sqlite_store)
    assert found[world["copy"]] not in (found[world["meeting"]], 1)


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("/story/1/merge", {"other": "999"}, "story 999: not in the archive"),
        ("/story/1/merge", {"other": "x"}, "named by their numbers"),
        ("/story/1/merge", {"other": "9" * 40}, "named by their numbers"),
        ("/story/1/split", {}, "Choose the articles"),
        ("/story/1/split", {"article-999": "1"}, "none of its own"),
        ("/story/999/split", {"article-1": "1"}, "not in the archive"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    desk: TestClient, sqlite_store: Store, path: str, fields: dict[str, str], words: str
) -> None:
    before = stories_of(sqlite_store)
    answer = desk.post(path, data=fields | {"token": token_of(desk)})
    assert answer.status_code == 422
    assert words in answer.text
    assert stories_of(sqlite_store) == before


def test_the_event_stands_on_the_card_and_on_the_story(
    desk: TestClient, sqlite_store: Store, world: dict[str, int]
) -> None:
    report(sqlite_store, world["meeting"])
    for path in ("/", "/story/1"):
        assert "visit, under way · EE, NO · Tallinn" in desk.get(path).text


def test_the_read_outs_of_a_meeting_are_shown(sqlite_store: Store, desk: TestClient) -> None:
    article, story = save_article(
        sqlite_store, "https://mfa.test/9", "Torvik visits", outlet="ministry", at=NOW - timedelta(hours=30)
    )
    report(sqlite_store, article)
    text = desk.get(f"/story/{story}").text
    assert "Read-outs of both sides" in text
    assert "Torvik visits" in text


def test_a_story_tells_its_versions_and_its_whole_trace(desk: TestClient, sqlite_store: Store) -> None:
    with sqlite_store.write() as connection:
        known = known_articles.find_article(connection, ["https://courier.test/1"])
        assert known is not None
        page = archive.load_clean_page(connection, known.id)
        assert page is not None
        changed = replace(page, body=page.body.replace("two hours", "three hours"))
        archive.change_article(connection, known, changed, "changed", NOW)
    html = desk.get("/story/1").text
    assert "<del>They spoke about the strait for two hours.</del>" in html
    assert "<ins>They spoke about the strait for three hours.</ins>" in html
    assert "<summary>https://courier.test/1</summary>" in html
    assert "<summary>https://mfa.test/1</summary>" in html
    assert "2 paragraphs" in html  # a step of the trace

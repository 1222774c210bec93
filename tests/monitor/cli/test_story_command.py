"""`diplowatch story`: shown, merged, parted, each mistake in one line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from strait_news import CONFIG, NOW, page, take

from monitor.cli import diplowatch
from monitor.ingest import open_room
from monitor.store import crawling, open_store

SCHOOL = [
    "Odd Borvik opened a school in the far north on Friday and spoke for an hour about his own teachers and their patience.",
    "The building has forty rooms and a roof of glass, and pupils from eleven villages will come there by boat when the ice is gone.",
    "Parents had collected money for nine winters; the rest was paid by the fishing fleet, whose oldest captain cut the ribbon.",
]


@pytest.fixture
def db(tmp_path: Path) -> str:
    """Story 1 with an article and its copy, story 2 with one article; a configuration without outlets."""
    url = f"sqlite:///{tmp_path / 'd.db'}"
    store = open_store(url)
    crawling.sync_outlets(store, CONFIG.outlets, NOW - timedelta(days=30))
    room = open_room(store, CONFIG)
    take(room, page(headline="Foreign ministers of Norway and Finland meet in Oslo"))
    take(room, page("https://sister.example/2026/talks", "sister"))
    take(room, page("https://north.example/news/school", paragraphs=SCHOOL, headline="Borvik opens a school"))
    store.close()
    (tmp_path / "config").mkdir()
    return url


def call(db: str, *words: str) -> Result:
    config = Path(db.removeprefix("sqlite:///")).parent / "config"
    more = ["--config", str(config)] if words[0] in ("show",) or words[0].isdecimal() else []
    return CliRunner().invoke(diplowatch, ["story", *words, "--db", db, *more], standalone_mode=False)


def test_a_story_is_shown_by_its_number(db: str) -> None:
    said = call(db, "1").output
    assert said.startswith("1  Foreign ministers of Norway and Finland meet in Oslo\n")
    assert "meeting" in said.splitlines()[1]
    assert "(copy of 1)" in said
    assert "alert: instant of north-watch, owed" in said


def test_a_story_is_given_as_json(db: str) -> None:
    found = json.loads(call(db, "show", "1", "--json").output)
    assert [row["id"] for row in found["articles"]] == [1, 2]
    assert found["articles"][1]["duplicate_of"] == 1
    assert [row["kind"] for row in found["alerts"]] == ["instant"]
    assert {"id", "headline", "voices", "event", "readouts", "edits", "deliveries"} <= found.keys()


def test_stories_are_merged_and_the_old_number_still_leads_there(db: str) -> None:
    assert call(db, "merge", "1", "2").exception is None
    said = call(db, "2").output
    assert said.startswith("1  Foreign ministers")
    assert "story 2 went into story 1, by hand" in said
    assert "     3  north [north]" in said


def test_articles_are_taken_out_and_the_new_number_is_printed(db: str) -> None:
    run = call(db, "split", "1", "2")
    assert run.output == "3\n"
    said = call(db, "3").output
    assert "story 3 came out of story 1, by hand" in said


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("99",), "story 99: not in the archive"),
        (("merge", "1", "99"), "story 99: not in the archive"),
        (("merge", "1", "1"), "story 1: cannot go into itself"),
        (("split", "1", "99"), "story 1: article 99 is none of its own"),
        (("split", "2", "3"), "story 2: at least one article must stay"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(db: str, words: tuple[str, ...], problem: str) -> None:
    error = call(db, *words).exception
    assert problem in str(error)
    assert "\n" not in str(error)


def test_a_story_is_merged_once(db: str) -> None:
    call(db, "merge", "1", "2")
    assert "story 2: is part of story 1 already" in str(call(db, "merge", "1", "2").exception)

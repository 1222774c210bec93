"""Slips in what is asked for are said, and `why` judges by what the archive has seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from strait_news import CONFIG, NOW, page, take

from monitor.cli import diplowatch
from monitor.ingest import open_room
from monitor.store import crawling, learned, open_store

TALKS = [
    "Torvik spoke for an hour about the strait and the ships that wait there, and left without a word to the press.",
    "The port has been closed since Monday; forty crews live on what the coast guard brings them every second day.",
]
PEOPLE = '[ilan-torvik]\nname = "Ilan Torvik"\n'
OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><body><outline type="rss" text="Herald" xmlUrl="https://herald.example/feed"/></body></opml>
"""


@pytest.fixture
def db(tmp_path: Path) -> str:
    """Two articles, the second one with a bare surname; a configuration that watches its bearer."""
    url = f"sqlite:///{tmp_path / 'd.db'}"
    store = open_store(url)
    crawling.sync_outlets(store, CONFIG.outlets, NOW)
    room = open_room(store, CONFIG)
    take(room, page(headline="Foreign ministers of Norway and Finland meet in Oslo"))
    take(room, page("https://north.example/news/port", paragraphs=TALKS, headline="A port waits"))
    store.close()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "people.toml").write_text(PEOPLE, encoding="utf-8")
    return url


def call(db: str, *words: str, config: bool = True) -> Result:
    folder = str(Path(db.removeprefix("sqlite:///")).parent / "config")
    more = ["--config", folder] if config else []
    return CliRunner().invoke(diplowatch, [*words, "--db", db, *more])


def learn(db: str, full: int) -> None:
    """So many articles of the past had the surname with the full name."""
    store = open_store(db)
    with store.write() as connection:
        learned.add_counts(connection, [("ilan-torvik", "en", full, full, 0)])
    store.close()


def test_why_tells_what_the_archive_has_seen_of_a_surname(db: str) -> None:
    address = "https://north.example/news/port"
    before = call(db, "why", address, "--entry", "ilan-torvik").output
    assert "surname Torvik at 0 of the body, but no full name in the document" in before
    assert "(archive in this language: 2 documents with the surname, 1 with the full name" in before

    learn(db, 40)

    after = call(db, "why", address, "--entry", "ilan-torvik").output
    assert "archive: “Torvik” at 0 of the body" in after
    assert "(archive in this language: 42 documents with the surname, 41 with the full name" in after


def test_an_export_of_nobody_is_refused_and_names_who_was_meant(db: str) -> None:
    run = call(db, "export", "--entry", "ilan-torvick")
    assert run.exit_code == 2
    assert "no such person or topic (do you mean ilan-torvik?)" in run.output


def test_what_is_no_longer_watched_is_exported_by_its_hits(db: str) -> None:
    run = call(db, "export", "--entry", "strait")  # a topic of the crawl, none of the configuration now
    assert run.exit_code == 0
    assert '"entry": "strait"' in run.output or '"entry":"strait"' in run.output


def test_a_silence_that_has_ended_already_is_refused(db: str) -> None:
    run = call(db, "silence", "add", "--entry", "ilan-torvik", "--until", "2020-01-01", "--reason", "noise")
    assert run.exit_code == 2
    assert "--until 2020-01-01 00:00 UTC has passed" in run.output
    assert "noise" not in call(db, "silence", "list", "--all", config=False).output


def test_dead_letters_of_an_unknown_channel_are_no_success(db: str) -> None:
    run = call(db, "deliveries", "retry", "--dead", "nope", config=False)
    assert run.exit_code != 0
    assert "nope: nothing was ever owed to such a channel" in str(run.exception or run.output)


def test_an_opml_file_is_read_without_a_warning(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML, encoding="utf-8")
    (tmp_path / "config").mkdir()
    run = CliRunner().invoke(
        diplowatch, ["import-opml", str(tmp_path / "feeds.opml"), "--config", str(tmp_path / "config")]
    )
    assert run.exit_code == 0, run.output
    assert 'feeds = ["https://herald.example/feed"]' in run.output

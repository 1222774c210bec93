"""From verdicts to a changed table, on the page and on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from desk_world import NOW, hit, save_article
from starlette.testclient import TestClient

from monitor.cli import diplowatch
from monitor.config import load_config
from monitor.store import Store, open_store, schema, verdicts
from monitor.web import make_app

PEOPLE = '# Watched.\n[torvik]\nname = "Ilan Torvik"\nsurname = "alone"  # there is only one\n'
WRONG = "A Torvik bakery opened on Sunday."
AGAIN = "Rye from the Torvik bakery won a prize."
GOOD = "Ilan Torvik spoke for an hour."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = tmp_path / "config"
    config.mkdir()
    (config / "people.toml").write_text(PEOPLE, encoding="utf-8")
    return config


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(f"sqlite:///{tmp_path / 'd.db'}")
    for number, (body, text) in enumerate(((WRONG, "Torvik"), (AGAIN, "Torvik"), (GOOD, "Ilan Torvik"))):
        save_article(
            found,
            f"https://courier.test/{number}",
            f"Part {number}",
            body=body,
            hits=[replace(hit("torvik", text, body), rule="alone")],
        )
    with found.read() as connection:
        ids = (
            connection.execute(
                sa.select(schema.hit.c.id).where(schema.hit.c.entry == "torvik", ~schema.hit.c.suppressed)
            )
            .scalars()
            .all()
        )
    for hit_id, verdict in zip(ids, ("wrong-person", "off-topic", "good"), strict=True):
        verdicts.save_verdict(found, hit_id, verdict, NOW)
    yield found
    found.close()


@pytest.fixture
def desk(store: Store, folder: Path) -> Iterator[TestClient]:
    app = make_app(store, lambda: load_config(folder), lambda: NOW)
    with TestClient(app, base_url="http://127.0.0.1:8484") as client:
        yield client


def test_the_page_shows_a_change_and_opens_it_in_the_editor(desk: TestClient, folder: Path) -> None:
    html = unescape(desk.get("/proposals").text)
    assert "Ends 2 of 2 wrong hits and keeps 1 good ones." in html
    assert 'unless = ["Torvik bakery"]' in html
    assert "A Torvik bakery" in html  # what would go
    token = re.search(r'name="token" value="(\w+)"', html)
    assert token is not None
    shown = desk.post("/proposals/torvik", data={"token": token[1]}).text
    table = re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.S)
    assert table is not None
    assert unescape(table[1]).endswith('surname = "alone"  # there is only one\nunless = ["Torvik bakery"]')
    assert (folder / "people.toml").read_text(encoding="utf-8") == PEOPLE
    assert desk.post("/proposals/nobody", data={"token": token[1]}).status_code == 404


def test_the_command_shows_it_and_writes_it_when_told(store: Store, folder: Path) -> None:
    words = ["proposals", "--config", str(folder), "--db", store.url, "--since", "2026-02-01"]
    shown = CliRunner().invoke(diplowatch, words)
    assert shown.exit_code == 0, shown.output
    assert "torvik: ends 2 of 2 wrong hits, keeps 1 good ones" in shown.stdout
    assert 'people.toml: unless = ["Torvik bakery"]' in shown.stdout
    assert "of 3 articles 3 are flagged, then 1" in shown.stdout
    done = CliRunner().invoke(diplowatch, [*words, "--apply", "torvik"])
    assert done.exit_code == 0, done.output
    assert load_config(folder).people[0].unless == ("Torvik bakery",)
    again = CliRunner().invoke(diplowatch, [*words, "--apply", "torvik"])
    assert again.exit_code != 0

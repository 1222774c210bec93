"""Adding and changing people, topics, watchlists and outlets on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from desk_world import NOW, fill_world
from loopback import Said, Site, make_feed, make_page, open_site
from starlette.testclient import TestClient

from monitor.config import load_config
from monitor.store import Store
from monitor.web import make_app

FILES = {
    "people": '# Watched.\n[torvik]\nname = "Ilan Torvik"\n',
    "topics": "[strait]\nname = 'Halvard Strait'\nquery = '\"the strait\"'\n",
    "watchlists": '[north]\nname = "The north"\nmatch = "torvik"\ninstant = ["desk"]\n',
    "channels": '[channel.desk]\nurl = "console:"\n',
    "settings": '[network]\nallow_private = ["127.0.0.0/8"]\ndelay = "0s"\ncontact = "mailto:a@desk.test"\n',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = tmp_path / "config"
    config.mkdir()
    for name, text in FILES.items():
        (config / f"{name}.toml").write_text(text, encoding="utf-8")
    return config


@pytest.fixture
def desk(sqlite_store: Store, folder: Path) -> Iterator[TestClient]:
    fill_world(sqlite_store)
    app = make_app(sqlite_store, lambda: load_config(folder), lambda: NOW)
    with TestClient(app, base_url="http://127.0.0.1:8484") as client:
        yield client


def fields(html: str) -> dict[str, str]:
    """Token, table and what was read before, as a browser would send them back."""
    token = re.search(r'name="token" value="(\w+)"', html)
    before = re.search(r'name="before" value="([^"]*)"', html)
    table = re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.S)
    assert token is not None
    return {
        "token": token[1],
        "before": unescape(before[1]) if before else "",
        "table": unescape(table[1]) if table else "",
    }


def test_a_person_is_added_in_one_spelling_and_comes_with_others(desk: TestClient, folder: Path) -> None:
    html = desk.get("/edit/people?name=Sergey Lavrov").text
    form = fields(html)
    assert form["table"].startswith('[sergey-lavrov]\nname = "Sergey Lavrov"\n')
    assert "Лавров" in html
    checked = desk.post("/edit/people/sergey-lavrov", data=form | {"do": "check"})
    assert "No mistake." in checked.text
    assert "sergey-lavrov" not in (folder / "people.toml").read_text(encoding="utf-8")
    saved = desk.post("/edit/people/sergey-lavrov", data=form | {"do": "save"})
    assert "Saved; it is in force within a second." in saved.text
    assert (folder / "people.toml").read_text(encoding="utf-8") == f"{FILES['people']}\n{form['table']}\n"


def test_what_no_watchlist_names_is_said_before_and_after_it_is_saved(desk: TestClient) -> None:
    form = fields(desk.get("/edit/people?name=Ada Lind").text)
    assert "No watchlist names ada-lind yet" in desk.post("/edit/people/ada-lind", data=form | {"do": "check"}).text
    assert "No watchlist names it yet" in desk.post("/edit/people/ada-lind", data=form | {"do": "save"}).text
    watched = fields(desk.get("/edit/people/torvik").text)
    for do in ("check", "save"):
        assert "No watchlist names" not in desk.post("/edit/people/torvik", data=watched | {"do": do}).text


def test_a_check_warns_of_what_the_change_brings_and_of_nothing_older(desk: TestClient) -> None:
    form = fields(desk.get("/edit/people?name=Ilan Torvik the elder").text)
    form["table"] += '\nalso = ["Ilan Torvik"]'
    html = unescape(desk.post("/edit/people/ilan-torvik-the-elder", data=form | {"do": "check"}).text)
    assert "share the spelling 'Ilan Torvik', which cannot tell them apart" in html
    assert "in no watchlist: strait" not in html


def test_a_check_says_what_the_archive_holds_of_it(desk: TestClient) -> None:
    form = fields(desk.get("/edit/people/torvik").text)
    html = desk.post("/edit/people/torvik", data=form | {"do": "check"}).text
    assert re.search(r"In the last 30 days \d+ of \d+ articles name it", html)
    assert "Torvik meets Selwyn" in html


def test_a_watchlist_is_tried_before_it_is_saved(desk: TestClient) -> None:
    form = fields(desk.get("/edit/watchlists/north").text)
    form["table"] = form["table"].replace('"torvik"', '"torvik AND strait"')
    html = desk.post("/edit/watchlists/north", data=form | {"do": "check"}).text
    assert re.search(r"\d+ articles before, \d+ now: \d+ would come, \d+ would go", html)


@pytest.mark.parametrize("do", ["check", "save"])
def test_a_mistake_is_said_as_check_says_it_and_what_was_typed_stays(desk: TestClient, folder: Path, do: str) -> None:
    form = fields(desk.get("/edit/watchlists/north").text)
    form["table"] = form["table"].replace('"torvik"', '"torvic"')
    answer = desk.post("/edit/watchlists/north", data=form | {"do": do})
    assert answer.status_code == 422
    assert "do you mean torvik?" in unescape(answer.text)
    assert "torvic" in fields(answer.text)["table"]
    assert (folder / "watchlists.toml").read_text(encoding="utf-8") == FILES["watchlists"]


def test_an_edit_on_top_of_a_newer_file_is_refused_with_the_difference(desk: TestClient, folder: Path) -> None:
    form = fields(desk.get("/edit/people/torvik").text)
    newer = FILES["people"].replace("Ilan Torvik", "Ilan P. Torvik")
    (folder / "people.toml").write_text(newer, encoding="utf-8")
    answer = desk.post("/edit/people/torvik", data=form | {"do": "save"})
    assert answer.status_code == 409
    assert "Somebody changed this table since you opened it." in answer.text
    assert '+name = "Ilan P. Torvik"' in unescape(answer.text)
    assert (folder / "people.toml").read_text(encoding="utf-8") == newer


def test_the_same_form_sent_twice_changes_the_file_once(desk: TestClient, folder: Path) -> None:
    form = fields(desk.get("/edit/people?name=Ada Lind").text) | {"do": "save"}
    desk.post("/edit/people/ada-lind", data=form)
    again = desk.post("/edit/people/ada-lind", data=form)
    assert again.status_code == 409
    assert (folder / "people.toml").read_text(encoding="utf-8").count("[ada-lind]") == 1


@pytest.mark.parametrize("path", ["/edit/settings", "/edit/channels/desk", "/edit/people/nobody", "/edit/x/y"])
def test_what_is_not_edited_here_is_not_there(desk: TestClient, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_a_name_that_is_taken_is_not_added_again(desk: TestClient) -> None:
    assert desk.get("/edit/topics?name=Torvik").status_code == 409


def test_a_form_without_our_token_writes_nothing(desk: TestClient, folder: Path) -> None:
    desk.post("/edit/people/torvik", data={"table": "", "before": "", "do": "save"})
    assert (folder / "people.toml").read_text(encoding="utf-8") == FILES["people"]


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as found:
        yield found


@pytest.mark.e2e
def test_an_outlet_is_added_by_its_address(desk: TestClient, folder: Path, site: Site) -> None:
    items = [(f"/news/{number}", f"A meeting number {number} of the envoys", None) for number in range(6)]
    home = "<html><head><link rel=alternate type='application/rss+xml' href='/feed'></head><body>Home</body></html>"
    site.pages |= {"/": Said(home), "/feed": make_feed(site, items)}
    site.pages |= {path: make_page(title) for path, title, _ in items}
    token = fields(desk.get("/edit/outlets").text)["token"]
    html = desk.post("/edit/outlets/probe", data={"token": token, "url": site.url("/")}).text
    form = fields(html)
    assert f'feeds = ["{site.url("/feed")}"]' in form["table"]
    assert "characters kept" in html
    slug = re.match(r"\[([\w-]+)\]", form["table"])
    assert slug is not None
    desk.post(f"/edit/outlets/{slug[1]}", data=form | {"do": "save"})
    assert [outlet.slug for outlet in load_config(folder).outlets] == [slug[1]]


@pytest.mark.parametrize("url", ["", "ftp://x.test/", "news", "https://"])
def test_an_address_that_is_none_is_said(desk: TestClient, url: str) -> None:
    token = fields(desk.get("/edit/outlets").text)["token"]
    answer = desk.post("/edit/outlets/probe", data={"token": token, "url": url})
    assert answer.status_code == 422
    assert "An address begins with https://" in answer.text

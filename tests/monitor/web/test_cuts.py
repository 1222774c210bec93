"""A wrong cut is seen where it stood, and becomes a rule of the outlet that the reader may save."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from desk_world import NOW, save_article
from harbour import BOX, PAGE, TEXT
from loopback import Said, Site, open_site
from starlette.testclient import TestClient

from monitor.cleaning import clean_page
from monitor.config import load_config
from monitor.config.editing import put_key
from monitor.model import CleaningRules
from monitor.store import Store, archive, known_articles
from monitor.web import make_app


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as found:
        found.pages["/news/1"] = Said(PAGE)
        yield found


@pytest.fixture
def folder(tmp_path: Path, site: Site) -> Path:
    config = tmp_path / "config"
    config.mkdir()
    outlet = f'# ours\n[courier]\nname = "The Courier"  # a paper\nhome = "{site.url("/")}"\nfeeds = ["{site.url("/feed")}"]\n'
    (config / "outlets.toml").write_text(outlet, encoding="utf-8")
    settings = '[network]\nallow_private = ["127.0.0.0/8"]\ndelay = "0s"\ncontact = "mailto:a@desk.test"\n'
    (config / "settings.toml").write_text(settings, encoding="utf-8")
    return config


@pytest.fixture
def desk(sqlite_store: Store, folder: Path, site: Site) -> Iterator[TestClient]:
    url = site.url("/news/1")
    page = clean_page(PAGE, url)
    save_article(sqlite_store, url, page.headline, hits=[])
    with sqlite_store.write() as connection:
        known = known_articles.find_article(connection, [url])
        assert known is not None
        archive.change_article(connection, known, page, "as cleaned", NOW)
    app = make_app(sqlite_store, lambda: load_config(folder), lambda: NOW)
    with TestClient(app, base_url="http://127.0.0.1:8484") as client:
        yield client


def token_of(html: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', html)
    assert found is not None
    return found[1]


def test_the_page_is_shown_from_top_to_bottom_with_the_cuts_where_they_stood(desk: TestClient) -> None:
    html = unescape(desk.get("/article/1").text)
    layout = html[html.index('class="layout"') :]
    assert layout.index("Start") < layout.index(TEXT[2][:80])
    assert 'class="region tone0"' in layout
    assert 'title="cut by: outside of the article"' in layout


@pytest.mark.e2e
def test_kept_cruft_becomes_a_rule_to_save(desk: TestClient, folder: Path) -> None:
    html = unescape(desk.get("/article/1").text)
    layout = html[html.index('class="layout"') :]
    number = re.search(re.escape(BOX[:80]) + r'.*?name="kept" value="(\d+)"', layout, re.S)
    assert number is not None
    answer = desk.post("/article/1/rule", data={"token": token_of(html), "kept": number[1]})
    assert answer.status_code == 200
    shown = unescape(answer.text)
    assert 'cleaning = { drop = ["div.fact-box"] }' in shown
    table = re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.S)
    before = re.search(r'name="before" value="([^"]*)"', answer.text)
    assert table is not None and before is not None
    form = {"token": token_of(shown), "table": table[1], "before": unescape(before[1]), "do": "save"}
    assert desk.post("/edit/outlets/courier", data=form, follow_redirects=False).status_code == 303
    assert load_config(folder).outlets[0].cleaning == CleaningRules(drop=("div.fact-box",))
    assert "# a paper" in (folder / "outlets.toml").read_text(encoding="utf-8")


@pytest.mark.e2e
def test_a_page_that_is_gone_is_said(desk: TestClient, site: Site) -> None:
    del site.pages["/news/1"]
    answer = desk.post("/article/1/rule", data={"token": token_of(desk.get("/article/1").text), "kept": "0"})
    assert answer.status_code == 502
    assert "The page of The Courier cannot be fetched: " in answer.text


@pytest.mark.parametrize("block", [{}, {"cut": "9999"}, {"kept": "-1"}, {"kept": "x"}])
def test_a_block_that_is_not_there_is_said(desk: TestClient, block: dict[str, str]) -> None:
    answer = desk.post("/article/1/rule", data={"token": token_of(desk.get("/article/1").text)} | block)
    assert answer.status_code == 422
    assert "Name a block of this article" in answer.text


@pytest.mark.parametrize(
    "old",
    ['cleaning = { keep = ["main"] }  # old\n', "", '\n[courier.cleaning]\nkeep = ["main"]\n'],
)
def test_the_rules_of_a_table_are_replaced_and_all_else_is_kept(old: str) -> None:
    table = f'# ours\n[courier]\nname = "C"  # a paper\n{old}'
    new = put_key(table, "courier", "cleaning", {"keep": ("main",), "drop": ('a[rel="x"]',)})
    assert new.splitlines() == [
        "# ours",
        "[courier]",
        'name = "C"  # a paper',
        'cleaning = { keep = ["main"], drop = ["a[rel=\\"x\\"]"] }',
    ]

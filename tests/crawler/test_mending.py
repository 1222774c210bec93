"""Dead sources: new addresses are found from where they moved to and from the home page, and written when that is asked for."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest
from loopback import Desk, Said, Site, make_feed, make_page

pytestmark = pytest.mark.e2e


def run(desk: Desk, *words: str) -> subprocess.CompletedProcess[str]:
    place = ["--config", str(desk.folder / "config"), "--db", desk.db]
    command = [sys.executable, "-m", "monitor.cli", "outlets", *words, *place]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=desk.folder)


def load_table(desk: Desk, slug: str) -> dict[str, object]:
    return tomllib.loads((desk.folder / "config" / "outlets.toml").read_text(encoding="utf-8"))[slug]


def make_home(*links: str) -> Said:
    head = "".join(f"<link rel='alternate' type='application/rss+xml' href='{link}'>" for link in links)
    return Said(f"<html><head><title>Herald</title>{head}</head><body><h1>Herald</h1></body></html>")


@pytest.fixture
def sick(site: Site, desk: Desk) -> Desk:
    """An outlet whose feed is not found since its last redesign; its home page names the new one."""
    site.pages |= {
        "/": make_home("/new/feed"),
        "/new/feed": make_feed(site, [("/a", "Envoys meet", None), ("/b", "Talks go on", None)]),
        "/a": make_page("Envoys meet"),
        "/b": make_page("Talks go on"),
    }
    desk.add_outlet("herald", site.url("/"), feeds=[site.url("/old/feed")], languages=["en"])
    desk.outlets += "# a reader's own words stay\n"
    desk.crawl()
    return desk


def test_a_dead_feed_is_replaced_by_the_one_that_the_home_page_names(site: Site, sick: Desk) -> None:
    done = run(sick, "--fix")

    assert done.returncode == 0, done.stderr
    assert f"- feed {site.url('/old/feed')}  (not found (404))" in done.stdout
    assert f"+ feed {site.url('/new/feed')}  (2 entries)" in done.stdout
    assert "to write it: diplowatch outlets --fix --apply herald" in done.stdout
    assert load_table(sick, "herald")["feeds"] == [site.url("/old/feed")]  # nothing is written unasked


def test_what_was_applied_is_read_from_then_on(site: Site, sick: Desk) -> None:
    done = run(sick, "--fix", "--apply", "herald")
    text = (sick.folder / "config" / "outlets.toml").read_text(encoding="utf-8")
    sick.outlets = text
    sick.crawl()

    assert "[herald] was changed" in done.stderr
    assert load_table(sick, "herald")["feeds"] == [site.url("/new/feed")]
    assert load_table(sick, "herald")["languages"] == ["en"]
    assert "# a reader's own words stay" in text
    assert {"/a", "/b"} <= set(site.paths())
    assert "no source is dead" in run(sick, "--fix").stderr


def test_a_feed_on_a_host_that_is_gone_is_replaced_too(site: Site, desk: Desk) -> None:
    site.pages |= {
        "/": make_home("/new/feed"),
        "/new/feed": make_feed(site, [("/a", "Envoys meet", None)]),
        "/a": make_page("Envoys meet"),
    }
    desk.add_outlet("herald", site.url("/"), feeds=["http://127.0.0.1:1/feed"])
    desk.crawl()

    done = run(desk, "--fix", "--apply", "herald")

    assert "- feed http://127.0.0.1:1/feed" in done.stdout
    assert load_table(desk, "herald")["feeds"] == [site.url("/new/feed")]


def test_a_feed_that_moved_for_good_is_followed_without_a_search(site: Site, desk: Desk) -> None:
    site.pages |= {
        "/old": Said(status=301, headers={"Location": site.url("/elsewhere/feed")}),
        "/elsewhere/feed": make_feed(site, [("/a", "Envoys meet", None)]),
        "/a": make_page("Envoys meet"),
    }
    desk.add_outlet("herald", site.url("/"), feeds=[site.url("/old")])
    desk.crawl()
    before = site.paths().count("/")

    done = run(desk, "--fix", "--apply", "herald")

    assert load_table(desk, "herald")["feeds"] == [site.url("/elsewhere/feed")], done.stderr
    assert site.paths().count("/") == before


def test_an_outlet_without_another_way_in_is_said_and_left_alone(site: Site, desk: Desk) -> None:
    site.pages["/"] = make_home()
    desk.add_outlet("herald", site.url("/"), feeds=[site.url("/old")])
    desk.crawl()

    done = run(desk, "--fix", "--apply", "herald")

    assert "no new address" in done.stdout
    assert load_table(desk, "herald")["feeds"] == [site.url("/old")]


def test_who_refuses_us_is_not_evaded(site: Site, desk: Desk) -> None:
    site.pages |= {"/": make_home("/new/feed"), "/feed": Said(status=403), "/new/feed": make_feed(site, [])}
    desk.add_outlet("herald", site.url("/"), feeds=[site.url("/feed")])
    desk.crawl()

    assert "no source is dead" in run(desk, "--fix").stderr


def test_a_wrong_slug_is_said(desk: Desk, site: Site) -> None:
    desk.add_outlet("herald", site.url("/"), feeds=[site.url("/feed")])
    desk.write()

    done = run(desk, "--fix", "--apply", "heraldo")

    assert done.returncode == 1
    assert "heraldo: no such outlet" in done.stderr
    assert "Traceback" not in done.stderr

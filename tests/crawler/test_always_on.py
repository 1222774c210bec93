"""The crawler that never ends: alone on its database, gone with its parent, and nothing lost when it is killed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback import Desk, Said, Site, make_feed, make_page

pytestmark = pytest.mark.e2e


def wait_for(happened: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def ask(desk: Desk, query: str) -> list[tuple[object, ...]]:
    path = desk.folder / "data" / "diplowatch.db"
    if not path.exists():
        return []
    connection = sqlite3.connect(path, timeout=10)
    try:
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()


def test_it_polls_again_and_again_beats_and_keeps_a_second_one_out(site: Site, desk: Desk) -> None:
    site.pages |= {"/feed": make_feed(site, [("/a", "A", None)]), "/a": make_page("A")}
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")], every="15m")
    running = desk.start()
    try:
        wait_for(lambda: ask(desk, "SELECT 1 FROM outlet WHERE last_success_at IS NOT NULL") != [])
        second = desk.crawl()
        site.pages["/feed"] = make_feed(site, [("/b", "B", None)])
        site.pages["/b"] = make_page("B")
        connection = sqlite3.connect(desk.folder / "data" / "diplowatch.db", timeout=10)
        with connection:
            connection.execute("UPDATE outlet SET next_poll_at = NULL")
        connection.close()
        wait_for(lambda: ask(desk, "SELECT state FROM candidate WHERE url LIKE '%/b'") == [("no-match",)])
    finally:
        running.terminate()
        running.communicate(timeout=30)

    assert "another crawler works on this database" in second.stderr
    assert ask(desk, "SELECT kind, pid FROM worker") == [("crawler", running.pid)]


def test_a_feed_that_sends_the_same_bytes_is_unchanged_until_it_sends_others(site: Site, desk: Desk) -> None:
    site.pages |= {"/feed": make_feed(site, [("/a", "A", None)]), "/a": make_page("A"), "/b": make_page("B")}
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")], every="1s")
    running = desk.start()
    try:
        wait_for(lambda: site.paths().count("/feed") >= 3 and ask(desk, "SELECT state FROM outlet") == [("unchanged",)])
        site.pages["/feed"] = make_feed(site, [("/b", "B", None), ("/a", "A", None)])
        wait_for(lambda: ask(desk, "SELECT state FROM candidate WHERE url LIKE '%/b'") == [("no-match",)])
    finally:
        running.terminate()
        running.communicate(timeout=30)


def test_a_killed_crawler_leaves_nothing_behind_that_is_not_found_again(site: Site, desk: Desk) -> None:
    site.pages |= {"/feed": make_feed(site, [("/a", "A", None)]), "/a": Said(hang=True)}
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])
    running = desk.start()
    wait_for(lambda: "/a" in site.paths())
    running.kill()
    running.communicate(timeout=30)
    assert ask(desk, "SELECT state FROM candidate") == [("fetching",)]
    site.pages["/a"] = make_page("A")

    desk.crawl()

    assert ask(desk, "SELECT state FROM candidate") == [("baseline",)]
    assert ask(desk, "SELECT count(*) FROM article") == [(1,)]


def test_it_ends_when_its_parent_is_gone(site: Site, desk: Desk) -> None:
    site.pages["/feed"] = make_feed(site, [])
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])
    crawler = desk.write()
    parent_code = (
        "import os, subprocess, sys, time\n"
        "os.environ['DIPLOWATCH_PARENT_PID'] = str(os.getpid())\n"
        f"child = subprocess.Popen({crawler.command('outlets')!r})\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", parent_code], env=crawler.environment(), stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    wait_for(lambda: ask(desk, "SELECT 1 FROM worker") != [])
    parent.kill()
    parent.communicate(timeout=10)

    wait_for(lambda: not is_alive(child), 20)


def is_alive(pid: int) -> bool:
    """A child that nobody reaps stays as a zombie: that is dead, too."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_an_outlet_of_a_newer_configuration_is_not_held_by_a_crawler_that_does_not_know_it_yet(
    site: Site, desk: Desk
) -> None:
    """The monitor reads a new configuration a moment before the crawler does: that moment must not cost a lease of a quarter of an hour."""
    site.pages |= {"/feed": make_feed(site, [("/a", "A", None)]), "/a": make_page("A")}
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")], every="15m")
    running = desk.start()
    try:
        wait_for(lambda: ask(desk, "SELECT 1 FROM outlet WHERE last_success_at IS NOT NULL") != [])
        connection = sqlite3.connect(desk.folder / "data" / "diplowatch.db", timeout=10)
        with connection:
            connection.execute(
                "INSERT INTO outlet (slug, enabled, added_at) VALUES ('two', 1, '2026-01-01 00:00:00.000000')"
            )
        connection.close()
        wait_for(lambda: ask(desk, "SELECT 1 FROM outlet WHERE slug = 'two' AND epoch >= 3") != [])
        wait_for(lambda: ask(desk, "SELECT lease_until FROM outlet WHERE slug = 'two'") == [(None,)])
    finally:
        running.terminate()
        running.communicate(timeout=30)

"""`outlet test`: what is no site is said in words, with no table to paste."""

from __future__ import annotations

import subprocess
import sys

import pytest
from loopback import Desk, Said, Site, make_feed, make_page

pytestmark = pytest.mark.e2e
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8


def try_outlet(desk: Desk, url: str) -> subprocess.CompletedProcess[str]:
    crawler = desk.write()
    command = [sys.executable, "-m", "monitor.cli", "outlet", "test", url, "--config", crawler.config, "--db", desk.db]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=desk.folder)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(PICTURE, kind="image/png"), "no page but image/png: name the front page"),
        (Said(b"%PDF-1.7\n1 0 obj", kind="application/pdf"), "no page but application/pdf"),
        (Said("<html><body><h1>Log in</h1><form></form></body></html>"), "no feed, sitemap or listing was found"),
        (Said("gone", 404), "not found (404)"),
    ],
)
def test_what_is_no_site_is_said(site: Site, desk: Desk, said: Said, words: str) -> None:
    site.pages["/there"] = said

    done = try_outlet(desk, site.url("/there"))

    assert done.returncode == 1
    assert words in done.stderr
    assert "to paste" not in done.stdout
    assert "Traceback" not in done.stderr


def test_a_site_with_a_feed_gives_a_table_to_paste(site: Site, desk: Desk) -> None:
    site.pages |= {
        "/": Said("<html><body><h1>Herald</h1></body></html>"),
        "/feed/": make_feed(site, [("/a", "Envoys meet", None)]),
        "/a": make_page("Envoys meet"),
    }

    done = try_outlet(desk, site.url("/"))

    assert done.returncode == 0, done.stderr
    assert f'feeds = ["{site.url("/feed/")}"]' in done.stdout
    assert "headline:  Envoys meet" in done.stdout

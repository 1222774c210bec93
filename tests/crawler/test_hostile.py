"""Servers that mean harm: bombs, drips, silence, loops. The others go on."""

from __future__ import annotations

import gzip
import resource
import time
import zlib

import pytest
from loopback import Desk, Said, Site, make_feed, make_page

pytestmark = pytest.mark.e2e


def test_bombs_and_endless_bodies_are_cut_off(site: Site, desk: Desk) -> None:
    bomb, double = make_bomb(200), gzip.compress(make_bomb(400))
    quiet = Desk(desk.folder / "quiet")
    quiet.folder.mkdir()
    quiet.add_outlet("good", site.url("/"), feeds=[site.url("/good")])
    site.pages |= {
        "/bomb": Said(bomb, headers={"Content-Encoding": "gzip"}),
        "/double": Said(double, headers={"Content-Encoding": "gzip, gzip"}),
        "/large": Said(b"x" * 20_000_000),
        "/map": Said(bomb, kind="application/gzip"),
        "/good": make_feed(site, [("/a", "A", None)]),
        "/a": make_page("A"),
    }
    for name in ("bomb", "double", "large", "good"):
        desk.add_outlet(name, site.url("/"), feeds=[site.url(f"/{name}")])
    desk.add_outlet("map", site.url("/"), sitemaps=[site.url("/map")])

    quiet.crawl()
    before = peak_mb()
    run = desk.crawl()

    found = desk.whys()
    assert run.returncode == 0
    assert "Traceback" not in run.stderr
    assert found["good"].startswith(("healthy", "unchanged"))
    for name in ("bomb", "double", "large"):
        assert found[name].startswith("failing"), found
    assert peak_mb() - before <= 64


def make_bomb(megabytes: int) -> bytes:
    """Gzip of so many megabytes, made without holding them."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b"x" * 1_000_000) for _ in range(megabytes)) + packer.flush()


def peak_mb() -> float:
    """The most memory that a child of ours had so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def test_hosts_that_hang_keep_nobody_waiting(site: Site, desk: Desk) -> None:
    hosts = [f"h{n}.test" for n in range(12)]
    resolve = ", ".join(f'"{host}" = "127.0.0.1"' for host in hosts)
    desk.network = f'allow_private = ["127.0.0.0/8"]\nresolve = {{ {resolve} }}\n'
    for number, host in enumerate(hosts):
        site.pages[f"{host}/robots.txt"] = Said("", 404)
        bad = Said(hang=True) if number % 2 else Said(b"<rss>" * 1000, drip_s=1.0)
        good = make_feed(site, [("/a", f"News of {host}", None)], host)
        site.pages[f"{host}/feed"] = bad if number < 8 else good
        site.pages[f"{host}/a"] = make_page(f"News of {host}")
        desk.add_outlet(f"o{number}", site.url("/", host), feeds=[site.url("/feed", host)])
    began = time.monotonic()

    desk.crawl()

    took = time.monotonic() - began
    good_at = max(asked.at for asked in site.asked if asked.path == "/a") - began
    assert took < 60
    assert good_at < took - 20  # the thirty seconds of the others did not matter
    assert {words.split(":")[0] for slug, words in desk.whys().items() if int(slug[1:]) < 8} == {"failing"}


def test_a_poll_has_a_budget_of_pages_and_sitemaps(site: Site, desk: Desk) -> None:
    rows = "".join(f"<sitemap><loc>{site.url(f'/map/{n}')}</loc></sitemap>" for n in range(40))
    site.pages["/index"] = Said(f"<sitemapindex>{rows}</sitemapindex>")
    for n in range(40):
        site.pages[f"/map/{n}"] = Said(f"<sitemapindex>{rows}</sitemapindex>")
    desk.add_outlet("one", site.url("/"), sitemaps=[site.url("/index")])
    calendar = [(f"/calendar/{n}", f"Day {n}", None) for n in range(300)]
    site.pages["/feed"] = make_feed(site, calendar)
    desk.add_outlet("two", site.url("/"), feeds=[site.url("/feed")])

    run = desk.crawl()

    assert len([path for path in site.paths() if path.startswith("/map/")]) == 10
    assert len([path for path in site.paths() if path.startswith("/calendar/")]) == 30
    assert "only 10 of 40 sitemaps are read" in run.stderr

"""robots.txt, Crawl-delay, Retry-After, the guard: as a site sees us."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator

import pytest
from loopback import Desk, Said, Site, make_feed, make_page, open_site

pytestmark = pytest.mark.e2e
RESOLVE = 'allow_private = ["127.0.0.1/32"]\nresolve = { %s }\n'


@pytest.fixture
def canary() -> Iterator[Site]:
    """A server that nobody may reach: on an address that the desk did not allow."""
    with open_site("127.0.0.9") as found:
        yield found


def pages_of(desk: Desk) -> dict[str, str]:
    with sqlite3.connect(desk.folder / "data" / "diplowatch.db") as connection:
        rows = connection.execute("SELECT url, state || ': ' || reason FROM candidate").fetchall()
    connection.close()
    return {"/" + url.split("/", 3)[3]: words for url, words in rows}


def test_no_disallowed_page_is_fetched_however_many_come_at_once(site: Site, desk: Desk) -> None:
    paths = [f"/private/{n}" for n in range(25)] + [f"/open/{n}" for n in range(5)]
    site.pages["/robots.txt"] = Said("User-agent: *\nDisallow: /private/", kind="text/plain")
    site.pages |= {path: make_page(path) for path in paths}
    hosts = ["one.test", "one.test", "one.test", "one.test", "two.test"]
    desk.network = RESOLVE % ", ".join(f'"{host}" = "127.0.0.1"' for host in set(hosts))
    for number, host in enumerate(hosts):
        mine = [(f"{path}?o={number}", path, None) for path in paths]
        site.pages[f"{host}/feed/{number}"] = make_feed(site, mine, host)
        site.pages |= {path: make_page(f"{path} {number}") for path, _, _ in mine}
        desk.add_outlet(f"o{number}", site.url("/", host), feeds=[site.url(f"/feed/{number}", host)])

    desk.crawl()

    assert [path for path in site.paths() if "private" in path] == []
    assert len([path for path in site.paths() if "open" in path]) == 25
    assert [a.path for a in site.asked].count("/robots.txt") == 2
    assert pages_of(desk)["/private/1?o=1"] == "disallowed: robots.txt forbids it"


@pytest.mark.parametrize(("status", "is_asked"), [(404, True), (403, True), (500, False), (503, False)])
def test_a_missing_robots_txt_allows_and_a_broken_one_forbids(
    site: Site, desk: Desk, status: int, is_asked: bool
) -> None:
    site.pages |= {"/robots.txt": Said("", status), "/feed": make_feed(site, [])}
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])

    desk.crawl()

    assert (site.paths() == ["/feed"]) is is_asked


def test_only_half_a_megabyte_of_a_huge_robots_txt_counts(site: Site, desk: Desk) -> None:
    text = "User-agent: *\nDisallow: /early\n" + "# x\n" * 2_500_000 + "Disallow: /feed\n"
    site.pages |= {"/robots.txt": Said(text, kind="text/plain"), "/feed": make_feed(site, [("/early", "E", None)])}
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])

    desk.crawl()

    assert site.paths() == ["/feed"]


def test_crawl_delay_is_kept(site: Site, desk: Desk) -> None:
    site.pages["/robots.txt"] = Said("User-agent: *\nCrawl-delay: 1", kind="text/plain")
    site.pages |= {
        "/feed": make_feed(site, [("/a", "A", None), ("/b", "B", None)]),
        "/a": make_page("A"),
        "/b": make_page("B"),
    }
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])

    desk.crawl()

    times = [asked.at for asked in site.asked if asked.path != "/robots.txt"]
    assert len(times) == 3
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.99


def test_retry_after_is_kept_over_a_restart_and_no_page_is_lost(site: Site, desk: Desk) -> None:
    site.pages["/feed"] = make_feed(site, [(f"/{name}", name, None) for name in "abc"])
    site.pages |= {f"/{name}": Said("", 429, headers={"Retry-After": "3600"}) for name in "abc"}
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])

    desk.crawl()
    asked = len(site.asked)
    desk.crawl()

    assert len(site.asked) == asked
    assert site.paths() in (["/feed", "/a"], ["/feed", "/b"], ["/feed", "/c"])
    assert sorted(words.split(":")[0] for words in pages_of(desk).values()) == ["failed", "found", "found"]


PLACES = ["feed", "item", "redirect", "robots", "sitemap", "listing"]


@pytest.mark.parametrize("place", PLACES)
def test_no_way_leads_to_an_address_that_was_not_allowed(site: Site, desk: Desk, canary: Site, place: str) -> None:
    number = int.from_bytes(bytes([127, 0, 0, 9]), "big")
    literals = ["127.0.0.9", str(number), "0x7f000009", "0177.0.0.011", "[::ffff:127.0.0.9]", "127.9", "inside.test"]
    targets = [f"http://{host}:{canary.port}/secret" for host in literals]
    desk.network = RESOLVE % '"inside.test" = "127.0.0.9"'
    canary.pages["/secret"] = Said("secret")
    for n, target in enumerate(targets):
        item = target if place == "item" else f"/go/{n}"
        site.pages[f"/go/{n}"] = Said("", 302, headers={"Location": target})
        site.pages[f"/feed/{n}"] = make_feed(site, [(item, "Inside", None)])
        site.pages[f"/map/{n}"] = Said(f"<sitemapindex><sitemap><loc>{target}</loc></sitemap></sitemapindex>")
        site.pages[f"/section/{n}"] = Said(f"<h2><a href='{target}'>In</a></h2>")
        if place == "sitemap":
            desk.add_outlet(f"o{n}", site.url("/"), sitemaps=[site.url(f"/map/{n}")])
        elif place == "listing":
            desk.add_outlet(f"o{n}", target, listings=[{"url": site.url(f"/section/{n}"), "links": "h2 a"}])
        elif place == "feed":
            desk.add_outlet(f"o{n}", target, feeds=[target])
        else:
            home = target if place == "item" else site.url("/")
            desk.add_outlet(f"o{n}", home, feeds=[site.url(f"/feed/{n}")])
    if place == "robots":
        site.pages["/robots.txt"] = Said("", 302, headers={"Location": targets[0]})

    run = desk.crawl()

    assert canary.asked == []
    assert run.returncode == 0
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("host", ["127.0.0.9", "[::ffff:127.0.0.9]", "inside.test"])
def test_a_robots_txt_that_leads_to_an_address_that_was_not_allowed_is_said_as_that(
    site: Site, desk: Desk, canary: Site, host: str
) -> None:
    desk.network = RESOLVE % '"inside.test" = "127.0.0.9"'
    target = f"http://{host}:{canary.port}/robots.txt"
    site.pages |= {"/robots.txt": Said("", 302, headers={"Location": target}), "/feed": make_feed(site, [])}
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])

    desk.crawl()

    assert canary.asked == []
    why = desk.whys()["one"]
    assert f"robots.txt leads to {host.strip('[]')}: 127.0.0.9 is not a public address" in why
    assert "settings.toml: network.allow_private" in why
    assert "resolved" not in why

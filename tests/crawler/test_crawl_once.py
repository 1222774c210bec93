"""`scrapy crawl outlets -a once=1`: the real spider in a process of its own, against a site on loopback."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from loopback import Asked, Desk, Said, Site, make_feed, make_page

from monitor.store import crawling, ledger, open_store, schema

pytestmark = pytest.mark.e2e


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def states(desk: Desk) -> dict[str, str]:
    """Ledger state by path."""
    store = open_store(desk.db)
    with store.read() as connection:
        rows = connection.execute(sa.select(schema.candidate.c.url, schema.candidate.c.state)).all()
    store.close()
    return {"/" + row.url.split("/", 3)[3]: row.state for row in rows}


def health(desk: Desk, slug: str) -> tuple[str, str]:
    store = open_store(desk.db)
    (found,) = crawling.load_healths(store, datetime.now(UTC), [slug])
    store.close()
    return found.state, found.why


def test_what_was_published_before_is_baseline_and_what_comes_later_is_news(site: Site, desk: Desk) -> None:
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")], articles="^/news/")
    old = [("/news/old", "An old meeting", ago(hours=2)), ("/news/undated", "No date at all", None)]
    site.pages |= {"/news/old": make_page("An old meeting"), "/news/undated": make_page("No date at all")}
    site.pages["/feed"] = make_feed(site, old)
    first = desk.crawl()
    new = [
        ("/news/new", "A new meeting", ago(seconds=0)),
        ("/shop/cup", "A cup", ago(seconds=0)),
        ("/news/year", "Old", ago(days=400)),
    ]
    site.pages |= {
        "/news/new": make_page("A new meeting"),
        "/shop/cup": make_page("A cup"),
        "/news/year": make_page("Old"),
    }
    site.pages["/feed"] = make_feed(site, [*new, ("/news/later", "Dated later", ago(hours=1)), *old])
    site.pages["/news/later"] = make_page("Dated later")

    second = desk.crawl("-O", str(desk.folder / "articles.jsonl"))

    assert (first.returncode, second.returncode, first.stderr + second.stderr) == (0, 0, "")
    assert states(desk) == {
        "/news/old": "baseline",
        "/news/undated": "baseline",
        "/news/new": "no-match",
        "/shop/cup": "out-of-scope",
        "/news/year": "baseline",
        "/news/later": "baseline",
    }
    lines = [json.loads(line) for line in (desk.folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {(line["outlet"], line["headline"]) for line in lines} >= {("one", "A new meeting")}
    assert all(line["body"] and line["fetched_at"] for line in lines)
    assert site.paths().count("/shop/cup") == 0
    assert health(desk, "one")[0] in ("healthy", "new")


def test_an_unchanged_feed_is_answered_304_and_asked_with_our_own_etag(site: Site, desk: Desk) -> None:
    feed = make_feed(site, [("/a", "A", None)])

    def answer(asked: Asked) -> Said:
        if asked.headers.get("if-none-match") == '"one"' and asked.headers.get("if-modified-since") == "yesterday":
            return Said(status=304)
        return Said(feed.body, kind=feed.kind, headers={"ETag": '"one"', "Last-Modified": "yesterday"})

    site.pages |= {"/feed": answer, "/a": make_page("A")}
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])
    desk.crawl()
    desk.crawl()

    assert [(a.path, a.status) for a in site.asked if a.path == "/feed"] == [("/feed", 200), ("/feed", 304)]
    assert health(desk, "one")[0] == "unchanged"
    assert [a.path for a in site.asked].count("/robots.txt") == 1  # kept over the restart
    agent = site.asked[0].headers["user-agent"]
    assert agent.startswith("diplowatch/")
    assert "(+mailto:desk@example.org)" in agent


def test_sitemaps_their_indexes_and_listings_are_ways_in(site: Site, desk: Desk) -> None:
    site.pages["/index.xml"] = Said(
        f"<sitemapindex><sitemap><loc>{site.url('/news.xml')}</loc></sitemap></sitemapindex>"
    )
    site.pages["/news.xml"] = Said(f"<urlset><url><loc>{site.url('/from-sitemap')}</loc></url></urlset>")
    site.pages["/section"] = Said("<h2><a href='/from-listing'>From a listing page</a></h2>")
    site.pages |= {"/from-sitemap": make_page("By sitemap"), "/from-listing": make_page("By listing")}
    desk.add_outlet("map", site.url("/"), sitemaps=[site.url("/index.xml")])
    desk.add_outlet("list", site.url("/"), listings=[{"url": site.url("/section"), "links": "h2 a"}])

    desk.crawl()

    assert states(desk) == {"/from-sitemap": "baseline", "/from-listing": "baseline"}


def test_every_failure_is_said_in_words_and_the_rest_goes_on(site: Site, desk: Desk) -> None:
    empty = make_feed(site, [])
    site.pages |= {
        "/html": Said("<!doctype html><html><body>We moved</body></html>"),
        "/nothing": Said(""),
        "/gone": Said("", 410),
        "/forbidden": Said("", 403),
        "/challenge": Said("<html><script src='/cdn-cgi/challenge-platform/cf-challenge.js'></script></html>"),
        "/broken": Said("", 500),
        "/empty": empty,
        "/loop": Said("", 302, headers={"Location": site.url("/loop")}),
        "/redirect": Said("", 301, headers={"Location": site.url("/empty")}),
        "/good": make_feed(site, [("/a", "A", None)]),
        "/a": make_page("A"),
        "/menu": Said("<a href='/x'>x</a>"),
    }
    for name in (
        "html",
        "nothing",
        "gone",
        "forbidden",
        "challenge",
        "broken",
        "empty",
        "loop",
        "redirect",
        "good",
        "missing",
    ):
        desk.add_outlet(name, site.url("/"), feeds=[site.url(f"/{name}")])
    desk.add_outlet("selector", site.url("/"), listings=[{"url": site.url("/menu"), "links": ".news a"}])
    desk.add_outlet("nohost", "http://no-such-host.invalid/", feeds=["http://no-such-host.invalid/feed"])
    desk.add_outlet("refused", "http://127.0.0.1:9/", feeds=["http://127.0.0.1:9/feed"])

    run = desk.crawl()

    assert run.returncode == 0
    assert "Traceback" not in run.stderr
    expected = {
        "html": ("moved", "an HTML page instead of a feed"), "nothing": ("failing", "an empty answer"), "gone": ("moved", "410"),
        "forbidden": ("blocked", "403"), "challenge": ("blocked", "robot check"), "broken": ("failing", "the server failed (500)"),
        "empty": ("empty", "never had"), "loop": ("failing", "max redirections"), "redirect": ("empty", ""), "missing": ("failing", "404"),
        "selector": ("layout-changed", "finds no link"), "nohost": ("failing", "its name cannot be resolved"),
        "refused": ("failing", "the connection is refused"),
    }  # fmt: skip
    for slug, (state, words) in expected.items():
        found = health(desk, slug)
        assert found[0] == state, (slug, found)
        assert words in found[1], (slug, found)
    assert states(desk) == {"/a": "baseline"}


def test_a_page_that_fails_is_counted_and_tried_again_later(site: Site, desk: Desk) -> None:
    site.pages["/feed"] = make_feed(
        site, [("/gone", "G", None), ("/down", "D", None), ("/else", "E", None), ("/bare", "B", None)]
    )
    site.pages |= {"/down": Said("", 503), "/bare": Said("<html><body></body></html>")}
    site.pages["/else"] = Said("", 302, headers={"Location": site.url("/a", "elsewhere.test")})
    desk.network = 'allow_private = ["127.0.0.0/8"]\nresolve = { "elsewhere.test" = "127.0.0.1" }\n'
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])

    desk.crawl()

    assert states(desk) == {"/gone": "failed", "/down": "failed", "/else": "out-of-scope", "/bare": "no-text"} or (
        states(desk)["/else"] == "failed"  # the site it leads to has no such page
    )
    trace = ledger.load_trace(open_store(desk.db), site.url("/down"))
    assert trace is not None
    assert any("503" in step["detail"] for step in trace["steps"])


def test_a_failed_first_poll_is_no_baseline(site: Site, desk: Desk) -> None:
    site.pages["/feed"] = Said("", 500)
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])
    desk.crawl()
    site.pages |= {"/feed": make_feed(site, [("/a", "A", None)]), "/a": make_page("A")}
    desk.crawl()

    assert states(desk) == {"/a": "baseline"}


def test_an_empty_first_feed_is_a_baseline(site: Site, desk: Desk) -> None:
    site.pages["/feed"] = make_feed(site, [])
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])
    desk.crawl()
    site.pages |= {"/feed": make_feed(site, [("/a", "A", None)]), "/a": make_page("A")}
    desk.crawl()

    assert states(desk) == {"/a": "no-match"}


def test_one_page_under_many_addresses_is_one_candidate(site: Site, desk: Desk) -> None:
    many = ["/a", "/a/", "/a?utm_source=x", "/a#top", "/a/amp", "//a"]
    site.pages["/feed"] = make_feed(site, [(path, f"A {path}", None) for path in many])
    site.pages["/a"] = make_page("A")
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")])

    desk.crawl()

    assert list(states(desk)) == ["/a"]
    assert site.paths().count("/a") == 1


def test_only_names_outlets_and_an_unknown_one_is_said(site: Site, desk: Desk) -> None:
    for slug in ("one", "two"):
        site.pages[f"/{slug}"] = make_feed(site, [])
        desk.add_outlet(slug, site.url("/"), feeds=[site.url(f"/{slug}")])

    desk.crawl("-a", "only=two")
    refused = desk.crawl("-a", "only=three")

    assert site.paths() == ["/two"]
    assert "no such outlet: three" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_that_cannot_be_opened_is_one_line(desk: Desk) -> None:
    (desk.folder / "data").write_text("a file, no folder", encoding="utf-8")

    run = desk.crawl()

    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1

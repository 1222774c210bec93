from dataclasses import dataclass

from monitor.mending import Broken, Mend, find_broken, find_mends, find_values
from monitor.model import Listing, Outlet

HERALD = Outlet(
    slug="herald",
    name="Herald",
    home="https://herald.test/",
    feeds=("https://herald.test/rss", "https://herald.test/world.rss"),
    listings=(Listing(url="https://herald.test/news", links="h2 a"),),
)


@dataclass
class Row:
    url: str
    problem: str = ""
    entries: int = 10


def offer(kind: str, url: str, entries: int = 9, links: str = "") -> dict[str, object]:
    return {"kind": kind, "url": url, "entries": entries, "links": links}


def test_sources_that_work_and_those_never_asked_are_not_broken():
    rows = [Row("https://herald.test/rss"), Row("https://herald.test/news", "not found (404)")]

    assert [one.url for one in find_broken(HERALD, rows, "failing")] == ["https://herald.test/news"]
    assert find_broken(HERALD, rows, "healthy") == []
    assert find_broken(HERALD, rows, "blocked") == []


def test_another_selector_for_a_listing_is_a_mend_though_its_page_is_known():
    broken = [Broken(kind="listing", url="https://herald.test/news", why="finds no link")]
    mends = find_mends(HERALD, broken, [offer("listing", "https://herald.test/news", links="h3 a")])

    assert find_values(HERALD, mends) == {"listings": [{"url": "https://herald.test/news", "links": "h3 a"}]}


def test_a_source_of_the_same_kind_goes_before_one_of_another_and_none_is_used_twice():
    broken = [Broken(kind="feed", url=url, why="404") for url in HERALD.feeds]
    mends = find_mends(
        HERALD, broken, [offer("sitemap", "https://herald.test/map.xml"), offer("feed", "https://herald.test/feed")]
    )

    assert [(mend.kind, mend.url) for mend in mends] == [
        ("feed", "https://herald.test/feed"),
        ("sitemap", "https://herald.test/map.xml"),
    ]
    assert find_values(HERALD, mends) == {
        "feeds": ["https://herald.test/feed"],
        "sitemaps": ["https://herald.test/map.xml"],
    }


def test_what_is_configured_already_or_empty_is_no_help():
    broken = [Broken(kind="feed", url="https://herald.test/rss", why="404")]
    offered = [offer("feed", "https://herald.test/world.rss"), offer("feed", "https://herald.test/new", entries=0)]

    assert find_mends(HERALD, broken, offered) == []


def test_a_moved_listing_keeps_its_selector():
    moved = Broken(kind="listing", url="https://herald.test/news", why="moved", moved_to="https://herald.test/latest")

    assert find_mends(HERALD, [moved], []) == [
        Mend(broken=moved, kind="listing", url="https://herald.test/latest", links="h2 a")
    ]

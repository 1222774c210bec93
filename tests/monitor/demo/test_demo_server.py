"""The loopback news server: hosts, feeds, conditional requests and pressed time, over real sockets."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import feedparser
import pytest

from monitor.demo import DemoServer, find_expected, load_archive

ARCHIVE = load_archive()
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
SOURCES = {
    "courier.test": "/feed/",
    "gulf-courier.test": "/feed/",
    "straits-brief.test": "/rss.xml",
    "mfa-norland.test": "/sitemap.xml",
    "meridian.test": "/rss.xml",
}


class Clock:
    """Seconds that a test turns by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[DemoServer]:
    server = DemoServer(seconds=2880, now=NOW, clock=clock)  # a minute a second
    server.start()
    yield server
    server.stop()


def get(server: DemoServer, host: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": f"{host}:{server.port}", **named})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def links(server: DemoServer, host: str) -> list[str]:
    status, _, body = get(server, host, SOURCES[host])
    assert status == 200
    return [entry.link for entry in feedparser.parse(body).entries]


def test_every_article_is_served_when_its_time_has_come(server: DemoServer, clock: Clock) -> None:
    server.begin()
    clock.now = 2881

    missing = [one.path for one in find_expected(ARCHIVE) if get(server, one.host, one.path)[0] != 200]

    assert missing == []
    assert server.is_over()


def test_a_page_in_a_real_templates_markup_weighs_12_to_28_kilobytes(server: DemoServer, clock: Clock) -> None:
    server.begin()
    clock.now = 2881

    sizes = {one.path: len(get(server, one.host, one.path)[2]) for one in find_expected(ARCHIVE)}

    assert {path: size for path, size in sizes.items() if not 12_000 <= size <= 28_000} == {}


def test_an_article_appears_in_its_minute_and_not_before(server: DemoServer, clock: Clock) -> None:
    article = ARCHIVE.article("courier/torvik-melnitskaya-first-talks-in-three-years")
    path = f"/diplomacy/{article.slug}/"
    server.begin()
    clock.now = article.at - 1
    assert get(server, "courier.test", path)[0] == 404
    assert not any(link.endswith(path) for link in links(server, "courier.test"))

    clock.now = article.at + 1

    assert get(server, "courier.test", path)[0] == 200
    assert links(server, "courier.test")[0].endswith(path)


def test_time_stands_still_until_every_outlet_was_asked_once(server: DemoServer, clock: Clock) -> None:
    for host, path in list(SOURCES.items())[:-1]:
        get(server, host, path)
        clock.now += 2
    assert server.minute() == 0

    host, path = list(SOURCES.items())[-1]
    get(server, host, path)
    clock.now += 5

    assert server.minute() == pytest.approx(5)


def test_an_outlet_that_nobody_asks_holds_up_time_for_a_while_only(server: DemoServer, clock: Clock) -> None:
    get(server, "courier.test", "/feed/")
    clock.now = 30
    assert server.minute() == 0

    clock.now = 40

    assert server.minute() == pytest.approx(10)


@pytest.mark.parametrize("host", [host for host, path in SOURCES.items() if "sitemap" not in path])
def test_a_feed_parses_newest_first_with_dates_and_zone(server: DemoServer, clock: Clock, host: str) -> None:
    server.begin()
    clock.now = 2881

    feed = feedparser.parse(get(server, host, SOURCES[host])[2])

    assert not feed.bozo
    assert len(feed.entries) >= 10
    fresh = [entry.published_parsed for entry in feed.entries if "lindqvale-leaves" not in entry.link]
    assert fresh == sorted(fresh, reverse=True)
    assert all(entry.link.startswith(f"http://{host}:{server.port}/") for entry in feed.entries)


def test_a_first_poll_sees_old_articles_only(server: DemoServer) -> None:
    old = {one.path for one in find_expected(ARCHIVE) if one.state == "baseline"}

    for host in ("courier.test", "gulf-courier.test", "straits-brief.test", "meridian.test"):
        found = [link.split(str(server.port), 1)[1] for link in links(server, host)]
        assert found and set(found) <= old


def test_an_old_article_keeps_its_date_when_the_two_days_begin(server: DemoServer, clock: Clock) -> None:
    before = get(server, "courier.test", "/culture/lindqvale-opens-maritime-museum/")[2]
    clock.now = 17
    server.begin()

    assert get(server, "courier.test", "/culture/lindqvale-opens-maritime-museum/")[2] == before


@pytest.mark.parametrize("host", SOURCES)
def test_an_unchanged_source_answers_304_to_its_tag_and_to_its_date(server: DemoServer, host: str) -> None:
    _, headers, _ = get(server, host, SOURCES[host])

    by_tag = get(server, host, SOURCES[host], If_None_Match=headers["ETag"])
    by_date = get(server, host, SOURCES[host], If_Modified_Since=headers["Last-Modified"])
    by_other_tag = get(server, host, SOURCES[host], If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])

    assert (by_tag[0], by_tag[2]) == (304, b"")
    assert by_date[0] == 304
    assert by_other_tag[0] == 200


def test_an_edited_headline_changes_page_and_feed_under_the_same_address(server: DemoServer, clock: Clock) -> None:
    article = ARCHIVE.article("courier/brennau-recalls-ambassador-to-vestria")
    path = f"/diplomacy/{article.slug}/"
    server.begin()
    clock.now = article.at + 1
    _, headers, first = get(server, "courier.test", path)

    clock.now = article.edit_at + 1
    status, _, second = get(server, "courier.test", path, If_None_Match=headers["ETag"])

    assert status == 200
    assert article.headline in first.decode() and article.edit_headline not in first.decode()
    assert article.edit_headline in second.decode()
    assert article.edit_headline in get(server, "courier.test", "/feed/")[2].decode()


def test_a_copy_has_the_same_words_on_the_sister_host(server: DemoServer, clock: Clock) -> None:
    server.begin()
    clock.now = 2881
    for copy in (article for article in ARCHIVE.articles if article.copy_of):
        page = get(server, "gulf-courier.test", f"/{copy.section}/{copy.slug}/")[2].decode()
        assert all(paragraph.replace("'", "&#39;") in page for paragraph in ARCHIVE.article(copy.copy_of).body)


def test_robots_are_told_to_stay_away_from_the_embargoed_note(server: DemoServer) -> None:
    text = get(server, "mfa-norland.test", "/robots.txt")[2].decode()

    assert "Disallow: /en/press-releases/embargoed-\n" in text
    assert f"Sitemap: http://mfa-norland.test:{server.port}/sitemap.xml" in text


def test_the_ministry_lists_its_releases_on_a_page_and_in_a_news_sitemap(server: DemoServer, clock: Clock) -> None:
    server.begin()
    clock.now = 2881

    listing = get(server, "mfa-norland.test", "/en/press-releases")[2].decode()
    sitemap = get(server, "mfa-norland.test", "/sitemap.xml")[2].decode()

    for article in ARCHIVE.of_outlet("ministry"):
        address = f"http://mfa-norland.test:{server.port}/en/press-releases/{article.slug}"
        assert f'<h2><a href="{address}">' in listing
        assert f"<loc>{address}</loc>" in sitemap


def test_a_stranger_host_and_a_stranger_path_are_not_found(server: DemoServer) -> None:
    assert get(server, "example.test", "/")[0] == 404
    assert get(server, "courier.test", "/nothing/")[0] == 404


def test_it_remembers_who_asked_for_what(server: DemoServer) -> None:
    get(server, "courier.test", "/feed/")

    assert server.requests == [("courier.test", "/feed/", 200)]


def test_a_printed_date_is_real_and_carries_the_outlets_zone(server: DemoServer, clock: Clock) -> None:
    clock.now = 100
    server.begin()
    clock.now = 2981

    page = get(server, "courier.test", "/diplomacy/torvik-melnitskaya-first-talks-in-three-years/")[2].decode()

    at = (NOW + timedelta(seconds=100 + 90)).isoformat().replace("09:03:10+00:00", "10:03:10+01:00")
    assert f'<meta property="article:published_time" content="{at}">' in page


def test_stopping_twice_is_harmless(server: DemoServer) -> None:
    server.stop()
    server.stop()

    assert server.port == 0

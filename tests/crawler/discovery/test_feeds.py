"""Feeds as they come."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import parse_feed
from crawler.discovery.sources import MOST_BYTES, MOST_ENTRIES

URL = "https://example.org/feed"


def rss(*items: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'.encode()


def item(link: str, title: str = "A title", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def test_rss_gives_links_titles_and_dates_in_its_order() -> None:
    reading = parse_feed(
        rss(
            item("https://example.org/a", "One", "<pubDate>Tue, 03 Mar 2026 10:00:00 +0200</pubDate>"),
            item("/b", "Two"),
            head="<language>fr</language>",
        ),
        URL,
    )

    assert reading.problem == ""
    assert [(one.address, one.title) for one in reading.entries] == [
        ("https://example.org/a", "One"),
        ("https://example.org/b", "Two"),
    ]
    assert reading.entries[0].published_at == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert reading.entries[1].published_at is None
    assert reading.entries[0].language == "fr"


def test_atom_with_only_an_update_date_has_that_date() -> None:
    reading = parse_feed(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">A &lt;b&gt;bold&lt;/b&gt; step</title>'
        b'<link href="https://example.org/edit" rel="edit"/><link href="https://example.org/a"/>'
        b"<updated>2026-03-03T08:00:00Z</updated></entry></feed>",
        URL,
    )

    (found,) = reading.entries
    assert found.address == "https://example.org/a"
    assert found.title == "A bold step"
    assert found.published_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_rdf_is_a_feed() -> None:
    reading = parse_feed(
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="x"><title>T</title><link>https://example.org/a</link>'
        b"<dc:date>2026-03-03</dc:date></item></rdf:RDF>",
        URL,
    )

    assert [one.address for one in reading.entries] == ["https://example.org/a"]
    assert reading.entries[0].published_at == datetime(2026, 3, 3, tzinfo=UTC)


def test_a_feed_without_entries_a_page_and_nothing_are_three_things() -> None:
    assert parse_feed(rss(), URL).problem == ""
    assert "HTML page" in parse_feed(b"<!doctype html><html><body>Moved</body></html>", URL).problem
    assert parse_feed(b"<!doctype html><html><body>Moved</body></html>", URL).kind == "moved"
    assert "empty answer" in parse_feed(b"  \n", URL).problem
    assert parse_feed(b"no markup at all", URL).problem


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "mailto:a@example.org", "http://["]
)
def test_a_link_that_is_no_page_of_the_web_is_left_out(link: str) -> None:
    assert parse_feed(rss(item(link), item("https://example.org/b")), URL).entries[0].address == "https://example.org/b"


def test_a_title_is_one_line_without_markup_and_script() -> None:
    title = "<![CDATA[Talks <script>alert(1)</script>\n <i>resume</i> &amp; go on]]>"

    assert parse_feed(rss(item("https://example.org/a", title)), URL).entries[0].title == "Talks resume & go on"


def test_a_path_is_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(rss(item("https://example.org/secret")))

    assert parse_feed(str(secret).encode(), URL).entries == ()


@pytest.mark.parametrize("when", ["Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", "", "99999-99-99"])
def test_a_date_that_is_none_is_unknown(when: str) -> None:
    reading = parse_feed(rss(item("https://example.org/a", more=f"<pubDate>{when}</pubDate>")), URL)

    assert reading.entries[0].published_at is None


def test_a_hundred_thousand_items_are_cut_and_it_is_said() -> None:
    reading = parse_feed(rss(*(item(f"https://example.org/{n}") for n in range(100_000))), URL)

    assert len(reading.entries) == MOST_ENTRIES
    assert "cut" in reading.note
    assert reading.entries[-1].address == f"https://example.org/{MOST_ENTRIES - 1}"


def test_a_feed_of_many_megabytes_is_cut_between_items() -> None:
    fat = "<description>" + "x" * 100_000 + "</description>"
    reading = parse_feed(rss(*(item(f"https://example.org/{n}", more=fat) for n in range(100))), URL)

    assert 0 < len(reading.entries) <= MOST_BYTES // 100_000
    assert "cut" in reading.note


def test_a_truncated_feed_gives_what_is_whole() -> None:
    data = rss(item("https://example.org/a"), item("https://example.org/b"))

    assert parse_feed(data[:-40], URL).entries[0].address == "https://example.org/a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251"])
def test_the_declared_encoding_counts(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>{item("https://example.org/a", "Переговоры")}</channel></rss>'

    assert parse_feed(text.encode(encoding), URL).entries[0].title == "Переговоры"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_it(noise: bytes) -> None:
    parse_feed(noise, URL)
    parse_feed(rss(item("https://example.org/a"))[:80] + noise, URL)


@pytest.mark.parametrize(
    ("links", "hub", "topic"),
    [
        ('<atom:link rel="hub" href="https://hub.test/"/>', "https://hub.test/", "https://herald.test/feed"),
        (
            '<atom:link rel="self" href="https://herald.test/rss"/><atom:link rel="hub" href="/hub"/>',
            "https://herald.test/hub",
            "https://herald.test/rss",
        ),
        ('<atom:link rel="self" href="https://herald.test/rss"/>', "", ""),
        ('<atom:link rel="hub" href="javascript:alert(1)"/>', "", ""),
        ('<atom:link rel="hub" href="http://[broken"/>', "", ""),
    ],
)
def test_the_hub_that_a_feed_names_is_read(links: str, hub: str, topic: str) -> None:
    feed = (
        f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>N</title>{links}'
        "<item><title>A</title><link>https://herald.test/a</link></item></channel></rss>"
    )
    reading = parse_feed(feed.encode(), "https://herald.test/feed")

    assert (reading.hub, reading.topic, len(reading.entries)) == (hub, topic, 1)


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (b"<item>" * 200_000, "nested too deep"),
        (b"<a>" * 200_000, "nested too deep"),
        (b"<a></a>" * 200_000, "cut at 140035 bytes"),
        (b"<item/>" * 200_000, "cut at 140035 bytes"),
    ],
)
def test_a_feed_that_is_made_to_take_long_is_cut_or_refused(inside: bytes, words: str) -> None:
    """Unguarded, feedparser works on each of these for longer than the crawler may be silent."""
    reading = parse_feed(b'<?xml version="1.0"?><rss version="2.0"><channel>' + inside, URL)

    assert words in reading.problem + reading.note
    assert reading.entries == ()


def test_markup_inside_cdata_is_text_however_much_it_is() -> None:
    text = "<![CDATA[" + "<i>word</i><font>" * 4000 + "]]>"
    feed = rss(*(item(f"https://example.org/{n}", more=f"<description>{text}</description>") for n in range(9)))

    reading = parse_feed(feed, URL)

    assert (len(reading.entries), reading.problem, reading.note) == (9, "", "")

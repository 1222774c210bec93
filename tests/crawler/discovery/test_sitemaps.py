"""Sitemaps, indexes, gzip."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import parse_sitemap
from crawler.discovery.sitemaps import MOST_FURTHER, inflate, parse_moment
from crawler.discovery.sources import MOST_BYTES, MOST_ENTRIES

NEWS = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://example.org/old</loc><lastmod>2026-03-01</lastmod></url>
<url><loc> https://example.org/new?a=1&amp;b=2 </loc><news:news><news:publication><news:name>Example</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-03-03T10:00:00+02:00</news:publication_date><news:title><![CDATA[Talks & more]]></news:title></news:news></url>
<url><loc>ftp://example.org/no</loc></url></urlset>"""


def test_a_news_sitemap_gives_titles_and_dates_newest_first() -> None:
    reading = parse_sitemap(NEWS)

    assert [one.address for one in reading.entries] == ["https://example.org/new?a=1&b=2", "https://example.org/old"]
    assert reading.entries[0].title == "Talks & more"
    assert reading.entries[0].language == "en"
    assert reading.entries[0].published_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_gzip_is_read() -> None:
    assert parse_sitemap(gzip.compress(NEWS)).entries == parse_sitemap(NEWS).entries


def test_a_bomb_is_inflated_only_so_far() -> None:
    assert len(inflate(gzip.compress(b"x" * 50_000_000))) == 2 * MOST_BYTES
    assert inflate(b"\x1f\x8bnonsense") == b""


def test_an_index_names_the_newest_sitemaps_first_and_not_all() -> None:
    rows = "".join(
        f"<sitemap><loc>https://example.org/{n}.xml</loc><lastmod>20{n % 100:02d}-01-01</lastmod></sitemap>"
        for n in range(99)
    )
    reading = parse_sitemap(f"<sitemapindex>{rows}</sitemapindex>".encode())

    assert reading.entries == ()
    assert reading.further[0] == "https://example.org/98.xml"
    assert len(reading.further) == MOST_FURTHER


def test_a_sitemap_of_very_many_urls_is_cut_and_it_is_said() -> None:
    rows = "".join(f"<url><loc>https://example.org/{n}</loc></url>" for n in range(MOST_ENTRIES + 500))
    reading = parse_sitemap(f"<urlset>{rows}</urlset>".encode())

    assert len(reading.entries) == MOST_ENTRIES
    assert "cut" in reading.note


def test_a_page_nothing_and_an_empty_sitemap_are_three_things() -> None:
    assert "HTML page" in parse_sitemap(b"<!DOCTYPE html><html></html>").problem
    assert "empty answer" in parse_sitemap(b"").problem
    assert parse_sitemap(b"<rss></rss>").problem
    assert parse_sitemap(b"<urlset></urlset>").problem == ""


def test_a_date_without_zone_is_utc_and_an_unreadable_one_unknown() -> None:
    assert parse_moment("2026-03-03") == datetime(2026, 3, 3, tzinfo=UTC)
    assert parse_moment("2026-03-03T10:00:00+02:00") == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert parse_moment("March 3") is None
    assert parse_moment("") is None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_a_sitemap(noise: bytes) -> None:
    parse_sitemap(noise)
    parse_sitemap(b"<urlset>" + noise)


@pytest.mark.parametrize(
    "inside",
    [
        b"<url>" * 200_000,
        b"<url>" + b"<loc>" * 200_000,
        b"<url " * 200_000,
        b"<url><loc>x" * 200_000 + b"</loc></url>" * 9,
    ],
)
def test_a_sitemap_that_closes_nothing_holds_nothing(inside: bytes) -> None:
    """Matched as a whole these would take hours: each opening would be tried up to the end."""
    assert parse_sitemap(b"<urlset>" + inside).entries == ()

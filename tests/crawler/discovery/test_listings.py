"""Section pages by selector."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import parse_listing
from crawler.discovery.listings import is_too_deep

URL = "https://example.org/news/"
PAGE = b"""<nav><a href="/about">About</a></nav><ul class="list"><li><a href="/a"><img alt=""></a><h2><a href="/a">First of all</a></h2></li>
<li><h2><a href="b?x=1">Second</a></h2></li><li><h2><a href="javascript:void(0)">No</a></h2></li><li><h2>no link</h2></li></ul>"""


def test_links_come_in_page_order_each_once_with_its_longest_text() -> None:
    reading = parse_listing(PAGE, URL, ".list a")

    assert [(one.address, one.title) for one in reading.entries] == [
        ("https://example.org/a", "First of all"),
        ("https://example.org/news/b?x=1", "Second"),
    ]


def test_a_selector_of_blocks_takes_their_first_link() -> None:
    assert [one.title for one in parse_listing(PAGE, URL, "h2").entries] == ["First of all", "Second"]


def test_a_selector_that_finds_nothing_or_cannot_be_read_is_loud() -> None:
    nothing = parse_listing(PAGE, URL, ".gone a")

    assert "finds no link" in nothing.problem
    assert nothing.kind == "no-links"
    assert "cannot be read" in parse_listing(PAGE, URL, "a[[").problem
    assert "empty answer" in parse_listing(b" ", URL, "a").problem


@pytest.mark.parametrize("tag", [b'<div title="<">', b'<div title=">">', b"<div\n>", b"<svg:g x='/'>"])
def test_deep_nesting_is_seen_whatever_stands_in_the_tags(tag: bytes) -> None:
    assert is_too_deep(tag * 4000)


def test_tags_that_close_themselves_or_never_end_are_no_depth() -> None:
    assert not is_too_deep(b"<svg>" + b"<path d='M0 0'/>" * 9000 + b"</svg>")
    assert not is_too_deep(b"<a" * 400_000)
    assert not is_too_deep(b"<div></div>" * 9000)


def test_deep_nesting_is_refused_before_it_costs_two_minutes() -> None:
    deep = b"<div>" * 200_000 + b"<a href='/a'>A</a>"
    long = b"<div><a href='/a'>A</a></div><br><p>never closed" * 9000

    assert "too deep" in parse_listing(deep, URL, "a").problem
    assert parse_listing(long, URL, "a").problem == ""


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_a_listing(noise: bytes) -> None:
    parse_listing(noise, URL, "a")

"""One page, one key."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.urls import canonical_url, host_of, path_of, site_of

SAME = [
    "https://example.org/news/talks",
    "http://example.org/news/talks",
    "HTTPS://EXAMPLE.ORG/news/talks/",
    "https://example.org./news/talks",
    "https://example.org:443/news/talks#comments",
    "http://example.org:80//news///talks",
    "https://example.org/news/talks?utm_source=rss&utm_medium=feed",
    "https://example.org/news/talks?fbclid=abc&gclid=1",
    "https://example.org/news/talks/amp/",
    "https://example.org/news/talks?amp=1",
    "https://example.org/news/talks;jsessionid=1A2B",
    "https://example.org/news/talks?PHPSESSID=00112233445566778899aabbccddeeff",
    "https://example.org/news/%74alks",
    "  https://example.org/news/talks\n",
]


@pytest.mark.parametrize("url", SAME)
def test_what_hangs_on_a_url_makes_no_other_page(url: str) -> None:
    assert canonical_url(url) == "https://example.org/news/talks"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/news.php?sid=17", "https://example.org/news.php?sid=18"),
        ("https://example.org/a?from=1", "https://example.org/a?from=2"),
        ("https://one.example.org/a", "https://two.example.org/a"),
        ("https://example.org:8080/a", "https://example.org:8081/a"),
        ("https://example.org/2025/ampere", "https://example.org/2025"),
    ],
)
def test_what_tells_two_pages_apart_is_kept(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.org", "ftp://example.org/a", "https://", "http://[::1",
     "https://exa mple.org/", "https://example.org:99999/", "/news", "data:text/html,x", "https://example.org/" + "a" * 3000],
)  # fmt: skip
def test_what_is_no_page_of_the_web_has_no_key(url: str) -> None:
    assert canonical_url(url) == ""


def test_a_relative_link_is_joined_to_its_page() -> None:
    assert canonical_url("../b?x=1", "https://example.org/a/c/d") == "https://example.org/a/b?x=1"


def test_order_of_the_query_does_not_matter() -> None:
    assert canonical_url("https://example.org/?b=2&a=1") == canonical_url("https://example.org/?a=1&b=2")


PIECES = st.lists(
    st.sampled_from(["/", "//", "amp", "/amp", ".amp", "index.php", "/index.html", "%2F", "%25", "%E9", "ж", "a", ";jsessionid=1",
                     "?", "&", "=", "utm_x=1", "p=1", "#f", "+", "%", ".", ".."]),
    max_size=9,
)  # fmt: skip


@given(PIECES)
@example(["/amp", "/amp"])
@example(["/", "index.php", "/", "index.php"])
@example(["%", "2", "5"])
def test_a_key_is_its_own_key(pieces: list[str]) -> None:
    key = canonical_url("https://example.org/" + "".join(pieces))
    assert key
    assert canonical_url(key) == key


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    for url in (text, "https://" + text, "https://example.org/" + text):
        key = canonical_url(url)
        assert key == "" or canonical_url(key) == key


def test_the_parts_are_said_plainly() -> None:
    assert host_of("https://WWW.Example.org:8080/a") == "www.example.org"
    assert site_of("https://www.example.org/a") == site_of("https://m.example.org/b") == "example.org"
    assert path_of("https://example.org/a/b?c=1#d") == "/a/b?c=1"
    assert host_of("http://[::1") == ""

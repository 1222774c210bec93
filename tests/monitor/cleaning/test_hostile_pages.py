"""Bytes that are no page, walls and listings: said as such, no body invented, nothing raised."""

from __future__ import annotations

import pytest

from monitor.cleaning import SiteMemory, clean_page
from monitor.cleaning.decode import decode_page

URL = "https://news.example/2025/04/a-story"
PARAGRAPH = "<p>The ministers of both countries met in the old port on Tuesday and agreed to open the canal again before the winter, officials said.</p>"


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        (b"", "an empty page"),
        (b"  \n", "an empty page"),
        (b"%PDF-1.7 1 0 obj <<>>", "a PDF, not a page"),
        (b"\x89PNG\r\n\x1a\n", "a picture, not a page"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "a feed or a sitemap, not a page"),
        (b'{"title": "x"}', "JSON, not a page"),
        (b"only words", "not HTML"),
        (b"<html><title>404 Not Found</title><body><h1>Not Found</h1></body></html>", "an error page"),
    ],
)
def test_what_is_no_page_is_said(html: bytes, problem: str) -> None:
    page = clean_page(html, URL)

    assert (page.problem, page.body) == (problem, "")


def test_a_login_is_no_article() -> None:
    html = "<html><title>Sign in</title><body><form><input type=password>Password <a href=/f>Forgot your password?</a></form></body></html>"

    assert clean_page(html, URL).problem == "a login, not an article"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<b><p>" * 60_000 + "x",
        "<!--" * 5000,
        "<p " + "a='" * 9000,
        "\x00" * 5000 + "<p>x",
        "</p>" * 50_000,
    ],
)
def test_broken_nesting_ends_without_an_article(html: str) -> None:
    page = clean_page(html, URL)

    assert page.problem and not page.body


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r", "utf-16"])
def test_a_text_is_read_in_its_declared_character_set(charset: str) -> None:
    text = "<p>Министры иностранных дел двух стран встретились во вторник в старом порту и договорились вновь открыть канал до зимы, сообщили в ведомстве.</p>"
    html = f'<html><meta charset="{charset}"><meta property="og:type" content="article"><body><article>{text * 1}</article></body></html>'

    page = clean_page(html.encode(charset), URL)

    assert "Министры иностранных дел" in page.body


def test_text_behind_a_scrambling_paywall_is_no_text() -> None:
    moved = str.maketrans({chr(c): chr(c + 1) for c in range(ord("a"), ord("z"))} | {"z": "a"})
    hidden = "the ministers of both countries met in the old port and it was the first time that they had agreed to open the canal".translate(
        moved
    )
    html = f'<html><meta property="og:type" content="article"><body><article>{PARAGRAPH * 2}<p>{hidden}.</p></article></body></html>'

    page = clean_page(html, URL)

    assert hidden not in page.body
    assert page.paywalled


def test_markup_that_was_scrambled_with_its_text_is_no_text() -> None:
    hidden = "=ejw dmbtt>#cpy#?=vm?=mj?Uif njojtufst nfu=0mj?=0vm?=0ejw?"
    html = f'<html><meta property="og:type" content="article"><body><article>{PARAGRAPH * 2}<p>{hidden}</p></article></body></html>'

    page = clean_page(html, URL)

    assert "njojtufst" not in page.body
    assert page.paywalled


@pytest.mark.parametrize("text", ["Earth\u2019s na\u00efve \u201cobservers\u201d", "привет \u2014 мир", "東京、大阪。"])
def test_a_text_that_was_encoded_twice_is_mended(text: str) -> None:
    twice = text.encode().decode("latin-1").encode()

    assert decode_page(twice) == text
    assert decode_page(text.encode()) == text


def test_a_stray_control_character_does_not_make_french_quotes_one_letter() -> None:
    text = "« LIBERTÉ» à 5 \u0080, l'été"

    assert decode_page(text.encode()) == text


def test_a_future_date_is_none() -> None:
    from datetime import UTC, datetime

    html = f'<html><meta property="article:published_time" content="2031-01-01T00:00:00Z"><body><article>{PARAGRAPH * 3}</article></body></html>'

    assert clean_page(html, URL, fetched_at=datetime(2025, 4, 13, tzinfo=UTC)).published_at is None


def test_a_memory_survives_bytes_and_copies() -> None:
    import copy

    memory = SiteMemory()
    for number in range(4):
        memory.learn(
            f"<html><body><article>{PARAGRAPH.replace('Tuesday', f'day {number} of talks about subject {number}')}<p>Our correspondents write from nine capitals.</p></article></body></html>",
            f"{URL}-{number}",
        )

    again = SiteMemory.from_bytes(copy.deepcopy(memory).to_bytes())

    assert again.pages == memory.pages
    assert SiteMemory.from_bytes(b"broken").pages == 0

"""A card that a script shows over a name stands inside the paragraph; its names are not the article's."""

from __future__ import annotations

import pytest

from monitor.cleaning.parse import parse_page

URL = "https://news.example/2025/04/the-envoy-returns"
NAME = '<a href="/people/torvik">Anna Torvik</a>'
PICTURE = '<img src="/torvik.jpg" alt="">'
TEASERS = '<a href="/1">Anna Torvik meets Selwyn</a> <a href="/2">Harrow resigns</a>'


def read(paragraph: str) -> list[str]:
    return parse_page(f"<html><body><p>{paragraph}</p></body></html>", URL).blocks.texts


def test_a_card_over_a_name_is_no_text_and_the_name_stays() -> None:
    card = f"<span class='a'><span><span>{PICTURE}{TEASERS}<a href='/more'>MORE</a></span></span></span>"
    assert read(f"The envoy <span>{NAME}{card}</span> returns on Monday.") == [
        "The envoy Anna Torvik returns on Monday."
    ]


@pytest.mark.parametrize(
    "paragraph",
    [
        f"<span>{PICTURE} The envoy {NAME} returns on Monday, says <a href='/2'>Harrow</a>.</span>",
        f"The envoy <span>{PICTURE}{NAME}</span> returns.",
        f"The envoy <span>{TEASERS}</span> returns.",
    ],
    ids=["a paragraph in a span", "one link", "no picture"],
)
def test_other_spans_stay(paragraph: str) -> None:
    assert "Anna Torvik" in read(paragraph)[0]

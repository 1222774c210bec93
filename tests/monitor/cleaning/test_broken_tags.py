"""Tags that somebody typed by hand: nothing of the article is lost by them."""

from __future__ import annotations

import pytest

from monitor.cleaning import clean_page

TEXT = [
    f"Paragraph {word} tells how the two delegations met in the old customs house and talked about the harbour."
    for word in "one two three four five six seven eight".split()  # noqa: SIM905 - reads as a list
]


def clean(inside: str) -> str:
    page = clean_page(
        f"<html><head><title>Harbour</title></head><body><article><h1>Harbour talks resume</h1>{inside}</article></body></html>".encode(),
        "https://courier.test/harbour",
    )
    assert page.problem == ""
    return page.body


@pytest.mark.parametrize(
    "typo",
    [
        '<p<a href="/x">',
        '<div<a href="/x">',
        '<press@gov.example<a href="/mail">',
        "<br<b>",
        '<span="" <i>',
        '<div <!-- class="x" -->>',
        '<td <!--width="100"-->',
        "<!-- a note -->",
    ],
)
@pytest.mark.parametrize("place", [1, 4])
def test_an_article_goes_on_behind_a_broken_tag(typo: str, place: int) -> None:
    paragraphs = [f"<p>{one}</p>" for one in TEXT]
    paragraphs.insert(place, typo)

    body = clean("".join(paragraphs) + "<!-- end -->")

    assert [one for one in TEXT if one not in body] == []


def test_wide_spaces_part_a_tag_from_its_attributes() -> None:
    body = clean("".join(f"<div\u3000class=x>{one}</div>" for one in TEXT))

    assert body.split("\n\n") == TEXT


@pytest.mark.parametrize("tag", ["<div></br>", "<div></span>"])
def test_levels_that_odd_closings_hide_are_counted(tag: str) -> None:
    page = clean_page(f"<html><body>{tag * 3000}<p>{TEXT[0]}</p></body></html>".encode(), "https://courier.test/deep")

    assert page.problem == "its tags are nested too deep to be read"

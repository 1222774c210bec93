"""The page's own headline among all that claim to be it."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.cleaning.headline import choose_headline, cut_site, read_heading


def heading(html: str, *told: str) -> str:
    node = LexborHTMLParser(html).css_first("h1")
    assert node is not None
    return read_heading(node, told)


def test_the_heading_that_agrees_with_the_page_wins_over_a_section_name() -> None:
    h1s = ["World", "Envoys meet in Kestovar for a third day"]
    assert choose_headline(h1s, "Envoys meet in Kestovar for a third day", "", "", "") == h1s[1]


def test_a_title_for_search_engines_loses_to_the_only_heading_of_sentence_length() -> None:
    h1s = ["Related content", "The envoys who would not sit down at one table"]
    assert choose_headline(h1s, "", "", "Kestovar talks: live, news, analysis | The North", "") == h1s[1]


def test_without_a_heading_the_tabs_title_loses_the_outlets_name() -> None:
    assert choose_headline([], "", "", "Envoys meet in Kestovar | The North", "The North") == "Envoys meet in Kestovar"


def test_a_kicker_inside_of_the_heading_is_dropped() -> None:
    html = "<h1><span class='article__kicker'>Border</span><span>Envoys meet for a third day</span></h1>"
    assert heading(html) == "Envoys meet for a third day"


def test_a_kicker_that_the_page_counts_in_stays() -> None:
    html = "<h1><span class='article__kicker'>Border:</span> <span>Envoys meet for a third day</span></h1>"
    assert heading(html, "Border: Envoys meet for a third day - The North") == "Border: Envoys meet for a third day"


def test_what_the_page_says_of_itself_tells_an_unnamed_kicker() -> None:
    html = "<h1><em>The long read</em> Envoys meet for a third day</h1>"
    assert heading(html, "Envoys meet for a third day") == "Envoys meet for a third day"
    assert heading(html) == "The long read Envoys meet for a third day"


def test_a_kicker_above_the_heading_is_kept_when_both_descriptions_have_it() -> None:
    told = "Border: Envoys meet for a third day"
    assert choose_headline(["Envoys meet for a third day"], told, told, "", "") == told


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Talks end - The North", "The North", "Talks end"),
        ("Talks end early as envoys leave | News", "", "Talks end early as envoys leave"),
        ("Talks: what comes next", "The North", "Talks: what comes next"),
    ],
)
def test_the_outlets_name_is_cut(title: str, site: str, expected: str) -> None:
    assert cut_site(title, site) == expected

"""Printed pages become paragraphs, without what runs along their edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.cleaning.printed import clean_printed

FULL = "The minister met envoys from four capitals on the shore of the lake"
NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
MADE = datetime(2026, 3, 4, 17, 5, tzinfo=UTC)
BODY = f"{FULL}\nand spoke for an hour.\n{FULL}\nwhere it rained.\n{FULL}\nuntil it stopped."
PARAGRAPHS = [f"{FULL} and spoke for an hour.", f"{FULL} where it rained.", f"{FULL} until it stopped."]


def test_lines_are_joined_and_a_short_line_with_a_full_stop_ends_a_paragraph() -> None:
    page = clean_printed([f"A statement\n{BODY}"])

    assert (page.headline, page.body.split("\n\n"), page.problem) == ("A statement", PARAGRAPHS, "")


def test_a_paragraph_goes_on_over_the_page_and_running_lines_are_kept_apart() -> None:
    opening = "Delegates of nine delegations came to the hall before the sun was up"
    first = f"Ministry of Grain\nA statement\n{opening}\nPage 1 of 2"
    second = f"Ministry of Grain\nand waited there.\n{BODY}\nPage 2 of 2"

    page = clean_printed([first, second])

    assert page.body.split("\n\n") == [f"{opening} and waited there.", *PARAGRAPHS]
    assert [one.text for one in page.removed if one.rule == "running line"] == [
        "Ministry of Grain",
        "Page 1 of 2",
        "Page 2 of 2",
    ]


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("the nego-", "tiations went on over the whole of the long night in", "the negotiations went"),
        ("the nego\u00ad", "tiations went on over the whole of the long night in", "the negotiations went"),
        ("from the North-", "South line, which went on over the whole of the night", "North- South line"),
        ("in the years 2025-", "and 2026, which went on over the whole of the night", "2025- and 2026"),
    ],
)
def test_a_word_that_was_divided_at_the_end_of_a_line_is_one(before: str, after: str, joined: str) -> None:
    page = clean_printed([f"A statement\nThe minister met envoys from four capitals {before}\n{after}.\n{BODY}"])

    assert joined in page.body


def test_scripts_without_spaces_are_joined_without_one_and_forms_of_letters_are_letters() -> None:
    line = "外交部长在湖边会见了来自四个首都的使节并就粮食问题谈了一个小时"
    chinese = clean_printed([f"粮食问题声明\n{line}\n{line}。\n{line}。\n{line}\n{line}。\n{line}\n{line}。"])
    arabic = clean_printed(["\n".join(["ﺗﺬﻛﺮ ﺳﺎﻋﺔ اﻟﻤﺴﻮدة " * 4] * 4)])

    assert line + line in chinese.body
    assert "تذكر ساعة المسودة" in arabic.headline + arabic.body


@pytest.mark.parametrize(
    ("line", "day"),
    [("4 March 2026", 4), ("Port Amaro, 3 March 2026", 3), ("2026-03-02", 2)],
)
def test_the_first_date_line_is_the_date(line: str, day: int) -> None:
    page = clean_printed([f"A statement\n{line}\n{BODY}\n1 January 2020"], made_at=MADE)

    assert page.published_at == datetime(2026, 3, day, tzinfo=UTC)
    assert page.is_date_searched
    assert line not in page.body


@pytest.mark.parametrize(
    ("made_at", "fetched_at", "expected"),
    [
        (MADE, NOW, MADE),
        (MADE, None, MADE),
        (NOW + timedelta(days=30), NOW, None),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW, None),
        (None, NOW, None),
    ],
)
def test_without_a_date_line_the_time_of_making_is_the_date_unless_it_cannot_be(
    made_at: datetime | None, fetched_at: datetime | None, expected: datetime | None
) -> None:
    assert clean_printed([f"A statement\n{BODY}"], made_at=made_at, fetched_at=fetched_at).published_at == expected


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Statement  on grain", "Statement on grain"),
        ("A statement", "A statement"),
        ("粮食问题声明", "粮食问题声明"),
        ("Microsoft Word - final draft.docx", "A statement"),
        ("speech final v2.indd", "A statement"),
        ("untitled document", "A statement"),
        ("(anonymous) file", "A statement"),
        ("stmt_04_03 final", "A statement"),
        ("Statement", "A statement"),
        ("", "A statement"),
    ],
)
def test_the_headline_is_the_title_unless_a_program_made_it_up(title: str, headline: str) -> None:
    page = clean_printed([f"A statement\n{BODY}"], title=title)

    assert page.headline == headline
    assert page.body.split("\n\n")[-3:] == PARAGRAPHS
    assert ("A statement" in page.body) == (headline not in ("A statement",))


@pytest.mark.parametrize("pages", [[], [""], ["\n \n", "12"]])
def test_pages_without_text_are_said(pages: list[str]) -> None:
    assert clean_printed(pages).problem == "a PDF without text (a scan?)"


@settings(deadline=None)  # the first one loads what tells languages
@given(st.lists(st.text(), max_size=4), st.text(max_size=40))
def test_any_pages_are_read(pages: list[str], title: str) -> None:
    page = clean_printed(pages, title=title)

    assert bool(page.problem) != bool(page.body)

"""Lists, tables and headings between kept paragraphs stay; boxes and menus between them do not; a page of an unknown kind keeps its text."""

from __future__ import annotations

import numpy as np
import pytest
from judging import Judge, keep_blocks

from monitor.cleaning.gaps import keep_much
from monitor.cleaning.lines import is_promotion
from monitor.cleaning.parse import parse_page

URL = "https://guides.example/how-to-mend-a-net"
BEFORE = (
    "A net that was torn on a rock can be mended in an evening, and whoever has done it once will not pay for it again."
)
BEHIND = "Then the net is hung up in the shade, because the sun makes the new knots brittle before they have had time to dry."
SURE = [
    f"On day {number} the boats stay in, and every net of the harbour is spread out on the wall to dry."
    for number in range(12)
]
ITEMS = ["Twine of two millimetres", "A wooden needle", "Wax"]


def keep(body: str, chances: dict[str, float]) -> list[str]:
    kept, _ = keep_blocks(f"<html><body><main>{body}</main></body></html>", URL, chances)
    return kept


def write_items(texts: list[str], tag: str = "li") -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


@pytest.mark.parametrize(
    "gap",
    [
        f"<ul>{write_items(ITEMS)}</ul>",
        f"<h2>{ITEMS[0]}</h2><ol>{write_items(ITEMS[1:])}</ol>",
        f"<table><tr>{write_items(ITEMS, 'td')}</tr></table>",
        f"<section><div><ul>{write_items(ITEMS)}</ul></div></section>",
    ],
)
def test_what_is_listed_between_two_paragraphs_is_text(gap: str) -> None:
    kept = keep(f"<p>{BEFORE}</p>{gap}<p>{BEHIND}</p>", dict.fromkeys(ITEMS, 0.1))

    assert kept == [BEFORE, *ITEMS, BEHIND]


@pytest.mark.parametrize(
    "gap",
    [
        f"<nav><ul>{write_items(ITEMS)}</ul></nav>",
        f"<aside><h2>{ITEMS[0]}</h2><ul>{write_items(ITEMS[1:])}</ul></aside>",
        "<ul>" + "".join(f"<li><a href='/{text}'>{text}</a></li>" for text in ITEMS) + "</ul>",
        write_items(ITEMS, "div"),
    ],
)
def test_a_menu_or_a_box_between_two_paragraphs_is_none(gap: str) -> None:
    kept = keep(f"<p>{BEFORE}</p>{gap}<p>{BEHIND}</p>", dict.fromkeys(ITEMS, 0.1))

    assert kept == [BEFORE, BEHIND]


def test_a_hopeless_list_is_none() -> None:
    kept = keep(f"<p>{BEFORE}</p><ul>{write_items(ITEMS)}</ul><p>{BEHIND}</p>", dict.fromkeys(ITEMS, 0.01))

    assert kept == [BEFORE, BEHIND]


def test_a_list_behind_the_last_paragraph_is_not_joined() -> None:
    kept = keep(f"<p>{BEFORE}</p><p>{BEHIND}</p><ul>{write_items(ITEMS)}</ul>", dict.fromkeys(ITEMS, 0.1))

    assert kept == [BEFORE, BEHIND]


def test_a_list_far_from_what_holds_both_paragraphs_is_not_joined() -> None:
    deep = f"{'<div>' * 7}<p>{BEFORE}</p>{'</div>' * 7}<ul>{write_items(ITEMS)}</ul><p>{BEHIND}</p>"

    assert keep(deep, dict.fromkeys(ITEMS, 0.1)) == [BEFORE, BEHIND]


def write_doubtful(count: int) -> dict[str, float]:
    return {
        f"Knot {number} holds the rope of the lower edge, and it is drawn tight only when the whole row has been made": 0.3
        for number in range(count)
    }


def test_much_text_of_a_middling_chance_is_text() -> None:
    doubtful = write_doubtful(12)

    kept = keep(f"<p>{BEFORE}</p><p>{BEHIND}</p>{write_items(list(doubtful), 'div')}", doubtful)

    assert kept == [BEFORE, BEHIND, *doubtful]


def test_a_note_of_a_middling_chance_is_none() -> None:
    doubtful = write_doubtful(3)

    kept = keep(f"<p>{BEFORE}</p><p>{BEHIND}</p>{write_items(list(doubtful), 'div')}", doubtful)

    assert kept == [BEFORE, BEHIND]


def test_a_side_column_of_a_middling_chance_is_none() -> None:
    doubtful = write_doubtful(12)

    kept = keep(f"<p>{BEFORE}</p><p>{BEHIND}</p><aside>{write_items(list(doubtful), 'div')}</aside>", doubtful)

    assert kept == [BEFORE, BEHIND]


def test_much_text_of_a_middling_chance_is_text_however_deep_it_stands() -> None:
    doubtful = write_doubtful(12)
    boxes = "".join(f"{'<div>' * 4}<p>{text}</p>{'</div>' * 4}" for text in doubtful)

    kept = keep(f"<article>{write_items(SURE, 'p')}{boxes}<p>{BEHIND}</p></article>", doubtful)

    assert kept == [*SURE, *doubtful, BEHIND]


def test_a_notice_outside_of_what_holds_the_text_is_none() -> None:
    doubtful = write_doubtful(12)
    notice = f"<section>{write_items(list(doubtful), 'p')}</section>"

    assert keep(f"{notice}<article>{write_items(SURE, 'p')}</article>", doubtful) == SURE


def test_a_text_that_the_second_extractor_refused_is_none() -> None:
    doubtful = write_doubtful(12)
    parsed = parse_page(f"<article>{write_items([*SURE, *doubtful], 'p')}</article>", URL)
    rows, chances = Judge(dict.fromkeys(doubtful, 0.8)).judge(parsed.blocks, parsed.said)
    kept = np.array([text in SURE for text in parsed.blocks.texts])

    assert keep_much(parsed.blocks, rows, chances, kept).tolist() == kept.tolist()


def test_a_line_that_asks_to_share_is_a_promotion() -> None:
    assert is_promotion("Like this story? Share it with a friend!")

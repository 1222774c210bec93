"""Which blocks stay where a page prints more than its article, or puts each paragraph into a box of its own."""

from __future__ import annotations

import numpy as np
import pytest
from judging import keep_blocks

from monitor.cleaning import clean_page
from monitor.cleaning.classifier import FLOOR
from monitor.cleaning.containers import Floats
from monitor.cleaning.parse import parse_page
from monitor.cleaning.trees import Trees

URL = "https://news.example/2025/04/the-canal-opens-again"
TITLE = "The canal in the north opens again"
TEXTS = [
    "The ministers of both countries met in the old port on Tuesday and agreed to open the canal again before the winter, officials said.",
    "Ships of up to nine metres will pass from November on, and the locks are to be staffed around the clock by people of both towns.",
    "The last talks had failed in spring, when the two sides could not agree on who pays for the dredging of the eastern mouth.",
    "Fishermen in the towns along the banks have waited for this day, said the mayor, who had asked for an opening every year.",
    "A commission of engineers looks at the walls every month and tells both governments what must be mended before the ice comes.",
]
TEASER = "The harbour fair begins on the first day of May with a race"
ITEM = "the locks of the eastern mouth by the first of June"


def write_page(body: str) -> str:
    return f"<html><head><title>{TITLE}</title><meta property='og:title' content='{TITLE}'></head><body>{body}</body></html>"


def write_posts(own: str, other: str) -> str:
    post = f"<article class='post'><h2>{other}</h2><p>{TEXTS[3]}</p></article>"
    return write_page(f"<main><article class='post'><h1>{TITLE}</h1>{own}</article>{post}</main>")


def test_other_posts_below_the_article_are_not_it() -> None:
    html = write_posts("".join(f"<p>{text}</p>" for text in TEXTS[:3]), "The harbour fair begins")

    kept, rules = keep_blocks(html, URL, {TITLE: 0.0})

    assert kept == TEXTS[:3]
    assert rules[TEXTS[3]] == "another article"


def test_an_article_element_around_the_headline_alone_cuts_nothing() -> None:
    html = write_posts("", "Who pays")

    kept, _ = keep_blocks(html, URL, {TITLE: 0.0})

    assert TEXTS[3] in kept


def test_an_entry_without_a_title_of_its_own_stays() -> None:
    own = "".join(f"<p>{text}</p>" for text in TEXTS[:3])
    html = write_page(f"<main><article><h1>{TITLE}</h1>{own}</article><article><p>{TEXTS[3]}</p></article></main>")

    kept, _ = keep_blocks(html, URL, {TITLE: 0.0})

    assert kept == TEXTS[:4]


def test_a_doubtful_sentence_among_its_like_stays() -> None:
    boxes = "".join(f"<div class='row'><div class='box'><p class='text'>{text}</p></div></div>" for text in TEXTS)
    html = write_page(f"<main>{boxes}</main>")

    kept, _ = keep_blocks(html, URL, {TEXTS[3]: FLOOR})

    assert kept == TEXTS


def test_a_doubtful_sentence_of_another_kind_goes() -> None:
    boxes = "".join(f"<div class='row'><div class='box'><p class='text'>{text}</p></div></div>" for text in TEXTS[:4])
    html = write_page(f"<main>{boxes}<div class='promo'><div class='deal'><p>{TEXTS[4]}</p></div></div></main>")

    kept, _ = keep_blocks(html, URL, {TEXTS[4]: FLOOR})

    assert kept == TEXTS[:4]


def test_paragraphs_of_the_same_kind_behind_a_box_of_links_stay() -> None:
    boxes = [f"<div class='row'><div class='box'><p class='text'>{text}</p></div></div>" for text in TEXTS]
    related = f"<aside class='links'><h3>Related articles</h3><p class='teaser'>{TEASER}</p></aside>"
    html = write_page(f"<main>{''.join(boxes[:4])}{related}{boxes[4]}</main>")

    kept, rules = keep_blocks(html, URL, {TEXTS[4]: 0.7, TEASER: 0.7, "Related articles": 0.0})

    assert TEXTS[4] in kept
    assert rules[TEASER] == "tail"


@pytest.mark.parametrize(("behind", "is_kept"), [(f"<p>{TEXTS[4]}</p>", True), ("", False)])
def test_a_heading_of_other_articles_ends_no_article_that_goes_on_behind_it(behind: str, is_kept: bool) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in TEXTS[:4])
    related = f"<div class='links'><h3>Related articles</h3><div class='teaser'>{TEASER}</div></div>"
    html = write_page(f"<main>{paragraphs}{related}{behind}<ul><li>{ITEM}</li></ul></main>")

    kept, rules = keep_blocks(html, URL, {TEXTS[4]: 0.7, TEASER: 0.7, ITEM: 0.7, "Related articles": 0.0})

    assert rules[TEASER] == "tail"
    assert (ITEM in kept) is is_kept


@pytest.mark.parametrize("is_boxed", [True, False])
def test_a_doubtful_paragraph_behind_such_a_heading_stays_where_each_has_a_box_of_its_own(is_boxed: bool) -> None:
    between = "</div><div class='text'>" if is_boxed else ""
    own = between.join(f"<p>{text}</p>" for text in TEXTS[:4])
    related = f"<aside><h3>Related articles</h3></aside><div class='text'><p>{TEXTS[4]}</p></div>"
    html = write_page(f"<main><div class='text'>{own}</div>{related}</main>")

    kept, _ = keep_blocks(html, URL, {TEXTS[4]: 0.4, "Related articles": 0.0})

    assert kept == (TEXTS if is_boxed else TEXTS[:4])


def test_an_address_that_a_script_reads_is_no_text() -> None:
    address = "https://news.example/assets/load-in-the-background-of-the-page.js"
    paragraphs = "".join(f"<p>{text}</p>" for text in TEXTS)
    html = write_page(f"<div style='display:none'>{address}</div><article><h1>{TITLE}</h1>{paragraphs}</article>")

    parsed = parse_page(html, URL)

    assert address not in parsed.blocks.texts
    assert address not in clean_page(html, URL).body


def test_trees_judge_alike_with_and_without_the_short_way() -> None:
    """Each row is judged by all trees unless the first ones find it hopeless."""
    rows: Floats = np.array([[0.0], [1.0]], np.float32)
    count = 150
    trees = Trees(
        {
            "feature": np.zeros((count, 1), np.uint8),
            "threshold": np.full((count, 1), 0.5, np.float32),
            "mask": np.full((count, 1), 0xFFFFFFFE, np.uint32),
            "leaf": np.tile(np.array([-0.2, 0.02], np.float32), (count, 1)),
        }
    )

    hopeless, likely = trees.predict(rows)

    assert hopeless < 0.001
    assert abs(likely - 1 / (1 + np.exp(-3.0))) < 1e-4

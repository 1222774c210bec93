"""The site memory cuts a line that is hardly text by itself one article earlier."""

from __future__ import annotations

import numpy as np

from monitor.cleaning.cues import tokenize
from monitor.cleaning.memory import SiteMemory
from monitor.cleaning.parse import Parsed, parse_page
from monitor.cleaning.visit import Visit, find_line_key

SHARED = "Letters to the desk of the harbour are answered on every second Friday of the month"
PAGE = (
    "<body><p>{own} is the subject of the first long paragraph of the page number {number}.</p><p>{shared}.</p>"
    "<p>{own} ends it too, with many more words of which none but those of {own} have ever stood on another page.</p>"
)


def read_page(own: str, number: int) -> Parsed:
    return parse_page(PAGE.format(own=own, number=number, shared=SHARED), f"https://desk.example/{own}")


def see_pages(memory: SiteMemory, *subjects: str) -> Visit:
    """Learns each of these pages but the last, whose description comes out."""
    for number, own in enumerate(subjects[:-1]):
        url = f"https://desk.example/{own}"
        memory.learn(PAGE.format(own=own, number=number, shared=SHARED), url)
    return memory.describe(read_page(subjects[-1], len(subjects)), np.ones(3, bool))


def test_one_other_article_is_enough_to_cut_a_doubtful_line() -> None:
    memory = SiteMemory()
    visit = see_pages(memory, "Grain", "Copper")

    kept, rules = memory.cut_recurring(visit, np.ones(3, bool), {}, np.array([0.9, 0.5, 0.9], np.float32))

    assert kept.tolist() == [True, False, True]
    assert rules == {1: "recurs on the site"}


def test_one_other_article_is_not_enough_to_cut_a_sure_line() -> None:
    memory = SiteMemory()
    visit = see_pages(memory, "Grain", "Copper")

    kept, _ = memory.cut_recurring(visit, np.ones(3, bool), {}, np.array([0.9, 0.95, 0.9], np.float32))

    assert kept.all()


def test_two_other_articles_cut_a_line_however_sure_it_is() -> None:
    memory = SiteMemory()
    visit = see_pages(memory, "Grain", "Copper", "Timber")

    kept, _ = memory.cut_recurring(visit, np.ones(3, bool), {}, np.array([0.9, 0.95, 0.9], np.float32))

    assert kept.tolist() == [True, False, True]


def test_the_pages_own_headline_stays_though_lists_on_other_pages_show_it() -> None:
    memory = SiteMemory()
    visit = see_pages(memory, "Grain", "Copper", "Timber")

    kept, rules = memory.cut_recurring(visit, np.ones(3, bool), {}, np.full(3, 0.5, np.float32), titles=[1])

    assert kept.all()
    assert not rules


def test_a_line_with_another_date_is_the_same_line() -> None:
    lines = ["Last updated at 2:07 AM on 14th December 2027", "Last updated at 11:30 PM on 3rd May 2028"]

    keys = [find_line_key(tokenize(line)) for line in [*lines, "Last updated by hand on 3rd May 2028"]]

    assert keys[0] == keys[1] != keys[2]

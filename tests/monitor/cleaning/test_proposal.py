"""A reader's "this cut is wrong" becomes a rule that mends it, and nothing else."""

from __future__ import annotations

from harbour import BOX, PAGE, TEXT

from monitor.cleaning import clean_page
from monitor.cleaning.proposal import propose_rules
from monitor.model import CleaningRules

URL = "https://paper.test/news/1"


def test_kept_cruft_gives_a_drop_by_the_name_of_its_box():
    proposal = propose_rules(PAGE, URL, None, BOX, is_cruft=True)

    assert proposal is not None
    assert proposal.rules == CleaningRules(drop=("div.fact-box",))
    assert proposal.goes == (BOX,)
    assert BOX not in clean_page(PAGE, URL, proposal.rules).body


def test_a_drop_that_cuts_too_much_is_taken_back():
    rules = CleaningRules(drop=("div.fact-box", ".more-news"))
    assert BOX not in clean_page(PAGE, URL, rules).body

    proposal = propose_rules(PAGE, URL, rules, BOX, is_cruft=False)

    assert proposal is not None
    assert proposal.rules == CleaningRules(drop=(".more-news",))
    assert proposal.comes == (BOX,)


def test_text_outside_of_keep_widens_it_to_what_holds_all():
    rules = CleaningRules(keep=("div.fact-box",))
    page = PAGE.replace('<div class="fact-box x9f3a7c11">', '<div class="fact-box">')

    proposal = propose_rules(page, URL, rules, TEXT[2], is_cruft=False)

    assert proposal is not None
    assert proposal.rules == CleaningRules(keep=("div.story-text",))
    assert TEXT[2] in proposal.comes


def test_where_no_name_tells_the_block_from_the_article_nothing_is_proposed():
    page = f"<html><body><div><p>{TEXT[0]}</p><p>{BOX}</p><p>{TEXT[1]}</p></div></body></html>"

    assert propose_rules(page, URL, None, BOX, is_cruft=True) is None


def test_a_hostile_page_gets_no_proposal():
    assert propose_rules("<div>" * 20_000 + BOX, URL, None, BOX, is_cruft=True) is None

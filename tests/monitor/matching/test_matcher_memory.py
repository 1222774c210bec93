"""What the matcher remembers between texts changes no answer."""

from __future__ import annotations

from monitor.matching import Matcher
from monitor.matching.name_words import NOT_SPACED
from monitor.matching.unspaced import PLAIN
from monitor.model import Person, Topic


def test_hits_of_a_block_that_comes_again_are_the_same_each_time() -> None:
    matcher = Matcher.compile(
        (Person(slug="anna-berg", name="Anna Berg"),), (Topic(slug="fjord", name="F", query="fjord"),)
    )
    menu, teaser = "Home News Sport", "Anna Berg sails into the fjord"
    found = [[(hit.entry, hit.text) for hit in matcher.find_in_blocks([menu, teaser], "en")] for _ in range(3)]

    assert found == [[("anna-berg", "Anna Berg"), ("fjord", "fjord")]] * 3
    assert matcher.find_in_blocks([menu], "en") == []


def test_a_block_that_is_met_again_is_found_beside_a_new_one() -> None:
    matcher = Matcher.compile(
        (Person(slug="anna-berg", name="Anna Berg"), Person(slug="ole-lund", name="Ole Lund")), ()
    )
    matcher.find_in_blocks(["Anna Berg at sea"], "en")

    hits = matcher.find_in_blocks(["Ole Lund on land", "Anna Berg at sea"], "en")

    assert {hit.entry for hit in hits} == {"anna-berg", "ole-lund"}


def test_counts_after_a_search_are_those_of_a_matcher_that_never_searched() -> None:
    people = (Person(slug="anna-berg", name="Anna Berg"),)
    searched, fresh = Matcher.compile(people, ()), Matcher.compile(people, ())
    headline, body = "Berg speaks", "Anna Berg spoke in Oslo. Berg left."
    searched.find(headline, body, "en")

    assert searched.count(headline, body, "en") == fresh.count(headline, body, "en")
    searched.add_counts(searched.count(headline, body, "en"))
    fresh.add_counts(fresh.count(headline, body, "en"))
    assert searched.find(headline, body, "en") == fresh.find(headline, body, "en")


def test_a_text_that_is_told_to_be_plain_at_a_glance_has_no_name_without_spaces() -> None:
    unspaced = "".join(filter(NOT_SPACED.match, map(chr, range(0xFFFF))))

    assert PLAIN.search(unspaced) is not None
    assert not any(PLAIN.fullmatch(char) for char in unspaced)
    assert PLAIN.fullmatch("Łukasz “said” — Лавров 5 €") is None
    assert PLAIN.fullmatch("Łukasz “said” — Лавров") is not None

"""Two articles written after the templates of a real news site: who and what is in them, and nothing from around them."""

from __future__ import annotations

import pytest

from monitor.matching import Matcher
from monitor.model import Hit, Person, Topic

PEOPLE = [
    Person(slug="sergey-lavrov", name="Sergey Lavrov", also=("Sergei Lavrov",)),
    Person(slug="antony-blinken", name="Antony Blinken"),
    Person(slug="maria-zakharova", name="Maria Zakharova"),
    Person(slug="donald-trump", name="Donald Trump"),
    Person(slug="narendra-modi", name="Narendra Modi"),
    Person(slug="josep-borrell", name="Josep Borrell"),
]
TOPICS = [
    Topic(slug="new-start", name="New START", query='"New START" OR (START NEAR/6 (nuclear OR arms OR warhead*))'),
    Topic(slug="g20", name="G20", query='G20 OR "Group of Twenty"'),
]
HEADLINE = "Blinken and Lavrov talk on the margins in Delhi"
BODY = """The US Secretary of State Antony Blinken spoke with Russian Foreign Minister Sergei Lavrov for some minutes on Thursday.

Blinken asked Moscow to come back to the 2010 START treaty on nuclear weapons. Foreign Minister Lavrov did not answer in public, while
spokeswoman Maria Zakharova played the exchange down: Blinken’s staff had asked for it.

The G20 summit will be held in September."""


@pytest.fixture(scope="module")
def hits() -> list[Hit]:
    return Matcher.compile(PEOPLE, TOPICS).find(HEADLINE, BODY, "en")


def test_everybody_and_everything_in_the_article_is_found_and_nobody_else(hits: list[Hit]) -> None:
    entries = {hit.entry for hit in hits}

    assert entries == {"antony-blinken", "sergey-lavrov", "maria-zakharova", "new-start", "g20"}


def test_a_surname_in_the_headline_counts_because_the_body_has_the_full_name(hits: list[Hit]) -> None:
    headline = [(hit.entry, hit.rule) for hit in hits if hit.field == "headline"]

    assert headline == [("antony-blinken", "after-full-name"), ("sergey-lavrov", "after-full-name")]


def test_every_mention_is_a_hit_of_its_own_with_its_sentence(hits: list[Hit]) -> None:
    blinken = [hit for hit in hits if hit.entry == "antony-blinken" and hit.field == "body"]

    assert [hit.text for hit in blinken] == ["Antony Blinken", "Blinken", "Blinken"]
    assert blinken[1].sentence == "Blinken asked Moscow to come back to the 2010 START treaty on nuclear weapons."


def test_every_offset_is_that_of_the_original_text(hits: list[Hit]) -> None:
    fields = {"headline": HEADLINE, "body": BODY}

    assert all(fields[hit.field][hit.start : hit.end] == hit.text for hit in hits)

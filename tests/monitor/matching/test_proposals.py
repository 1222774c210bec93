"""Verdicts become a change that ends wrong hits and loses no good one, or none."""

from __future__ import annotations

from monitor.matching import Matcher
from monitor.matching.proposals import Change, Judged, apply_change, propose_change
from monitor.model import Person, Topic

PERSON = Person(slug="torvik", name="Ilan Torvik", surname="alone")
GOOD = "Ilan Torvik flew to Port Amaro on Monday. Torvik said little."
NAMESAKE = "The goal by Kirill Torvik came late, and the keeper had no chance."
STREET = "A tram left the rails in Torvik Street near the old market."


def judge(entry: Person | Topic, body: str, *, is_good: bool, language: str = "en") -> list[Judged]:
    """Each hit of the entry in a text, judged."""
    matcher = Matcher.compile(*(((entry,), ()) if isinstance(entry, Person) else ((), (entry,))))
    facts = {"is_good": is_good, "headline": "", "body": body, "language": language, "at": None}
    return [
        Judged(field=hit.field, start=hit.start, end=hit.end, **facts)
        for hit in matcher.find("", body, language=language)
    ]


def test_a_namesake_becomes_an_unless() -> None:
    body = "A Torvik bakery opened. The Torvik bakery sells rye."
    wrong = judge(PERSON, body, is_good=False)
    assert wrong
    change = propose_change(PERSON, [*wrong, *judge(PERSON, GOOD, is_good=True)])
    assert change is not None
    assert change.key == "unless"
    assert "Torvik bakery" in change.value
    changed = apply_change(PERSON, change.key, change.value)
    assert judge(changed, "The Torvik bakery stays open.", is_good=True) == []
    assert len(judge(changed, GOOD, is_good=True)) == len(judge(PERSON, GOOD, is_good=True))


def test_a_bare_surname_that_is_nobody_becomes_a_weaker_rule() -> None:
    wrong = judge(PERSON, "the old torvik was repaired. Nobody knows what a Torvik costs.", is_good=False)
    assert wrong
    change = propose_change(PERSON, [*wrong, *judge(PERSON, GOOD, is_good=True)])
    assert change is not None
    assert (change.key, change.ended, change.wrong) == ("surname", len(wrong), len(wrong))
    assert change.value in ("auto", "after-full-name")


def test_a_topic_gets_a_word_that_must_not_stand_there() -> None:
    topic = Topic(slug="talks", name="Talks", query="talks")
    wrong = judge(topic, "Transfer talks with the striker of the football club failed.", is_good=False)
    wrong += judge(topic, "The football club ended talks with its coach.", is_good=False)
    good = judge(topic, "Talks between the two ministers failed.", is_good=True)
    change = propose_change(topic, [*wrong, *good])
    assert change is not None
    assert change.value in ("(talks) NOT club", "(talks) NOT football")
    assert (change.ended, change.wrong, change.good) == (2, 2, 1)


def test_what_would_lose_a_good_hit_is_not_proposed() -> None:
    person = Person(slug="torvik", name="Ilan Torvik", surname="never")
    both = judge(person, "Ilan Torvik spoke.", is_good=False) + judge(person, "Ilan Torvik listened.", is_good=True)
    assert propose_change(person, both) is None


def test_without_wrong_hits_nothing_is_proposed() -> None:
    assert propose_change(PERSON, judge(PERSON, GOOD, is_good=True)) is None
    assert propose_change(PERSON, []) is None


def test_a_hit_that_does_not_come_any_more_needs_no_change() -> None:
    gone = Judged(field="body", start=0, end=4, is_good=False, headline="", body=STREET, language="en", at=None)
    assert propose_change(PERSON, [gone]) is None


def test_a_change_names_the_other_unlesses_too() -> None:
    person = Person(slug="torvik", name="Ilan Torvik", surname="alone", unless=("Torvik Hall",))
    change = propose_change(
        person, judge(person, "The Torvik bakery stays open. A Torvik bakery closed.", is_good=False)
    )
    assert isinstance(change, Change)
    assert change.value[0] == "Torvik Hall"


def test_an_unless_with_a_small_word_blocks_only_what_it_names() -> None:
    person = Person(slug="torvik", name="Ilan Torvik", surname="alone", unless=("the Torvik bakery", "captain Torvik"))
    assert judge(person, "A visit to the Torvik bakery. There captain Torvik bought bread.", is_good=True) == []
    assert len(judge(person, GOOD, is_good=True)) == 2

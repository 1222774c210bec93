"""The configuration that ships is whole, in many scripts, and its topics find what they are for."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.matching import Matcher
from monitor.model import Config, Person, Topic

ROOT = Path(__file__).parent.parent
EXAMPLES = tomllib.loads(Path(__file__).with_name("topic_examples.toml").read_text(encoding="utf-8"))
SCRIPTS = {"Latin": "LATIN", "Cyrillic": "CYRILLIC", "Arabic": "ARABIC", "Han": "CJK"}
# Our own sentences, one a language, around a name. They say nothing that an office word or a title could be read from.
SENTENCES = {
    "ru": "Накануне, по словам коллег, {} ответил на вопросы.",
    "uk": "Напередодні, за словами колег, {} відповів на запитання.",
    "ar": "قال {} في تصريح صحفي",
    "fa": "دیروز {} در نشستی خبری سخن گفت",
    "zh": "昨天下午，{}在记者会上发言。",
    "ja": "昨日、{}は記者団の質問に答えた。",
    "ko": "어제 {}, 기자들의 질문에 답했다.",
    "he": "אתמול {} ענה על שאלות",
}
PLAIN = "Yesterday {} answered questions."


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(ROOT / "config")


@pytest.fixture(scope="module")
def topic_matcher(config: Config) -> Matcher:
    return Matcher.compile((), config.topics)


def test_every_outlet_of_the_catalogue_ships_and_a_disabled_one_says_why(config: Config) -> None:
    outlets = config.outlets

    assert len(outlets) >= 131
    assert sum(outlet.enabled for outlet in outlets) >= 75
    assert all(outlet.enabled or len(outlet.reason) > 20 for outlet in outlets)


def test_an_enabled_outlet_has_somewhere_to_look(config: Config) -> None:
    blind = [o.slug for o in config.outlets if o.enabled and not (o.feeds or o.sitemaps or o.listings)]

    assert blind == []


@pytest.mark.parametrize("slug", ["tass-en", "tass-ru", "aljazeera-en", "aljazeera-ar", "civilge"])
def test_an_outlet_whose_terms_forbid_it_is_off_and_says_terms(config: Config, slug: str) -> None:
    outlet = next(o for o in config.outlets if o.slug == slug)

    assert not outlet.enabled
    assert "terms" in outlet.reason


def test_sister_sites_are_one_voice_and_a_government_is_one_voice(config: Config) -> None:
    family = {outlet.slug: outlet.family for outlet in config.outlets}

    assert family["asianlite"] == family["asianlite-ae"] == family["indiadailydigital"]
    assert family["tass-en"] == family["tass-ru"]
    assert family["gb-fcdo"] == family["gb-no10"]
    assert family["bbc"] != family["guardian"]


def test_ministries_speak_officially_and_nobody_else_does(config: Config) -> None:
    official = {"ministry", "government", "organisation", "mission"}

    wrong = [o.slug for o in config.outlets if (o.kind in official) != (o.orientation == "official")]

    assert wrong == []


def test_at_least_eighty_people_are_written_in_four_scripts(config: Config) -> None:
    lacking = {person.slug: missing_scripts(person) for person in config.people}

    assert len(config.people) >= 80
    assert {slug: scripts for slug, scripts in lacking.items() if scripts} == {}


def test_every_person_says_up_to_when_the_offices_are_known(config: Config) -> None:
    assert [person.slug for person in config.people if person.known_as_of is None] == []


def test_an_office_ends_after_it_began(config: Config) -> None:
    spans = [(p.slug, o.since, o.until) for p in config.people for o in p.offices if o.since and o.until]

    assert [slug for slug, since, until in spans if since >= until] == []


@pytest.mark.parametrize("language", ["name", "also", *SENTENCES])
def test_every_listed_spelling_is_found(config: Config, language: str) -> None:
    matcher = Matcher.compile(config.people, ())

    missed = [
        f"{person.slug}: {spelling}"
        for person in config.people
        for spelling in spellings_of(person, language)
        if person.slug not in entries(matcher, SENTENCES.get(language, PLAIN).format(spelling), language)
    ]

    assert missed == []


def test_no_two_people_share_a_spelling(config: Config) -> None:
    owners: dict[str, set[str]] = {}
    for person in config.people:
        for spelling in (person.name, *person.also, *(s for found in person.names.values() for s in found)):
            owners.setdefault(spelling.casefold(), set()).add(person.slug)

    assert {spelling: slugs for spelling, slugs in owners.items() if len(slugs) > 1} == {}


def test_every_topic_has_examples_and_there_are_enough_of_them(config: Config) -> None:
    assert len(config.topics) >= 25
    assert {topic.slug for topic in config.topics} == set(EXAMPLES["hits"])


def test_each_example_sentence_hits_its_topic(topic_matcher: Matcher) -> None:
    missed = [
        f"{slug}: {sentence}"
        for slug, sentences in EXAMPLES["hits"].items()
        for sentence in sentences
        if slug not in entries(topic_matcher, sentence)
    ]

    assert missed == []


def test_news_without_diplomacy_hits_no_topic(topic_matcher: Matcher) -> None:
    hits = {s: found for s in EXAMPLES["quiet"]["nothing"] if (found := entries(topic_matcher, s))}

    assert hits == {}


def test_the_un_budget_is_no_french_budget(topic_matcher: Matcher) -> None:
    sentence = "La ville vote un budget de crise."

    assert entries(topic_matcher, sentence, "fr") == set()
    assert "un-budget" in entries(topic_matcher, "Members cut the UN budget by a tenth.", "en")


def test_most_topics_are_asked_in_eight_languages(config: Config) -> None:
    wide = [topic.slug for topic in config.topics if {"LATIN", "CYRILLIC", "ARABIC", "CJK"} <= scripts_of_query(topic)]

    assert len(wide) >= 45


def test_alerts_and_the_morning_digest_work_without_any_account(config: Config) -> None:
    digests = {digest.slug: digest for digest in config.digests}

    assert {channel.slug for channel in config.channels} == {"screen", "journal"}
    assert set(digests["morning"].channels) <= {"screen", "journal"}
    assert len(config.watchlists) >= 2
    assert all("morning" in watchlist.digests for watchlist in config.watchlists)


def missing_scripts(person: Person) -> list[str]:
    written = scripts(" ".join((person.name, *person.also, *(s for found in person.names.values() for s in found))))
    return [label for label, script in SCRIPTS.items() if script not in written]


def scripts_of_query(topic: Topic) -> set[str]:
    return scripts(topic.query)


def scripts(text: str) -> set[str]:
    return {unicodedata.name(letter, "?").split()[0] for letter in text if letter.isalpha()}


def spellings_of(person: Person, language: str) -> tuple[str, ...]:
    if language == "name":
        return (person.name,)
    return person.also if language == "also" else person.names.get(language, ())


def entries(matcher: Matcher, sentence: str, language: str | None = None) -> set[str]:
    known = language if language not in ("name", "also") else "en"
    return {hit.entry for hit in matcher.find("", sentence, language=known)}

"""Sentences of newspapers in 28 languages: who stands in them, and who only seems to."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from monitor.matching import Matcher
from monitor.model import Person

DATA: dict[str, Any] = tomllib.loads(Path(__file__).with_name("hard_cases.toml").read_text(encoding="utf-8"))
LANGUAGES = [language for language in DATA if language != "people"]
# What is still wrong, by name, so that a repair is noticed.
OPEN = {"Эрдоган Реджеп Тайип принял гостей."}


def cases(kind: str) -> list[tuple[str, str, str]]:
    return [
        (language, *line.split(" | ", 1))
        for language in LANGUAGES
        for line in DATA[language][kind].strip().splitlines()
    ]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    people = [
        Person(
            slug=slug,
            name=keys["name"],
            also=tuple(keys.get("also", ())),
            unless=tuple(keys.get("unless", ())),
            names={lang: (n,) if isinstance(n, str) else tuple(n) for lang, n in keys.get("names", {}).items()},
        )
        for slug, keys in DATA["people"].items()
    ]
    return Matcher.compile(people, ())


def test_there_are_many_cases_in_many_languages_and_nearly_half_of_them_are_traps() -> None:
    found, quiet = cases("found"), cases("quiet")

    assert len(LANGUAGES) >= 15
    assert len(found) + len(quiet) >= 300
    assert len(quiet) >= 0.4 * (len(found) + len(quiet))


def test_at_least_97_percent_of_the_mentions_are_found(matcher: Matcher) -> None:
    missed = [case for case in cases("found") if not is_hit(matcher, *case)]

    assert {sentence for _, _, sentence in missed} <= OPEN
    assert len(missed) <= 0.03 * len(cases("found"))


def test_at_most_2_percent_of_the_traps_ring(matcher: Matcher) -> None:
    false = [case for case in cases("quiet") if is_hit(matcher, *case)]

    assert {sentence for _, _, sentence in false} <= OPEN
    assert len(false) <= 0.02 * len(cases("quiet"))


@pytest.mark.parametrize("kind", ["found", "quiet"])
def test_every_hit_is_the_text_at_its_place(matcher: Matcher, kind: str) -> None:
    for language, _, sentence in cases(kind):
        for hit in matcher.find("", sentence, language):
            assert sentence[hit.start : hit.end] == hit.text
            assert hit.text in hit.sentence or " ".join(hit.text.split()) in hit.sentence


def is_hit(matcher: Matcher, language: str, slug: str, sentence: str) -> bool:
    return any(hit.entry == slug for hit in matcher.find("", sentence, language))

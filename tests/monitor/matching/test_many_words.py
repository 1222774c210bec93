"""Words that are read together mean what they mean one by one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching import Matcher
from monitor.matching.columns import Columns, find_all_readings
from monitor.matching.morphology import find_readings, load_tables
from monitor.matching.name_words import ANY_WORD
from monitor.model import Person

NAMES = ("Anna Dudová", "Павел Кузнецов", "Антти Хяккянен", "Antti Häkkänen", "Joe Biden", "Andrzej Duda", "Orbán Viktor",
         "محمد بن سلمان", "Ян Шкель", "Ioannis Papas", "Никос Λαβρόφ", "Li Na")  # fmt: skip
TEXT = Path(__file__).with_name("hard_cases.toml").read_text(encoding="utf-8")
LETTERS = "abcdeiknostzабвгийкнозцьяαλςőß'-ا0"


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    people = [keys["name"] for keys in tomllib.loads(TEXT)["people"].values()]
    return Matcher.compile([Person(slug=f"p{n}", name=name) for n, name in enumerate((*people, *NAMES))], ())


def test_words_of_hard_sentences_and_all_endings_read_the_same_together(matcher: Matcher) -> None:
    names = [word for name in NAMES for word in name.split()]
    forms = [name[:size] + ending for name in names for size in (-1, 9) for ending in load_tables().endings]
    words = list(dict.fromkeys([*ANY_WORD.findall(TEXT), *ANY_WORD.findall(TEXT.upper()), *names, *forms]))
    alone = {word: matcher.lexicon.read_new(word) for word in words}

    matcher.lexicon.read_many(words)

    assert {word: matcher.lexicon.read(word) for word in words} == alone
    assert sum(word is not None for word in alone.values()) > 1000


@given(st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=50))
def test_any_words_read_the_same_together(words: list[str]) -> None:
    matcher = Matcher.compile(
        [Person(slug=f"p{n}", name=f"{word.title()} Duda") for n, word in enumerate(words[:9])], ()
    )
    alone = {word: matcher.lexicon.read_new(word) for word in words}

    matcher.lexicon.read_many(words)

    assert {word: matcher.lexicon.read(word) for word in words} == alone


@given(st.lists(st.text("aeintszkcрдзнкцьеияα", min_size=1, max_size=12), min_size=1))
def test_readings_of_many_words_are_as_many_as_those_of_each(words: list[str]) -> None:
    found = find_all_readings(Columns(words))

    numbers = [0] * len(words)
    for rank in found.ranks.tolist():
        numbers[rank >> 8] += 1
    assert numbers == [len(find_readings(word)) for word in words]


def test_hits_of_prepared_texts_are_those_of_texts_met_first() -> None:
    people = (Person(slug="petr-pavel", name="Petr Pavel"),)
    texts = [
        "Petr Pavel",
        "S Petrem Pavlem mluvil Orbán. " * 3 + " ".join(f"Slovo{chr(97 + n)}" for n in range(26)),
        "",
    ]
    prepared, fresh = Matcher.compile(people, ()), Matcher.compile(people, ())

    prepared.prepare(texts)

    assert prepared.find(texts[0], texts[1], "cs") == fresh.find(texts[0], texts[1], "cs")
    assert prepared.find(texts[0], texts[2], "cs") == fresh.find(texts[0], texts[2], "cs")

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.likeness import FEATURES, compare, pair_words, weigh
from monitor.matching.similarity import load_weights, similarity
from monitor.matching.sounds import SCRIPTS, order, sound_out
from monitor.matching.suggest import ALIKE, suggest_names
from monitor.matching.trees import Trees
from monitor.model import Person

NAMES = (
    "Mohammed bin Salman",
    "محمد بن سلمان",
    "王毅",
    "Ким Чен Ын",
    "김정은",
    "J. D. Vance",
    "Ωνάσης",
    "",
    "-",
    "ჯო ბაიდენი",
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mohamed bin Zayed", "Mohammed bin Salman"),
        ("محمد بن زايد", "Mohammed bin Salman"),
        ("Мухаммед бин Зайед", "Mohammed bin Salman"),
        ("Antonio Tajani", "Antonio Costa"),
        ("Ким Чен Ир", "Kim Jong Un"),
    ],
)
def test_a_namesake_is_not_taken_for_the_person(one: str, other: str) -> None:
    assert similarity(one, other) < 0.75


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("محمد بن سلمان", "Mohammed bin Salman"),
        ("بنيامين نتنياهو", "Benjamin Netanyahu"),
        ("ナレンドラ・モディ", "Narendra Modi"),
        ("ჯო ბაიდენი", "Joe Biden"),
        ("Նիկոլ Փաշինյան", "Nikol Pashinyan"),
        ("नरेन्द्र मोदी", "Narendra Modi"),
        ("Лавров, Сергей", "Sergey Lavrov"),
    ],
)
def test_a_name_in_another_script_is_known(one: str, other: str) -> None:
    assert similarity(one, other) >= 0.75


@given(st.sampled_from(NAMES), st.text(max_size=20) | st.sampled_from(NAMES))
def test_likeness_has_no_order_and_stays_within_bounds(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1


def test_a_name_is_itself_and_nothing_is_no_name() -> None:
    assert similarity("王毅", "王毅") == 1
    assert similarity("", "") == 0
    assert similarity("", "王毅") == 0


def test_names_without_an_alike_word_are_refused_at_once() -> None:
    assert similarity("Boris Johnson", "Xi Jinping") < 0.1


@pytest.mark.parametrize(
    ("name", "words"),
    [("Сергей Щукин", ("sergey", "Sukin")), ("김정은", ("gim", "jeongeun"))],
)
def test_a_name_is_read_as_latin_words(name: str, words: tuple[str, ...]) -> None:
    assert sound_out(name).words == words


def test_each_script_is_told_by_its_letters() -> None:
    letters = {"a": "latin", "ж": "cyrillic", "ω": "greek", "ἀ": "greek", "ա": "armenian", "א": "hebrew", "ع": "arabic", "म": "devanagari", "ბ": "georgian", "カ": "kana", "王": "han", "김": "hangul", "ก": "latin"}  # fmt: skip
    assert {letter: SCRIPTS[sound_out(letter).script] for letter in letters} == letters


def test_an_edit_that_the_script_often_has_weighs_for_one_name() -> None:
    latin, cyrillic, arabic = (load_weights().costs[SCRIPTS.index(name)] for name in ("latin", "cyrillic", "arabic"))

    assert weigh("garold", "harold", cyrillic) > weigh("garold", "barold", cyrillic)
    assert cyrillic["gh"] > latin["gh"]  # Гарольд
    assert arabic["ve"] - arabic["v"] > latin["ve"] - latin["v"]  # و


def test_each_feature_has_a_name() -> None:
    one, other = order(sound_out("Сергей В. Лавров"), sound_out("Lavrov, Sergey"))
    features = dict(
        zip(FEATURES, compare(one, other, pair_words(one, other), load_weights().costs[one.script]), strict=True)
    )

    assert (features["pairs"], features["crossed"], features["comma"], features["alone"]) == (2, True, True, 1)


def test_a_tree_reads_each_row_to_its_leaf() -> None:
    arrays = {
        "feature": np.array([[0, 1, 0]]),
        "threshold": np.array([[1.0, 5.0, np.inf]]),
        "mask": np.array([[0xFFFE, 0xFFFD, 0xFFFF]]),
        "leaf": np.array([[-4.0, 0.0, 4.0]]),
    }
    trees = Trees(arrays)

    assert [round(trees.predict(row), 2) for row in ([0.0, 9.0], [2.0, 5.0], [2.0, 6.0])] == [0.02, 0.5, 0.98]


def test_a_namesake_or_a_surname_alone_suggests_nobody() -> None:
    salman = Person(slug="mbs", name="Mohammed bin Salman", names={"ar": ("محمد بن سلمان",)})

    assert ("ar", "محمد بن سلمان") in {row[:2] for row in suggest_names("Mohammad bin Salman", [salman])}
    assert ("ar", "محمد بن سلمان") not in {row[:2] for row in suggest_names("Mohamed bin Zayed", [salman])}
    assert ("ar", "محمد بن سلمان") not in {row[:2] for row in suggest_names("Salman", [salman])}


def test_shipped_people_are_not_taken_for_each_other() -> None:
    people = load_people_names()

    alike = {(one, other) for one in people for other in people if one < other and similarity(one, other) >= ALIKE}

    assert alike == set()


def load_people_names() -> list[str]:
    text = (Path(__file__).resolve().parents[3] / "config" / "people.toml").read_text(encoding="utf-8")
    return [person["name"] for person in tomllib.loads(text).values()]


@pytest.mark.parametrize(
    ("name", "language", "spelling"),
    [
        ("Khalid al-Sarifi", "ru", "Халид аль-Сарифи"),
        ("Khalid al-Sarifi", "ar", "خاليد الساريفي"),
        ("Ana Horvatić-Klima", "uk", "Ана Горватіч-Кліма"),
        ("Ana Horvatić-Klima", "ar", "انا هورفاتيتش كليما"),
        ("Илан Торвик-Дан", "en", "Ilan Torvik-Dan"),
        ("Zoran Živkov", "el", "Ζοραν Ζιβκοβ"),
    ],
)
def test_a_double_name_and_marked_letters_are_spelled_as_they_sound(name: str, language: str, spelling: str) -> None:
    assert (language, spelling) in {row[:2] for row in suggest_names(name, [])}

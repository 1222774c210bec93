"""A name that a text spells in its own way is the same person; one that only begins or sounds a little like it is not."""

from __future__ import annotations

import pytest

from monitor.matching import Matcher
from monitor.model import Person

PEOPLE = (
    Person(slug="lavrov", name="Sergey Lavrov", names={"ru": ("Сергей Лавров",)}),
    Person(slug="zakharova", name="Maria Zakharova", names={"ru": ("Мария Захарова",)}),
    Person(slug="fico", name="Robert Fico"),
    Person(slug="tajani", name="Antonio Tajani"),
    Person(slug="stubb", name="Alexander Stubb"),
    Person(slug="barrot", name="Jean-Noël Barrot"),
    Person(slug="macron", name="Emmanuel Macron"),
    Person(slug="valtonen", name="Elina Valtonen"),
    Person(slug="budrys", name="Kęstutis Budrys", names={"lt": ("Kęstutis Budrys",)}),
    Person(slug="prince", name="Faisal bin Farhan", names={"ar": ("فيصل بن فرحان",)}),
    Person(slug="herzog", name="Isaac Herzog", names={"he": ("יצחק הרצוג",)}),
    Person(slug="li", name="Li Qiang", names={"zh": ("李强",)}),
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.compile(PEOPLE, ())


def found(matcher: Matcher, body: str, language: str | None) -> list[tuple[str, str]]:
    return [(hit.entry, hit.text) for hit in matcher.find("", body, language)]


@pytest.mark.parametrize(
    ("language", "body", "name"),
    [
        ("pl", "Siergiej Ławrow odrzucił zarzuty.", "Siergiej Ławrow"),
        ("de", "Gestern sprach Sergej Lawrow in Wien.", "Sergej Lawrow"),
        ("de", "Die Sprecherin Marija Sacharowa schwieg.", "Marija Sacharowa"),
        ("lt", "Jis susitiko su Kęstučiu Budriu.", "Kęstučiu Budriu"),
        ("fi", "Elina-Maria Valtonen lähtee Osloon.", "Elina-Maria Valtonen"),
        ("ru", "Орден получил Захарова Мария Владимировна.", "Захарова Мария"),
        ("zh", "總理李強週三抵達。", "李強"),
    ],
)
def test_a_spelling_of_the_texts_own_language_is_the_name(
    matcher: Matcher, language: str, body: str, name: str
) -> None:
    assert name in [text for _, text in found(matcher, body, language)]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("ru", "Марина Захарова открыла выставку."),
        ("it", "Roberto Fico ha parlato a Napoli."),
        ("en", "Alexander Stubbs scored twice."),
        ("ar", "وصل خالد بن فرحان إلى المدينة."),
        ("he", "הנשיא השישי היה יצחק נבון. הרצוג נולד אחר כך."),
        ("he", "הוא היה הנשיא השישי. הרצוג נולד אחר כך."),
        ("en", "He resigned as prime minister. Lavrov won the chess match."),
        ("zh", "专家小李强调质量。"),
        ("zh", "李强国家中还有三人。"),
    ],
)
def test_another_name_that_is_only_like_it_is_nobodys(matcher: Matcher, language: str, body: str) -> None:
    assert found(matcher, body, language) == []


def test_monsieur_is_no_initial_in_french(matcher: Matcher) -> None:
    body = "Jean-Noël Barrot et Emmanuel Macron sont à Rome. M. Barrot parle. Ensuite Barrot rentre avec M. Macron."

    texts = [text for _, text in found(matcher, body, "fr")]

    assert texts[2:] == ["Barrot", "Barrot", "Macron"]


def test_elsewhere_m_is_an_initial(matcher: Matcher) -> None:
    assert [text for _, text in found(matcher, "Emmanuel Macron met M. Macron. Nobody spoke.", "en")] == [
        "Emmanuel Macron"
    ]


def test_a_bare_surname_behind_initials_is_the_same_person(matcher: Matcher) -> None:
    assert found(matcher, "S. Lavrov spoke in Vienna. Later Lavrov added a word.", "en") == [
        ("lavrov", "S. Lavrov"),
        ("lavrov", "Lavrov"),
    ]


@pytest.mark.parametrize("body", ["Prof. Lavrov, once Gen. Lavrov, came.", "The minister: Lavrov will come."])
def test_a_short_title_with_a_full_stop_ends_no_sentence(matcher: Matcher, body: str) -> None:
    matcher = Matcher.compile(PEOPLE, ())
    matcher.load_counts([("lavrov", "en", 10, 3, 0)])

    assert found(matcher, body, "en")


def test_an_unknown_language_keeps_every_ending(matcher: Matcher) -> None:
    assert [text for _, text in found(matcher, "Kęstučiu Budriu", None)] == ["Kęstučiu Budriu"]

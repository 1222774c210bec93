"""When a mention counts: full names, initials, surnames by document and by archive, guards, offices; and what explains it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching import Matcher, explain, similarity, suggest_names
from monitor.model import Office, Person, Topic

LAVROV = Person(slug="lavrov", name="Sergey Lavrov", names={"ru": ("Сергей Лавров",)}, unless=("Kirill Lavrov",))
BIDEN = Person(slug="biden", name="Joe Biden")
HUNTER = Person(slug="hunter", name="Hunter Biden")


def rules(matcher: Matcher, headline: str, body: str, language: str = "en") -> list[tuple[str, str, str]]:
    return [(hit.entry, hit.rule, hit.text) for hit in matcher.find(headline, body, language)]


def test_a_bare_surname_does_not_count_while_nothing_is_known() -> None:
    matcher = Matcher.compile([LAVROV], ())

    assert rules(matcher, "", "Many people called Lavrov live there.") == []


def test_a_bare_surname_counts_once_the_archive_has_seen_it_with_the_full_name() -> None:
    matcher = Matcher.compile([LAVROV], ())
    for _ in range(3):
        matcher.learn("", "Sergey Lavrov left.", "en")

    assert rules(matcher, "", "They say that Lavrov left.") == [("lavrov", "archive", "Lavrov")]


def test_a_surname_that_others_bear_more_often_stays_silent() -> None:
    matcher = Matcher.compile([LAVROV], ())
    for _ in range(3):
        matcher.learn("", "Sergey Lavrov left.", "en")
    for _ in range(9):
        matcher.learn("", "Andrei Lavrov scored.", "en")

    assert rules(matcher, "", "They say that Lavrov left.") == []


def test_learning_returns_the_increments_that_a_store_adds() -> None:
    matcher = Matcher.compile([LAVROV, BIDEN], ())

    rows = matcher.learn("", "Sergey Lavrov met Andrei Lavrov.", "en")

    assert rows == (("lavrov", "en", 1, 1, 1),)


def test_counts_that_were_stored_work_like_those_that_were_learned() -> None:
    matcher = Matcher.compile([LAVROV], ())

    matcher.load_counts([("lavrov", "en", 10, 8, 1), ("gone", "en", 3, 3, 0)])

    assert rules(matcher, "", "They say that Lavrov left.") == [("lavrov", "archive", "Lavrov")]


def test_of_two_bearers_the_nearest_before_a_surname_is_meant() -> None:
    matcher = Matcher.compile([BIDEN, HUNTER], ())
    body = "Joe Biden spoke. Biden smiled. Then Hunter Biden came. Biden sat down."

    found = rules(matcher, "", body)

    assert [entry for entry, _, _ in found] == ["biden", "biden", "hunter", "hunter"]


@pytest.mark.parametrize(
    ("rule", "alone", "after"),
    [("alone", True, True), ("after-full-name", False, True), ("never", False, False), ("auto", False, True)],
)
def test_a_surname_rule_decides_what_a_surname_is_worth(rule: str, alone: bool, after: bool) -> None:
    matcher = Matcher.compile([Person(slug="lavrov", name="Sergey Lavrov", surname=rule)], ())  # type: ignore[arg-type]

    assert bool(rules(matcher, "", "They say that Lavrov left.")) == alone
    assert (len(rules(matcher, "", "Sergey Lavrov came. They say that Lavrov left.")) == 2) == after


def test_what_unless_lists_never_counts_even_after_the_full_name() -> None:
    matcher = Matcher.compile([LAVROV], ())

    found = rules(matcher, "", "Sergey Lavrov honoured the actor Kirill Lavrov.")

    assert [text for _, _, text in found] == ["Sergey Lavrov"]


@pytest.mark.parametrize(
    "body",
    [
        "Donald Trump Jr. hunts.",
        "A fair at Donald Trump Avenue.",
        "The Donald Trump Library opens.",
        "The carrier «Donald Trump» sails.",
    ],
)
def test_juniors_streets_houses_and_ships_are_not_the_person(body: str) -> None:
    matcher = Matcher.compile([Person(slug="trump", name="Donald Trump")], ())

    assert rules(matcher, "", body) == []


def test_a_person_watched_as_junior_is_found_only_so() -> None:
    matcher = Matcher.compile([Person(slug="jr", name="Donald Trump Jr.")], ())

    assert [text for _, _, text in rules(matcher, "", "Donald Trump Jr. hunts. Donald Trump rests.")] == [
        "Donald Trump Jr"
    ]


def test_initials_must_be_those_of_the_person() -> None:
    matcher = Matcher.compile([LAVROV], ())

    assert rules(matcher, "", "S. Lavrov and K. Lavrov spoke.") == [("lavrov", "initials", "S. Lavrov")]


def test_a_name_in_lower_case_counts_in_a_text_without_capitals() -> None:
    matcher = Matcher.compile([LAVROV], ())

    assert rules(matcher, "", "did you hear what sergey lavrov said") == [("lavrov", "full-name", "sergey lavrov")]


def test_an_office_names_its_holder_of_that_day_where_it_is_asked_for() -> None:
    old = Person(
        slug="old",
        name="Igor Ivanov",
        offices=(Office(title="Minister of Foreign Affairs", of="RU", until=date(2004, 3, 9)),),
    )
    new = Person(
        slug="new",
        name="Sergey Lavrov",
        offices=(Office(title="Minister of Foreign Affairs", of="RU", since=date(2004, 3, 9)),),
    )
    body = "The Russian foreign minister left."

    on, off = Matcher.compile([old, new], (), offices=True), Matcher.compile([old, new], ())

    assert [hit.entry for hit in on.find("", body, "en", datetime(2003, 1, 1, tzinfo=UTC))] == ["old"]
    assert [hit.entry for hit in on.find("", body, "en", datetime(2004, 3, 9, tzinfo=UTC))] == ["new"]
    assert on.find("", body, "en") == off.find("", body, "en", datetime(2004, 3, 9, tzinfo=UTC)) == []


@pytest.mark.parametrize("name", ["X", "", " ", "-", "ЙЙ", "王", "von", "'"])
def test_a_name_of_one_letter_or_none_breaks_nothing(name: str) -> None:
    matcher = Matcher.compile([Person(slug="x", name=name)], ())

    assert isinstance(rules(matcher, "X", "X and Y. 王 von"), list)


def test_two_people_with_one_spelling_are_both_flagged() -> None:
    matcher = Matcher.compile([Person(slug="one", name="Ivan Petrov"), Person(slug="two", name="Ivan Petrov")], ())

    assert [entry for entry, _, _ in rules(matcher, "", "Ivan Petrov left.")] == ["one", "two"]


@given(st.text(alphabet="Sergey Lavrov.,-'’\n\u00ad\u200bСергейЛавров王毅", max_size=80))
def test_every_hit_in_any_text_is_the_text_at_its_place(body: str) -> None:
    for hit in MATCHER.find(body, body, "ru"):
        assert body[hit.start : hit.end] == hit.text != ""


MATCHER = Matcher.compile(
    [LAVROV, Person(slug="wang", name="Wang Yi", names={"zh": ("王毅",)})],
    [Topic(slug="t", name="t", query="lavrov OR 王")],
)


def test_a_miss_is_explained_by_its_place_and_reason() -> None:
    matcher = Matcher.compile([LAVROV], [Topic(slug="visit", name="Visit", query="visit AND paris")])
    body = "They say that Lavrov left for a visit."

    person, topic = explain(matcher, "", body, "lavrov", "en"), explain(matcher, "", body, "visit", "en")

    assert person[0].startswith("surname Lavrov at 14 of the body, but no full name in the document")
    assert topic == ["fails: (visit AND paris)", "  holds: visit", "  fails: paris"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("The actor Kirill Lavrov.", "unless"),
        ("The keeper Andrei Lavrov saved it.", "another given name"),
        ("K. Lavrov wrote it.", "another initial"),
        ("They met on Lavrov Street.", "a street"),
        ("Nobody is here.", "neither the name nor the surname"),
    ],
)
def test_each_guard_has_its_words(body: str, reason: str) -> None:
    assert reason in " ".join(explain(Matcher.compile([LAVROV], ()), "", body, "lavrov", "en"))


def test_a_hit_is_explained_by_its_rule_and_an_unknown_entry_is_said() -> None:
    matcher = Matcher.compile([LAVROV], ())

    assert explain(matcher, "", "Sergey Lavrov left.", "lavrov", "en") == [
        "full-name: “Sergey Lavrov” at 0 of the body"
    ]
    assert explain(matcher, "", "text", "nobody") == ["no person or topic is called nobody"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sergey Lavrov", "Сергей Лавров"), ("Lavrov, Sergey", "Sergej Lawrow"), ("Wang Yi", "王毅"), ("Volodymyr Zelensky", "Володимир Зеленський"), ("Emmanuel Macron", "Εμανουέλ Μακρόν")],
)  # fmt: skip
def test_spellings_of_one_name_are_alike_in_either_order(one: str, other: str) -> None:
    assert similarity(one, other) >= 0.75
    assert similarity(one, other) == pytest.approx(similarity(other, one))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sergey Lavrov", "Kirill Lavrov"), ("Joe Biden", "Hunter Biden"), ("Donald Trump", "Donald Tusk"), ("", "Joe")],
)
def test_namesakes_are_not_alike(one: str, other: str) -> None:
    assert similarity(one, other) < 0.75


def test_suggestions_come_from_people_and_from_rules_and_never_hold_the_name_itself() -> None:
    found = suggest_names(
        "Sergey Lavrov", [LAVROV, Person(slug="p", name="Sergey Petrov", names={"el": ("Σεργκέι Πετρόφ",)})]
    )

    assert ("ru", "Сергей Лавров", 1.0) in found
    assert any(language == "ar" and score < 1 for language, _, score in found)
    assert all(spelling != "Sergey Lavrov" for _, spelling, _ in found)

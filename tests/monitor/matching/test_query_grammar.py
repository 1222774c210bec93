"""The query language: how operators bind, and what a mistake is told."""

from __future__ import annotations

import pytest

from monitor.errors import QueryError
from monitor.matching import compile_query

BODY = "The two envoys signed the START treaty in Geneva. Nuclear warheads are counted once a year."


@pytest.mark.parametrize(
    "query",
    [
        "treaty",
        "TREATY geneva",
        '"start treaty"',
        "“start treaty”",
        "treat*",
        "START NEAR/1 treaty",
        "treaty w/4 signed",
        "envoys /3 signed",
        "(nuclear OR arms) NEAR/2 warhead*",
        "treaty -ceasefire",
        "treaty NOT ceasefire",
        "ceasefire OR treaty",
        "ceasefire | treaty",
        "ceasefire OR treaty AND geneva",
        "headline:(talks) AND treaty",
        "lang:en treaty",
        "tréaty",
    ],
)
def test_a_query_that_holds_is_matched(query: str) -> None:
    assert compile_query(query).matches("Talks end", BODY, "en") is not None


@pytest.mark.parametrize(
    "query",
    [
        "ceasefire",
        '"treaty start"',
        "START NEAR/0 geneva",
        "geneva NEAR/0 warheads",
        "treaty NOT geneva",
        "headline:treaty",
        "lang:fr treaty",
        '"talks end the two"',
        "(ceasefire OR treaty) AND paris",
    ],
)
def test_a_query_that_does_not_hold_is_not_matched(query: str) -> None:
    assert compile_query(query).matches("Talks end", BODY, "en") is None


def test_the_place_is_the_leftmost_word_that_took_part() -> None:
    field, start, end = compile_query("geneva OR (START NEAR/2 treaty)").matches("Talks end", BODY, "en") or ("", 0, 0)

    assert (field, BODY[start:end]) == ("body", "START treaty")


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("(treaty OR accord", 1, 18),
        ("treaty OR", 1, 10),
        ('treaty "start', 1, 8),
        ("treaty)", 1, 7),
        ("a AND\nb OR OR c", 2, 6),
        ("*", 1, 1),
        ('"…"', 1, 1),
        ("treaty NEAR/3 (a AND b)", 1, 1),
        ("treaty NEAR/999 b", 1, 1),
    ],
)
def test_a_mistake_has_its_line_its_column_and_a_hint(query: str, line: int, column: int) -> None:
    with pytest.raises(QueryError) as caught:
        compile_query(query)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.hint


@pytest.mark.parametrize(
    "query", ["", "   ", "NOT war", "-war", "NOT war AND NOT peace", "war OR NOT peace", "headline:(-war)"]
)
def test_a_query_that_could_match_everything_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        compile_query(query)


def test_a_query_of_ten_thousand_words_is_refused_or_quick() -> None:
    with pytest.raises(QueryError, match="longer"):
        compile_query(" OR ".join(f"word{i}" for i in range(10_000)))
    assert compile_query(" OR ".join(f"w{i}" for i in range(2_000))).matches("", "w1999") is not None


def test_deep_parentheses_and_negations_never_crash() -> None:
    assert compile_query("(" * 5_000 + "a" + ")" * 5_000).matches("", "a") is not None
    with pytest.raises(QueryError, match="parentheses"):
        compile_query("b " + "-(" * 5_000 + "a" + ")" * 5_000)


def test_what_must_stand_in_every_match_is_the_rarest_part() -> None:
    required = compile_query('"New START" AND (of OR the)').required_words()

    assert required is not None
    assert {word.tokens for word in required} == {("new", "start")}


def test_a_query_on_a_language_alone_needs_no_word() -> None:
    assert compile_query("lang:ru").required_words() is None

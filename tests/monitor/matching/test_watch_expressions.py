"""Expressions over slugs: read as written, refused where they say nothing."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.matching.watch import compile_match, slugs_of

SLUGS = ("anna", "b-2", "fjord-talks")
WORLDS = [frozenset(found) for found in chain.from_iterable(combinations(SLUGS, n) for n in range(4))]


@pytest.mark.parametrize(
    ("expression", "holds", "fails"),
    [
        ("anna", {"anna"}, {"b-2"}),
        ("anna AND b-2", {"anna", "b-2"}, {"anna"}),
        ("anna b-2", {"anna", "b-2"}, {"b-2"}),
        ("anna OR b-2", {"b-2"}, {"fjord-talks"}),
        ("anna OR b-2 fjord-talks", {"anna"}, {"b-2"}),
        ("(anna OR b-2) fjord-talks", {"b-2", "fjord-talks"}, {"anna"}),
        ("anna NOT b-2", {"anna"}, {"anna", "b-2"}),
        ("anna -b-2", {"anna"}, {"anna", "b-2"}),
        ("anna AND NOT (b-2 OR fjord-talks)", {"anna"}, {"anna", "fjord-talks"}),
        ("anna -(b-2 fjord-talks)", {"anna", "b-2"}, {"anna", "b-2", "fjord-talks"}),
        ("NOT NOT anna", {"anna"}, set()),
        ("NOT b-2 AND anna", {"anna"}, {"anna", "b-2"}),
        ("\n anna\nOR\tb-2 ", {"b-2"}, set()),
    ],
)
def test_an_expression_holds_for_what_it_says(expression: str, holds: set[str], fails: set[str]) -> None:
    test = compile_match(expression)

    assert test(frozenset(holds))
    assert not test(frozenset(fails))


@pytest.mark.parametrize(
    ("expression", "line", "column", "problem"),
    [
        ("", 1, 1, "is empty"),
        ("  \n ", 1, 1, "is empty"),
        ("anna AND", 1, 9, "a slug is missing here"),
        ("AND anna", 1, 1, "a slug is missing here"),
        ("anna OR OR b-2", 1, 9, "a slug is missing here"),
        ("anna\nAND (b-2", 2, 9, "a closing parenthesis is missing"),
        ("anna)\nOR b-2", 1, 5, "an opening parenthesis is missing"),
        ("()", 1, 2, "a slug is missing here"),
        ('anna OR "b 2"', 1, 9, "'\"' cannot stand here"),
        ("anna\n  & b-2", 2, 3, "'&' cannot stand here"),
        ("NOT anna", 1, 1, "holds for articles that name none of these"),
        ("anna OR NOT b-2", 1, 1, "holds for articles that name none of these"),
    ],
)
def test_a_mistake_has_its_line_and_column(expression: str, line: int, column: int, problem: str) -> None:
    with pytest.raises(QueryError) as refused:
        compile_match(expression)

    assert (refused.value.line, refused.value.column, refused.value.problem) == (line, column, problem)


@pytest.mark.parametrize("expression", ["(" * 3000 + "anna" + ")" * 3000, "NOT " * 3000 + "anna", "-" * 3000 + "anna"])
def test_an_endless_nesting_is_refused_and_not_followed(expression: str) -> None:
    with pytest.raises(QueryError):
        compile_match(expression)


def test_a_long_expression_is_no_deep_one() -> None:
    many = [f"slug-{number}" for number in range(5000)]

    assert compile_match(" OR ".join(many))(frozenset({"slug-4999"}))


def test_slugs_have_their_places() -> None:
    assert slugs_of("anna AND\n  (b-2 OR -anna)") == [("anna", 1, 1), ("b-2", 2, 4), ("anna", 2, 12)]


def test_words_of_the_language_are_capitals() -> None:
    assert [slug for slug, _, _ in slugs_of("anna and b-2")] == ["anna", "and", "b-2"]


TREES = st.recursive(
    st.sampled_from(SLUGS).map(lambda slug: (slug, f"{slug!r} in world")),
    lambda inner: st.one_of(
        inner.map(lambda one: (f"NOT ({one[0]})", f"(not {one[1]})")),
        st.tuples(inner, st.sampled_from(["AND", "", "OR"]), inner).map(
            lambda parts: (
                f"({parts[0][0]}) {parts[1]} ({parts[2][0]})",
                f"({parts[0][1]} {'or' if parts[1] == 'OR' else 'and'} {parts[2][1]})",
            )
        ),
    ),
    max_leaves=8,
)


@given(TREES)
def test_any_expression_says_what_python_says(tree: tuple[str, str]) -> None:
    expression, python = tree
    expected = [bool(eval(python, {"world": world})) for world in WORLDS]
    if expected[0]:  # the empty world
        with pytest.raises(QueryError):
            compile_match(expression)
        return

    test = compile_match(expression)

    assert [test(world) for world in WORLDS] == expected

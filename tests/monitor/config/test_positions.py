"""Every key and element of a TOML text has its line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.positions import KeyPath, Positions

SHIPPED = sorted((Path(__file__).parents[3] / "config").glob("*.toml"))

TEXT = '''# a comment [with] = signs
top = 1
"quoted key" = "a # no comment"

[a.b]  # a table in a table
x.y = [ # dotted
  "one", # a comma, in a comment ]
  { z = 1, "w w" = [
    2,
    3 ] },
]
long = """
first
second \\
   still second
third \\""" third"""
after = true
raw = \'\'\'at once
\\
"""
\'\'\'

[[list]]
n = 1
[[list]]
n = 2
[list.sub]
deep = { a = { b = 1979-05-27 07:32:00 }, c = 1 }
'''

EXPECTED: dict[KeyPath, int] = {
    ("top",): 2,
    ("quoted key",): 3,
    ("a",): 5,
    ("a", "b"): 5,
    ("a", "b", "x", "y"): 6,
    ("a", "b", "x", "y", 0): 7,
    ("a", "b", "x", "y", 1, "z"): 8,
    ("a", "b", "x", "y", 1, "w w"): 8,
    ("a", "b", "x", "y", 1, "w w", 1): 10,
    ("a", "b", "long"): 12,
    ("a", "b", "after"): 17,
    ("a", "b", "raw"): 18,
    ("list", 0, "n"): 24,
    ("list", 1): 25,
    ("list", 1, "n"): 26,
    ("list", 1, "sub", "deep", "a", "b"): 28,
    ("list", 1, "sub", "deep", "c"): 28,
}


@pytest.mark.parametrize(("path", "line"), EXPECTED.items(), ids=str)
def test_a_key_has_its_line(path: KeyPath, line: int) -> None:
    assert Positions(TEXT).line_of(path) == line


def test_what_is_missing_has_the_line_of_its_nearest_parent() -> None:
    positions = Positions(TEXT)

    assert positions.line_of(("a", "b", "missing", 3)) == 5
    assert positions.line_of(("nothing",)) == 1


def test_the_lines_inside_a_long_string_are_those_of_the_file() -> None:
    positions, read = Positions(TEXT), tomllib.loads(TEXT)

    long, raw = ("a", "b", "long"), ("a", "b", "raw")
    assert [positions.line_in(long, line) for line in (1, 2, 3)] == [13, 14, 16]
    assert [positions.line_in(raw, line) for line in (1, 2, 3)] == [18, 19, 20]
    assert read["a"]["b"]["long"].count("\n") == 2
    assert read["a"]["b"]["raw"].count("\n") == 3


def walk(value: Any, path: KeyPath = ()) -> list[KeyPath]:
    children: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [path, *(found for key, child in children for found in walk(child, (*path, key)))]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_every_key_of_the_shipped_files_stands_on_its_line(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    rows, positions = text.split("\n"), Positions(text)

    for path in walk(tomllib.loads(text))[1:]:
        assert path in positions.lines, path
        if isinstance(path[-1], str):
            assert path[-1] in rows[positions.lines[path] - 1], path


VALUES = st.recursive(
    st.sampled_from(["1", "true", '"a"', "'b'", '"[{#,"', "1979-05-27", '"""x\ny"""', "'''\n# [x]\n'''", '"\\""']),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: "[\n" + " ,# c ]\n".join(items) + "]"),
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{n} = {v}" for n, v in enumerate(items)) + "}"
        ),
    ),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=5))
def test_every_key_of_any_text_is_found_in_the_order_of_the_text(values: list[str]) -> None:
    text = "".join(f"key{number} = {value}\n" for number, value in enumerate(values))
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # an inline table that spans lines
        return

    positions = Positions(text)

    assert set(walk(read)[1:]) == set(positions.lines)
    lines = [positions.lines[path] for path in walk(read)[1:]]
    assert lines == sorted(lines)


@given(st.text(alphabet="[]{}=\"'\\#,.\n ab", max_size=60))
def test_what_is_no_toml_never_stops_us(text: str) -> None:
    assert Positions(text).line_of(("a",)) >= 1

"""Every query that docs/queries.md shows can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.matching import compile_query

PAPER = (Path(__file__).parents[3] / "docs" / "queries.md").read_text(encoding="utf-8")
QUERIES = [line for block in re.findall(r"```query\n(.*?)```", PAPER, re.S) for line in block.splitlines()]


@pytest.mark.parametrize("query", QUERIES)
def test_an_example_of_the_paper_is_read(query: str) -> None:
    assert compile_query(query).required_words() is not None


def test_the_paper_has_examples() -> None:
    assert len(QUERIES) >= 5

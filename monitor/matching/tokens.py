"""A text as the query language sees it: folded words; in scripts without spaces each character is a word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from monitor.text import LETTERS, UNSPACED, OffsetMap, fold, fold_with_map

HEAD = 3  # letters by which prefixes are looked up
TOKEN = re.compile(f"[{UNSPACED}]|[{LETTERS}]+")


def tokenize(text: str) -> list[tuple[str, int, int]]:
    """(word, start, end) with offsets into the original text."""
    folded, offsets = fold_with_map(text)
    return [(match.group(), offsets[match.start()], offsets[match.end() - 1] + 1) for match in TOKEN.finditer(folded)]


class Field:
    """One field of an article, taken apart only as far as somebody asks."""

    __slots__ = ("_at", "_heads", "_matches", "_offsets", "_spans", "found", "text", "tokens", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = TOKEN.findall(fold(text))
        self.words = frozenset(self.tokens)
        self._at: dict[str, list[int]] | None = None
        self._heads: dict[str, list[str]] | None = None
        self._spans: list[tuple[int, int]] = []  # in the folded text, as far as they were asked for
        self._matches: Iterator[re.Match[str]] | None = None  # the further ones
        self._offsets: OffsetMap
        self.found: dict[Any, list[tuple[int, int]]] = {}  # a part of a query → where it stands: topics share parts

    def places(self, word: str) -> list[int]:
        """Where a word stands, counted in words."""
        if self._at is None:
            self._at = {}
            for place, token in enumerate(self.tokens):
                self._at.setdefault(token, []).append(place)
        return self._at.get(word, [])

    @property
    def heads(self) -> Mapping[str, list[str]]:
        """Words by their first letters."""
        if self._heads is None:
            self._heads = {}
            for word in self.words:
                self._heads.setdefault(word[:HEAD], []).append(word)
        return self._heads

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Offsets into the original text of the words from `first` to `last`."""
        if self._matches is None:
            folded, self._offsets = fold_with_map(self.text)
            self._matches = TOKEN.finditer(folded)
        self._spans += [match.span() for match in islice(self._matches, max(0, last + 1 - len(self._spans)))]
        start, end = self._spans[first][0], self._spans[last][1]
        return self._offsets[start], self._offsets[end - 1] + 1

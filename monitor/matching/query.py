"""Stored queries over one article: evaluation, the place of a match, and which word must be there. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.matching.syntax import And, Headline, Near, Node, Not, Or, Word, parse_query
from monitor.matching.tokens import Field

HEADLINE, BODY = 0, 1
NAMES = ("headline", "body")


class Article:
    """Headline and body as fields, and the language, lower case."""

    __slots__ = ("fields", "language", "words")

    def __init__(self, headline: str, body: str, language: str | None) -> None:
        self.fields = (Field(headline), Field(body))
        self.language = (language or "").lower()
        self.words = self.fields[0].words | self.fields[1].words


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled query."""

    text: str
    node: Node

    def matches(self, headline: str, body: str, language: str | None = None) -> tuple[str, int, int] | None:
        """(field, start, end) of the leftmost word that took part; None when the article does not match."""
        spans = self.find(Article(headline, body, language))
        if spans is None:
            return None
        for name, span in zip(NAMES, spans, strict=True):
            if span is not None:
                return name, *span
        return "headline", 0, 0

    def find(self, article: Article) -> tuple[tuple[int, int] | None, tuple[int, int] | None] | None:
        """Per field the span of the leftmost word or phrase that took part (None: none did); None = no match."""
        if not holds(self.node, article, (HEADLINE, BODY)):
            return None
        places: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
        _collect(self.node, article, (HEADLINE, BODY), places)
        found = []
        for field, spans in zip(article.fields, places, strict=True):
            found.append(field.span(*min(spans, key=lambda span: (span[0], -span[1]))) if spans else None)
        return found[0], found[1]

    def required_words(self) -> frozenset[Word] | None:
        """Words, prefixes or phrases one of which stands in every match; None when there is no such set (it runs always)."""
        return required(self.node)


@functools.lru_cache(maxsize=200_000)
def compile_query(text: str) -> Query:
    """Compiles a query of the topic language. Raises: QueryError."""
    return Query(text, parse_query(text))


def holds(node: Node, article: Article, fields: tuple[int, ...]) -> bool:
    """Does the article match?"""
    if isinstance(node, Word):
        return any(_has(node, article.fields[field]) for field in fields)
    if isinstance(node, And):
        return all(holds(child, article, fields) for child in node.nodes)
    if isinstance(node, Or):
        return any(holds(child, article, fields) for child in node.nodes)
    if isinstance(node, Not):
        return not holds(node.node, article, fields)
    if isinstance(node, Near):
        return any(_near(node, article.fields[field]) for field in fields)
    if isinstance(node, Headline):
        return holds(node.node, article, (HEADLINE,))
    return article.language == node.code


def _has(word: Word, field: Field) -> bool:
    tokens = word.tokens
    if len(tokens) == 1:
        if not word.is_prefix:
            return tokens[0] in field.words
        return bool(field.starting(tokens[0]))
    whole = tokens[:-1] if word.is_prefix else tokens
    return all(token in field.words for token in whole) and bool(spans_of(word, field))


def spans_of(node: Node, field: Field) -> list[tuple[int, int]]:
    """(first, last) word of every place of a word, phrase, prefix, NEAR, or OR of these in one field."""
    if isinstance(node, Word):
        return _word_spans(node, field)
    if isinstance(node, Or):
        return [span for child in node.nodes for span in spans_of(child, field)]
    if isinstance(node, Near):
        return _near(node, field)
    return []


def _word_spans(word: Word, field: Field) -> list[tuple[int, int]]:
    tokens, last = word.tokens, len(word.tokens) - 1
    if last == 0 and word.is_prefix:
        return sorted((place, place) for token in field.starting(tokens[0]) for place in field.places(token))
    found = []
    for place in field.places(tokens[0]):
        end = place + last
        if end >= len(field.tokens) or field.tokens[place + 1 : end] != list(tokens[1:last]):
            continue
        token = field.tokens[end]
        if token == tokens[last] or (word.is_prefix and token.startswith(tokens[last])):
            found.append((place, end))
    return found


def _near(node: Near, field: Field) -> list[tuple[int, int]]:
    left = spans_of(node.left, field)
    if not left:
        return []
    right = spans_of(node.right, field)
    return [
        (min(a, c), max(b, d)) for a, b in left for c, d in right if 0 <= max(a, c) - min(b, d) - 1 <= node.distance
    ]


def _collect(node: Node, article: Article, fields: tuple[int, ...], places: tuple[list[tuple[int, int]], ...]) -> None:
    """Adds where the parts of a match stand; negated parts took no part."""
    if isinstance(node, Word | Near):
        for field in fields:
            places[field].extend(spans_of(node, article.fields[field]))
    elif isinstance(node, And | Or):
        for child in node.nodes:
            if isinstance(node, And) or holds(child, article, fields):
                _collect(child, article, fields, places)
    elif isinstance(node, Headline):
        _collect(node.node, article, (HEADLINE,), places)


def required(node: Node) -> frozenset[Word] | None:
    """The cheapest set of words one of which must be there."""
    if isinstance(node, Word):
        return frozenset({node})
    if isinstance(node, And):
        found = [words for words in map(required, node.nodes) if words is not None]
        return min(found, key=_cost) if found else None
    if isinstance(node, Or):
        parts = [required(child) for child in node.nodes]
        return (
            None if any(part is None for part in parts) else frozenset(word for part in parts if part for word in part)
        )
    if isinstance(node, Near):
        found = [words for words in (required(node.left), required(node.right)) if words is not None]
        return min(found, key=_cost) if found else None
    return required(node.node) if isinstance(node, Headline) else None


def _cost(words: Iterable[Word]) -> float:
    """A guess at how often one of the words occurs: short ones and prefixes often."""
    return sum(8.0 ** -min(max(map(len, word.tokens)), 10) * (4 if word.is_prefix else 1) for word in words)


class Presearcher:
    """Which of many queries can match an article: each hangs on its cheapest required words."""

    def __init__(self, queries: Iterable[Query]) -> None:
        self.queries = list(queries)
        self.always: list[int] = []
        self.by_word: dict[str, list[int]] = {}
        self.by_head: dict[str, list[tuple[str, int]]] = {}
        self.by_lang: dict[str, list[int]] = {}
        for number, query in enumerate(self.queries):
            words = query.required_words()
            if words is None:
                self.always.append(number)
            for word in words or ():
                self._hang(word, number)

    def _hang(self, word: Word, number: int) -> None:
        whole = word.tokens[:-1] if word.is_prefix else word.tokens
        if whole:
            self.by_word.setdefault(max(whole, key=len), []).append(number)
        else:
            self.by_head.setdefault(word.tokens[0][:3], []).append((word.tokens[0], number))

    def find_candidates(self, article: Article) -> set[int]:
        """Numbers of the queries that must be evaluated."""
        found = set(self.always)
        by_word, by_head = self.by_word, self.by_head
        for word in article.words & by_word.keys():
            found.update(by_word[word])
        if by_head:
            for word in article.words:
                for size in (3, 2, 1):
                    for prefix, number in by_head.get(word[:size], ()) if len(word) >= size else ():
                        if word.startswith(prefix):
                            found.add(number)
        return found

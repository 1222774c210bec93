"""Stored queries over one article: evaluation, the place of a match, and which word must be there. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.matching.article import Article
from monitor.matching.plan import BODY, HEADLINE, Fields, Places, Plan, make_plan
from monitor.matching.syntax import And, Headline, Near, Node, Or, Word, parse_query

NAMES = ("headline", "body")


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled query."""

    text: str
    node: Node
    plan: Plan

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
        if not self.plan.holds(article, (HEADLINE, BODY)):
            return None
        places: Places = ([], [])
        self.plan.collect(article, (HEADLINE, BODY), places)
        found = []
        for field, spans in zip(article.fields, places, strict=True):
            found.append(field.span(*min(spans, key=lambda span: (span[0], -span[1]))) if spans else None)
        return found[0], found[1]

    def required_words(self) -> frozenset[Word] | None:
        """Words, prefixes or phrases one of which stands in every match; None when there is no such set (it runs always)."""
        return required(self.node)

    def required_sets(self) -> tuple[frozenset[Word], ...]:
        """Sets of which one word each stands in every match; none when it runs always."""
        return tuple(dict.fromkeys(required_sets(self.node)))

    def required_near(self) -> tuple[tuple[frozenset[Word], frozenset[Word], int], ...]:
        """(words, words, n): in every match one of the first stands near one of the second, at most n words between."""
        return tuple(dict.fromkeys(required_near(self.node)))


@functools.lru_cache(maxsize=200_000)
def compile_query(text: str) -> Query:
    """Compiles a query of the topic language. Raises: QueryError."""
    node = parse_query(text)
    return Query(text, node, make_plan(node))


def holds(node: Node, article: Article, fields: Fields) -> bool:
    """Does a part of a query match the article?"""
    return make_plan(node).holds(article, fields)


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


def required_sets(node: Node) -> list[frozenset[Word]]:
    """Every set of words one of which must be there: what a full-text index can narrow by."""
    if isinstance(node, And):
        return [words for child in node.nodes for words in required_sets(child)]
    if isinstance(node, Near):
        return required_sets(node.left) + required_sets(node.right)
    if isinstance(node, Headline):
        return required_sets(node.node)
    words = required(node)
    return [] if words is None else [words]


def required_near(node: Node) -> list[tuple[frozenset[Word], frozenset[Word], int]]:
    """Every NEAR of words that each match satisfies."""
    if isinstance(node, And):
        return [near for child in node.nodes for near in required_near(child)]
    if isinstance(node, Headline):
        return required_near(node.node)
    if not isinstance(node, Near) or isinstance(node.left, Near) or isinstance(node.right, Near):
        return []
    left, right = required(node.left), required(node.right)
    return [] if left is None or right is None else [(left, right, node.distance)]


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

"""A query's tree made ready for many articles: alternatives that are plain words become one set. Pure.

Words of an OR are tested together by one intersection of sets, prefixes only where the article has a word with the same first letters,
phrases only where it has their first word; what is cheap is asked first. Verdicts are those of the tree.
"""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterable, Iterator
from typing import Protocol

from monitor.matching.article import Article
from monitor.matching.syntax import And, Headline, Near, Node, Not, Or, Word
from monitor.matching.tokens import HEAD, Field

HEADLINE, BODY = 0, 1
Span = tuple[int, int]  # first and last word
Fields = tuple[int, ...]
Places = tuple[list[Span], list[Span]]


class Plan(Protocol):
    """A part of a query."""

    cost: int  # parts with a low one are asked first

    def holds(self, article: Article, fields: Fields) -> bool:
        """Does it match?"""

    def collect(self, article: Article, fields: Fields, places: Places) -> None:
        """Adds where its parts stand, given that it holds; negated parts took no part."""

    def spans(self, field: Field) -> list[Span]:
        """Every place of it in one field (words, phrases, NEAR and ORs of these; nothing otherwise)."""


class AnyOf:
    """One of many words, prefixes, phrases and further parts."""

    __slots__ = ("_by_head", "cost", "heads", "others", "phrases", "prefixes", "words")

    def __init__(self, words: Iterable[Word], others: Iterable[Plan]) -> None:
        self.words: frozenset[str] = frozenset()
        self.prefixes: tuple[str, ...] = ()
        self.phrases: dict[str, list[Word]] = {}
        self.others = tuple(sorted(others, key=_cost))
        for word in dict.fromkeys(words):
            if len(word.tokens) > 1:
                self.phrases.setdefault(word.tokens[0], []).append(word)
            elif word.is_prefix:
                self.prefixes += word.tokens
            else:
                self.words |= {word.tokens[0]}
        # A prefix shorter than a head can begin any word: then the heads tell nothing.
        is_short = any(len(prefix) < HEAD for prefix in self.prefixes)
        self.heads = None if is_short else frozenset(prefix[:HEAD] for prefix in self.prefixes)
        self._by_head: dict[str, tuple[str, ...]] = {}
        for prefix in self.prefixes:
            self._by_head[prefix[:HEAD]] = (*self._by_head.get(prefix[:HEAD], ()), prefix)
        self.cost = 1 + sum(other.cost for other in self.others) + len(self.prefixes) // 8

    def holds(self, article: Article, fields: Fields) -> bool:
        if not self.words.isdisjoint(article.words if len(fields) == 2 else article.fields[fields[0]].words):
            return True
        for number in fields:
            field = article.fields[number]
            if self.prefixes and next(self._find_starting(field), None) is not None:
                return True
            if self.phrases and any(True for _ in self._find_phrases(field)):
                return True
        return any(other.holds(article, fields) for other in self.others)

    def collect(self, article: Article, fields: Fields, places: Places) -> None:
        for number in fields:
            places[number].extend(self._own_spans(article.fields[number]))
        for other in self.others:
            if other.holds(article, fields):
                other.collect(article, fields, places)

    def spans(self, field: Field) -> list[Span]:
        found: list[Span] | None = field.found.get(self)
        if found is None:
            found = self._own_spans(field)
            for other in self.others:
                found += other.spans(field)
            field.found[self] = found
        return found

    def _own_spans(self, field: Field) -> list[Span]:
        found = [(place, place) for word in self.words & field.words for place in field.places(word)]
        if self.prefixes:
            found += [(place, place) for word in self._find_starting(field) for place in field.places(word)]
        if self.phrases:
            found += self._find_phrases(field)
        return found

    def _find_starting(self, field: Field) -> Iterator[str]:
        """Words of a field that begin with one of the prefixes."""
        if self.heads is None:
            yield from (word for word in field.words if word.startswith(self.prefixes))
            return
        for head in self._by_head.keys() & field.heads.keys():
            prefixes = self._by_head[head]
            yield from (word for word in field.heads[head] if word.startswith(prefixes))

    def _find_phrases(self, field: Field) -> Iterable[Span]:
        for first in self.phrases.keys() & field.words:
            for phrase in self.phrases[first]:
                yield from _phrase_spans(phrase, field)


class All:
    """Every part must hold."""

    __slots__ = ("cost", "parts")

    def __init__(self, parts: Iterable[Plan]) -> None:
        self.parts = tuple(sorted(parts, key=_cost))
        self.cost = sum(part.cost for part in self.parts)

    def holds(self, article: Article, fields: Fields) -> bool:
        return all(part.holds(article, fields) for part in self.parts)

    def collect(self, article: Article, fields: Fields, places: Places) -> None:
        for part in self.parts:
            part.collect(article, fields, places)

    def spans(self, field: Field) -> list[Span]:  # noqa: ARG002 - the protocol's
        return []


class Neither:
    """Its part must not hold."""

    __slots__ = ("cost", "part")

    def __init__(self, part: Plan) -> None:
        self.part, self.cost = part, part.cost

    def holds(self, article: Article, fields: Fields) -> bool:
        return not self.part.holds(article, fields)

    def collect(self, article: Article, fields: Fields, places: Places) -> None:
        pass

    def spans(self, field: Field) -> list[Span]:  # noqa: ARG002 - the protocol's
        return []


class Close:
    """Two parts in one field with at most so many words between them."""

    __slots__ = ("cost", "distance", "gates", "left", "right")

    def __init__(self, left: Plan, right: Plan, distance: int) -> None:
        self.left, self.right, self.distance = left, right, distance
        self.cost = 20 + left.cost + right.cost
        self.gates = tuple(gate for gate in map(_make_gate, (left, right)) if gate is not None)

    def holds(self, article: Article, fields: Fields) -> bool:
        for gate in self.gates:
            if gate.is_shut(article):
                return False
        return any(self.spans(article.fields[number]) for number in fields)

    def collect(self, article: Article, fields: Fields, places: Places) -> None:
        for number in fields:
            places[number].extend(self.spans(article.fields[number]))

    def spans(self, field: Field) -> list[Span]:
        found: list[Span] | None = field.found.get(self)
        if found is None:
            left = self.left.spans(field)
            found = _find_close(left, self.right.spans(field), self.distance) if left else []
            field.found[self] = found
        return found


def _find_close(left: list[Span], right: list[Span], distance: int) -> list[Span]:
    """The spans over every pair with at most `distance` words between; pairs that overlap do not count."""
    right = sorted(right)
    starts = [start for start, _ in right]
    longest = max((end - start for start, end in right), default=0)
    found = []
    for a, b in left:
        first = bisect.bisect_left(starts, a - distance - 1 - longest)
        for c, d in right[first : bisect.bisect_right(starts, b + distance + 1)]:
            if 0 <= (c - b if c > a else a - d) - 1 <= distance:
                found.append((a, d) if c > a else (c, b))
    return found


class Gate:
    """What an article must have at least, before anybody looks closer: one of some words, or a word with one of some beginnings."""

    __slots__ = ("heads", "words")

    def __init__(self, words: frozenset[str], heads: frozenset[str]) -> None:
        self.words, self.heads = words, heads

    def is_shut(self, article: Article) -> bool:
        return self.words.isdisjoint(article.words) and (not self.heads or self.heads.isdisjoint(article.heads))


def _make_gate(plan: Plan) -> Gate | None:
    """None where short prefixes or further parts make it hard to tell."""
    if not isinstance(plan, AnyOf) or plan.heads is None or plan.others:
        return None
    return Gate(plan.words | plan.phrases.keys(), plan.heads)


class InHeadline:
    """Its part must hold in the headline."""

    __slots__ = ("cost", "part")

    def __init__(self, part: Plan) -> None:
        self.part, self.cost = part, part.cost

    def holds(self, article: Article, fields: Fields) -> bool:  # noqa: ARG002 - the protocol's
        return self.part.holds(article, (HEADLINE,))

    def collect(self, article: Article, fields: Fields, places: Places) -> None:  # noqa: ARG002 - the protocol's
        self.part.collect(article, (HEADLINE,), places)

    def spans(self, field: Field) -> list[Span]:  # noqa: ARG002 - the protocol's
        return []


class InLanguage:
    """The article's language."""

    __slots__ = ("code", "cost")

    def __init__(self, code: str) -> None:
        self.code, self.cost = code, 0

    def holds(self, article: Article, fields: Fields) -> bool:  # noqa: ARG002 - the protocol's
        return article.language == self.code

    def collect(self, article: Article, fields: Fields, places: Places) -> None:
        pass

    def spans(self, field: Field) -> list[Span]:  # noqa: ARG002 - the protocol's
        return []


@functools.lru_cache(maxsize=200_000)
def make_plan(node: Node) -> Plan:
    """The plan of a tree."""
    if isinstance(node, Word):
        return AnyOf([node], ())
    if isinstance(node, Or):
        flat = _flatten(node)
        return AnyOf([one for one in flat if isinstance(one, Word)], map(make_plan, _all_but_words(flat)))
    if isinstance(node, And):
        return All(map(make_plan, node.nodes))
    if isinstance(node, Not):
        return Neither(make_plan(node.node))
    if isinstance(node, Near):
        return Close(make_plan(node.left), make_plan(node.right), node.distance)
    if isinstance(node, Headline):
        return InHeadline(make_plan(node.node))
    return InLanguage(node.code)


def _flatten(node: Or) -> list[Node]:
    """The alternatives of an OR, those of ORs in it included."""
    flat: list[Node] = []
    for child in node.nodes:
        flat += _flatten(child) if isinstance(child, Or) else [child]
    return flat


def _all_but_words(nodes: Iterable[Node]) -> list[Node]:
    return [node for node in nodes if not isinstance(node, Word)]


def _cost(plan: Plan) -> int:
    return plan.cost


def _phrase_spans(phrase: Word, field: Field) -> list[Span]:
    tokens, last = list(phrase.tokens), len(phrase.tokens) - 1
    found = []
    for place in field.places(tokens[0]):
        end = place + last
        if end >= len(field.tokens) or field.tokens[place + 1 : end] != tokens[1:last]:
            continue
        token = field.tokens[end]
        if token == tokens[last] or (phrase.is_prefix and token.startswith(tokens[last])):
            found.append((place, end))
    return found

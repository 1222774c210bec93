"""Expressions over slugs, as watchlists hold them: `sergey-lavrov AND (antony-blinken OR new-start OR event:meeting)`. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from monitor.errors import QueryError

TOKEN = re.compile(r"\s*(?:(\()|(\))|((?:event:)?[A-Za-z0-9][A-Za-z0-9_-]*)|(-(?=[A-Za-z0-9(]))|(\S))")
Test = Callable[[frozenset[str]], bool]
Node = tuple[object, ...]  # ("slug", name) | ("and" | "or", nodes…) | ("not", node)
DEEPEST = 50  # parentheses in one another; a guess: nobody reads more than three


def compile_match(expression: str) -> Test:
    """A test of the entries that one article hit. AND (also juxtaposition), OR, NOT (also -), parentheses; NOT binds most.

    Raises: QueryError with line and column; also when the expression could hold for an article without any entry.
    """
    tree = _parse(expression)
    if _holds(tree, frozenset()):
        raise QueryError(
            "holds for articles that name none of these", hint="at least one person or topic must be there"
        )
    return lambda entries: _holds(tree, entries)


def slugs_of(expression: str) -> list[tuple[str, int, int]]:
    """(slug, line, column) of every slug in an expression, in order. Raises: QueryError."""
    _parse(expression)
    return [(name, *_place(expression, at)) for kind, name, at in _tokens(expression) if kind == "slug"]


@functools.lru_cache(maxsize=1024)
def _parse(expression: str) -> Node:
    reader = _Reader(expression)
    if not reader.tokens:
        raise QueryError("is empty", hint="name people or topics by their slugs")
    tree = reader.read_or(0)
    if reader.peek() is not None:
        raise reader.error("an opening parenthesis is missing" if reader.peek() == ")" else "cannot be read here")
    return tree


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.at = text, _tokens(text), 0

    def peek(self) -> str | None:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def error(self, problem: str, hint: str = "") -> QueryError:
        offset = self.tokens[self.at][2] if self.at < len(self.tokens) else len(self.text)
        line, column = _place(self.text, offset)
        return QueryError(problem, line=line, column=column, hint=hint)

    def read_or(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise self.error("too many parentheses")
        nodes = [self.read_and(depth)]
        while self.peek() == "or":
            self.at += 1
            nodes.append(self.read_and(depth))
        return nodes[0] if len(nodes) == 1 else ("or", *nodes)

    def read_and(self, depth: int) -> Node:
        nodes = [self.read_not(depth)]
        while self.peek() in ("and", "slug", "not", "("):
            if self.peek() == "and":
                self.at += 1
            nodes.append(self.read_not(depth))
        return nodes[0] if len(nodes) == 1 else ("and", *nodes)

    def read_not(self, depth: int) -> Node:
        if self.peek() == "not":
            if depth > DEEPEST:
                raise self.error("too many NOTs")
            self.at += 1
            return ("not", self.read_not(depth + 1))
        if self.peek() == "(":
            self.at += 1
            node = self.read_or(depth + 1)
            if self.peek() != ")":
                raise self.error("a closing parenthesis is missing")
            self.at += 1
            return node
        if self.peek() != "slug":
            raise self.error("a slug is missing here", hint="AND, OR and NOT stand between slugs")
        self.at += 1
        return ("slug", self.tokens[self.at - 1][1])


def _tokens(text: str) -> list[tuple[str, str, int]]:
    found: list[tuple[str, str, int]] = []
    for match in TOKEN.finditer(text):
        opening, closing, word, minus, other = match.groups()
        at = match.end() - len(opening or closing or word or minus or other or "")
        if other:
            line, column = _place(text, at)
            raise QueryError(
                f"{other!r} cannot stand here", line=line, column=column, hint="slugs, AND, OR, NOT and parentheses"
            )
        if word and word in ("AND", "OR", "NOT"):
            found.append((word.lower(), word, at))
        else:
            found.append(("(" if opening else ")" if closing else "not" if minus else "slug", word or "", at))
    return found


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _holds(node: Node, entries: frozenset[str]) -> bool:
    if node[0] == "slug":
        return node[1] in entries
    children: tuple[Node, ...] = node[1:]  # type: ignore[assignment]
    if node[0] == "not":
        return not _holds(children[0], entries)
    return all(_holds(c, entries) for c in children) if node[0] == "and" else any(_holds(c, entries) for c in children)

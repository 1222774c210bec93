"""Query text → a tree of nodes. Pure."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args
from lark.exceptions import VisitError

from monitor.errors import QueryError
from monitor.matching.tokens import tokenize

LONGEST_QUERY = 20_000  # characters
FARTHEST = 200  # words of a NEAR


@dataclass(frozen=True, slots=True)
class Word:
    """One word, a phrase of several, or (`is_prefix`) the beginning of its last one."""

    tokens: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    left: Node
    right: Node
    distance: int


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class Headline:
    node: Node


@dataclass(frozen=True, slots=True)
class Lang:
    code: str


Node = Word | Near | And | Or | Not | Headline | Lang


def parse_query(text: str) -> Node:
    """The tree of a query. Raises: QueryError with line, column and a hint."""
    if len(text) > LONGEST_QUERY:
        raise QueryError(f"is longer than {LONGEST_QUERY} characters", hint="make several topics of it")
    if not text.strip():
        raise QueryError("is empty", hint="write at least one word")
    node = _read(text)
    if can_hold_for_everything(node):
        raise QueryError("could match every article", hint="name at least one word that must be there")
    return node


def _read(text: str) -> Node:
    try:
        node: Node = _Build().transform(_parser().parse(text))
    except UnexpectedCharacters as error:
        raise _place(text, error.pos_in_stream or 0, f"{error.char!r} cannot stand here", _hint(error.char)) from None
    except UnexpectedToken as error:
        at = len(text) if error.token.type == "$END" else int(error.pos_in_stream or 0)
        raise _place(text, at, _unexpected(error), _hint(str(error.token))) from None
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise
    except RecursionError:
        raise QueryError("has too many parentheses") from None
    return node


def can_hold_for_everything(node: Node) -> bool:
    """Could an article without any word of the query match? Then it would match nearly all."""
    if isinstance(node, Not):
        return True
    if isinstance(node, And):
        return all(can_hold_for_everything(child) for child in node.nodes)
    if isinstance(node, Or):
        return any(can_hold_for_everything(child) for child in node.nodes)
    return can_hold_for_everything(node.node) if isinstance(node, Headline) else False


@functools.lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


@v_args(meta=True)
class _Build(Transformer[Token, Node]):
    def word(self, meta: Any, children: list[Token]) -> Node:
        return _words(str(children[0]), meta)

    def prefix(self, meta: Any, children: list[Token]) -> Node:
        found = _words(str(children[0])[:-1], meta)
        return Word(found.tokens, is_prefix=True)

    def phrase(self, meta: Any, children: list[Token]) -> Node:
        return _words(str(children[0])[1:-1], meta)

    def headline(self, meta: Any, children: list[Any]) -> Node:  # noqa: ARG002
        return Headline(children[1])

    def headline_word(self, meta: Any, children: list[Token]) -> Node:
        token = children[1]
        build = {"WORD": self.word, "PREFIX": self.prefix, "PHRASE": self.phrase}[token.type]
        return Headline(build(meta, [token]))

    def lang(self, meta: Any, children: list[Token]) -> Node:  # noqa: ARG002
        return Lang(str(children[0])[5:].lower())

    def negation(self, meta: Any, children: list[Node]) -> Node:  # noqa: ARG002
        return Not(children[-1])

    def or_expr(self, meta: Any, children: list[Node]) -> Node:  # noqa: ARG002
        return Or(tuple(children))

    def and_expr(self, meta: Any, children: list[Node]) -> Node:  # noqa: ARG002
        return And(tuple(children))

    def near_expr(self, meta: Any, children: list[Any]) -> Node:
        node = children[0]
        for operator, right in zip(children[1::2], children[2::2], strict=True):
            distance = int(str(operator).rpartition("/")[2])
            if distance > FARTHEST:
                raise QueryError(
                    f"NEAR/{distance} is too far", line=meta.line, column=meta.column, hint=f"at most {FARTHEST} words"
                )
            for operand in (node, right):
                if not _can_be_near(operand):
                    raise QueryError(
                        "NEAR stands between words, phrases, prefixes and ORs of these",
                        line=meta.line,
                        column=meta.column,
                        hint="put AND, NOT, lang: and headline: outside",
                    )
            node = Near(node, right, distance)
        return node  # type: ignore[no-any-return]


def _can_be_near(node: Node) -> bool:
    return isinstance(node, Word | Near) or (isinstance(node, Or) and all(map(_can_be_near, node.nodes)))


def _words(text: str, meta: Any) -> Word:
    tokens = tuple(token for token, _, _ in tokenize(text))
    if not tokens:
        raise QueryError(
            f"{text!r} holds no word", line=meta.line, column=meta.column, hint="letters or digits are needed"
        )
    return Word(tokens)


def _place(text: str, offset: int, problem: str, hint: str) -> QueryError:
    before = text[:offset]
    return QueryError(problem, line=before.count("\n") + 1, column=offset - (before.rfind("\n") + 1) + 1, hint=hint)


def _unexpected(error: UnexpectedToken) -> str:
    if error.token.type == "$END":
        return "ends too early"
    return f"{str(error.token)!r} cannot stand here"


def _hint(text: str) -> str:
    if text.startswith(('"', "“", "„", "«")):
        return "a closing quote is missing"
    if text.startswith(")"):
        return "an opening parenthesis is missing, or it is empty"
    if text == "*":
        return "letters must stand before the *"
    if text == "":
        return "a word or a closing parenthesis is missing"
    return 'words, "phrases", AND, OR, NOT, NEAR/n, prefix*, headline:(…), lang:xx'

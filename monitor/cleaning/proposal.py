"""A reader says that one block was cut, or kept, wrongly: which rule of the outlet's own would mend it? Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from monitor.cleaning.decode import decode_page
from monitor.cleaning.order import LONGEST
from monitor.cleaning.own_rules import is_deep
from monitor.cleaning.page import clean_page
from monitor.cleaning.parse import STRIPPED
from monitor.model import CleaningRules

MOST_TRIED = 12  # rules; each cleans the page once
HIGHEST = 12  # levels above the block
PLAIN_NAME = re.compile(
    r"[A-Za-z][A-Za-z_-]*(?:[0-9]{1,2})?[A-Za-z_-]*"
)  # a name that a person gave: no hash of a build
SEMANTIC = ("article", "main")
ELEMENTS = "p, div, li, span, section, article, aside, h1, h2, h3, h4, h5, h6, blockquote, figcaption, td, a, ul, dl, dd, pre, form, footer, header, nav, details, summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Rules, and what they would change on this page: paragraphs that come to the article, and that go from it."""

    rules: CleaningRules
    comes: tuple[str, ...]
    goes: tuple[str, ...]


def propose_rules(
    html: bytes | str, url: str, rules: CleaningRules | None, text: str, *, is_cruft: bool
) -> Proposal | None:
    """The rule with the least other effect by which `text` goes (`is_cruft`) or stays; None when none was found.

    Nothing that was kept may be lost by it.
    """
    page, known = decode_page(html), rules or CleaningRules()
    if is_deep(page):
        return None
    before = clean_page(html, url, rules)
    kept = before.body.split("\n\n")
    others = {_key(line) for line in kept} - {_key(text)}
    found: list[Proposal] = []
    tried_rules = (_list_drops if is_cruft else _list_keeps)(page, known, text, others)
    for tried in itertools.islice(tried_rules, MOST_TRIED):
        after = clean_page(html, url, tried)
        now = after.body.split("\n\n")
        is_there = _holds(now, text)
        if is_there is not is_cruft and others <= {_key(line) for line in now} | {_key(after.standfirst)}:
            comes = tuple(line for line in now if line not in kept)
            found.append(Proposal(rules=tried, comes=comes, goes=tuple(line for line in kept if line not in now)))
    return min(found, key=lambda proposal: len(proposal.comes) + len(proposal.goes), default=None)


def _list_drops(page: str, known: CleaningRules, text: str, others: set[str]) -> Iterator[CleaningRules]:
    """One `drop` more: of an element that holds the block and nothing else that is kept."""
    for node in _find_above(LexborHTMLParser(page), text):
        inside = _key(node.text(separator=" "))
        if any(other in inside for other in others):
            return
        for selector in _name(node):
            yield replace(known, drop=(*known.drop, selector))


def _list_keeps(page: str, known: CleaningRules, text: str, others: set[str]) -> Iterator[CleaningRules]:
    """One `drop` less; or a `keep` that holds the block and all that is kept."""
    for selector in known.drop:
        yield replace(known, drop=tuple(other for other in known.drop if other != selector))
    tree = LexborHTMLParser(page)
    for node in _find_above(tree, text):
        inside = _key(node.text(separator=" "))
        if all(other in inside for other in others):
            for selector in _name(node):
                if len(tree.css(selector)) == 1:
                    yield replace(known, keep=(selector,))


def _find_above(tree: LexborHTMLParser, text: str) -> Iterator[Any]:
    """The innermost element that holds just this text, then its ancestors."""
    tree.strip_tags(STRIPPED)
    wanted = _key(text)
    exact = [node for node in tree.css(ELEMENTS) if _is_text(_key(node.text(separator=" ")), wanted)]
    if not exact:
        return
    node: Any = exact[-1]
    for _ in range(HIGHEST):
        if node is None or node.tag in ("body", "html"):
            return
        yield node
        node = node.parent


def _name(node: Any) -> Iterator[str]:
    """Selectors for an element by the names that people gave it."""
    attributes = node.attributes
    if PLAIN_NAME.fullmatch(attributes.get("id") or ""):
        yield f"#{attributes['id']}"
    for name in (attributes.get("class") or "").split():
        if PLAIN_NAME.fullmatch(name):
            yield f"{node.tag}.{name}"
    if node.tag in SEMANTIC:
        yield node.tag


def _holds(paragraphs: Iterable[str], text: str) -> bool:
    wanted = _key(text)
    return any(_is_text(_key(line), wanted) for line in paragraphs)


def _is_text(found: str, wanted: str) -> bool:
    return found == wanted or (len(wanted) > LONGEST // 2 and found.startswith(wanted))


def _key(text: str) -> str:
    return "".join(text.split())

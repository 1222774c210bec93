"""An outlet's own `keep` and `drop`, through BeautifulSoup on a part of the page that lexbor cut out first. Pure.

Source: BeautifulSoup takes 17 s for 200,000 nested tags; so it never sees a deep or a whole page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser
from soupsieve import SelectorSyntaxError

from monitor.cleaning.blocks import read_blocks
from monitor.cleaning.parse import STRIPPED
from monitor.model import CleaningRules, Removed

DEEPEST = 250  # levels; a guess, real pages have 20 to 60
MOST = 1_000_000  # characters of the kept part
OPENED = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*?(/?)>")
VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "source", "wbr", "area", "base", "col", "embed", "track"))


def to_rules(rules: CleaningRules | Mapping[str, list[str]] | None) -> CleaningRules | None:
    """Rules from a plain mapping too; None when there are none."""
    if rules is not None and not isinstance(rules, CleaningRules):
        rules = CleaningRules(keep=tuple(rules.get("keep", ())), drop=tuple(rules.get("drop", ())))
    return rules if rules is not None and (rules.keep or rules.drop) else None


def cut_kept(text: str, rules: CleaningRules) -> tuple[list[str], list[Removed]] | None:
    """Lines inside of `keep` without `drop`, and the dropped ones; None when `keep` finds nothing or asks for none."""
    parts = _select_outer(text, rules.keep)
    if not parts:
        return None
    lines: list[str] = []
    removed: list[Removed] = []
    for part in parts:
        if len(part) > MOST or is_deep(part):
            return None
        left, cut = _drop(part, rules.drop)
        removed += cut
        lines += read_blocks(left).texts
    return lines, removed


def prune(text: str, rules: CleaningRules) -> tuple[str, list[Removed]]:
    """The whole page without `drop`: for outlets that say only what to drop."""
    if len(text) > MOST or is_deep(text):
        return text, []
    return _drop(text, rules.drop)


def _select_outer(text: str, selectors: tuple[str, ...]) -> list[str]:
    """The outermost elements that the first selector with a match finds, as HTML."""
    tree = LexborHTMLParser(text)
    tree.strip_tags(STRIPPED)
    for selector in selectors:
        try:
            nodes = tree.css(selector)
        except ValueError:
            continue
        found: list[str] = []
        for node in nodes[:20]:
            outer = node.html or ""
            if outer and not any(outer in other for other in found):
                found.append(outer)
        if found:
            return found
    return []


def _drop(part: str, selectors: tuple[str, ...]) -> tuple[str, list[Removed]]:
    if not selectors:
        return part, []
    soup = BeautifulSoup(part, "html.parser")
    removed: list[Removed] = []
    for selector in selectors:
        try:
            tags = soup.select(selector)
        except SelectorSyntaxError:
            continue
        for tag in tags:
            if not tag.decomposed:
                removed += [Removed(rule=f"drop {selector}", text=line) for line in read_blocks(str(tag)).texts]
                tag.decompose()
    return str(soup), removed


def is_deep(text: str) -> bool:
    """More levels than any page needs? Counted by opening and closing tags, roughly."""
    depth = 0
    for match in OPENED.finditer(text):
        close, tag, empty = match.groups()
        if tag in VOID or empty:
            continue
        depth = max(0, depth - 1) if close else depth + 1
        if depth > DEEPEST:
            return True
    return False

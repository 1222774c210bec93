"""An outlet's own `keep` and `drop`, through BeautifulSoup on a part of the page that lexbor cut out first. Pure.

Source: BeautifulSoup takes 17 s for 200,000 nested tags; so it never sees a deep or a whole page.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

from monitor.cleaning.blocks import FLAGS, Blocks, read_blocks
from monitor.cleaning.comments import find_comment_elements
from monitor.cleaning.lines import is_credit
from monitor.cleaning.parse import STRIPPED
from monitor.model import CleaningRules, Removed

PARAGRAPHS = frozenset(("p", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "td", "dd", "dt", "figcaption"))
BULK = 0.6  # of the words; a guess
STANDFIRST = re.compile(r'class="[^"]*(?:sub-?title|standfirst|sous-titre|untertitel|\bdek\b|\bdeck\b|chapo\b)', re.I)
DEEPEST = 250  # levels; a guess, real pages have 20 to 60
MOST = 1_000_000  # characters of the kept part
VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "source", "wbr", "area", "base", "col", "embed", "track"))


def to_rules(rules: CleaningRules | Mapping[str, list[str]] | None) -> CleaningRules | None:
    """Rules from a plain mapping too; None when there are none."""
    if rules is not None and not isinstance(rules, CleaningRules):
        rules = CleaningRules(keep=tuple(rules.get("keep", ())), drop=tuple(rules.get("drop", ())))
    return rules if rules is not None and (rules.keep or rules.drop) else None


@dataclass(slots=True, kw_only=True)
class Kept:
    """What the outlet's rules keep: lines, a standfirst by its element's name, and what they cut."""

    lines: list[str] = field(default_factory=list)
    standfirst: str = ""
    removed: list[Removed] = field(default_factory=list)


def cut_kept(text: str, rules: CleaningRules) -> Kept | None:
    """The text inside of `keep` without `drop`; None when `keep` finds nothing."""
    parts = _select_outer(text, rules.keep)
    if not parts:
        return None
    kept = Kept()
    for part in parts:
        if len(part) > MOST or is_deep(part):
            return None
        left, cut = _drop(part, rules.drop)
        kept.removed += cut
        _sort_blocks(read_blocks(left), kept)
    return kept if kept.lines else None


def _sort_blocks(blocks: Blocks, kept: Kept) -> None:
    """Paragraphs are kept, captions set apart; bare text counts only where paragraphs are not the bulk of the part."""
    comments = find_comment_elements(blocks)
    words: Counter[bool] = Counter()
    for element, tokens in zip(blocks.elements, blocks.tokens, strict=True):
        words[blocks.tags[element] in PARAGRAPHS] += len(tokens)
    strict = words[True] >= BULK * (words[True] + words[False])
    for element, line in zip(blocks.elements, blocks.texts, strict=True):
        parent = max(blocks.parents[element], 0)
        if STANDFIRST.search(blocks.attributes[element] + blocks.attributes[parent]) and not kept.standfirst:
            kept.standfirst = line
        elif comments[element]:
            kept.removed.append(Removed(rule="comment", text=line))
        elif blocks.flags[element] & (FLAGS["figcaption"] | FLAGS["figure"]) and not is_credit(line):
            kept.removed.append(Removed(rule="caption", text=line))
        elif strict and blocks.tags[element] not in PARAGRAPHS and not is_credit(line):
            kept.removed.append(Removed(rule="not a paragraph", text=line))
        else:
            kept.lines.append(line)


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
    from bs4 import BeautifulSoup  # 3 MB, and few outlets have a `drop`
    from bs4.dammit import EntitySubstitution
    from bs4.formatter import HTMLFormatter
    from soupsieve import SelectorSyntaxError

    as_lexbor = HTMLFormatter(entity_substitution=EntitySubstitution.substitute_xml, void_element_close_prefix="")
    soup = BeautifulSoup(part, "html.parser")
    removed: list[Removed] = []
    for selector in selectors:
        try:
            tags = soup.select(selector)
        except SelectorSyntaxError:
            continue
        for tag in tags:
            if not tag.decomposed:
                removed += [
                    Removed(rule=f"drop {selector}", text=line)
                    for line in read_blocks(tag.decode(formatter=as_lexbor)).texts
                ]
                tag.decompose()
    return soup.decode(formatter=as_lexbor), removed


def is_deep(text: str, deepest: int = DEEPEST, uncounted: frozenset[str] = VOID) -> bool:
    """More levels than any page needs? Counted by opening and closing tags, roughly."""
    if _count_levels(text.encode("utf-8", "surrogatepass")) <= deepest:  # a page's own bytes may be EBCDIC
        return False
    closes = np.array([len(close) for close in _counted(uncounted).findall(text)], np.int64)
    return _find_deepest(1 - 2 * closes) > deepest


def _count_levels(data: bytes) -> int:
    """The same as if every tag, void ones too, were to be closed, ten times as quick; `</br>` and the like count as closed ones."""
    chars = np.frombuffer(data, np.uint8)
    behind = chars[np.minimum(np.flatnonzero(chars == ord("<")) + 1, len(chars) - 1)]
    is_opened = ((behind | 0x20) >= ord("a")) & ((behind | 0x20) <= ord("z"))
    return _find_deepest(is_opened.astype(np.int64) - (behind == ord("/")))


def _find_deepest(steps: NDArray[np.int64]) -> int:
    if not len(steps):
        return 0
    levels = np.cumsum(steps)
    return int((levels - np.minimum.accumulate(np.minimum(levels, 0))).max())


@functools.lru_cache(maxsize=8)
def _counted(uncounted: frozenset[str]) -> re.Pattern[str]:
    """The slash or nothing of every tag that opens or closes a level."""
    return re.compile(rf"<(/?)(?!(?:{'|'.join(sorted(uncounted))})\b)[a-z][^>]*(?<!/)>", re.I)

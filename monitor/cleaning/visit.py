"""One page as the site memory sees it: keys of its lines, of its kinds of blocks, of the element that holds its article. Pure."""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b

from monitor.cleaning.blocks import Blocks
from monitor.cleaning.classifier import Mask
from monitor.cleaning.cues import tokenize
from monitor.cleaning.days import MONTHS
from monitor.cleaning.parse import Parsed
from monitor.urls import canonical_url

DIGITS = re.compile(r"\d+")
SAID_OF_TIMES = MONTHS.keys() | {"am", "pm"}
LONGEST_MENU = 80  # characters; longer lines seldom come again


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One page as the memory sees it: a key a line, a key a kind of block, the words, what was kept, the container of the body."""

    page: str
    lines: list[int]
    kinds: list[int]
    words: list[int]
    kept: list[bool]
    container: int


def describe_visit(parsed: Parsed, kept: Mask) -> Visit:
    """What of a page is remembered."""
    blocks = parsed.blocks
    lines = zip(blocks.texts, blocks.tokens, strict=True)
    return Visit(
        page=find_page_key(parsed.url),
        lines=[_find_menu_key(text) if len(text) <= LONGEST_MENU else find_line_key(tokens) for text, tokens in lines],
        kinds=_kind_keys(blocks),
        words=[len(tokens) for tokens in blocks.tokens],
        kept=kept.tolist(),
        container=_find_container(blocks, kept),
    )


@functools.lru_cache(maxsize=64)  # it is asked when a page is cleaned and when it is learned
def find_page_key(url: str) -> str:
    """The same for all addresses of one page."""
    return f"{_hash(canonical_url(url) or url):x}"


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=6).digest(), "big")


def find_line_key(tokens: list[str]) -> int:
    """Numbers and months count as the same: a date or a counter does not make another line."""
    return _hash(" ".join(["0" if token[0].isdigit() or token in SAID_OF_TIMES else token for token in tokens]))


@functools.lru_cache(maxsize=8192)  # the outlet's other pages have the same menus; some 2 MB
def _find_menu_key(text: str) -> int:
    return find_line_key(tokenize(text))


def _kind_keys(blocks: Blocks) -> list[int]:
    """A block's kind: tags and names of its element, the parent and the grandparent."""
    tags, attributes, parents = blocks.tags, blocks.attributes, blocks.parents
    known: dict[int, int] = {}
    for element in blocks.elements:
        if element not in known:
            parent = max(parents[element], 0)
            grand = max(parents[parent], 0)
            own = "" if tags[element] == "p" else attributes[element][:80]
            parts = (tags[element], own, tags[parent], attributes[parent][:80], tags[grand], attributes[grand][:80])
            known[element] = _hash_kind("\t".join(parts))
    return [known[element] for element in blocks.elements]


@functools.lru_cache(maxsize=4096)  # they come again on the outlet's other pages
def _hash_kind(names: str) -> int:
    return _hash(_plain(names))


def _plain(text: str) -> str:
    return DIGITS.sub("0", text)


def _find_container(blocks: Blocks, kept: Mask) -> int:
    """The key of the lowest element that holds nine tenths of the kept words; 0 without any."""
    weights: Counter[int] = Counter()
    for element, tokens, keep in zip(blocks.elements, blocks.tokens, kept.tolist(), strict=True):
        if keep:
            weights[element] += len(tokens)
    total = sum(weights.values())
    return _climb(blocks, weights, total) if total else 0


def _climb(blocks: Blocks, weights: Counter[int], total: int) -> int:
    sums = dict(weights)
    for element in range(len(blocks.tags) - 1, 0, -1):
        mass = sums.get(element, 0)
        if not mass:
            continue
        if mass >= 0.9 * total:
            return _hash(_plain(f"{blocks.tags[element]} {blocks.attributes[element][:80]}"))
        parent = blocks.parents[element]
        sums[parent] = sums.get(parent, 0) + mass
    return _hash("body")

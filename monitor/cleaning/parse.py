"""A page parsed once: its tree's metadata and its blocks. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.cleaning.blocks import Blocks, read_blocks
from monitor.cleaning.features import Said
from monitor.cleaning.metadata import Metadata, read_metadata

# What is no text, or no block's text. Forms stay: some systems put the whole page into one.
STRIPPED = """
    head script style noscript template svg math iframe object embed canvas select option datalist textarea audio video map img picture source input link
    meta track wbr progress dialog
""".split()  # noqa: SIM905 - reads as a list
TAGS = re.compile(r"<[^>]+>")
LEAST_LINKS, MOSTLY = 2, 0.9  # of a card: links, and their share of its text; guesses


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """One page after its only parse. `SiteMemory.learn` takes it too."""

    url: str
    metadata: Metadata
    blocks: Blocks
    said: Said


def parse_page(text: str, url: str, fetched_at: datetime | None = None) -> Parsed:
    """Metadata and blocks of a decoded page."""
    tree = LexborHTMLParser(text)
    found = read_metadata(tree, url, fetched_at)
    _drop_cards(tree)
    tree.strip_tags(STRIPPED)
    body = tree.body
    blocks = read_blocks((body.html or "") if body is not None else "")
    told = TAGS.sub(" ", found.body) if "<" in found.body else found.body
    said = Said(titles=" ".join((found.title, found.said_headline)), description=found.standfirst, body=told[:60_000])
    return Parsed(url=url, metadata=found, blocks=blocks, said=said)


def _drop_cards(tree: LexborHTMLParser) -> None:
    """Cards that a script shows over a name in a paragraph: a picture, then links and hardly anything else."""
    for picture in tree.css("p span img"):
        card, inner = None, picture
        while (outer := inner.parent) is not None and outer.tag == "span" and not _has_text_before(inner):
            card = inner = outer
        if card is not None and _is_linked(card):
            card.decompose()


def _has_text_before(node: LexborNode) -> bool:
    before = node.prev
    while before is not None:
        if (before.text() or "").strip():
            return True
        before = before.prev
    return False


def _is_linked(card: LexborNode) -> bool:
    links = [length for link in card.css("a") if (length := _measure(link))]
    return len(links) >= LEAST_LINKS and sum(links) >= MOSTLY * _measure(card)


def _measure(node: LexborNode) -> int:
    """Letters and marks of its text."""
    return len("".join((node.text() or "").split()))

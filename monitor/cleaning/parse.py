"""A page parsed once: its tree's metadata and its blocks. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from monitor.cleaning.blocks import Blocks, read_blocks
from monitor.cleaning.features import Said
from monitor.cleaning.metadata import Metadata, read_metadata

# What is no text, or no block's text. Forms stay: some systems put the whole page into one.
STRIPPED = """
    head script style noscript template svg math iframe object embed canvas select option datalist textarea audio video map img picture source input link
    meta track wbr progress dialog
""".split()  # noqa: SIM905 - reads as a list
TAGS = re.compile(r"<[^>]+>")


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
    tree.strip_tags(STRIPPED)
    body = tree.body
    blocks = read_blocks((body.html or "") if body is not None else "")
    told = TAGS.sub(" ", found.body) if "<" in found.body else found.body
    said = Said(titles=" ".join((found.title, found.said_headline)), description=found.standfirst, body=told[:60_000])
    return Parsed(url=url, metadata=found, blocks=blocks, said=said)

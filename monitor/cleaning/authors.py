"""Who wrote an article, by what the page says to machines or in its byline. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser

NAMES = (
    "author",
    "article:author",
    "parsely-author",
    "dc.creator",
    "sailthru.author",
    "byl",
    "cxenseparse:author",
    "citation_author",
)
BYLINES = '[rel~="author"], [itemprop~="author"], .byline, .author-name, .article__author, .c-byline'
OPENING = re.compile(r"^(?:by|von|par|por|di|door|автор(?:ы)?|текст|od|autor(?:a|es)?|author|written by)\s*:?\s+", re.I)
SPLIT = re.compile(r"\s*(?:,|;|&|\band\b|\bund\b|\bet\b|\by\b)\s*")
LONGEST = 60  # characters of a name
MOST = 12


def choose_authors(said: Any, meta: Mapping[str, str], tree: LexborHTMLParser) -> tuple[str, ...]:
    """JSON-LD, then meta, then the byline; each name once."""
    return (
        _tidy(_read_json(said)) or _tidy([meta[name] for name in NAMES if name in meta]) or _tidy(_read_bylines(tree))
    )


def _read_json(said: Any) -> list[str]:
    items = said if isinstance(said, list) else [said]
    names = []
    for item in items[:MOST]:
        name = item.get("name") if isinstance(item, dict) else item
        names += [str(part) for part in name] if isinstance(name, list) else [str(name or "")]
    return names


def _read_bylines(tree: LexborHTMLParser) -> list[str]:
    return [node.text(deep=True, separator=" ") or "" for node in tree.css(BYLINES)[:3]]


def _tidy(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        for part in SPLIT.split(OPENING.sub("", " ".join(name.split()))):
            if _is_name(part):
                found.setdefault(part)
    return tuple(found)[:MOST]


def _is_name(text: str) -> bool:
    return (
        2 < len(text) <= LONGEST
        and "://" not in text
        and "@" not in text
        and not any(char.isdigit() for char in text)
        and len(text.split()) <= 6
    )

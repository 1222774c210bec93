"""The page's own headline: the h1 that agrees with what the page says of itself, not the title for search engines. Pure."""

from __future__ import annotations

import re
from collections import Counter

from monitor.cleaning.cues import tokenize

SEPARATOR = re.compile(r"\s+(?:[|–—·»:•\-]+|::)\s+|\s*[|»]\s*")
TAGS = re.compile(r"<[^>]{1,200}>")
AGREES = 0.5
LONGEST = 300  # characters of an h1


def choose_headline(h1s: list[str], og_title: str, json_headline: str, title: str, site: str) -> str:
    """The best of these; "" when a page has none."""
    told = " ".join(TAGS.sub("", json_headline).split())
    titles = [h1 for h1 in h1s if 2 < len(h1) <= LONGEST]
    references = [text for text in (og_title, told, title) if text]
    best, score = "", 0.0
    for h1 in titles:
        agreement = max((_agree(h1, text) for text in references), default=0.0)
        if agreement > score:
            best, score = h1, agreement
    if score >= AGREES:
        return best
    if told:
        return told
    if og_title:
        return cut_site(og_title, site)
    if len(titles) == 1 and not title:
        return titles[0]
    return cut_site(title, site) or (titles[0] if titles else "")


def cut_site(title: str, site: str) -> str:
    """A title without the outlet's name behind the last separator."""
    parts = SEPARATOR.split(title)
    separators = SEPARATOR.findall(title)
    if len(parts) < 2:
        return title
    head = title[: len(title) - len(parts[-1]) - len(separators[-1])]
    tail = parts[-1]
    if tokenize(tail) == tokenize(site):
        return head.strip()
    few = len(tokenize(tail)) <= 4 and len(tokenize(tail)) < len(tokenize(head))
    return head.strip() if few and ":" not in separators[-1] else title


def _agree(left: str, right: str) -> float:
    one, two = Counter(tokenize(left)), Counter(tokenize(right))
    total = sum(one.values()) + sum(two.values())
    return 2 * sum((one & two).values()) / total if total else 0.0

"""The page's own headline: the h1 that agrees with what the page says of itself, not the title for search engines. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from monitor.cleaning.cues import tokenize

SEPARATOR = re.compile(r"\s+(?:[|–—·»:•\-]+|::)\s+|\s*[|»]\s*")
TAGS = re.compile(r"<[^>]{1,200}>")
KICKER = re.compile(
    r"kicker|overline|roofline|topline|over-?title|eyebrow|dachzeile|rubric|pretitle|supertitle|surtitre|antetitulo|chapeau",
    re.I,
)
AGREES = 0.5
WHOLE = 5  # words of a heading that says something; fewer name a section
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
        words, said = tokenize(best), tokenize(told)
        has_kicker = len(said) > len(words) and said[-len(words) :] == words and said == tokenize(og_title)
        return told if has_kicker else best  # both say it with the kicker that stands above the h1
    if told:
        return told
    if og_title:
        return cut_site(og_title, site)
    # Only the tab's title is left, which is written for search engines: a heading of sentence length is the page's own.
    whole = [h1 for h1 in titles if len(tokenize(h1)) >= WHOLE]
    if len(whole) == 1 or (titles and not title):
        return (whole or titles)[0]
    return cut_site(title, site) or (titles[0] if titles else "")


def read_heading(node: LexborNode, told: Sequence[str]) -> str:
    """The text of an h1 without the kicker that stands inside of it: told by its name, or by what the page says of itself."""
    text = _text_of(node)
    children = [child for child in node.iter() if _text_of(child)]
    if not children:
        return text
    first = _text_of(children[0])
    rest = text[len(first) :].lstrip(" :–—-|/•·") if text.startswith(first) else ""
    if not rest:
        return text
    said = [tokenize(one) for one in told]
    whole = tokenize(text)
    if any(one[: len(whole)] == whole for one in said):  # the page itself counts it in
        return text
    names = " ".join(str(value) for value in children[0].attributes.values() if value)
    is_kicker = KICKER.search(names) is not None and len(tokenize(rest)) >= 3
    return rest if is_kicker or tokenize(rest) in said else text


def _text_of(node: LexborNode) -> str:
    return " ".join((node.text(deep=True, separator=" ") or "").split())


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

"""HTML → the article: one parse, the outlet's own rules or the classifier, then rules by line. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from monitor.cleaning.assemble import Draft, Line, assemble
from monitor.cleaning.body import Body, find_body
from monitor.cleaning.classifier import Mask, load_classifier
from monitor.cleaning.cues import has_words, tokenize
from monitor.cleaning.dates import find_near, read_url_date, search_page
from monitor.cleaning.decode import decode_page, find_bytes_problem
from monitor.cleaning.language import find_language
from monitor.cleaning.memory import SiteMemory
from monitor.cleaning.metadata import Metadata
from monitor.cleaning.order import LONGEST, place_removed
from monitor.cleaning.own_rules import STANDFIRST, VOID, cut_kept, is_deep, prune, to_rules
from monitor.cleaning.parse import Parsed, parse_page
from monitor.cleaning.problems import describe_missing, find_wall, is_listing
from monitor.cleaning.scramble import unscramble
from monitor.model import CleaningRules, CleanPage, Removed

DEEPEST_PAGE = 1000  # levels; lexbor's selectors took 220 s for 200,000
UNCLOSED = VOID | {"p", "li", "td", "tr", "th", "dt", "dd", "option"}  # often never closed
PARAGRAPH = 12  # words of the first one, above which the day stands
FEW_WORDS = 25  # a text with fewer is no article
FEW_TOLD = 8  # where the page or the outlet's rules say that it is one
LEAST_TITLE, LONGEST_TITLE = 3, 40  # words of a headline
MOST_REMOVED = 1500  # blocks; a guess
SURE_FLASH = 0.75  # the same of a text of one or two sentences below the headline that the tab has too; a guess
UNSURE = 0.45  # mean chance of the kept words below which a page without any sign of an article has none


def clean_page(
    html: bytes | str,
    url: str,
    rules: CleaningRules | Mapping[str, list[str]] | None = None,
    memory: SiteMemory | None = None,
    fetched_at: datetime | None = None,
) -> CleanPage:
    """The article of a page; never raises: `problem` says why there is none.

    With a memory, what recurs on the outlet's other pages is cut, and the parse is left there for `memory.learn(html, url)`.
    """
    problem = find_bytes_problem(html)
    if problem:
        return CleanPage(url=url, problem=problem)
    text = decode_page(html)
    if is_deep(text, DEEPEST_PAGE, UNCLOSED):
        return CleanPage(url=url, problem="its tags are nested too deep to be read")
    own = to_rules(rules)
    parsed = parse_page(text, url, fetched_at)
    if max(parsed.blocks.depths) > DEEPEST_PAGE:  # what is_deep counted otherwise than the parser
        return CleanPage(url=url, problem="its tags are nested too deep to be read")
    found = _keep_own(text, parsed, own) if own else None
    if found is None:
        found = _keep_judged(text, parsed, memory, html)
    elif memory is not None:
        _recall(memory, parsed, text, html)
    draft = assemble(found.lines, parsed.metadata.headline)
    draft.removed += found.removed
    return _to_page(text, parsed, draft, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    lines: list[Line]
    removed: list[Removed]
    standfirst: str = ""
    sureness: float = 1.0
    own: bool = False


def _keep_own(text: str, parsed: Parsed, rules: CleaningRules) -> _Found | None:
    """Lines by the outlet's own rules; None when they find nothing: then the page is judged like any other."""
    if not rules.keep:
        pruned, removed = prune(text, rules)
        if not removed:
            return None
        rest = parse_page(pruned, parsed.url)
        body = find_body(rest, pruned, load_classifier())
        lines, cut = _split(rest, body)
        return _Found(lines=lines, removed=[*removed, *cut], sureness=body.sureness, own=True)
    kept = cut_kept(text, rules)
    if kept is None:
        return None
    inside = {*kept.lines, kept.standfirst, *(block.text for block in kept.removed)}
    outside = [Removed(rule="outside of keep", text=line) for line in parsed.blocks.texts if line not in inside]
    lines = [Line(text=line) for line in kept.lines]
    return _Found(lines=lines, removed=kept.removed + outside, standfirst=kept.standfirst, own=True)


def _keep_judged(text: str, parsed: Parsed, memory: SiteMemory | None, html: bytes | str) -> _Found:
    body = find_body(parsed, text, load_classifier())
    if memory is not None:
        visit = memory.describe(parsed, body.kept)
        kept, rules = memory.cut_recurring(visit, body.kept, body.rules, body.chances, _find_titles(parsed, body.kept))
        body = replace(body, kept=kept, rules=rules)
        memory.hold(html, visit)
    standfirst, body = _take_standfirst(parsed, body)
    lines, removed = _split(parsed, body)
    return _Found(lines=lines, removed=removed, standfirst=standfirst, sureness=body.sureness)


def _find_titles(parsed: Parsed, kept: Mask) -> list[int]:
    """Kept blocks that stand whole in what the page says is its title."""
    said = f" {' '.join(tokenize(parsed.said.titles))} "
    tokens = parsed.blocks.tokens
    places = [place for place in np.flatnonzero(kept).tolist() if LEAST_TITLE <= len(tokens[place]) <= LONGEST_TITLE]
    return [place for place in places if f" {' '.join(tokens[place])} " in said]


def _take_standfirst(parsed: Parsed, body: Body) -> tuple[str, Body]:
    """The standfirst by its element's name, where it is the page's own description too and no paragraph."""
    blocks = parsed.blocks
    for place in np.flatnonzero(body.kept).tolist()[:4]:
        element = blocks.elements[place]
        names = blocks.attributes[element] + blocks.attributes[max(blocks.parents[element], 0)]
        text = blocks.texts[place]
        if STANDFIRST.search(names) and tokenize(text) == tokenize(parsed.metadata.standfirst):
            kept = body.kept.copy()
            kept[place] = False
            return text, replace(body, kept=kept, rules={**body.rules, place: "standfirst"})
    return "", body


def _recall(memory: SiteMemory, parsed: Parsed, text: str, html: bytes | str) -> None:
    body = find_body(parsed, text, load_classifier())
    memory.hold(html, memory.describe(parsed, body.kept))


def _split(parsed: Parsed, body: Body) -> tuple[list[Line], list[Removed]]:
    lines: list[Line] = []
    removed: list[Removed] = []
    rule_of, chances = body.rules.get, body.chances.tolist()
    for place, (text, kept) in enumerate(zip(parsed.blocks.texts, body.kept.tolist(), strict=True)):
        if kept:
            lines.append(Line(text=text, chance=chances[place], judged=True))
        elif len(removed) < MOST_REMOVED:
            removed.append(Removed(rule_of(place, "outside of the article"), text[:LONGEST]))
    return lines, removed


def _to_page(text: str, parsed: Parsed, draft: Draft, found: _Found) -> CleanPage:
    metadata = parsed.metadata
    paragraphs, scrambled = unscramble(draft.paragraphs)
    body = "\n\n".join(paragraphs)
    problem = _find_problem(parsed, body, found)
    if scrambled and not problem and not body:
        problem = "only a teaser: the text is scrambled"
    searched = None
    if metadata.published_at is None and body and not problem:
        searched = _search_date(text, parsed, paragraphs)
    return CleanPage(
        url=parsed.url,
        canonical_url=metadata.canonical_url,
        headline=metadata.headline,
        standfirst=found.standfirst or draft.standfirst or metadata.standfirst[:500],
        body="" if problem else body,
        language=metadata.language or find_language(body),
        authors=metadata.authors,
        credits=tuple(draft.credits),
        published_at=metadata.published_at or searched,
        is_date_searched=searched is not None,
        modified_at=metadata.modified_at,
        paywalled=metadata.paywalled or scrambled,
        removed=place_removed(parsed.blocks.texts, draft.removed[:MOST_REMOVED], paragraphs)
        + tuple(Removed(rule="scrambled", text=t) for t in draft.paragraphs if scrambled and t not in paragraphs),
        problem=problem,
    )


def _search_date(text: str, parsed: Parsed, paragraphs: list[str]) -> datetime | None:
    """The day in the address, beside the headline, or anywhere on the page, when nothing tells it to machines."""
    latest, blocks = parsed.metadata.latest, parsed.blocks
    long = next((paragraph for paragraph in paragraphs if has_words(paragraph, PARAGRAPH)), paragraphs[0])
    first = blocks.texts.index(long) if long in blocks.texts else 0
    return (
        read_url_date(parsed.url, latest)
        or find_near(blocks.texts, blocks.tokens, tokenize(parsed.metadata.headline), first, latest)
        or search_page(text, parsed.url, latest)
    )


def _find_problem(parsed: Parsed, body: str, found: _Found) -> str:
    metadata: Metadata = parsed.metadata
    told = found.own or metadata.is_article
    is_flash = found.sureness >= SURE_FLASH and _is_titled(parsed)
    if not has_words(body, FEW_TOLD if told or is_flash else FEW_WORDS):
        return describe_missing(parsed, metadata.paywalled)
    if told:
        return ""
    wall = find_wall(parsed, body)
    if wall:
        return wall
    if found.sureness < UNSURE and is_listing(parsed):
        return "a listing, not an article"
    return ""


def _is_titled(parsed: Parsed) -> bool:
    """Does the headline stand on the page, and in the title of its tab?"""
    words = tokenize(parsed.metadata.headline)
    said = f" {' '.join(tokenize(parsed.metadata.title))} "
    return len(words) >= LEAST_TITLE and words in parsed.blocks.tokens and f" {' '.join(words)} " in said

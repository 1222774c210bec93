"""From kept lines to an article: what a line shows by its form is set apart. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from monitor.cleaning.cues import tokenize
from monitor.cleaning.days import parse_date_line
from monitor.cleaning.lines import (
    is_byline,
    is_counter,
    is_credit,
    is_promotion,
    is_reading_time,
    is_tail_heading,
    points_elsewhere,
)
from monitor.model import Removed
from monitor.text import fold

SURE = 0.85  # chance from which a line's form alone does not cut it
MARKED = 2  # times the headline: a line with its words and more marks
LAST_PART = 0.3  # of the words; a heading that ends the article stands in its last part


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A kept block's text; `chance` is 1 where nobody judged it."""

    text: str
    chance: float = 1.0
    judged: bool = False  # by the classifier, which knows tails already


@dataclass(slots=True, kw_only=True)
class Draft:
    """An article in the making."""

    paragraphs: list[str] = field(default_factory=list)
    standfirst: str = ""
    credits: list[str] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    dated_at: datetime | None = None


class _Headline(NamedTuple):
    tokens: list[str]
    longest: int  # characters of a line that can have these words


def assemble(lines: list[Line], headline: str) -> Draft:
    """Paragraphs, credits and a repeated standfirst of these lines; everything else becomes a removed block."""
    draft = Draft()
    lines = _cut_tail(lines, draft)
    own = _Headline(tokenize(headline), MARKED * len(headline))
    seen: set[str] = set()
    keys: list[str] = []
    for line in lines:
        key = fold(line.text)
        rule = _find_rule(line, key, own, seen)
        if rule == "credit":
            draft.credits.append(line.text)
        elif rule:
            draft.removed.append(Removed(rule=rule, text=line.text))
        else:
            draft.paragraphs.append(line.text)
            keys.append(key)
        seen.add(key)
    draft.standfirst, draft.paragraphs = take_standfirst(draft.paragraphs, keys)
    return draft


def _cut_tail(lines: list[Line], draft: Draft) -> list[Line]:
    """Without what stands behind a heading that ends the article."""
    total = sum(len(line.text) for line in lines) + 1
    before = 0
    for number, line in enumerate(lines):
        if number and is_tail_heading(line.text):
            rest = sum(len(other.text) for other in lines[number:])
            if not line.judged or rest < LAST_PART * total:
                draft.removed += [Removed(rule="tail", text=other.text) for other in lines[number:]]
                return lines[:number]
        before += len(line.text)
    return lines


def _find_rule(line: Line, key: str, own: _Headline, seen: set[str]) -> str:
    """The rule that cuts a line; "" when it stays."""
    text = line.text
    if len(text) <= own.longest and tokenize(text) == own.tokens:
        return "headline"
    if key in seen and len(key) > 20:
        return "repeated"
    if is_credit(text):
        return "credit"
    if is_reading_time(text):
        return "reading-time"
    if is_tail_heading(text):
        return "tail"
    if is_counter(text):
        return "counter"
    if parse_date_line(text) or is_byline(text):
        return "byline"
    sure = line.judged and line.chance >= SURE
    return "promotion" if points_elsewhere(text) or (not sure and is_promotion(text)) else ""


def take_standfirst(paragraphs: list[str], folded: list[str]) -> tuple[str, list[str]]:
    """The first paragraph when its words stand again in the body: a summary, no paragraph of its own."""
    if len(paragraphs) > 2:
        first = folded[0]
        if len(first) > 30 and any(first[:80] in other for other in folded[1:]):
            return paragraphs[0], paragraphs[1:]
    return "", paragraphs

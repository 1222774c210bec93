"""Plain text (mail, a feed's full text, a saved article) by the same rules without markup. Pure."""

from __future__ import annotations

from datetime import datetime

from monitor.cleaning.assemble import take_standfirst
from monitor.cleaning.days import parse_date_line
from monitor.cleaning.language import find_language
from monitor.cleaning.lines import is_credit, is_promotion, is_reading_time, is_tail_heading
from monitor.model import CleanPage, Removed
from monitor.text import fold

HEADLINE = 220  # characters; a longer first line is a paragraph
ABOVE = 2  # lines between the headline and the day: a standfirst, a name
FEW_WORDS = 25  # a text with fewer is no article


def clean_text(text: str, url: str | None = None) -> CleanPage:
    """The article in a plain text: the first line that is no date is the headline, a day above the text is its own, a heading that ends it cuts all behind."""
    lines = [" ".join(line.replace("\u00a0", " ").split()) for line in text.replace("\x00", "").splitlines()]
    kept, removed = cut_tail(lines)
    published: datetime | None = None
    headline, rest = "", []
    credits: list[str] = []
    for line in kept:
        if not line:
            rest.append("")
        elif published is None and (not headline or _may_tell_day(line, rest)) and (found := parse_date_line(line)):
            published = found
        elif is_reading_time(line):
            removed.insert(0, Removed(rule="reading-time", text=line))
        elif not headline and len(line) <= HEADLINE:
            headline = line
        elif is_credit(line):
            credits.append(line)
        elif is_promotion(line):
            removed.insert(0, Removed(rule="promotion", text=line))
        else:
            rest.append(line)
    paragraphs = [line for line in rest if line]
    standfirst, paragraphs = take_standfirst(paragraphs, [fold(paragraph) for paragraph in paragraphs])
    body = "\n\n".join(paragraphs)
    problem = "" if _is_article(body) else "too little text for an article"
    return CleanPage(
        url=url or "",
        headline=headline,
        standfirst=standfirst,
        body="" if problem else body,
        language=find_language(f"{headline}\n{body}"),
        credits=tuple(credits),
        published_at=published,
        removed=tuple(removed),
        problem=problem,
    )


def _may_tell_day(line: str, before: list[str]) -> bool:
    """Is a line below the headline, with little before it, no more than a day: without a word in front, but for a day of the week or one that says so?"""
    is_bare = line[0].isdigit() or "," in line[:15] or ":" in line[:22]
    return is_bare and sum(map(bool, before)) <= ABOVE


def cut_tail(lines: list[str]) -> tuple[list[str], list[Removed]]:
    """Lines before the heading that ends the article, and everything from it on as removed blocks."""
    seen = 0
    for number, line in enumerate(lines):
        if seen >= 2 and is_tail_heading(line):
            tail = [line for line in lines[number:] if line]
            return lines[:number], [Removed(rule="tail", text=line) for line in tail]
        seen += bool(line)
    return lines, []


def _is_article(body: str) -> bool:
    return len(body.split()) >= FEW_WORDS or len(body) >= 120

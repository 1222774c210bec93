"""Lines of printed pages → paragraphs, then the rules of plain text. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.cleaning.days import parse_date_line
from monitor.cleaning.plain import HEADLINE, clean_text
from monitor.model import CleanPage, Removed
from monitor.text import fold

EDGE = 3  # lines at the top and at the bottom of a page that may be running ones; a guess
SHORT = 0.6  # of a full line: a heading, a date, an item of a list
ENDED = 0.9  # of a full line: after a full stop a paragraph ends there
FORMS = re.compile("[\ufb00-\ufdff\ufe70-\ufefe]+")  # ligatures and Arabic letters in the form of their place
NUMBER = re.compile(r"(?:page |seite |стр\. ?|- ?|– ?)?\d{1,4}(?: ?(?:/|of|de|von|из) ?\d{1,4})?(?: ?[-–])?", re.I)
ENDS = (".", "!", "?", "…", ":", ";", "。", "！", "？", "؟", ".”", ".»", ".“", '."', ".’", "”", "»")
HYPHENS = ("-", "\u00ad", "\u2010")
# Titles that a program gave: a file's name, or that there is none.
NO_TITLE = re.compile(r"^(?:microsoft word|\(?(?:untitled|anonymous|unspecified)|document\d*$)|\.[a-z]{2,5}$|[\\_]", re.I)  # fmt: skip
FIRST_YEAR = 1993  # of PDF


def clean_printed(
    pages: Sequence[str],
    *,
    url: str = "",
    title: str = "",
    made_at: datetime | None = None,
    fetched_at: datetime | None = None,
) -> CleanPage:
    """The article of a document's pages. `title`, `made_at`: what the file says of itself, where its text says nothing."""
    kept, running = _cut_running([_read_lines(page) for page in pages])
    if not any(kept):
        return CleanPage(url=url, problem="a PDF without text (a scan?)")
    paragraphs = _join_lines([line for page in kept for line in page])
    published, paragraphs = _take_date(paragraphs)
    headline, paragraphs = _take_title(title, paragraphs)
    found = clean_text("\n\n".join([headline, *paragraphs]), url)
    return replace(
        found,
        published_at=published or found.published_at or _check_date(made_at, fetched_at),
        is_date_searched=True,
        removed=found.removed + tuple(Removed(rule="running line", text=line) for line in running),
    )


def _read_lines(page: str) -> list[str]:
    text = FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), page.replace("\x00", ""))
    return [" ".join(line.split()) for line in text.splitlines()]


def _cut_running(pages: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """Pages without the lines at their edges that stand on half of them, whatever the numbers in them; and those lines."""
    pages = [[line for line in page if line] for page in pages]
    counts = Counter(shape for page in pages for shape in {_shape(page[at]) for at in _edges(page)})
    least = max(2, (len(pages) + 1) // 2)
    running: dict[str, None] = {}
    kept = []
    for page in pages:
        cut = {at for at in _edges(page) if counts[_shape(page[at])] >= least or NUMBER.fullmatch(page[at])}
        running.update(dict.fromkeys(page[at] for at in sorted(cut)))
        kept.append([line for at, line in enumerate(page) if at not in cut])
    return kept, list(running)


def _edges(page: Sequence[str]) -> set[int]:
    return {at for at in (*range(EDGE), *range(len(page) - EDGE, len(page))) if 0 <= at < len(page)}


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _join_lines(lines: Sequence[str]) -> list[str]:
    lengths = sorted(len(line) for line in lines)
    full = lengths[len(lengths) * 3 // 4]
    paragraphs = [lines[0]]
    for before, line in pairwise(lines):
        if _is_break(before, line, full):
            paragraphs.append(line)
        else:
            paragraphs[-1] = _join(paragraphs[-1], line)
    return paragraphs


def _is_break(before: str, line: str, full: int) -> bool:
    if _read_date(before) or _read_date(line):
        return True
    if before.endswith(ENDS):
        return len(before) < ENDED * full
    return len(before) < SHORT * full and not line[0].islower()


def _join(text: str, line: str) -> str:
    if text.endswith(HYPHENS) and text[-2:-1].isalpha() and line[0].islower():
        return text[:-1] + line
    unspaced = unicodedata.east_asian_width(text[-1]) in "WF" and unicodedata.east_asian_width(line[0]) in "WF"
    return text + line if unspaced else f"{text} {line}"


def _read_date(line: str) -> datetime | None:
    """The date that a line is, also behind a place and a comma."""
    return parse_date_line(line) or (parse_date_line(line.split(",", 1)[1].strip()) if "," in line[:30] else None)


def _take_date(paragraphs: list[str]) -> tuple[datetime | None, list[str]]:
    for at, paragraph in enumerate(paragraphs):
        found = _read_date(paragraph)
        if found is not None:
            return found, paragraphs[:at] + paragraphs[at + 1 :]
    return None, paragraphs


def _take_title(title: str, paragraphs: list[str]) -> tuple[str, list[str]]:
    """The headline and the rest: the file's title, when it is one; else the first paragraph, unless it is a long one."""
    title = " ".join(title.split())[:HEADLINE]
    if len(title.split()) < 2 and not any(unicodedata.east_asian_width(sign) == "W" for sign in title):
        title = ""
    if not title or NO_TITLE.search(title):
        return "", paragraphs
    return title, [paragraph for paragraph in paragraphs if fold(paragraph) != fold(title)]


def _check_date(made_at: datetime | None, fetched_at: datetime | None) -> datetime | None:
    """When the file was made, unless that cannot be."""
    if made_at is None or made_at.year < FIRST_YEAR:
        return None
    return made_at if fetched_at is None or made_at <= fetched_at + timedelta(days=1) else None

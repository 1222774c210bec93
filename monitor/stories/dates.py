"""The day that a sentence speaks of ("Thursday (2 March)"), resolved against the day of publication. Pure."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from monitor.stories.lexicon import load_words
from monitor.text import fold

ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(20\d\d)(?!\d)")
HAN_DATE = re.compile(r"(?:(20\d\d)年)?(?<!\d)(\d{1,2})月(\d{1,2})[日号]")
HAN_DAY = re.compile(r"(?<![\d月])(\d{1,2})日(?![内前起])")
YEAR_HALF = 183  # days: a date without a year is the nearest one


@dataclass(frozen=True, slots=True)
class Day:
    """A day named in a text, and where."""

    on: date
    start: int
    rank: Literal[0, 1, 2]  # 0 = with a month, 1 = a weekday, 2 = today, yesterday, tomorrow


def find_days(folded: str, language: str, published: date, *, is_ahead: bool = False) -> list[Day]:
    """Days that a folded text names, the surest first. `is_ahead`: weekdays lie in the future, else in the past."""
    days = [*_find_full(folded, language, published), *_find_relative(folded, language, published)]
    days += _find_weekdays(folded, language, published, is_ahead=is_ahead)
    return sorted(days, key=lambda day: (day.rank, day.start))


def _find_full(folded: str, language: str, published: date) -> list[Day]:
    """Days with their month; in Chinese also a bare day of the month."""
    days = [_day(int(m[1]), int(m[2]), int(m[3]), m.start(), published) for m in ISO.finditer(folded)]
    days += [_day(int(m[3]), int(m[2]), int(m[1]), m.start(), published) for m in NUMERIC.finditer(folded)]
    if language == "zh":
        days += [_day(int(m[1] or 0), int(m[2]), int(m[3]), m.start(), published) for m in HAN_DATE.finditer(folded)]
        days += [_nearest_day(int(m[1]), m.start(), published) for m in HAN_DAY.finditer(folded)]
    else:
        days += _find_named(folded, language, published)
    return [day for day in days if day]


def _find_named(folded: str, language: str, published: date) -> list[Day | None]:
    """Days whose month is a word."""
    day_first, month_first, months = _patterns(language)
    found = [(m[3], m[2], m[1], m.start()) for m in day_first.finditer(folded)]
    if language == "en":
        found += [(m[3], m[1], m[2], m.start()) for m in month_first.finditer(folded)]
    return [
        _day(int(year or 0), _month(month, months), int(day), start, published) for year, month, day, start in found
    ]


def _find_relative(folded: str, language: str, published: date) -> list[Day]:
    words = load_words(language)
    days: list[Day] = []
    for name, shift in (("before", -1), ("now", 0), ("after", 1)):
        for word in words[name]:
            days += [Day(published + timedelta(days=shift), start, 2) for start in _find(fold(word), folded, language)]
    return days


def _find_weekdays(folded: str, language: str, published: date, *, is_ahead: bool) -> list[Day]:
    words = load_words(language)
    days = []
    for number, names in enumerate(words["weekdays"]):
        for name in names.split("|"):
            for start in _find(fold(name), folded, language):
                end = start + len(name) + 12
                near = folded[max(0, start - 12) : end]
                ahead = is_ahead or any(fold(word).rstrip("*") in near for word in words["next"])
                gap = (number - published.weekday()) % 7 if ahead else -((published.weekday() - number) % 7)
                days.append(Day(published + timedelta(days=gap), start, 1))
    return days


def _find(name: str, folded: str, language: str) -> list[int]:
    """Where a folded word (or prefix, with `*`) stands."""
    if language == "zh":
        return [match.start() for match in re.finditer(re.escape(name), folded)]
    if name.rstrip("*") not in folded:
        return []
    lead = "[وفبل]?" if language == "ar" else ""
    tail = r"\w*" if name.endswith("*") else ""
    return [m.start() for m in re.finditer(rf"(?<!\w){lead}{re.escape(name.rstrip('*'))}{tail}(?!\w)", folded)]


@functools.lru_cache(maxsize=16)
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str], tuple[tuple[str, int], ...]]:
    months = []
    for number, names in enumerate(load_words(language)["months"], start=1):
        months += [(fold(name), number) for name in names.split("|")]
    names = "|".join(re.escape(name.rstrip("*")) + (r"\w*" if name.endswith("*") else "") for name, _ in months)
    month = rf"(?<!\w)({names})(?!\w)\.?"
    day_first = re.compile(
        rf"(?<![\d.,])(\d{{1,2}})(?:\.|er|st|nd|rd|th)?\s+(?:of\s+|de\s+)?{month}(?:\s+(?:de\s+)?(20\d\d))?"
    )
    month_first = re.compile(rf"{month}\s+(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,?\s+(20\d\d))?")
    return day_first, month_first, tuple(months)


def _month(name: str, months: tuple[tuple[str, int], ...]) -> int:
    for known, number in months:
        if name == known or (known.endswith("*") and name.startswith(known[:-1])):
            return number
    return 0


def _day(year: int, month: int, day: int, start: int, published: date) -> Day | None:
    """A day with its month; without a year (0) the nearest one. None when there is no such day."""
    try:
        if year:
            return Day(date(year, month, day), start, 0)
        around = [date(published.year + shift, month, day) for shift in (-1, 0, 1)]
    except ValueError:
        return None
    return Day(min(around, key=lambda other: abs((other - published).days)), start, 0)


def _nearest_day(day: int, start: int, published: date) -> Day | None:
    """A bare day of the month: the one nearest to publication."""
    around = []
    for shift in (-1, 0, 1):
        index = published.year * 12 + published.month - 1 + shift
        try:
            around.append(date(index // 12, index % 12 + 1, day))
        except ValueError:
            continue
    return Day(min(around, key=lambda other: abs((other - published).days)), start, 0) if around else None

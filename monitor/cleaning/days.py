"""Days written out: a line that is a date, a date in a short text, in the languages of words.toml. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from monitor.cleaning.words import WORDS
from monitor.text import fold

MONTHS = {
    fold(name.replace("_", " ")): number
    for number, names in enumerate(WORDS["months"].strip().splitlines(), 1)
    for name in names.split()
}
DECEMBER = 12
LONGEST = 48  # characters of a line that is a date
SEARCHED = 120  # characters of a text in which one is looked for
MONTH = r"(?P<month>(?:(?:كانون|تشرين)\s)?[^\W\d_]+)"
ALSO_CALLED = r"(?:\s*/\s*[^\W\d_]+(?:\s[^\W\d_]+)?)?"  # Arabic papers give both names of a month
YEAR, DAY, NUMBER = r"(?P<year>\d{4})", r"(?P<day>\d{1,2})", r"(?P<number>\d{1,2})"
OF = r"\s+(?:del?\s+)?"
WRITTEN = (
    rf"{DAY}(?:st|nd|rd|th|(?P<stop>\.))?{OF}{MONTH}{ALSO_CALLED}\.?,?{OF}{YEAR}",
    rf"{MONTH}\.?\s+{DAY}(?:st|nd|rd|th)?,?\s+{YEAR}",
    rf"{YEAR}\.?\s+(?:m\.\s+)?{MONTH}\s+{DAY}",
    rf"{YEAR}\.\s+gada\s+{DAY}\.\s+{MONTH}",
)
IN_DIGITS = (
    rf"{YEAR}-{NUMBER}-{DAY}",
    rf"(?:\d{{1,2}}:\d{{2}},?\s+)?{DAY}(?P<swaps>[./]){NUMBER}[./]{YEAR}",
)
EAST_ASIAN = rf"{YEAR}[年년]\s*{NUMBER}[月월]\s*{DAY}[日일]"
EAST_ASIAN_END = r"\s*[(（]?(?:(?:星期|周|週)[一二三四五六日天]|[月火水木金土日](?:曜日?)?|[월화수목금토일](?:요일)?)?[)）]?\s*[\s\d:：時时시分분点上下午前後오전후]{0,14}(?:\s(?:読了時間|阅读|閱讀).{0,10})?$"
INSIDE = tuple(re.compile(rf"\b{form}\b") for form in WRITTEN)
# What may stand before it: a word that says so, the day of the week. Behind it: the time, or a word: the day of the week, "г.", a zone.
SAYS_SO = "|".join(map(re.escape, map(fold, WORDS["published"].split("|"))))
BEFORE = rf"(?:(?:{SAYS_SO})\s*:\s*)?(?:[^\W\d_]+,?\s+)?"
TIME = r"(?:at|um|kl\.?|o|в|о|alle|ore|a las|a|saat)?\s*\d{1,2}[:.h]\d{2}(?!\d).{0,20}"
BEHIND = rf"[.,]?(?:[,\s–|(-]*{TIME}|\s[^\W\d_]{{1,5}}\.?(?:,?\s+{TIME})?|,\s?[^\W\d_]+\.?(?:,?\s+{TIME})?|[\s•·|-]+\d{{1,2}}\s?min.{{0,12}})?"
LINES = (
    *(re.compile(rf"^{BEFORE}{form}{BEHIND}$") for form in WRITTEN),
    *(re.compile(rf"^{form}(?:[t,\s]+{TIME})?$") for form in IN_DIGITS),
    re.compile(rf"^{EAST_ASIAN}{EAST_ASIAN_END}"),
)


def find_date(text: str) -> datetime | None:
    """The first date with a month's name in a short text, as midnight UTC."""
    folded = fold(" ".join(text.split()))[:SEARCHED]
    return next((day for form in INSIDE for match in form.finditer(folded) if (day := _read(match))), None)


def parse_date_line(line: str) -> datetime | None:
    """The date that a whole line is, as midnight UTC; None when it is anything else."""
    if len(line) > 4 * LONGEST:  # whatever marks and spaces are folded away
        return None
    text = fold(" ".join(line.split()))
    if len(text) > LONGEST:
        return None
    return next((day for form in LINES if (match := form.match(text)) and (day := _read(match))), None)


def _read(match: re.Match[str]) -> datetime | None:
    """None for what is no day of any calendar: 31 April, 12 minutes 2000."""
    parts = match.groupdict()
    name = parts.get("month") or ""
    month = (MONTHS.get(f".{name}") if parts.get("stop") else None) or MONTHS.get(name) or int(parts.get("number") or 0)
    day = int(parts["day"])
    if month > DECEMBER and parts.get("swaps"):  # 11/27/2026
        month, day = day, month
    try:
        return datetime(int(parts["year"]), month, day, tzinfo=UTC)
    except ValueError:
        return None

"""Where sentences begin and end, in any script. Pure."""

from __future__ import annotations

import bisect
import functools
import re

SENTENCE_STOP = re.compile(r"[.!?…؟۔。！？\n](?:(?<!\n)[.!?…؟۔。！？]*[\"'”’»)\]」』）]*)?")
WORD_START = re.compile(r"[\s.(«“„\"'/-]")
ABBREVIATIONS = frozenset(
    [
        "bspw",
        "bzw",
        "ca",
        "capt",
        "col",
        "doc",
        "dott",
        "dr",
        "gen",
        "gl",
        "gov",
        "hon",
        "inc",
        "ing",
        "jr",
        "lt",
        "ltd",
        "messrs",
        "mgr",
        "mld",
        "mlle",
        "mln",
        "mme",
        "mr",
        "mrs",
        "ms",
        "např",
        "no",
        "np",
        "npr",
        "nr",
        "odst",
        "oz",
        "prof",
        "rep",
        "resp",
        "sen",
        "sgt",
        "sig",
        "sr",
        "st",
        "sv",
        "tys",
        "tzv",
        "tzw",
        "ul",
        "vs",
        "św",
        "гг",
        "им",
        "млн",
        "млрд",
        "руб",
        "ст",
        "тов",
        "тыс",
        "ул",
    ]
)


LONGEST_WORD = 12  # characters before a full stop that are looked at
SHORT_ENDS = frozenset(word[-2:] for word in ABBREVIATIONS)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of sentences in order, without the white space around them."""
    spans: list[tuple[int, int]] = []
    start = 0
    for end in (*_find_ends(text), len(text)):
        _add(spans, text, start, end)
        start = end
    return spans


def _find_ends(text: str) -> list[int]:
    """Where sentences end, but for the last."""
    ends: list[int] = []
    start, size = 0, len(text)
    for match in SENTENCE_STOP.finditer(text):
        first, end = match.span()
        stop = text[first]
        if end < size and not text[end].isspace() and stop not in "\n。！？":
            continue
        last = text[first - 2 : first] if first - start > 1 else ""  # most words are told by it
        is_word = last.isalpha() and last.lower() not in SHORT_ENDS
        if stop == "." and not is_word and _is_abbreviated(text[max(start, first - LONGEST_WORD) : first]):
            continue
        ends.append(end)
        start = end
    return ends


def _is_abbreviated(before: str) -> bool:
    """Does a full stop behind this text close a word, not a sentence?"""
    word = WORD_START.split(before)[-1]
    return (len(word) == 1 and word.isalpha()) or word.lower() in ABBREVIATIONS


def sentence_at(text: str, start: int, end: int) -> str:
    """The sentence around a span, white space folded. Only its own line is looked at: no sentence is longer."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", max(start, end))
    if last < 0:
        last = len(text)
    place = (
        start if text[start : start + 1].strip() else len(text[:start].rstrip()) - 1
    )  # a space belongs to what it follows
    if place < first:
        return " ".join(text[start:end].split())
    ends = _find_ends_of_line(text, first, last)
    place = bisect.bisect_right(ends, place)
    opening = ends[place - 1] if place else first
    closing = ends[place] if place < len(ends) else last
    return " ".join(text[opening : max(closing, end)].split())


@functools.lru_cache(maxsize=64)
def _find_ends_of_line(text: str, first: int, last: int) -> tuple[int, ...]:
    """Where sentences end in a part of a text."""
    return tuple([first + end for end in _find_ends(text[first:last])])


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))

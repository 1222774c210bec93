"""Folding that keeps offsets, words, sentences, scripts. Pure."""

from __future__ import annotations

import bisect
import functools
import re
import unicodedata

# Letters that NFKD does not take apart, and marks that say nothing. Arabic: alef, ya, kaf, ta marbuta, tatweel.
SPECIAL = {
    "ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ħ": "h", "ð": "d", "þ": "th", "ə": "e",
    "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "\u00a0": " ", "\u202f": " ",
    "ё": "е", "آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ڤ": "ف", "ـ": "",
}  # fmt: skip
DROPPED = {"\u00ad", "\u200b", "\u200c", "\u200d", "\ufeff", "\u200e", "\u200f", "\u2060", "\u061c"} | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
KEPT_WHOLE = "йЙїЇўЎ"  # й is no и with a mark
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
UNSPACED_CHARS = re.compile(f"[{UNSPACED}]")
MARK = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u094f\u0980-\u0983\u09bc-\u09cd"
WORD = re.compile(rf"(?:[^\W_{UNSPACED}][{MARK}]*)+|[{UNSPACED}]+")
SENTENCE_END = re.compile(r"(?:[.!?…؟۔]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”’]*|\n\s*\n|\n)")
ABBREVIATION = re.compile(r"(?:\b[^\W\d_]|\b(?:mr|mrs|ms|dr|prof|sen|rep|gov|gen|col|st|jr|sr|vs|no|inc|ltd|г|гг|им|тов|св|т|д|п|р|bzw|ca|bspw|nr))\.$", re.I)


def fold(text: str) -> str:
    """Lower case without diacritics and without characters that cannot be seen; й, kana voicing and hangul stay."""
    lowered = text.lower() if text.isascii() else text.replace("\u0130", "i").lower()
    return lowered if lowered.isascii() else "".join(map(fold_char, lowered))


def fold_with_map(text: str) -> tuple[str, OffsetMap]:
    """The folded text, and a map from its offsets to those of the original."""
    if text.isascii():
        return text.lower(), OffsetMap((), ())
    parts: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    length = shift = 0
    for index, char in enumerate(text):
        folded = fold_char(char)
        parts.append(folded)
        if len(folded) != 1:
            for extra in range(1, len(folded)):
                shift -= 1
                starts.append(length + extra)
                shifts.append(shift)
            if not folded:
                shift += 1
                starts.append(length)
                shifts.append(shift)
        length += len(folded)
        assert length == index + 1 - shift
    return "".join(parts), OffsetMap(tuple(starts), tuple(shifts))


class OffsetMap:
    """Folded offset → original offset, kept only where the fold is not one to one."""

    __slots__ = ("_shifts", "_starts")

    def __init__(self, starts: tuple[int, ...], shifts: tuple[int, ...]) -> None:
        self._starts, self._shifts = starts, shifts

    def __getitem__(self, offset: int) -> int:
        place = bisect.bisect_right(self._starts, offset) - 1
        return offset if place < 0 else offset + self._shifts[place]


@functools.lru_cache(maxsize=65536)
def fold_char(char: str) -> str:
    """One character folded; "" for what cannot be seen."""
    if char < "\x80":
        return char.lower()
    if char in DROPPED:
        return ""
    if char in KEPT_WHOLE:
        return char.lower()
    lowered = "i" if char == "\u0130" else char.lower()
    if lowered in SPECIAL:
        return SPECIAL[lowered]
    code = ord(char)
    if 0xAC00 <= code <= 0xD7A3 or 0x3040 <= code <= 0x30FF:
        return char
    plain = (c for c in unicodedata.normalize("NFKD", lowered).casefold() if unicodedata.category(c) != "Mn")
    return "".join(SPECIAL.get(c, c) for c in plain if c not in DROPPED)


def find_words(text: str) -> list[tuple[int, int]]:
    """Spans of words: runs of letters, digits and marks; an unspaced run is one word."""
    return [match.span() for match in WORD.finditer(text)]


def is_unspaced(text: str) -> bool:
    """Does the text hold characters of a script that writes no spaces (Han, Kana, Thai, …)?"""
    return UNSPACED_CHARS.search(text) is not None


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of sentences in order, without the white space around them."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in SENTENCE_END.finditer(text):
        if text[match.start()] == "." and ABBREVIATION.search(text, max(start, match.start() - 12), match.start() + 1):
            continue
        _add(spans, text, start, match.end())
        start = match.end()
    _add(spans, text, start, len(text))
    return spans


def sentence_at(text: str, start: int, end: int) -> str:
    """The sentence around a span, white space folded."""
    for first, last in split_sentences(text):
        if first <= start < last:
            return " ".join(text[first : max(last, end)].split())
    return " ".join(text[start:end].split())


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))

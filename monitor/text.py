"""Folding that keeps offsets, words, sentences, scripts. Pure."""

from __future__ import annotations

import bisect
import functools
import re
import unicodedata
from collections.abc import Iterator

# What NFKD does not take apart. Arabic: alef, ya, kaf, ta marbuta, ve, tatweel.
SPECIAL = {
    "ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ħ": "h", "ð": "d", "þ": "th", "ə": "e",
    "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "′": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "\u00a0": " ", "\u202f": " ",
    "ё": "е", "آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ڤ": "ف", "ـ": "",
}  # fmt: skip
KEPT = "йїўЙЇЎ"  # й is no и with a mark
# Marks that say nothing: Latin, Greek, Cyrillic, Hebrew, Arabic. Those of Indic scripts and Thai are vowels, and stay.
EMPTY_MARKS = ((0x300, 0x36F), (0x483, 0x489), (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6ED),
               (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F))  # fmt: skip
# A letter and the mark or jamo that completes it, in decomposed text.
COMPOSED = "[иИуУіІ][\u0306\u0308]|[\u3046-\u30fd][\u3099\u309a]|[\uff66-\uff9d][\uff9e\uff9f]|[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?"
# Han beyond the BMP (rare characters of names) counts as spaced: one such character in a class makes it scan like a list, 80 times slower.
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
UNSPACED_NAMES = ("HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "HALFWIDTH KATAKANA")
UNSPACED_BLOCKS = (
    (0xE00, 0xEFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0xFF66, 0xFF9D),
)
SCRIPTS = {
    "CJK": "Han",
    "IDEOGRAPHIC": "Han",
    "HIRAGANA": "Kana",
    "KATAKANA": "Kana",
    "KATAKANA-HIRAGANA": "Kana",
    "HALFWIDTH": "Kana",
}


def fold(text: str) -> str:
    """Lower case without diacritics and without characters that cannot be seen; й, kana voicing and hangul stay."""
    lowered = _lower(text)
    return lowered if lowered.isascii() else _changed_in(lowered).sub(_fold_match, lowered)


def fold_with_map(text: str) -> tuple[str, OffsetMap]:
    """The folded text, and a map from its offsets to those of the original."""
    lowered = _lower(text)
    if lowered.isascii():
        return lowered, OffsetMap((), ())
    starts: list[int] = []
    shifts: list[int] = []
    shift = 0

    def note(match: re.Match[str]) -> str:
        nonlocal shift
        folded = _fold_match(match)
        first, had, has = match.start() - shift, match.end() - match.start(), len(folded)
        for extra in range(had, has):  # ß → ss: both stand where ß stood
            shift -= 1
            starts.append(first + extra)
            shifts.append(shift)
        if has < had:
            shift += had - has
            starts.append(first + has)
            shifts.append(shift)
        return folded

    return _changed_in(lowered).sub(note, lowered), OffsetMap(tuple(starts), tuple(shifts))


class OffsetMap:
    """Folded offset → original offset, kept only where the fold is not one to one."""

    __slots__ = ("_shifts", "_starts")

    def __init__(self, starts: tuple[int, ...], shifts: tuple[int, ...]) -> None:
        self._starts, self._shifts = starts, shifts

    def __getitem__(self, offset: int) -> int:
        place = bisect.bisect_right(self._starts, offset) - 1
        return offset if place < 0 else offset + self._shifts[place]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a folded one that is not empty; whole characters."""
        return self[start], max(self[end], self[end - 1] + 1)


@functools.lru_cache(maxsize=65536)
def fold_char(char: str) -> str:
    """One character folded; "" for what cannot be seen."""
    if char < "\x80" or char in KEPT:
        return char.lower()
    if (category := unicodedata.category(char)) == "Cf" or (category == "Mn" and _is_empty_mark(char)):
        return ""
    lowered = "i" if char == "\u0130" else char.lower()
    if lowered in SPECIAL:
        return SPECIAL[lowered]
    if category in ("Mn", "Mc") or "\uac00" <= char <= "\ud7a3" or "\u3040" <= char <= "\u30ff":
        return char
    plain = unicodedata.normalize("NFKD", lowered).casefold()
    kept = "".join(SPECIAL.get(c, c) for c in plain if not _is_empty_mark(c) and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", kept)


def find_words(text: str) -> list[tuple[int, int]]:
    """Spans of words: runs of letters, digits and marks; an unspaced run is one word."""
    return [match.span() for match in (WORD if _is_plane_zero(text) else WORD_ALL).finditer(text)]


def list_words(text: str) -> list[str]:
    """The words of a text in order, as `find_words` finds them."""
    return (WORD if _is_plane_zero(text) else WORD_ALL).findall(text)


def is_unspaced(text: str) -> bool:
    """Does the text hold characters of a script that writes no spaces (Han, Kana, Thai, …)?"""
    return UNSPACED_CHARS.search(text) is not None


def script_of(text: str) -> str:
    """The script of most letters, as Unicode names it (Latin, Cyrillic, Han, Kana, Hangul, …); "" without letters."""
    counts: dict[str, int] = {}
    for char in text:
        if char.isalpha():
            name = unicodedata.name(char, "?").split()[0]
            script = SCRIPTS.get(name, name.title())
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=counts.__getitem__) if counts else ""


def _lower(text: str) -> str:
    """Lower case of the same length: U+0130 is the only character that lower() makes longer."""
    return text.lower() if text.isascii() else text.replace("\u0130", "i").lower()


def _changed_in(text: str) -> re.Pattern[str]:
    """The pattern of what folds: the plain class, unless there is decomposed text or a character beyond the BMP."""
    return CHANGED if COMPLETES.search(text) is None and _is_plane_zero(text) else CHANGED_ALL


def _is_plane_zero(text: str) -> bool:
    """Does the text lie within the BMP?"""
    return len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)


def _fold_match(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 1:
        return fold_char(found)
    return "".join(map(fold_char, unicodedata.normalize("NFKC" if found[0] >= "\uff00" else "NFC", found)))


def _is_empty_mark(char: str) -> bool:
    code = ord(char)
    return code >= 0x300 and any(first <= code <= last for first, last in EMPTY_MARKS)


def _is_changed(code: int) -> bool:
    char = chr(code)
    return char.lower() == char and fold_char.__wrapped__(char) != char  # all of them would fill the cache: 4 MB


def _ranges(codes: Iterator[int]) -> str:
    """The inside of a character class."""
    parts: list[list[int]] = []
    for code in codes:
        if parts and code == parts[-1][1] + 1:
            parts[-1][1] = code
        else:
            parts.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in parts)


def _spread() -> Iterator[int]:
    """The BMP without Han, hangul, surrogates and private use: nothing there folds."""
    for first, last in ((0x80, 0x33FF), (0xA000, 0xABFF), (0xF900, 0xFFFF)):
        yield from range(first, last + 1)


UNSPACED = HAN + _ranges(
    code
    for first, last in UNSPACED_BLOCKS
    for code in range(first, last + 1)
    if unicodedata.category(chr(code))[0] in "LM" and unicodedata.name(chr(code), "").startswith(UNSPACED_NAMES)
)
MARKS = _ranges(code for code in _spread() if unicodedata.category(chr(code))[0] == "M")
INVISIBLE = _ranges(code for code in (0xAD, *_spread()) if unicodedata.category(chr(code)) == "Cf")
CHANGED = re.compile(f"[{_ranges(filter(_is_changed, _spread()))}]")
CHANGED_ALL = re.compile(f"{COMPOSED}|{CHANGED.pattern}|[\U00010000-\U0001ffff\U000e0000-\U0010ffff]")
COMPLETES = re.compile("[\u0306\u0308\u3099\u309a\uff9e\uff9f\u1160-\u11ff]")
UNSPACED_CHARS = re.compile(f"[{UNSPACED}]")
_is_letter = re.compile(f"[^\\W_{UNSPACED}]").match
LETTERS = _ranges(
    code for code in range(0x30, 0xFFF0) if _is_letter(chr(code)) or unicodedata.category(chr(code))[0] == "M"
)
WORD = re.compile(f"[{LETTERS}]+|[{UNSPACED}]+")  # a mark that follows no letter is a word here: it matches nothing
WORD_ALL = re.compile(f"(?:[{LETTERS}]|[^\\W_{UNSPACED}])+|[{UNSPACED}]+")

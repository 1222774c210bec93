"""A name by sound: its words in Latin letters, letters that romanisations disagree about made one. Pure."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

# Scripts with weights of their own, by first letter and the letter behind the last; any other is read as Latin.
RANGES = (
    ("\u0370", "\u0400", "greek"), ("\u0400", "\u0530", "cyrillic"), ("\u0530", "\u0590", "armenian"), ("\u0590", "\u0600", "hebrew"), ("\u0600", "\u0780", "arabic"),
    ("\u0900", "\u0980", "devanagari"), ("\u10a0", "\u1100", "georgian"), ("\u1f00", "\u2000", "greek"), ("\u3041", "\u3100", "kana"), ("\u3400", "\ua000", "han"), ("\uac00", "\ud7b0", "hangul"),
)  # fmt: skip
SCRIPTS = ("latin", *dict.fromkeys(script for _, _, script in RANGES))
LATIN, EAST = 0, SCRIPTS.index("kana")  # from EAST on no space need stand between words
NOT_LATIN = re.compile("[" + "".join(f"{first}-{chr(ord(end) - 1)}" for first, end, _ in RANGES) + "]")
ENDS = [end for _, end, _ in RANGES]
OPEN = str.maketrans(
    {**dict.fromkeys("אעأإآع", "a"), **dict.fromkeys("'`’ʼʻ", None)}
)  # silent letters that carry a vowel
SILENT = str.maketrans("", "", "'`")
WORD = re.compile("[a-zA-Z]+")
SYLLABLES = re.compile(r"[A-Z]?[a-z]+")
NATIVE = 4  # syllables of the longest Chinese or Korean name; what is longer is a foreign one
# Letters that are one sound, the longest first; a capital is a sound for which Latin has no letter. K is a c before no e, i, y.
SOUNDS = {
    "shch": "S", "tsch": "C", "dsch": "J", "sch": "S", "tch": "C", "dzh": "J", "cz": "C", "sz": "S", "rz": "Z", "kh": "H", "gh": "G", "ch": "C", "sh": "S", "zh": "Z", "dj": "J", "dz": "Z",
    "ts": "T", "tz": "T", "th": "D", "ph": "f", "ck": "k", "qu": "k", "ks": "x", "ou": "u", "oo": "u", "ee": "i", "iy": "i", "yi": "i", "ij": "i", "c": "K",
}  # fmt: skip
SOUND = re.compile("|".join(sound if sound != "c" else "c(?![eiy])" for sound in SOUNDS))
BONES = str.maketrans(
    {**dict.fromkeys("aeiouyhH", None), **dict.fromkeys("sSCZJTczj", "s"), **dict.fromkeys("bpfvw", "p"), **dict.fromkeys("kKqgGx", "k"), **dict.fromkeys("tDd", "t"), "r": "l", "n": "m"}
)  # fmt: skip
DOUBLED = re.compile("|".join(f"{letter}{letter}+" for letter in "abcdefghiklmnoprstuz"))


class Sounded(NamedTuple):
    """A name by sound: the place of its script, its words, their consonants, both in one, and whether a comma parts them."""

    script: int
    words: tuple[str, ...]
    bones: tuple[str, ...]
    keys: tuple[str, ...]
    has_comma: bool


@lru_cache(maxsize=20_000)
def sound_out(name: str) -> Sounded:
    """A name by sound."""
    script, latin = (LATIN, name) if name.isascii() else _to_latin(name)
    if "'" in latin or "`" in latin:
        latin = latin.translate(SILENT)
    spoken = DOUBLED.sub(_single, SOUND.sub(_replace, latin.lower()))
    words = tuple(WORD.findall(spoken))
    bones = tuple(" ".join(words).translate(BONES).split(" ")) if words else ()
    return Sounded(script, words, bones, tuple(map(str.__add__, words, bones)), "," in name)


def order(one: Sounded, other: Sounded) -> tuple[Sounded, Sounded]:
    """The same two in an order that does not depend on which is named first: the one that is not Latin in front."""
    return (one, other) if one[:2] >= other[:2] else (other, one)


def _to_latin(name: str) -> tuple[int, str]:
    found = NOT_LATIN.search(name)
    script = SCRIPTS.index(RANGES[bisect_right(ENDS, found[0])][2]) if found else LATIN
    latin = anyascii(unicodedata.normalize("NFC", name).translate(OPEN))
    return script, _part(latin) if script > EAST and " " not in name.strip() else latin


def _part(latin: str) -> str:
    """The family name apart from the given name, where nothing else parts them."""
    syllables = SYLLABLES.findall(latin)
    if not 1 < len(syllables) <= NATIVE or not latin.isalpha():
        return latin
    return f"{syllables[0]} {''.join(syllables[1:])}"


def _replace(match: re.Match[str]) -> str:
    return SOUNDS[match[0]]


def _single(match: re.Match[str]) -> str:
    return match[0][0]

"""Are two spellings one name? Compared by sound, across scripts. Pure.

Source: weights and thresholds measured on pairs of politicians' names in 20 languages (docs/matching.md).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii
from rapidfuzz.distance import Indel, JaroWinkler

WORDS = re.compile(r"[a-z]+")
SYLLABLES = re.compile(r"[A-Z]?[a-z']*")
NO_VOWELS = re.compile("[\u0590-\u06ff]")
EAST = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
# Letters of one sound, longest first; what romanisations disagree about.
SOUNDS = (
    ("shch", "s"), ("tsch", "c"), ("sch", "s"), ("tch", "c"), ("dzh", "j"), ("dsch", "j"), ("cz", "c"), ("sz", "s"), ("rz", "s"), ("kh", "h"), ("gh", "g"), ("ch", "c"),
    ("sh", "s"), ("zh", "s"), ("dj", "j"), ("dz", "s"), ("ts", "s"), ("tz", "s"), ("th", "t"), ("ph", "f"), ("ck", "k"), ("qu", "k"), ("ks", "x"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
    ("iy", "i"), ("yi", "i"), ("ij", "i"), ("ia", "a"), ("ya", "a"), ("ja", "a"), ("yu", "u"), ("ju", "u"), ("iu", "u"), ("ye", "e"), ("je", "e"), ("ie", "e"), ("yo", "o"), ("jo", "o"), ("io", "o"),
)  # fmt: skip
SOUND = re.compile("|".join(sound for sound, _ in SOUNDS))
HARD = re.compile("c(?![eiy])")
SOUND_OF = dict(SOUNDS)
ONE = str.maketrans({"w": "v", "y": "i", "q": "k", "z": "s", "j": "s", "c": "s"})
BONES = str.maketrans(
    {**dict.fromkeys("aeiouh", None), "r": "l", "d": "t", "g": "k", "b": "p", "f": "p", "v": "p", "x": "k", "n": "m"}
)
DOUBLED = re.compile(r"(.)\1+")
UNMATCHED, EXTRA = 0.30, 0.08  # what a word without a partner costs, in the shorter and in the longer name
CONSONANTS_ONLY = 0.9  # Arabic and Hebrew write no vowels: half of what tells names apart is missing
CROSSED = 0.1  # another order of words, without a comma
WORST = 0.3  # weight of the word that fits least: a namesake shares the others
INITIAL = 0.86  # an initial beside a name that begins so


class Sounded(NamedTuple):
    """A name by sound: its words, their consonants, and whether the script writes vowels."""

    words: tuple[str, ...]
    bones: tuple[str, ...]
    has_vowels: bool
    is_east: bool
    has_comma: bool


def similarity(a: str, b: str) -> float:
    """How likely two spellings are one person's name, in [0, 1]; .75 and more is probably one name, .92 nearly surely."""
    one, other = sound_out(a), sound_out(b)
    if not one.words or not other.words:
        return 1.0 if a and a == b else 0.0
    if len(one.words) > len(other.words):
        one, other = other, one
    score = _compare_words(one, other)
    if one.is_east or other.is_east:
        score = max(score, _compare_whole(one, other))
    return max(0.0, min(1.0, score))


@lru_cache(maxsize=20_000)
def sound_out(name: str) -> Sounded:
    """A name by sound."""
    is_east = EAST.search(name) is not None
    latin = anyascii(unicodedata.normalize("NFC", name))
    if is_east:
        latin = " ".join(SYLLABLES.findall(latin)) if len(WORDS.findall(latin.lower())) < 2 else latin
    words = tuple(filter(None, map(_sound_word, WORDS.findall(latin.lower().replace("'", "").replace("`", "")))))
    bones = tuple(DOUBLED.sub(r"\1", word[1:].translate(BONES)) for word in words)
    bones = tuple(_first(word) + bone for word, bone in zip(words, bones, strict=True))
    return Sounded(words, bones, NO_VOWELS.search(name) is None, is_east, "," in name)


def _sound_word(word: str) -> str:
    spoken = SOUND.sub(lambda match: SOUND_OF[match[0]], word)
    return DOUBLED.sub(r"\1", HARD.sub("k", spoken).translate(ONE))


def _first(word: str) -> str:
    """The first sound: all vowels and h are one."""
    first = word[0].translate(BONES)
    return first or "a"


def _compare_words(one: Sounded, other: Sounded) -> float:
    """Each word of the shorter name with its best partner, weighed by length."""
    has_vowels = one.has_vowels and other.has_vowels
    scores = [
        (_compare(word, bone, theirs, their_bone, has_vowels), i, j)
        for i, (word, bone) in enumerate(zip(one.words, one.bones, strict=True))
        for j, (theirs, their_bone) in enumerate(zip(other.words, other.bones, strict=True))
    ]
    taken_one: set[int] = set()
    taken_other: set[int] = set()
    pairs: list[tuple[float, int, int]] = []
    total = weight = 0.0
    for score, i, j in sorted(scores, reverse=True):
        if i not in taken_one and j not in taken_other:
            taken_one.add(i)
            taken_other.add(j)
            pairs.append((score, i, j))
            size = 1.0 + 0.15 * min(len(one.words[i]), 8)
            total += size * score
            weight += size
    extra = len(other.words) - len(one.words)
    alone = UNMATCHED if len(one.words) == 1 and extra else EXTRA * extra
    crossed = (
        CROSSED
        if _is_crossed(pairs) and not (one.has_comma or other.has_comma or one.is_east or other.is_east)
        else 0.0
    )
    return (1 - WORST) * total / weight + WORST * min(score for score, _, _ in pairs) - alone - crossed


def _is_crossed(pairs: list[tuple[float, int, int]]) -> bool:
    """Does the first word of one name stand behind the others in the other name?"""
    return any(i < k and j > m for _, i, j in pairs for _, k, m in pairs)


def _compare(word: str, bone: str, theirs: str, their_bone: str, has_vowels: bool) -> float:
    if len(word) == 1 or len(theirs) == 1:
        return INITIAL if word[0] == theirs[0] else 0.0
    bones = Indel.normalized_similarity(bone, their_bone)
    if not has_vowels:
        return CONSONANTS_ONLY * bones
    letters = Indel.normalized_similarity(word, theirs)
    return 0.35 * JaroWinkler.similarity(word, theirs) + 0.3 * letters + 0.35 * bones


def _compare_whole(one: Sounded, other: Sounded) -> float:
    """The names without their spaces: where words begin is not written."""
    word, theirs = "".join(one.words), "".join(other.words)
    bone, their_bone = "".join(one.bones), "".join(other.bones)
    return 0.5 * JaroWinkler.similarity(word, theirs) + 0.5 * Indel.normalized_similarity(bone, their_bone)

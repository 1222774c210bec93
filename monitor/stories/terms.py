"""What an article is about, as weighted terms: words of its language, and signs that every language shares. Pure.

Words are folded and cut to their first letters (a stem for inflected languages); scripts without spaces give pairs of
characters. Signs begin with a mark: `@` a watched entry, `#` a state, `%` a place, `!` an event, `=` a day, `+` a number.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from sys import intern

from anyascii import anyascii

from monitor.stories.frames import Frame, read_frame
from monitor.stories.piece import Piece
from monitor.text import UNSPACED_CHARS, fold, list_words

STEM = 6  # letters that are kept of a word: truncation stems inflected languages nearly as well as rules. Source: McNamee & Mayfield 2004
HEADLINE, LEAD, BODY, PAIR = (
    2.0,
    1.3,
    1.0,
    0.5,
)  # weights by place; pairs of neighbouring words of the headline; tuned on our own stream
LEAD_WORDS, MOST_WORDS = 60, 250  # of a body; what stands further back is background
SIGN_WEIGHTS = {
    "@": 2.0,
    "&": 3.0,
    "#": 1.0,
    "%": 2.0,
    "!": 1.5,
    "=": 1.5,
    "+": 1.0,
    "~": 1.5,
}  # guesses, confirmed on our own stream
MOST_PAIRED = 4  # entries or states of which every two make a sign; more are a list
SKELETON = 3  # consonants: endings of cases come behind them
SAME_SOUND = re.compile("[^b-df-gj-np-tvxz]")  # vowels, and h, w, y, which come and go between scripts
SOUNDS = str.maketrans("vqzc", "fksk")
MOST_DAYS = 31  # small numbers are days, ages, counts: shared by chance
NUMBERS_WITHIN = 600  # characters of a body
NUMBER = re.compile(r"(?<![\w.,])\d[\d.,\u00a0]*\d(?!\w)")
LEAST_LETTERS = 3
UNSPACED = "\u0e00"  # the first character of a script without spaces
MOST_STEMMED = 20_000  # words of a body that count as known afterwards: 50 pages


@dataclass(frozen=True, slots=True)
class Terms:
    """Weights of words and signs; all words of the text as stems, for what is new; the event that it reports."""

    words: dict[str, float]
    signs: dict[str, float]
    frame: Frame | None = None
    stems: frozenset[str] = field(default_factory=frozenset)

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.words, *self.signs)


def read_terms(piece: Piece, body_words: Sequence[str]) -> Terms:
    """The terms of an article whose body's folded words are given; all is empty for one without text."""
    language = piece.language.split("-")[0].lower()
    headline = find_stems(fold_words(piece.headline))
    body = find_stems(body_words[:MOST_STEMMED])
    stop = load_stopwords(language)
    counts: Counter[str] = Counter([stem for stem in body[:MOST_WORDS] if stem not in stop])
    words = {stem: BODY if n == 1 else BODY * (1 + math.log(n)) for stem, n in counts.items()}
    for stem in words.keys() & body[:LEAD_WORDS]:
        words[stem] *= LEAD
    kept = [stem for stem in headline if stem not in stop]
    for stem in kept:
        words[stem] = max(words.get(stem, 0.0) + 0.5, HEADLINE)
    for left, right in itertools.pairwise(kept):
        words[f"{left} {right}"] = PAIR * HEADLINE
    day = piece.published_at.date() if piece.published_at is not None else None
    frame = read_frame(piece.headline, piece.body, piece.language, day)
    return Terms(words, _read_signs(piece, frame, day), frame, frozenset(headline) | frozenset(body))


def find_stem(word: str) -> str:
    """The first letters of a folded word."""
    return word[:STEM]


def fold_words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return list_words(fold(text))


def find_stems(words: Sequence[str]) -> list[str]:
    """Stems of folded words: pairs of characters in scripts without spaces; words of one or two letters fall away."""
    if max(words, default="") < UNSPACED:
        return [word[:STEM] for word in words if len(word) >= LEAST_LETTERS or word.isdigit()]
    stems: list[str] = []
    for word in words:
        if word >= UNSPACED and UNSPACED_CHARS.match(word):
            stems += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        elif len(word) >= LEAST_LETTERS or word.isdigit():
            stems.append(word[:STEM])
    return stems


def _read_signs(piece: Piece, frame: Frame | None, day: date | None) -> dict[str, float]:
    entries = sorted(piece.entries)
    signs = [f"@{entry}" for entry in entries]
    if len(entries) <= MOST_PAIRED:
        signs += [f"&{one}&{other}" for one, other in itertools.combinations(entries, 2)]
    if frame is not None:
        signs += _read_event(frame, frame.on or day)
    head = f"{piece.headline} {piece.body[:NUMBERS_WITHIN]}"
    for match in NUMBER.finditer(head):
        digits = re.sub(r"\D", "", match[0])
        if int(digits) > MOST_DAYS and not (len(digits) == 4 and digits[:2] in ("19", "20")):
            signs.append(f"+{digits}")
    return {intern(sign): SIGN_WEIGHTS[sign[0]] for sign in signs}  # as TermWeights.keep


def _read_event(frame: Frame, day: date | None) -> list[str]:
    """Signs of an event, alone and together: two states that expel each other's diplomats are rarer than both alone."""
    signs = [f"#{state}" for state in frame.states]
    people = sorted({skeleton for name in frame.people if (skeleton := find_skeleton(name))})
    signs += [f"~{skeleton}" for skeleton in people]
    if len(people) <= MOST_PAIRED:
        signs += [f"&~{one}~{other}" for one, other in itertools.combinations(people, 2)]
    signs += [f"%{frame.place}"] if frame.place else []
    signs += [f"={day}"] if day and signs else []  # a day alone is shared by all
    if frame.event == "statement":
        return signs
    signs.append(f"!{frame.event}")
    signs += [f"!{frame.event}/{day}/{state}" for state in frame.states if day]
    signs += [f"!{frame.event}/{frame.place}"] if frame.place else []
    if len(frame.states) <= MOST_PAIRED:
        signs += [f"!{frame.event}/{one}/{other}" for one, other in itertools.combinations(sorted(frame.states), 2)]
    return signs


@functools.lru_cache(maxsize=4096)
def find_skeleton(name: str) -> str:
    """The first consonants of the last word in Latin letters, much the same in every script and case; "" when there are too few."""
    last = name.replace("·", " ").split()[-1]
    letters = SAME_SOUND.sub("", str(anyascii(last)).lower()).translate(SOUNDS)
    return letters[:SKELETON] if len(letters) >= SKELETON - 1 else ""


@functools.lru_cache(maxsize=64)
def load_stopwords(language: str) -> frozenset[str]:
    """Stems of the words that say nothing; those of English where a language has no list."""
    return _stopwords().get(language) or _stopwords()["en"]


@functools.lru_cache(maxsize=1)
def _stopwords() -> dict[str, frozenset[str]]:
    text = files("monitor.stories").joinpath("stopwords.txt").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {language: frozenset(word[:STEM] for word in words) for language, *words in lines}

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
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files

from monitor.stories.frames import Frame, read_frame
from monitor.stories.piece import Piece
from monitor.text import UNSPACED_CHARS, find_words, fold

STEM = 6  # letters that are kept of a word: truncation stems inflected languages nearly as well as rules. Source: McNamee & Mayfield 2004
HEADLINE, LEAD, BODY, PAIR = (
    2.0,
    1.3,
    1.0,
    0.5,
)  # weights by place; pairs of neighbouring words of the headline; tuned on our own stream
LEAD_WORDS, MOST_WORDS = 60, 400  # of a body; what stands further back is background
SIGN_WEIGHTS = {"@": 3.0, "#": 1.0, "%": 2.0, "!": 1.5, "=": 1.5, "+": 1.0}  # guesses, confirmed on our own stream
SIGNS = "".join(SIGN_WEIGHTS)
NUMBER = re.compile(r"(?<![\w.,])\d[\d.,\u00a0]*\d(?!\w)")
LEAST_LETTERS = 3
POSSESSIVE = re.compile(r"['’]s\b")


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


def read_terms(piece: Piece) -> Terms:
    """The terms of an article; both dictionaries are empty for one without text."""
    language = piece.language.split("-")[0].lower()
    headline = _read_stems(piece.headline)
    body = _read_stems(piece.body)
    stop = load_stopwords(language)
    counts: Counter[str] = Counter(stem for stem in body[:MOST_WORDS] if stem not in stop)
    lead = set(body[:LEAD_WORDS])
    words = {stem: (LEAD if stem in lead else BODY) * (1 + math.log(n)) for stem, n in counts.items()}
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


def _read_stems(text: str) -> list[str]:
    folded = fold(POSSESSIVE.sub("", text))
    stems: list[str] = []
    for start, end in find_words(folded):
        word = folded[start:end]
        if UNSPACED_CHARS.match(word):
            stems += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        elif len(word) >= LEAST_LETTERS or word.isdigit():
            stems.append(word[:STEM])
    return stems


def _read_signs(piece: Piece, frame: Frame | None, day: date | None) -> dict[str, float]:
    signs = [f"@{entry}" for entry in piece.entries]
    if frame is not None:
        signs += [f"#{state}" for state in frame.states]
        signs += [f"%{frame.place}"] if frame.place else []
        signs += [f"!{frame.event}"] if frame.event != "statement" else []
        signs += [f"={frame.on or day}"] if frame.on or day else []
    head = f"{piece.headline} {piece.body[:600]}"
    for match in NUMBER.finditer(head):
        digits = re.sub(r"\D", "", match[0])
        if not (len(digits) == 4 and digits[:2] in ("19", "20")):
            signs.append(f"+{digits}")
    return {sign: SIGN_WEIGHTS[sign[0]] for sign in signs}


@functools.lru_cache(maxsize=64)
def load_stopwords(language: str) -> frozenset[str]:
    """Stems of the words that say nothing; those of English where a language has no list."""
    return _stopwords().get(language) or _stopwords()["en"]


@functools.lru_cache(maxsize=1)
def _stopwords() -> dict[str, frozenset[str]]:
    text = files("monitor.stories").joinpath("stopwords.txt").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {language: frozenset(word[:STEM] for word in words) for language, *words in lines}

"""Phrases of a lexicon found in a text: words, prefixes (`sanction*`), gaps (`~`), any script. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from monitor.text import UNSPACED_CHARS, find_words, fold

GAP = 4  # words that `~` may stand for at most; a guess
PREFIX_LEAST, PREFIX_MOST = 2, 20  # letters of a prefix
MOST_SEEN = 20_000  # words whose phrases are remembered
CLITICS = "وفبلك"  # and, so, in, to, as: written together with the next Arabic word
Label = TypeVar("Label")


class Word(NamedTuple):
    """A word of a text: its folded forms (Arabic: with and without article and clitics), its place, its case."""

    forms: tuple[str, ...]
    start: int
    end: int
    is_capital: bool


class Match(NamedTuple, Generic[Label]):
    label: Label
    first: int  # index of the first word, or of the first character in a script without spaces
    last: int  # behind the last one
    is_spaced: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a pattern."""

    text: str
    is_prefix: bool
    is_gap: bool


def read_words(text: str) -> list[Word]:
    """The words of a text, in order."""
    words = []
    for start, end in find_words(text):
        raw = text[start:end]
        words.append(Word(_read_forms(raw), start, end, raw[0].isupper()))
    return words


@functools.lru_cache(maxsize=65536)
def _read_forms(raw: str) -> tuple[str, ...]:
    return find_forms(fold(raw))


def find_forms(folded: str) -> tuple[str, ...]:
    """A folded word and, in Arabic, what is left without article and clitics."""
    if not folded or not "\u0621" <= folded[0] <= "\u064a":
        return (folded,)
    forms = [folded]
    bare = folded
    if len(bare) > 3 and bare[0] in CLITICS:
        bare = bare[1:]
        forms.append(bare)
    if bare.startswith("ل") and folded.startswith("لل"):
        forms.append(bare[1:])
    if bare.startswith("ال") and len(bare) > 4:
        forms.append(bare[2:])
    return tuple(dict.fromkeys(forms))


class Entry(NamedTuple, Generic[Label]):
    """A phrase behind its first word, whether that word must have a capital, and its label."""

    rest: tuple[Part, ...]
    is_capital: bool
    label: Label


class Phrases(Generic[Label]):
    """A lexicon of phrases with labels; longer phrases win where two begin at one word."""

    def __init__(self, entries: Iterable[tuple[str, Label]], *, is_cased: bool = False) -> None:
        self._is_cased = is_cased
        self._exact: dict[str, list[Entry[Label]]] = {}
        self._prefix: dict[str, list[Entry[Label]]] = {}
        unspaced: dict[str, Label] = {}
        for pattern, label in entries:
            if UNSPACED_CHARS.search(pattern):
                unspaced.setdefault(fold(pattern), label)
            elif parts := _read_pattern(pattern):
                is_capital = is_cased and pattern[:1].isupper()
                (self._prefix if parts[0].is_prefix else self._exact).setdefault(parts[0].text, []).append(
                    Entry(parts[1:], is_capital, label)
                )
        for table in (self._exact, self._prefix):
            for found in table.values():
                found.sort(key=lambda entry: -len(entry.rest))
        self._unspaced = unspaced
        self._seen: dict[str, tuple[Entry[Label], ...]] = {}
        ordered = sorted(unspaced, key=len, reverse=True)
        self._scan = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def find(self, words: Sequence[Word], text: str) -> list[Match[Label]]:
        """All matches in order; at most one starts at a word."""
        found = []
        seen = self._seen
        for place, word in enumerate(words):
            for form in word.forms:
                if seen.get(form) != () and (match := self._match_at(words, place)) is not None:
                    found.append(match)
                    break
        if self._scan is not None:
            found += [Match(self._unspaced[m[0]], m.start(), m.end(), False) for m in self._scan.finditer(fold(text))]
        return found

    def may_begin(self, form: str) -> bool:
        """Is there a phrase that begins with this folded word?"""
        return bool(self._find_candidates(form))

    def _match_at(self, words: Sequence[Word], place: int) -> Match[Label] | None:
        best: Match[Label] | None = None
        for form in words[place].forms:
            for rest, is_capital, label in self._find_candidates(form):
                if is_capital and not words[place].is_capital:
                    continue
                last = _match_rest(words, place + 1, rest)
                if last and (best is None or last > best.last):
                    best = Match(label, place, last, True)
        return best

    def _find_candidates(self, form: str) -> tuple[Entry[Label], ...]:
        """Phrases that may begin with this word; the same words come again and again."""
        found = self._seen.get(form)
        if found is None:
            entries = list(self._exact.get(form, ()))
            for length in range(min(PREFIX_MOST, len(form)), PREFIX_LEAST - 1, -1):
                entries += self._prefix.get(form[:length], ())
            if len(self._seen) >= MOST_SEEN:
                self._seen.clear()
            found = self._seen[form] = tuple(entries)
        return found


def _read_pattern(pattern: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    for piece in re.findall(r"~|[^\W_]+\*?", fold(pattern)):
        text = piece.rstrip("*")
        if not parts:
            text = find_forms(text)[-1] if text.startswith("ال") else text
        parts.append(Part(text, piece.endswith("*"), piece == "~"))
    return tuple(parts)


def _match_rest(words: Sequence[Word], place: int, parts: tuple[Part, ...]) -> int:
    """Index behind the last word when the parts match from here; 0 when they do not."""
    if not parts:
        return place
    if parts[0].is_gap:
        for skip in range(GAP + 1):
            if last := _match_rest(words, place + skip, parts[1:]):
                return last
        return 0
    if place >= len(words) or not _matches(words[place], parts[0]):
        return 0
    return _match_rest(words, place + 1, parts[1:])


def _matches(word: Word, part: Part) -> bool:
    if part.is_prefix:
        return any(form.startswith(part.text) for form in word.forms)
    return part.text in word.forms

"""Many words of texts at once: which words and sounds of a lexicon they read as. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, compress
from typing import NamedTuple

import numpy as np

from monitor.matching.columns import Columns, Found, Numbers, Sounds, Table, find_all_readings
from monitor.matching.morphology import NAME, STEM
from monitor.text import fold

LONGEST_WORD = (
    24  # letters; longer words are read one by one, as are those of mixed script, with joints, Arabic and Hebrew
)
_EASY = rf"[a-z0-9]{{1,{LONGEST_WORD}}}|[^\0-\x7f\u0590-\u06ff\ud800-\udfff\U00010000-\U0010ffff]{{1,{LONGEST_WORD}}}"
EASY = re.compile(f"^(?:({_EASY})|.*)$", re.MULTILINE)
MOST_AT_ONCE = 8192  # words: some 3 MB
BITS, LOW = 32, (1 << 32) - 1  # of a class, where it is paired with a word


class Read(NamedTuple):
    """A word that may be a name: words of the lexicon that it may be a form of, with the languages, and classes in order."""

    raw: str
    ids: dict[int, int]
    classes: list[int]


class ManyReader:
    """A lexicon by hash."""

    def __init__(
        self,
        ids: Mapping[str, int],
        stems: Mapping[str, tuple[int, ...]],
        soft: Mapping[str, tuple[int, ...]],
        sounds: Mapping[str, int],
        class_of: Sequence[int],
    ) -> None:
        """`ids`: words to numbers; `soft`: given names to classes of others; `sounds`: skeletons to classes; `class_of`: words."""
        forms = list(dict.fromkeys((*ids, *stems)))
        self._forms, self._soft_forms, self._skeletons = Table(forms), Table(list(soft)), Table(list(sounds))
        self._numbers = np.fromiter((ids.get(form, -1) for form in forms), np.int64, len(forms))
        self._stems = _Lists([stems.get(form, ()) for form in forms])
        self._soft = _Lists(list(soft.values()))
        self._classes = np.fromiter(sounds.values(), np.int64, len(sounds))
        self._class_of = np.array(class_of, np.int64)

    def read(self, raws: list[str], least: int) -> Iterator[tuple[list[str], Iterator[Read]]]:
        """Words that are easy to read, and what those of them are that may be names. `least`: letters of what is alike."""
        for start in range(0, len(raws), MOST_AT_ONCE):
            part = raws[start : start + MOST_AT_ONCE]
            folded = EASY.findall(fold("\n".join(part)))
            if len(folded) == len(part):
                easy = list(compress(part, folded))
                yield easy, self._read(easy, list(filter(None, folded)), least)

    def _read(self, raws: list[str], folded: list[str], least: int) -> Iterator[Read]:
        words = Columns(folded)
        found = find_all_readings(words)
        rows, numbers, languages = self._find_ids(found)
        alike = self._find_alike(words, found, least)
        pairs = np.unique(np.concatenate([alike, _pair(rows, self._class_of[numbers]), self._find_soft(found)]))
        count = np.arange(len(raws) + 1)
        classes, starts = (pairs & LOW).tolist(), np.searchsorted(pairs >> BITS, count).tolist()
        numbered, spoken, firsts = numbers.tolist(), languages.tolist(), np.searchsorted(rows, count).tolist()
        for raw, start, stop, first, last in zip(raws, starts, starts[1:], firsts, firsts[1:], strict=False):
            if start < stop:
                ids: dict[int, int] = {}
                for place in range(first, last):
                    number = numbered[place]
                    ids[number] = ids.get(number, 0) | spoken[place]
                yield Read(raw, ids, classes[start:stop])

    def _find_ids(self, found: Found) -> tuple[Numbers, Numbers, Numbers]:
        """(row, word of the lexicon, languages) of what the words read as, in the order of their readings."""
        is_known, places = self._forms.find(found.hashes)
        kinds, ranks, languages = found.kinds[is_known], found.ranks[is_known], found.languages[is_known]
        stems, names = np.flatnonzero(kinds & STEM), np.flatnonzero((kinds & NAME != 0) & (self._numbers[places] >= 0))
        which, numbers = self._stems.spread(places[stems])
        which = np.concatenate([stems[which], names])
        numbers = np.concatenate([numbers, self._numbers[places[names]]])
        order = np.argsort(ranks[which], kind="stable")
        which = which[order]
        return ranks[which] >> 8, numbers[order], languages[which]

    def _find_alike(self, words: Columns, found: Found, least: int) -> Numbers:
        """Pairs of words and the classes that they sound like when they are cut to the length of a reading."""
        sounds = Sounds(words)
        rows = found.ranks >> 8
        names = np.flatnonzero((found.kinds & NAME != 0) & (sounds.is_doubled[rows] | (found.sizes >= least)))
        rows = rows[names]
        sizes = np.minimum(found.sizes[names], words.sizes[rows])
        is_known, places = self._skeletons.find(sounds.hashes[sizes, rows])
        return _pair(rows[is_known], self._classes[places])

    def _find_soft(self, found: Found) -> Numbers:
        """Pairs of words and the classes of what they stand for: Joe, Joseph."""
        is_known, places = self._soft_forms.find(found.hashes)
        names = np.flatnonzero(found.kinds[is_known] & NAME)
        which, classes = self._soft.spread(places[names])
        return _pair(found.ranks[is_known][names][which] >> 8, classes)


def _pair(rows: Numbers, classes: Numbers) -> Numbers:
    return rows << BITS | classes


class _Lists:
    """Lists of numbers, one behind the other."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self._sizes = np.fromiter(map(len, lists), np.int64, len(lists))
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._numbers = np.fromiter(chain.from_iterable(lists), np.int64)

    def spread(self, places: Numbers) -> tuple[Numbers, Numbers]:
        """All numbers of these lists, and for each of them which of `places` it comes from."""
        sizes = self._sizes[places]
        which = np.repeat(np.arange(len(places)), sizes)
        inside = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return which, self._numbers[self._starts[places][which] + inside]

"""Readings of many words at once, as columns of numpy: what `find_readings` finds, in a fifth of its time. Pure.

Every beginning of a word has a polynomial hash of 64 bits, so that the hash of any ending, and of a beginning with other letters
behind it, is one multiplication away. Words are looked up in sorted hashes of the names, of their stems and of their sounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.matching.morphology import CONSONANTS, LONGEST, NAME, SHORTEST, SHORTEST_STEM, STEM, load_tables
from monitor.matching.spelling import ALIKE

Numbers = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Flags = NDArray[np.bool_]

BASE = np.uint64(0x9E3779B97F4A7C15)  # odd; the golden ratio of Fibonacci hashing
MOST_AT_ONCE = 8192  # words of a table that are hashed together: some 3 MB
POWERS = np.cumprod(np.concatenate(([np.uint64(1)], np.full(LONGEST + SHORTEST, BASE))), dtype=np.uint64)


class Columns:
    """Words as columns: letters, and the hash of every beginning, row 0 that of none."""

    def __init__(self, words: Sequence[str]) -> None:
        count = len(words)
        self.sizes = np.fromiter(map(len, words), np.int64, count)
        longest = int(self.sizes.max(initial=1))
        letters = np.zeros((count, longest), np.uint16)
        codes = np.frombuffer("".join(words).encode("utf-16-le", "surrogatepass"), np.uint16)
        letters[np.arange(longest) < self.sizes[:, None]] = codes
        self.letters = np.ascontiguousarray(letters.T)
        self.hashes = np.zeros((longest + 1, count), np.uint64)
        for place, row in enumerate(self.letters):
            self.hashes[place + 1] = self.hashes[place] * BASE + row

    def heads(self, rows: Numbers, sizes: Numbers) -> Hashes:
        """Hashes of the beginnings of these sizes."""
        hashes: Hashes = self.hashes[sizes, rows]
        return hashes

    def tails(self, rows: Numbers, ends: Numbers, size: int) -> Hashes:
        """Hashes of the `size` letters before these ends."""
        hashes: Hashes = self.hashes[ends, rows] - self.hashes[ends - size, rows] * POWERS[size]
        return hashes


class Sounds:
    """The same words by sound, doubled sounds made one: hashes of all beginnings."""

    def __init__(self, words: Columns) -> None:
        sounds = _ALIKE[words.letters]
        is_new = np.ones(sounds.shape, np.bool_)
        is_new[1:] = sounds[1:] != sounds[:-1]
        self.hashes = np.zeros_like(words.hashes)
        for place, row in enumerate(sounds):
            last = self.hashes[place]
            self.hashes[place + 1] = np.where(is_new[place], last * BASE + row, last)
        inside = np.arange(len(sounds))[:, None] < words.sizes
        self.is_doubled: Flags = np.any(~is_new & inside, axis=0)


class Found(NamedTuple):
    """Readings as columns: hash, letters, NAME or STEM or both, languages as bits, and the word with the place among its readings."""

    hashes: Hashes
    sizes: Numbers
    kinds: Numbers
    languages: Numbers
    ranks: Numbers  # word << 8 | letters of the ending << 4 | number


class Stems(NamedTuple):
    """Words without an ending: word, letters that remain, languages of the ending, rank."""

    rows: Numbers
    sizes: Numbers
    languages: Numbers
    ranks: Numbers


class Table:
    """Words by hash, to be looked up many at a time."""

    def __init__(self, words: Sequence[str]) -> None:
        hashes = _hash(words)
        self.places = np.argsort(hashes)
        self._hashes = np.append(hashes[self.places], np.uint64(0))  # one more, for what is larger than all

    def find(self, hashes: Hashes) -> tuple[Flags, Numbers]:
        """Which of these are in the table, and the places of those that are, in the list that it was made of."""
        order = np.searchsorted(self._hashes[:-1], hashes)
        is_known = self._hashes[order] == hashes
        return is_known, self.places[order[is_known]]


def _hash(words: Sequence[str]) -> Hashes:
    """Hashes of whole words, some thousands at a time to save memory."""
    parts = [Columns(words[start : start + MOST_AT_ONCE]) for start in range(0, len(words), MOST_AT_ONCE)]
    return np.concatenate(
        [part.heads(np.arange(len(part.sizes)), part.sizes) for part in parts] or [np.zeros(0, np.uint64)]
    )


def find_all_readings(words: Columns) -> Found:
    """What `find_readings` finds for each of many folded words, none of them Arabic or Hebrew."""
    rows, sizes = np.arange(len(words.sizes)), words.sizes
    whole = Found(
        words.heads(rows, sizes), sizes, np.full(rows.shape, NAME), np.full(rows.shape, load_tables().every), rows << 8
    )
    parts = list(_cut_endings(words))
    stems = Stems(*map(np.concatenate, zip(*(stems for stems, _ in parts), strict=True)))
    cut = Found(
        words.heads(stems.rows, stems.sizes),
        stems.sizes,
        np.concatenate([kinds for _, kinds in parts]),
        stems.languages,
        stems.ranks,
    )
    long = np.flatnonzero(stems.sizes >= SHORTEST_STEM)
    stems = Stems(*(column[long] for column in stems))
    found = (whole, cut, *_find_changes(words, stems), *_find_fleeting(words, stems))
    return Found(*map(np.concatenate, zip(*found, strict=True)))


def _cut_endings(words: Columns) -> Iterator[tuple[Stems, Numbers]]:
    """Stems and their kinds, by length of the ending."""
    rows = np.arange(len(words.sizes))
    endings = _load_endings()
    for length in range(1, LONGEST + 1):
        rows = rows[words.sizes[rows] >= length + SHORTEST]
        is_ending, places = endings.table.find(words.tails(rows, words.sizes[rows], length))
        rows = rows[is_ending]
        sizes = words.sizes[rows] - length
        last = words.letters[sizes - 1, rows]
        is_doubled = words.letters[sizes, rows] == last
        languages = endings.languages[places] | np.where(is_doubled, endings.doubled[places], 0)
        names: Numbers = np.where(endings.is_feminine[places] & _IS_CONSONANT[last], 0, NAME)
        kinds = names | np.where((sizes >= SHORTEST_STEM) | endings.is_vowel[places], STEM, 0)
        spoken = np.flatnonzero(languages)
        ranks = rows[spoken] << 8 | length << 4
        yield Stems(rows[spoken], sizes[spoken], languages[spoken], ranks), kinds[spoken]


def _find_changes(words: Columns, stems: Stems) -> Iterator[Found]:
    """Stems before a sound change: Dudzi, Duda."""
    for width, changes in _load_changes():
        is_changed, places = changes.table.find(words.tails(stems.rows, stems.sizes, width))
        mine = np.flatnonzero(is_changed)
        heads = words.heads(stems.rows[mine], stems.sizes[mine] - width)
        for number in range(changes.sizes.shape[1]):
            added, spoken = changes.sizes[places, number], changes.languages[places, number] & stems.languages[mine]
            sizes = stems.sizes[mine] - width + added
            hashes = heads * POWERS[added] + changes.hashes[places, number]
            ranks = stems.ranks[mine] + (2 * width + number)
            fits = np.flatnonzero((spoken != 0) & (sizes >= SHORTEST_STEM))
            kinds, languages = np.full(fits.shape, NAME | STEM), spoken[fits]
            yield Found(hashes[fits], sizes[fits], kinds, languages, ranks[fits])


def _find_fleeting(words: Columns, stems: Stems) -> Iterator[Found]:
    """Stems with the vowel that is gone from before the last consonant: Павл, Павел."""
    languages = stems.languages & load_tables().fleeting
    last, before = words.letters[stems.sizes - 1, stems.rows], words.letters[stems.sizes - 2, stems.rows]
    is_soft = before == ord("ь")
    fits = np.flatnonzero((languages != 0) & _IS_CONSONANT[last] & (_IS_CONSONANT[before] | is_soft))
    is_cyrillic = last[fits] >= 0x400
    for mine, vowels in ((fits[is_cyrillic], "ео"), (fits[~is_cyrillic], "eoa")):
        kept = stems.sizes[mine] - 1 - is_soft[mine]
        heads = words.heads(stems.rows[mine], kept)
        for number, vowel in enumerate(vowels, 12):
            hashes = (heads * BASE + np.uint64(ord(vowel))) * BASE + last[mine]
            kinds = np.full(mine.shape, NAME)
            yield Found(hashes, kept + 2, kinds, languages[mine], stems.ranks[mine] + number)


class _Endings(NamedTuple):
    """endings.toml as columns."""

    table: Table
    languages: Numbers
    doubled: Numbers
    is_feminine: Flags
    is_vowel: Flags


@cache
def _load_endings() -> _Endings:
    endings = load_tables().endings
    languages, doubled, is_feminine, is_vowel = map(np.array, zip(*endings.values(), strict=True))
    return _Endings(Table(list(endings)), languages, doubled, is_feminine, is_vowel)


class _Changes(NamedTuple):
    """Sound changes of stems that end in so many letters; a row has those of one ending, empty ones behind."""

    table: Table
    hashes: Hashes
    sizes: Numbers
    languages: Numbers


@cache
def _load_changes() -> tuple[tuple[int, _Changes], ...]:
    """By number of letters."""
    known = {last: changes for last, changes in load_tables().changes.items() if changes}
    return tuple((width, _tabulate({k: v for k, v in known.items() if len(k) == width})) for width in (1, 2, 3))


def _tabulate(changes: dict[str, tuple[tuple[str, int], ...]]) -> _Changes:
    shape = (len(changes), max(map(len, changes.values())))
    found = _Changes(
        Table(list(changes)), np.zeros(shape, np.uint64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    )
    for row, pairs in enumerate(changes.values()):
        found.hashes[row, : len(pairs)] = _hash([was for was, _ in pairs])
        found.sizes[row, : len(pairs)] = [len(was) for was, _ in pairs]
        found.languages[row, : len(pairs)] = [languages for _, languages in pairs]
    return found


def _mark(letters: Iterable[str]) -> Flags:
    flags = np.zeros(0x10000, np.bool_)
    flags[[ord(letter) for letter in letters]] = True
    return flags


_IS_CONSONANT = _mark(CONSONANTS)
_ALIKE = np.arange(0x10000, dtype=np.uint16)
_ALIKE[list(ALIKE)] = [ord(sound) for sound in ALIKE.values()]

"""Copies: which held article has the same text, or most of it? A value that grows; no I/O.

Every second hash of the word shingles is kept, chosen by the hash itself (FracMinHash): so the share of one text that stands in
another can be counted, not only their likeness, and a wire that is quoted whole inside a longer article is found.
Source: Irber et al. 2022 (containment from scaled MinHash); Broder 1997 (shingles).
"""

from __future__ import annotations

import functools
import zlib
from collections import Counter
from typing import NamedTuple

import numpy as np

from monitor.text import UNSPACED_CHARS, find_words, fold

WORDS, CHARACTERS = 3, 5  # of a shingle, in scripts with and without spaces
SCALE = 2  # one hash in two is kept
MOST_UNITS = 3000  # words or characters of an article; a book has a copy when its beginning has
LEAST_SHINGLES = 8  # fewer say nothing
WIDESPREAD = 60  # holders of a shingle from which it is boilerplate
OF_NEW = 0.5  # share of the new text that stands in the other: with 30 % of the sentences replaced 60 to 68 % remain
OF_OLD, OF_NEW_QUOTED = 0.8, 0.4  # a wire quoted whole, and the least share of the text that quotes it
Sketch = tuple[int, ...]


class Copied(NamedTuple):
    article_id: int
    of_new: float  # share of the new text that stands in that article
    of_old: float


class CopyIndex:
    """Sketches of the held articles by hash."""

    def __init__(self) -> None:
        self._sketches: dict[int, Sketch] = {}
        self._by_hash: dict[int, list[int]] = {}

    def find(self, sketch: Sketch) -> list[Copied]:
        """The held articles that the text is a copy of, the nearest first."""
        if len(sketch) < LEAST_SHINGLES:
            return []
        shared: Counter[int] = Counter()
        told = 0
        for value in sketch:
            holders = self._by_hash.get(value, ())
            if len(holders) <= WIDESPREAD:
                told += 1
                shared.update(holders)
        found = []
        for article_id, count in shared.most_common(3) if told else ():
            copied = Copied(article_id, count / told, count / len(self._sketches[article_id]))
            if is_copy(copied):
                found.append(copied)
        return found

    def add(self, article_id: int, sketch: Sketch) -> None:
        """Holds a sketch; one that is held already is replaced."""
        self.drop(article_id)
        self._sketches[article_id] = sketch
        for value in sketch:
            self._by_hash.setdefault(value, []).append(article_id)

    def drop(self, article_id: int) -> None:
        """Lets go of an article; of one that is not held, nothing."""
        for value in self._sketches.pop(article_id, ()):
            holders = self._by_hash[value]
            holders.remove(article_id)
            if not holders:
                del self._by_hash[value]


def is_copy(copied: Copied) -> bool:
    """Most of the new text is known, or it quotes a whole wire and adds little."""
    return copied.of_new >= OF_NEW or (copied.of_old >= OF_OLD and copied.of_new >= OF_NEW_QUOTED)


def read_sketch(headline: str, body: str) -> Sketch:
    """Hashes of a text's shingles, sorted; the headline takes part only where there is hardly a body."""
    text = fold(body[: MOST_UNITS * 12])
    if len(text) < 60:
        text = f"{fold(headline)} {text}"
    words = [text[start:end] for start, end in find_words(text)][:MOST_UNITS]
    runs = "".join(word for word in words if UNSPACED_CHARS.match(word))
    if 2 * len(runs) > sum(map(len, words)):
        units, size = (
            np.frombuffer(runs[:MOST_UNITS].encode("utf-32-le"), dtype=np.uint32).astype(np.uint64),
            CHARACTERS,
        )
    else:
        units, size = np.fromiter(map(_hash_word, words), dtype=np.uint64, count=len(words)), WORDS
    return _sample(units, size)


def _sample(units: np.ndarray, size: int) -> Sketch:
    """A polynomial of each run of `size` units, mixed; one in SCALE is kept."""
    count = len(units) - size + 1
    if count <= 0:
        return ()
    values = np.zeros(count, dtype=np.uint64)
    for offset in range(size):
        values = values * np.uint64(0x9E3779B97F4A7C15) + units[offset : offset + count]
    values ^= values >> np.uint64(29)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(32)
    kept = np.unique(values if count < 4 * LEAST_SHINGLES else values[values % np.uint64(SCALE) == 0])
    return tuple(kept.tolist())


@functools.lru_cache(maxsize=65536)
def _hash_word(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))

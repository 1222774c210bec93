"""Copies: which held article has the same text, or most of it? A value that grows; no I/O.

Every second hash of the word shingles is kept, chosen by the hash itself (FracMinHash): so the share of one text that stands in
another can be counted, not only their likeness, and a wire that is quoted whole inside a longer article is found.
Source: Irber et al. 2022 (containment from scaled MinHash); Broder 1997 (shingles).
"""

from __future__ import annotations

import functools
import itertools
import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.stories.holders import Hashes, HashHolders
from monitor.stories.said import NOTHING, Codes, count_common, to_codes
from monitor.text import UNSPACED_CHARS

WORDS, CHARACTERS = 3, 5  # of a shingle, in scripts with and without spaces
SCALE = 2  # one hash in two is kept
MOST_UNITS = 3000  # words or characters of an article; a book has a copy when its beginning has
LEAST_SHINGLES = 8  # fewer say nothing
NEAREST = 3  # articles that are compared
WIDESPREAD = 30  # originals that hold it, of a shingle from which it is boilerplate
OF_NEW = 0.54  # share of the new text that stands in the other
OF_BOTH = 0.44  # share of both, where neither is much longer: one was made from the other
# Or this share, when so many whole sentences stand there: long sentences may be the ones replaced.
OF_NEW_SENTENCES, OF_SENTENCES = 0.2, 0.6
LEAST_SENTENCES = 4
LEAST_SENTENCE = 12  # characters; shorter ones stand anywhere
OF_NEW_KIN, OF_SENTENCES_KIN = 0.2, 0.2  # shares of the text and of the sentences that a follow-up repeats
OF_OLD, OF_NEW_QUOTED = 0.8, 0.4  # a wire quoted whole, and the least share of the text that quotes it


class Sketch(NamedTuple):
    """Hashes of shingles, and of whole sentences; sorted, each once."""

    shingles: Hashes = np.empty(0, dtype=np.uint64)
    sentences: Codes = NOTHING


class Copied(NamedTuple):
    article_id: int
    of_new: float  # share of the new text that stands in that article
    of_old: float
    of_sentences: float  # share of the new sentences that stand there word for word


class Held(NamedTuple):
    """What is kept of a sketch beside its hashes; `number` is the article's in order of arrival."""

    number: int
    shingles: int
    sentences: Codes


class CopyIndex:
    """Sketches of the held articles, and the articles by hash."""

    def __init__(self) -> None:
        self._sketches: dict[int, Held] = {}
        self._articles: dict[int, int] = {}  # number → article
        self._holders = HashHolders(WIDESPREAD + 1)
        self._oldest = self._next = 0  # numbers: of the first article held, of the next one

    def find(self, sketch: Sketch) -> list[Copied]:
        """The held articles that the text is a copy of, the nearest first."""
        return [copied for copied in self.find_near(sketch) if is_copy(copied)]

    def find_near(self, sketch: Sketch) -> list[Copied]:
        """The held articles that share most text, copies or not, the nearest first and the oldest of equals."""
        if len(sketch.shingles) < LEAST_SHINGLES:
            return []
        indexes, numbers = self._holders.find(sketch.shingles)
        is_rare = np.bincount(indexes, minlength=len(sketch.shingles)) <= WIDESPREAD
        counts = np.bincount(numbers[is_rare[indexes]] - self._oldest)
        others = np.flatnonzero(counts)
        others = others[np.argsort(-counts[others], kind="stable")]
        shared = zip((others + self._oldest).tolist(), counts[others].tolist(), strict=True)
        nearest = itertools.islice((pair for pair in shared if pair[0] in self._articles), NEAREST)
        told = int(np.count_nonzero(is_rare))
        return [self._compare(sketch, self._articles[number], count, told) for number, count in nearest]

    def add(self, article_id: int, sketch: Sketch) -> None:
        """Holds a sketch; one that is held already is replaced."""
        self.drop(article_id)
        self._sketches[article_id] = Held(self._next, len(sketch.shingles), sketch.sentences)
        self._articles[self._next] = article_id
        self._holders.add(sketch.shingles, self._next)
        self._next += 1

    def drop(self, article_id: int) -> None:
        """Lets go of an article; of one that is not held, nothing."""
        held = self._sketches.pop(article_id, None)
        if held is not None:
            del self._articles[held.number]
            while self._oldest < self._next and self._oldest not in self._articles:
                self._oldest += 1
            self._holders.drop(held.shingles, self._oldest)

    def _compare(self, sketch: Sketch, article_id: int, shared: int, told: int) -> Copied:
        """`shared`: shingles that stand in both; `told`: shingles of the text that are no boilerplate."""
        held = self._sketches[article_id]
        return Copied(
            article_id,
            of_new=shared / told,
            of_old=shared / held.shingles,
            of_sentences=_share(sketch.sentences, held.sentences),
        )


def is_copy(copied: Copied) -> bool:
    """Most of the new text is known; or most of its sentences; or it quotes a whole wire and adds little."""
    return (
        copied.of_new >= OF_NEW
        or min(copied.of_new, copied.of_old) >= OF_BOTH
        or (copied.of_new >= OF_NEW_SENTENCES and copied.of_sentences >= OF_SENTENCES)
        or (copied.of_old >= OF_OLD and copied.of_new >= OF_NEW_QUOTED)
    )


def is_kin(copied: Copied) -> bool:
    """So many whole sentences stand there too that both tell of one thing, though neither is a copy."""
    return copied.of_new >= OF_NEW_KIN and copied.of_sentences >= OF_SENTENCES_KIN


def read_sketch(words: Sequence[str], sentences: Iterable[str] = ()) -> Sketch:
    """The sketch of a text given as its folded words, and its sentences."""
    words = words[:MOST_UNITS]
    runs = "".join(word for word in words if word >= "\u0e00" and UNSPACED_CHARS.match(word))
    if 2 * len(runs) > sum(map(len, words)):
        units = np.frombuffer(runs[:MOST_UNITS].encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
        shingles = _sample(units, CHARACTERS)
    else:
        shingles = _sample(_hash_words(words), WORDS)
    hashes = {hash_sentence(sentence) for sentence in sentences if len(sentence) >= LEAST_SENTENCE}
    return Sketch(shingles, to_codes(hashes))


def hash_sentence(sentence: str) -> int:
    """As in `Sketch.sentences`."""
    return zlib.crc32(sentence.encode("utf-8", "surrogatepass"))


def _share(ours: Codes, theirs: Codes) -> float:
    return count_common(ours, theirs) / len(ours) if len(ours) >= LEAST_SENTENCES else 0.0


def _sample(units: npt.NDArray[np.uint64], size: int) -> Hashes:
    """A polynomial of each run of `size` units, mixed; one in SCALE is kept."""
    count = len(units) - size + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    values = np.zeros(count, dtype=np.uint64)
    for offset in range(size):
        values = values * np.uint64(0x9E3779B97F4A7C15) + units[offset : offset + count]
    values ^= values >> np.uint64(29)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(32)
    kept: Hashes = values if count < 4 * LEAST_SHINGLES else values[values % np.uint64(SCALE) == 0]
    kept.sort()
    is_first = np.append(True, kept[1:] != kept[:-1])[: len(kept)]
    once: Hashes = kept[is_first]  # np.unique does the same, and loads 2 MB of numpy.ma
    return once


def _hash_words(words: Sequence[str]) -> npt.NDArray[np.uint64]:
    """A polynomial of the characters of each word, modulo 2**64: all words at once, by the sums up to where each begins and ends."""
    text = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    powers, inverses = _load_powers(1 << len(text).bit_length())
    sums = np.zeros(len(text) + 1, dtype=np.uint64)
    np.cumsum(text * powers[: len(text)], out=sums[1:])
    ends = np.cumsum(np.fromiter(map(len, words), dtype=np.int64, count=len(words)))
    starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
    return (sums[ends] - sums[starts]) * inverses[starts]


@functools.lru_cache(maxsize=32)
def _load_powers(count: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Powers of an odd number modulo 2**64, from the first on, and of its inverse from the one before the first on."""
    base = 0x9E3779B97F4A7C15
    powers = np.full(count, base, dtype=np.uint64)
    inverses = np.full(count, pow(base, -1, 1 << 64), dtype=np.uint64)
    inverses[0] = 1
    return np.multiply.accumulate(powers), np.multiply.accumulate(inverses)

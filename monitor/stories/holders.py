"""Which articles hold a hash: a table in arrays, made for articles that leave in the order in which they came. A value that grows; no I/O.

A bucket has room for WAYS pairs of a hash and the number of an article, side by side in memory: all hashes of a text are looked up at
once, and none waits for the one before. The pairs of articles that have left are known by their numbers; others are written over them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

WAYS = 16  # pairs in a bucket: the hashes of one fill two lines of a processor's cache
FILLED = (
    0.4  # share of the table from which it is doubled: of evenly spread hashes one in a thousand finds its bucket full
)
LEAST_BUCKETS = 1 << 10
LEAST_SWEPT = 1024  # hashes of full buckets that are looked through for articles that have left
UPPER = np.uint64(32)  # bits that do not tell the bucket: hashes are chosen by their last ones
NOBODY = -1

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]


class HashHolders:
    """Numbers of articles by hash. Numbers grow, and those below the oldest that is held count for nothing.

    `most`: holders of a hash whose bucket is full that are kept, the newest ones.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._hashes = np.zeros((LEAST_BUCKETS, WAYS), dtype=np.uint64)
        self._numbers = np.full((LEAST_BUCKETS, WAYS), NOBODY, dtype=np.int64)
        self._crowded: dict[int, list[int]] = {}  # hash whose bucket was full → its newest holders
        self._swept = LEAST_SWEPT  # of those, from which they are looked through
        self._held = 0  # pairs of articles that are held
        self._oldest = 0

    def find(self, hashes: Hashes) -> tuple[npt.NDArray[np.intp], Numbers]:
        """All pairs (index in `hashes`, number of an article that holds that hash), in no order; hashes without holders give none."""
        buckets = self._find_buckets(hashes)
        places = np.flatnonzero(self._hashes.take(buckets, axis=0) == hashes[:, None])
        indexes = places // WAYS
        numbers = self._numbers.take(buckets[indexes] * WAYS + places % WAYS)
        crowded = [
            (index, number)
            for index, holders in enumerate(map(self._crowded.get, hashes.tolist()))
            if holders
            for number in holders
        ]
        if crowded:
            more = np.array(crowded, dtype=np.int64)
            indexes, numbers = np.concatenate((indexes, more[:, 0])), np.concatenate((numbers, more[:, 1]))
        is_held = numbers >= self._oldest
        return indexes[is_held], numbers[is_held]

    def add(self, hashes: Hashes, number: int) -> None:
        """An article with a number above all others holds these hashes, each once."""
        self._held += len(hashes)
        while self._held > FILLED * self._hashes.size:
            self._double()
        while len(hashes):
            buckets = self._find_buckets(hashes)
            cells = buckets * WAYS + self._numbers.take(buckets, axis=0).argmin(axis=1)
            is_free = self._numbers.take(cells) < self._oldest
            for value in hashes[~is_free].tolist():
                self._crowded[value] = [*self._crowded.get(value, ())[1 - self._most :], number]
            hashes, cells = hashes[is_free], cells[is_free]
            self._hashes.put(cells, hashes)
            self._numbers.put(cells, number)
            hashes = hashes[self._hashes.take(cells) != hashes]  # two of one bucket took one place
        if len(self._crowded) > self._swept:
            self._sweep()

    def drop(self, hashes: int, oldest: int) -> None:
        """An article with so many hashes is let go; articles from the number `oldest` on are held."""
        self._held -= hashes
        self._oldest = oldest

    def _find_buckets(self, hashes: Hashes) -> npt.NDArray[np.intp]:
        return (hashes >> UPPER & np.uint64(len(self._hashes) - 1)).astype(np.intp)

    def _double(self) -> None:
        """A pair stays where it is, or goes as far as the table was long."""
        self._hashes = np.concatenate((self._hashes, self._hashes))
        numbers = np.concatenate((self._numbers, self._numbers))
        is_there = self._find_buckets(self._hashes) == np.arange(len(numbers))[:, None]
        self._numbers = np.where(is_there, numbers, NOBODY)

    def _sweep(self) -> None:
        """Takes the articles that have left out of the lists of full buckets."""
        kept = {
            value: [number for number in holders if number >= self._oldest] for value, holders in self._crowded.items()
        }
        self._crowded = {value: holders for value, holders in kept.items() if holders}
        self._swept = max(2 * len(self._crowded), LEAST_SWEPT)

"""Which articles hold a hash: a table in arrays, made for articles that leave in the order in which they came. A value that grows; no I/O.

A bucket has room for WAYS pairs of a hash and the number of an article, side by side in memory: all hashes of a text are looked up at
once, and none waits for the one before. The pairs of articles that have left are known by their numbers; others are written over them.

Of a hash the upper half is kept. Of two million held ones another one has that half by chance once in two thousand looks: one article in
ten shares one hash of its hundreds with an article that has it not, which is far from a copy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

WAYS = 32  # pairs in a bucket: the hashes of one fill two lines of a processor's cache
FILLED = 0.6  # share of the table from which it grows: of evenly spread hashes two in a thousand find their bucket full
GROWN = 1.25  # times; more leaves more of it empty, less moves what is held more often
LEAST_BUCKETS = 1 << 9
PART = 1 << 12  # buckets that are moved at once when the table grows
LEAST_SWEPT = 1024  # hashes of full buckets that are looked through for articles that have left
UPPER = np.uint64(32)  # bits that are not kept: hashes are chosen by their last ones
NOBODY = 0

Hashes = npt.NDArray[np.uint64]
Tags = npt.NDArray[np.uint32]  # upper halves of hashes
Numbers = npt.NDArray[np.int64]


class HashHolders:
    """Numbers of articles by hash. Numbers grow, from 0 to 2**32 - 2, and those below the oldest that is held count for nothing.

    `most`: holders of a hash whose bucket is full that are kept, the newest ones.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._tags = np.zeros((LEAST_BUCKETS, WAYS), dtype=np.uint32)
        self._numbers = np.full((LEAST_BUCKETS, WAYS), NOBODY, dtype=np.uint32)  # each with one added
        self._crowded: dict[int, list[int]] = {}  # tag whose bucket was full → its newest holders
        self._swept = LEAST_SWEPT  # of those, from which they are looked through
        self._held = 0  # pairs of articles that are held
        self._oldest = 0

    def find(self, hashes: Hashes) -> tuple[npt.NDArray[np.intp], Numbers]:
        """All pairs (index in `hashes`, number of an article that holds that hash), in no order; hashes without holders give none."""
        tags = _to_tags(hashes)
        buckets = self._find_buckets(tags)
        places = np.flatnonzero(self._tags.take(buckets, axis=0) == tags[:, None])
        indexes = places // WAYS
        numbers = self._numbers.take(buckets[indexes] * WAYS + places % WAYS).astype(np.int64) - 1
        crowded = [
            (index, number)
            for index, holders in enumerate(map(self._crowded.get, tags.tolist()))
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
        while self._held > FILLED * self._tags.size:
            self._grow()
        tags = _to_tags(hashes)
        while len(tags):
            buckets = self._find_buckets(tags)
            cells = buckets * WAYS + self._numbers.take(buckets, axis=0).argmin(axis=1)
            is_free = self._numbers.take(cells) <= self._oldest
            for tag in tags[~is_free].tolist():
                self._crowd(tag, number)
            tags, cells = tags[is_free], cells[is_free]
            self._tags.put(cells, tags)
            self._numbers.put(cells, number + 1)
            tags = tags[self._tags.take(cells) != tags]  # two of one bucket took one place
        if len(self._crowded) > self._swept:
            self._sweep()

    def drop(self, hashes: int, oldest: int) -> None:
        """An article with so many hashes is let go; articles from the number `oldest` on are held."""
        self._held -= hashes
        self._oldest = oldest

    def _find_buckets(self, tags: Tags) -> npt.NDArray[np.intp]:
        """In the order of the tags, however many buckets there are."""
        return (tags.astype(np.uint64) * np.uint64(len(self._tags)) >> UPPER).astype(np.intp)

    def _crowd(self, tag: int, number: int) -> None:
        self._crowded[tag] = [*self._crowded.get(tag, ())[1 - self._most :], number]

    def _grow(self) -> None:
        """Makes room in place, and moves the buckets from the last to the first, none of which goes forward."""
        before = len(self._tags)
        for table in (self._tags, self._numbers):
            table.resize((int(before * GROWN), WAYS), refcheck=False)
        for end in range(before, 0, -PART):
            part = slice(max(end - PART, 0), end)
            is_held = self._numbers[part] > self._oldest
            tags, numbers = self._tags[part][is_held], self._numbers[part][is_held]
            self._tags[part], self._numbers[part] = 0, NOBODY
            self._fill(tags, numbers)

    def _fill(self, tags: Tags, numbers: npt.NDArray[np.uint32]) -> None:
        """Puts pairs into buckets of which none but the last holds anything."""
        if not len(tags):
            return
        buckets = self._find_buckets(tags)
        order = np.argsort(buckets, kind="stable")
        tags, numbers, buckets = tags[order], numbers[order], buckets[order]
        ways = np.arange(len(buckets)) - np.searchsorted(buckets, buckets)
        ways[buckets == buckets[-1]] += np.count_nonzero(self._numbers[buckets[-1]])
        has_room = ways < WAYS
        cells = (buckets * WAYS + ways)[has_room]
        self._tags.put(cells, tags[has_room])
        self._numbers.put(cells, numbers[has_room])
        for tag, number in sorted(zip(tags[~has_room].tolist(), numbers[~has_room].tolist(), strict=True)):
            self._crowded[tag] = sorted((*self._crowded.get(tag, ()), number - 1))[-self._most :]

    def _sweep(self) -> None:
        """Takes the articles that have left out of the lists of full buckets."""
        kept = {tag: [number for number in holders if number >= self._oldest] for tag, holders in self._crowded.items()}
        self._crowded = {tag: holders for tag, holders in kept.items() if holders}
        self._swept = max(2 * len(self._crowded), LEAST_SWEPT)


def _to_tags(hashes: Hashes) -> Tags:
    return (hashes >> UPPER).astype(np.uint32)

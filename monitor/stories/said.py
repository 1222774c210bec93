"""Which words have been said, as four bytes a word: the strings of a window would take thirty times as much. Pure.

A word is known by a half of its hash: of two thousand words one more is taken for one of them once in two million.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import compress

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]  # sorted, each once
NOTHING: Codes = np.empty(0, dtype=np.uint32)


def encode(stems: Collection[str]) -> Codes:
    """What is kept of stems. The same only within one process."""
    return _sort(_hash(stems))


def to_codes(values: Collection[int]) -> Codes:
    """What has four bytes already, each value once."""
    codes = np.fromiter(values, dtype=np.uint32, count=len(values))
    codes.sort()
    return codes


def count_common(ours: Codes, theirs: Codes) -> int:
    """How many of ours are among theirs."""
    return sum(_are_among(ours, theirs))


class Said:
    """Has a story said a stem? Those of an article are looked up at once, others one by one."""

    __slots__ = ("_asked", "_codes", "_known")

    def __init__(self, stems: Collection[str], codes: Codes) -> None:
        asked = list(stems)
        self._asked, self._codes = stems, codes
        self._known = frozenset(compress(asked, _are_among(_hash(asked), codes)))

    def __contains__(self, stem: str) -> bool:
        return stem in self._known if stem in self._asked else _are_among(_hash((stem,)), self._codes)[0]

    def find_fresh(self, stems: Iterable[str]) -> list[str]:
        """The stems that it has not said, in order."""
        known, asked = self._known, self._asked
        return [stem for stem in stems if stem not in known and (stem in asked or stem not in self)]


def _hash(stems: Collection[str]) -> Codes:
    return np.fromiter(map(hash, stems), dtype=np.int64, count=len(stems)).astype(np.uint32)


def _sort(codes: Codes) -> Codes:
    codes.sort(kind="stable")  # quick for two sorted runs
    once: Codes = codes[np.append(True, codes[1:] != codes[:-1])[: len(codes)]]
    return once


def _are_among(asked: Codes, codes: Codes) -> list[bool]:
    if not len(codes):
        return [False] * len(asked)
    places = np.minimum(np.searchsorted(codes, asked), len(codes) - 1)
    found: list[bool] = (codes[places] == asked).tolist()
    return found

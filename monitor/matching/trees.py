"""Boosted trees for one row at a time. Pure.

A tree of at most 16 leaves is a set of (feature, threshold, mask): each test that a row fails clears the leaves of its left side; the lowest
bit that is left is the leaf. Source: QuickScorer (Lucchese et al., SIGIR 2015).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAVES = 16
FULL = (1 << LEAVES) - 1
LOWEST = np.array(
    [(left & -left).bit_length() - 1 for left in range(FULL, 0, -1)], np.intp
)  # by the leaves that are cleared


class Trees:
    """Arrays of one forest: `feature`, `threshold`, `mask` are trees × tests, `leaf` is trees × leaves."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._feature = arrays["feature"].astype(np.intp).T.copy()
        self._threshold = arrays["threshold"].astype(np.float64).T.copy()
        self._cleared = ~arrays["mask"].astype(np.uint16).T.copy()
        leaf = arrays["leaf"].astype(np.float64)
        self._leaf = leaf.ravel()
        self._offset = np.arange(len(leaf)) * leaf.shape[1]

    def predict(self, row: Sequence[float]) -> float:
        """The probability of a row."""
        fails = np.array(row, np.float64).take(self._feature) > self._threshold
        cleared = np.bitwise_or.reduce(self._cleared * fails, 0)
        return 1 / (1 + exp(-float(self._leaf.take(LOWEST.take(cleared) + self._offset).sum())))

"""Gradient-boosted trees in numpy: the runtime of the classifier. Pure.

A tree of at most 32 leaves is a set of (feature, threshold, mask): each test that a row fails clears the leaves of its left side;
the lowest bit that is left is the leaf. Source: QuickScorer (Lucchese et al., SIGIR 2015).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
ONE = np.uint32(1)
EXPONENT, BIAS = np.uint32(23), 127  # of a float32, which says which bit a power of two is
NAMES = ("feature", "threshold", "mask", "leaf")
FIRST = 100  # trees of the first model, which judge every row
HOPELESS = -3.0  # sum of the first trees below which no row came above a chance of .1 in training: three of ten rows
DOUBT = (
    3.0  # score of the first model, either way, from which the others are not asked: a chance below .05 or above .95
)
AT_ONCE = 256  # rows; all trees' bits of so many rows stay in the cache


class Trees:
    """Arrays of a forest: `feature`, `threshold`, `mask` are trees × tests, `leaf` is trees × leaves; `models` equal parts of it, one after the other, are learned apart."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._models = int(arrays["models"]) if "models" in arrays else 1
        own = len(arrays["leaf"]) // self._models  # trees of the first model
        self._first = _Part({name: arrays[name][: min(FIRST, own)] for name in NAMES})
        self._rest = _Part({name: arrays[name][FIRST:own] for name in NAMES})
        self._others = _Part({name: arrays[name][own:] for name in NAMES})

    def predict(self, rows: Floats) -> Floats:
        """The probability of each row: of all models where the first one is in doubt; its first trees alone judge what is hopeless by them."""
        score = self._first.add_up(rows)
        is_open = score > HOPELESS
        if len(self._rest) and is_open.any():
            score[is_open] += self._rest.add_up(rows.T[:, is_open].T)
        is_open &= np.abs(score) < DOUBT
        if len(self._others) and is_open.any():
            score[is_open] = (score[is_open] + self._others.add_up(rows.T[:, is_open].T)) / self._models
        return np.asarray(1 / (1 + np.exp(-score)), np.float32)


class _Part:
    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._feature = arrays["feature"].astype(np.int64).T.copy()
        self._threshold = arrays["threshold"].astype(np.float32).T.copy()[:, :, None]
        self._mask = arrays["mask"].astype(np.uint32).T.copy()[:, :, None]
        leaf = arrays["leaf"].astype(np.float32)
        self._leaf = leaf.ravel()
        self._offset = (np.arange(len(leaf)) * leaf.shape[1])[:, None]

    def __len__(self) -> int:
        return len(self._offset)

    def add_up(self, rows: Floats) -> Floats:
        """The sum over these trees of the leaf that each row falls into."""
        score = np.empty(len(rows), np.float32)
        columns = np.ascontiguousarray(rows.T)
        for start in range(0, len(rows), AT_ONCE):
            bits = self._find_leaves(columns[:, start : start + AT_ONCE])
            lowest = (bits & (~bits + ONE)).astype(np.float32)
            leaf = (lowest.view(np.uint32) >> EXPONENT).astype(np.int64) - BIAS
            score[start : start + AT_ONCE] = self._leaf[leaf + self._offset].sum(0)
        return score

    def _find_leaves(self, part: Floats) -> NDArray[np.uint32]:
        """A bit for each leaf that a row may still fall into, trees × rows; the steps write into arrays that are there."""
        shape = (self._feature.shape[1], part.shape[1])
        bits = np.full(shape, 0xFFFFFFFF, np.uint32)
        values, is_above, left = np.empty(shape, np.float32), np.empty(shape, np.bool_), np.empty(shape, np.uint32)
        for feature, threshold, mask in zip(self._feature, self._threshold, self._mask, strict=True):
            np.take(part, feature, 0, out=values, mode="clip")
            np.greater(values, threshold, out=is_above)
            np.subtract(is_above.view(np.uint8), ONE, out=left)
            np.bitwise_or(left, mask, out=left)
            np.bitwise_and(bits, left, out=bits)
        return bits

"""Gradient-boosted trees in numpy: the runtime of the classifier. Pure.

A tree of at most 32 leaves is a set of (feature, threshold, mask): each test that a row fails clears the leaves of its left side;
the lowest leaf that is left is the row's. Source: QuickScorer (Lucchese et al., SIGIR 2015).
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
CELLS = 64_000  # values of a step: half of the time of small pages was the calls


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
    """Trees of one part: row k × trees + t of the arrays is the k-th test of tree t."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._trees, self._tests = map(int, arrays["feature"].shape)
        self._feature = arrays["feature"].astype(np.int64).T.ravel()
        self._threshold = arrays["threshold"].astype(np.float32).T.reshape(-1, 1)
        self._cleared = ~arrays["mask"].astype(np.uint32).T.reshape(-1, 1)
        leaf = arrays["leaf"].astype(np.float32)
        self._leaf = leaf.ravel()
        self._offset = (np.arange(len(leaf)) * leaf.shape[1])[:, None]

    def __len__(self) -> int:
        return self._trees

    def add_up(self, rows: Floats) -> Floats:
        """The sum over these trees of the leaf that each row falls into."""
        score = np.empty(len(rows), np.float32)
        columns = np.ascontiguousarray(rows.T)
        for start in range(0, len(rows), AT_ONCE):
            cleared = self._clear_leaves(columns[:, start : start + AT_ONCE])
            lowest = ((cleared + ONE) & ~cleared).astype(np.float32)
            leaf = (lowest.view(np.uint32) >> EXPONENT).astype(np.int64) - BIAS
            score[start : start + AT_ONCE] = self._leaf.take(leaf + self._offset).sum(0)
        return score

    def _clear_leaves(self, part: Floats) -> NDArray[np.uint32]:
        """A bit for each leaf that a row can no longer fall into, trees × rows; several tests of all trees a step, into arrays that are there."""
        trees, size = self._trees, part.shape[1]
        cleared = np.zeros((trees, size), np.uint32)
        lines = trees * min(self._tests, max(1, CELLS // (trees * size)))
        values, fails, bits = (np.empty((lines, size), kind) for kind in (np.float32, np.bool_, np.uint32))
        for start in range(0, len(self._feature), lines):
            own = slice(start, start + lines)
            count = len(self._threshold[own])
            np.take(part, self._feature[own], 0, out=values[:count], mode="clip")
            np.greater(values[:count], self._threshold[own], out=fails[:count])
            np.multiply(fails[:count], self._cleared[own], out=bits[:count])
            step = bits[:count].reshape(-1, trees, size)
            cleared |= step[0] if len(step) == 1 else np.bitwise_or.reduce(step, axis=0)
        return cleared

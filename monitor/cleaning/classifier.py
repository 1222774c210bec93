"""Which blocks of a page are the article: learned trees over the blocks, a threshold relative to the page. Pure.

The weights ship beside this file; benchmarks/train_cleaner.py makes them.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.cleaning.blocks import Blocks
from monitor.cleaning.containers import LINKED, MENU_WORDS, Floats, NameScores, is_near
from monitor.cleaning.features import COLUMNS, Said, measure_blocks
from monitor.cleaning.trees import Trees

WEIGHTS = Path(__file__).with_name("weights.npz")
Mask = NDArray[np.bool_]
PLACE = {name: place for place, name in enumerate(COLUMNS)}
FLOOR = 0.25  # a page without any block above it keeps what is near its best one
SHARE = 0.68  # of the mean probability of the best 60 % of the text
SURE = 0.85  # below it a pointer or a service line is cut


class Classifier:
    """Probabilities for the blocks of a page."""

    def __init__(self, names: NameScores, trees: Trees) -> None:
        self.names, self.trees = names, trees

    def judge(self, blocks: Blocks, said: Said) -> tuple[Floats, Floats]:
        """Features and probability of each block; pure short link text is never judged: 0."""
        rows = measure_blocks(blocks, said, self.names)
        chances = np.zeros(len(rows), np.float32)
        judged = find_candidates(rows)
        if judged.any():
            chances[judged] = self.trees.predict(rows.T[:, judged].T)
        return rows, chances


@functools.cache
def load_classifier() -> Classifier:
    """The classifier with the weights that ship."""
    with np.load(WEIGHTS) as arrays:
        return to_classifier({key: arrays[key] for key in arrays.files})


def to_classifier(arrays: Mapping[str, NDArray[Any]]) -> Classifier:
    """A classifier from its arrays: names and their scores, the trees (see trees.py)."""
    names = dict(zip(arrays["names"].tolist(), arrays["scores"].tolist(), strict=True))
    return Classifier(NameScores(names), Trees(arrays))


def find_candidates(rows: Floats) -> Mask:
    """Blocks that may be text: no pure short link text outside of the article's container."""
    near = is_near(rows[:, PLACE["grand_link"]], rows[:, PLACE["grand_prose"]], rows[:, PLACE["in_best"]])
    return np.asarray((rows[:, PLACE["link"]] <= LINKED) | (rows[:, PLACE["words"]] >= MENU_WORDS) | near)


def choose_blocks(rows: Floats, chances: Floats, share: float = SHARE, own: Floats | None = None) -> Mask:
    """The blocks to keep. `own`: the classifier's chances, where `chances` have another opinion in them."""
    if not len(chances):
        return np.zeros(0, bool)
    words = rows[:, PLACE["words"]]
    chosen = _above_share(chances, words, share)
    service = (rows[:, PLACE["service"]] > 0) & (words <= 25)
    sure = chances if own is None else own
    doubtful = ((rows[:, PLACE["pointer"]] > 0) | service) & (sure < SURE)
    return np.asarray(chosen & ~doubtful)


def _above_share(chances: Floats, words: Floats, share: float) -> Mask:
    if not (chances >= FLOOR).any():
        return np.asarray((chances >= chances.max() * 0.7) & (chances > 0.02))
    order = np.argsort(-chances)
    mass = (words * chances)[order]
    part = np.cumsum(mass) / (mass.sum() + 1e-6)
    best = order[: max(1, int(np.searchsorted(part, 0.6)) + 1)]
    mean = float((chances[best] * words[best]).sum() / (words[best].sum() + 1e-6))
    return np.asarray(chances >= share * mean)

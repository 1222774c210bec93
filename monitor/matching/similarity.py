"""Are two spellings one name? Compared by sound, across scripts. Pure.

Source: weights learned from name parts of Wikidata in many scripts (docs/decisions/0007-name-similarity.md), measured on pairs of
politicians' names in 20 languages (docs/matching.md).
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np

from monitor.matching.likeness import Costs, compare, is_hopeless, pair_words
from monitor.matching.sounds import order, sound_out
from monitor.matching.trees import Trees

WEIGHTS = "weights.npz"
UNLIKE = 0.01  # names of which no two words are alike: their share of true pairs in training


class Weights(NamedTuple):
    """What was learned: evidence of letters and edits by place of the script, and the trees."""

    costs: tuple[Costs, ...]
    trees: Trees


def similarity(a: str, b: str) -> float:
    """How likely two spellings are one person's name, in [0, 1]; .75 and more is probably one name, .92 nearly surely."""
    one, other = order(sound_out(a), sound_out(b))
    if not one.words or not other.words or a == b:
        return 1.0 if a and a == b else 0.0
    pairs = pair_words(one, other)
    if is_hopeless(one, pairs):
        return UNLIKE
    costs, trees = load_weights()
    return trees.predict(compare(one, other, pairs, costs[one.script]))


@cache
def load_weights() -> Weights:
    """The weights that ship."""
    with resources.files("monitor.matching").joinpath(WEIGHTS).open("rb") as file, np.load(file) as arrays:
        edits = arrays["edits"].tolist()
        costs = tuple(dict(zip(edits, row, strict=True)) for row in arrays["costs"].astype(float).tolist())
        return Weights(costs, Trees({name: arrays[name] for name in ("feature", "threshold", "mask", "leaf")}))

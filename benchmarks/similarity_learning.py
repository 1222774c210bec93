"""Learning for train_similarity.py: weights of letters and edits by script, and the trees over the features of two names."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import scipy.sparse as sparse
from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein
from scipy.optimize import minimize
from similarity_names import Group

from monitor.matching.likeness import FEATURES, compare, pair_words
from monitor.matching.sounds import LATIN, SCRIPTS, order, sound_out

Costs = dict[int, dict[str, float]]
Floats = np.ndarray
Rows = tuple[Floats, Floats, Floats]
KINDS_OF_EDIT = ("replace", "insert", "delete")
SHARED_L2, OWN_L2 = 1.0, 3.0  # a script's own weights are kept near those of all
LEAVES = 16
SURE = 0.993  # precision at .92 on held-out names; with .99 the benchmark's pairs had .987 there, so one constant knows them
MOST = 14_000  # spellings of one script


def learn_costs(groups: list[Group], seed: int) -> Costs:
    """Weights by script: logistic regression on words of one group against the words that look most like them."""
    rng = random.Random(seed)
    keys: dict[str, int] = {}
    columns: list[list[int]] = []
    scripts, labels = [], []
    for script in range(len(SCRIPTS)):
        for one, other, label in _word_pairs(groups, script, rng):
            columns.append([keys.setdefault(key, len(keys)) for key in edit_keys(one, other)])
            scripts.append(script)
            labels.append(label)
    weights = _fit(columns, np.array(scripts), np.array(labels, float), len(keys))
    shared, own = weights[: len(keys)], weights[len(keys) :].reshape(len(SCRIPTS), len(keys))
    seen = np.zeros(len(keys), int)
    for row in columns:
        seen[row] += 1
    return {
        script: {key: round(float(shared[i] + own[script, i]), 3) for key, i in keys.items() if seen[i] > 3}
        for script in range(len(SCRIPTS))
    }


def edit_keys(word: str, theirs: str) -> Iterator[str]:
    """What monitor.matching.likeness.weigh adds up."""
    yield ""
    yield from word
    for kind, i, j in Levenshtein.editops(word, theirs).as_list():
        yield word[i] + theirs[j] if kind == "replace" else f"{word[i]}-" if kind == "delete" else f"+{theirs[j]}"
        if i == 0 or j == 0:
            yield kind


def _word_pairs(groups: list[Group], script: int, rng: random.Random) -> Iterator[tuple[str, str, int]]:
    pairs = []
    for group in groups:
        if script not in group or (script == LATIN and len(group[LATIN]) < 2):
            continue
        pairs.append(
            (
                _join(rng.choice(group[script])),
                _join(group[LATIN][0] if rng.random() < 0.5 else rng.choice(group[LATIN])),
            )
        )
    rng.shuffle(pairs)
    pairs = [(one, other) for one, other in pairs[:MOST] if Indel.normalized_similarity(one, other) > 0.25]
    pool = sorted({other for _, other in pairs[:4000]})
    for start in range(0, len(pairs), 1000):
        part = pairs[start : start + 1000]
        scores = process.cdist([one for one, _ in part], pool, scorer=Indel.normalized_similarity, workers=2)
        for (one, other), row in zip(part, scores, strict=True):
            yield one, other, 1
            near = [pool[k] for k in np.argpartition(-row, 8)[:8]]
            for false in rng.sample([word for word in near if word != other], 2):
                yield one, false, 0
            yield one, rng.choice(pool), 0


def _join(form: str) -> str:
    return "".join(sound_out(form).words)


def _fit(columns: list[list[int]], scripts: np.ndarray, labels: np.ndarray, size: int) -> np.ndarray:
    indptr = np.cumsum([0, *map(len, columns)])
    flat = np.concatenate([np.array(row) for row in columns])
    shared = sparse.csr_matrix((np.ones(len(flat)), flat, indptr), shape=(len(columns), size))
    own = flat + np.repeat(scripts, np.diff(indptr)) * size
    matrix = sparse.hstack(
        [shared, sparse.csr_matrix((np.ones(len(flat)), own, indptr), shape=(len(columns), size * len(SCRIPTS)))]
    ).tocsr()
    penalty = np.concatenate([np.full(size, SHARED_L2), np.full(size * len(SCRIPTS), OWN_L2)])
    sign = 2 * labels - 1

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (matrix @ weights)
        slope = -sign / (1 + np.exp(np.clip(margin, -50, 50)))
        value = np.logaddexp(0, -margin).sum() + 0.5 * (penalty * weights**2).sum()
        return value, matrix.T @ slope + penalty * weights

    return minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 150}).x


def to_rows(pairs: Iterable[tuple[int, str, str, int]], costs: Costs) -> Rows:
    """Features, labels and scripts of made pairs."""
    features, labels, scripts = [], [], []
    for script, mention, canonical, label in pairs:
        one, other = order(sound_out(mention), sound_out(canonical))
        if one.words and other.words:
            features.append(compare(one, other, pair_words(one, other), costs[one.script]))
            labels.append(label)
            scripts.append(script)
    return np.array(features, np.float32), np.array(labels), np.array(scripts)


def train_trees(rows: Rows, trees: int = 100, leaves: int = 15, rate: float = 0.12) -> lightgbm.Booster:
    """Boosted trees."""
    settings = {"objective": "binary", "num_leaves": leaves, "max_depth": 5, "learning_rate": rate, "min_data_in_leaf": 150, "verbose": -1,
                "feature_fraction": 0.5, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "seed": 1, "num_threads": 2}  # fmt: skip
    return lightgbm.train(settings, lightgbm.Dataset(rows[0], rows[1]), trees)


def train_additive(rows: Rows) -> lightgbm.Booster:
    """A sum of curves, one a feature: trees of one test."""
    return train_trees(rows, trees=300, leaves=2)


def train_logistic(rows: Rows) -> Logistic:
    """One weight a feature."""
    return Logistic(rows)


class Logistic:
    """Logistic regression on standardised features."""

    def __init__(self, rows: Rows) -> None:
        self.mean, self.spread = rows[0].mean(0), rows[0].std(0) + 1e-6
        sign, features = 2.0 * rows[1] - 1, self._scale(rows[0])

        def loss(weights: Floats) -> tuple[float, Floats]:
            margin = sign * (features @ weights)
            slope = -sign / (1 + np.exp(np.clip(margin, -50, 50)))
            return np.logaddexp(0, -margin).sum() + (weights**2).sum(), features.T @ slope + 2 * weights

        self.weights = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x

    def _scale(self, features: Floats) -> Floats:
        return np.hstack([(features - self.mean) / self.spread, np.ones((len(features), 1))])

    def predict(self, features: Floats) -> Floats:
        return 1 / (1 + np.exp(-np.clip(self._scale(features) @ self.weights, -50, 50)))


class Evidence:
    """The evidence of letters and edits alone: no model over it."""

    def __init__(self, _: Rows) -> None:
        self.place = FEATURES.index("evidence")

    def predict(self, features: Floats) -> Floats:
        return np.asarray(features[:, self.place] - features[:, FEATURES.index("alone")])


def measure(scores: Floats, labels: Floats) -> tuple[float, float]:
    """The best F1, and the recall at precision .99."""
    order_of = np.argsort(-scores, kind="stable")
    true = np.cumsum(labels[order_of])
    precision, recall = true / np.arange(1, len(true) + 1), true / true[-1]
    last = np.append(np.diff(scores[order_of]) != 0, True)
    sure = recall[last & (precision >= 0.99)]
    return float(np.max(2 * precision * recall / (precision + recall + 1e-9))), float(sure.max()) if len(sure) else 0.0


def to_arrays(model: lightgbm.Booster) -> dict[str, Floats]:
    """The forest as monitor.matching.trees reads it."""
    trees = [_flatten(tree["tree_structure"]) for tree in model.dump_model()["tree_info"]]
    tests = max(len(tree[0]) for tree in trees)
    arrays = {
        "feature": np.zeros((len(trees), tests), np.uint8),
        "threshold": np.full((len(trees), tests), np.inf),
        "mask": np.full((len(trees), tests), 0xFFFF, np.uint16),
        "leaf": np.zeros((len(trees), LEAVES), np.float32),
    }
    for i, (nodes, leaves) in enumerate(trees):
        for k, (feature, threshold, mask) in enumerate(nodes):
            arrays["feature"][i, k], arrays["threshold"][i, k], arrays["mask"][i, k] = feature, threshold, mask
        arrays["leaf"][i, : len(leaves)] = leaves
    return arrays


def _flatten(node: dict[str, Any]) -> tuple[list[tuple[int, float, int]], list[float]]:
    """Tests and leaves of a tree, from left to right."""
    nodes: list[tuple[int, float, int]] = []
    leaves: list[float] = []

    def walk(node: dict[str, Any]) -> None:
        if "leaf_value" in node:
            leaves.append(node["leaf_value"])
            return
        first = len(leaves)
        walk(node["left_child"])
        cleared = (1 << len(leaves)) - (1 << first)
        nodes.append((node["split_feature"], node["threshold"], 0xFFFF & ~cleared))
        walk(node["right_child"])

    walk(node)
    return nodes, leaves


def calibrate(raw: Floats, labels: Floats) -> tuple[float, float]:
    """(scale, shift) of the log-odds so that of the names at .75 and at .92 so many are one person's as the comparer says."""
    odds = np.log(raw / (1 - raw))
    order_of = np.argsort(-raw, kind="stable")
    precision = np.cumsum(labels[order_of]) / np.arange(1, len(raw) + 1)
    sure = odds[order_of][np.flatnonzero(precision >= SURE)[-1]]
    recall = np.cumsum(labels[order_of]) / labels.sum()
    probable = odds[order_of][np.argmax(2 * precision * recall / (precision + recall + 1e-9))]
    scale = (_logit(0.92) - _logit(0.75)) / (sure - probable)
    return float(scale), float(_logit(0.75) - scale * probable)


def _logit(chance: float) -> float:
    return float(np.log(chance / (1 - chance)))


def save(path: Path, costs: Costs, model: lightgbm.Booster, scale: float, shift: float) -> None:
    """Writes weights.npz; scale and shift of the log-odds are within the leaves."""
    arrays = to_arrays(model)
    arrays["leaf"] *= np.float32(scale)
    arrays["leaf"][0] += np.float32(shift)
    edits = list(costs[LATIN])
    table = np.array([[costs[script][edit] for edit in edits] for script in range(len(SCRIPTS))], np.float32)
    np.savez_compressed(path, edits=np.array(edits), costs=table, **arrays)

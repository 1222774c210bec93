"""From labelled blocks to weights: log odds of element names, gradient-boosted trees, the form that trees.py runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import lightgbm as lgb
import numpy as np
from cleaner_pages import MADE

from monitor.cleaning.classifier import find_candidates
from monitor.cleaning.containers import NameScores, split_names
from monitor.cleaning.features import COLUMNS, measure_blocks

TREES = 240  # of a forest
MODELS = 3  # forests
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 31,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.35,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 63,
    "num_threads": 2,
    "verbose": -1,
    "force_col_wise": True,
}
PRIOR = 0.45  # share of text that is article, before a name is known
PAGES_A_SITE = 8  # of which trees learn
EASY = 0.25  # share kept of menus
MADE_WEIGHT = 0.2  # of such a page beside a real one
NAMELESS = 0.2  # share of pages on which half of the trees see no name's score
NAME_COLUMNS = [place for place, name in enumerate(COLUMNS) if "name" in name]


def train(samples, made, *, seed: int, trees: int = TREES) -> dict[str, np.ndarray]:
    """Weights of MODELS forests that differ by their seeds: what one of them sees in few pages, the others seldom see.

    A page's own site never takes part in the name scores that its features see.
    """
    sums, by_site = count_names(samples)
    names = score_names(sums, {})
    kept = {name: round(value, 3) for name, value in sorted(names.items()) if abs(value) > 0.15}
    seeds = range(MODELS * seed, MODELS * (seed + 1))
    forests = [export_trees(_learn(samples, made, sums, by_site, one, trees)) for one in seeds]
    return {
        **join_forests(forests),
        "names": np.array(list(kept)),
        "scores": np.array(list(kept.values()), np.float32),
    }


def _learn(samples, made, sums, by_site, seed: int, trees: int):
    """Two models of one forest: one learns from the pages alone, one from `made` pages too, and from pages without names."""
    rng = np.random.default_rng(seed)
    real = list(_measure(samples, sums, by_site, rng))
    more = [*_hide_names(real, rng), *_hide_names(_measure(made, sums, {}, rng), rng)]
    return [_fit(real, seed, trees // 2), _fit(more, seed, trees // 2)]


def join_forests(forests: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """One after the other, all as wide as the widest; a test that no row fails fills a tree up."""
    widest = max(forest["leaf"].shape[1] for forest in forests)
    filling = {"feature": 0, "threshold": np.inf, "mask": 0xFFFFFFFF, "leaf": 0}
    joined: dict[str, np.ndarray] = {"models": np.array(len(forests))}
    for name, nothing in filling.items():
        width = widest - (name != "leaf")
        parts = [
            np.pad(one[name], ((0, 0), (0, width - one[name].shape[1])), constant_values=nothing) for one in forests
        ]
        joined[name] = np.concatenate(parts)
    return joined


def _measure(samples, sums, by_site, rng):
    """Rows, labels and weights of each page that trees learn of."""
    seen: Counter = Counter()
    scores = {}
    for sample in samples:
        seen[sample.site] += 1
        if seen[sample.site] > PAGES_A_SITE or not len(sample.truth):
            continue
        own = by_site.get(sample.site, {})
        if sample.site not in scores:
            known = "" if not own else sample.site
            scores[sample.site] = scores.get(known) or NameScores(score_names(sums, own))
            scores[known] = scores[sample.site]
        table = measure_blocks(sample.parsed.blocks, sample.parsed.said, scores[sample.site])
        chosen, weight = weigh(table, sample.truth, rng)
        scale = MADE_WEIGHT if sample.collection == MADE else 1.0
        yield table[chosen], sample.truth[chosen], scale * weight[chosen]


def _hide_names(parts, rng):
    """On some pages no name says anything: what trees learn of such holds where names are new."""
    for rows, labels, weights in parts:
        if rng.random() < NAMELESS:
            rows = rows.copy()
            rows[:, NAME_COLUMNS] = 0
        yield rows, labels, weights


def _fit(parts, seed: int, trees: int):
    rows, labels, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    return lgb.train(
        {**PARAMETERS, "seed": seed}, lgb.Dataset(rows, labels, weight=weights, feature_name=COLUMNS), trees
    )


def save_weights(path: Path, weights: dict[str, np.ndarray]) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, **weights)


def weigh(table, truth, rng):
    """Candidates of a page, menus thinned out; a page's weight grows with the root of its blocks."""
    words = table[:, COLUMNS.index("words")]
    link, share = table[:, COLUMNS.index("link")], table[:, COLUMNS.index("parent_prose")]
    easy = ~truth & ((link > 0.7) | (words < 6)) & (share < 0.15)
    weight = np.sqrt(words) * np.where(easy, 1 / EASY, 1)
    chosen = find_candidates(table) & (~easy | (rng.random(len(easy)) < EASY))
    total = weight[chosen].sum() + 1e-6
    return chosen, weight / total * 100


def count_names(samples):
    """name → (article mass, all mass) over sites, a site counts at most 2; and the same by site."""
    by_site: dict[str, dict[str, list[float]]] = defaultdict(dict)
    for sample in samples:
        if sample.names is None:
            sample.names = _count_page(sample)
        site = by_site[sample.site]
        for name, good, mass in sample.names:
            entry = site.setdefault(name, [0.0, 0.0])
            entry[0] += good
            entry[1] += mass
    sums: dict[str, list[float]] = {}
    for site in by_site.values():
        for name, entry in site.items():
            scale = min(1.0, 2.0 / entry[1])
            entry[0] *= scale
            entry[1] *= scale
            total = sums.setdefault(name, [0.0, 0.0, 0])
            total[0] += entry[0]
            total[1] += entry[1]
            total[2] += 1
    return sums, by_site


def _count_page(sample):
    blocks = sample.parsed.blocks
    words = np.array([len(tokens) for tokens in blocks.tokens], float)
    size = len(blocks.tags)
    element = np.array(blocks.elements, int)
    good = np.bincount(element, words * sample.truth, size)
    every = np.bincount(element, words, size)
    below = np.zeros((2, size + 1))
    np.cumsum(np.stack([good, every]), 1, out=below[:, 1:])
    found: dict[str, list[float]] = {}
    reach: dict[str, int] = {}
    for place in range(1, size):
        if not blocks.attributes[place]:
            continue
        end = blocks.ends[place]
        mass = below[1, end] - below[1, place]
        if not mass:
            continue
        hit = below[0, end] - below[0, place]
        for name in split_names(blocks.attributes[place]):
            if reach.get(name, 0) > place:  # inside of another such element
                continue
            reach[name] = end
            entry = found.setdefault(name, [0.0, 0.0])
            entry[0] += hit
            entry[1] += mass
    return [(name, good / mass * min(1, mass / 40), min(1, mass / 40)) for name, (good, mass) in found.items()]


def score_names(sums, without) -> dict[str, float]:
    """Log odds of each name that at least three sites have, one site's votes left out."""
    scores = {}
    base = np.log(PRIOR / (1 - PRIOR))
    for name, (good, mass, sites) in sums.items():
        own = without.get(name)
        if sites - (own is not None) < (2 if own is not None else 3):
            continue
        good, mass = good - (own[0] if own else 0), mass - (own[1] if own else 0)
        odds = (max(good, 0) + PRIOR) / (max(mass - good, 0) + 1 - PRIOR)
        scores[name] = float(np.log(odds) - base)
    return scores


def export_trees(models) -> dict[str, np.ndarray]:
    """The mean of LightGBM's models, their trees by turns, as tests with masks over their leaves (see monitor/cleaning/trees.py)."""
    dumped = [[tree["tree_structure"] for tree in model.dump_model()["tree_info"]] for model in models]
    trees = [tree for turn in zip(*dumped, strict=True) for tree in turn]
    widest = max(_count_leaves(tree) for tree in trees)
    feature = np.zeros((len(trees), widest - 1), np.uint8)
    threshold = np.full((len(trees), widest - 1), np.inf, np.float32)
    mask = np.full((len(trees), widest - 1), 0xFFFFFFFF, np.uint32)
    leaf = np.zeros((len(trees), widest), np.float32)
    for number, tree in enumerate(trees):
        tests: list = []
        leaves: list = []
        _walk(tree, tests, leaves)
        leaf[number, : len(leaves)] = np.array(leaves) / len(models)
        for place, (column, limit, low, high) in enumerate(tests):
            feature[number, place] = column
            rounded = np.float32(limit)
            is_above = float(rounded) > limit  # as doubles: numpy would round the limit too
            threshold[number, place] = np.nextafter(rounded, np.float32(-np.inf)) if is_above else rounded
            cleared = ((1 << high) - 1) ^ ((1 << low) - 1)
            mask[number, place] = 0xFFFFFFFF ^ cleared
    return {"feature": feature, "threshold": threshold, "mask": mask, "leaf": leaf}


def _walk(node, tests, leaves):
    if "leaf_value" in node and "split_feature" not in node:
        leaves.append(node["leaf_value"])
        return
    low, place = len(leaves), len(tests)
    tests.append(None)
    _walk(node["left_child"], tests, leaves)
    tests[place] = (node["split_feature"], node["threshold"], low, len(leaves))
    _walk(node["right_child"], tests, leaves)


def _count_leaves(node) -> int:
    return 1 if "split_feature" not in node else _count_leaves(node["left_child"]) + _count_leaves(node["right_child"])

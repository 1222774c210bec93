"""Learns the weights of monitor.matching.similarity from name parts in many scripts.

  python benchmarks/train_similarity.py RIGOUR.whl [--count 45000] [--ship]

RIGOUR.whl: `pip download --no-deps rigour` (MIT; its name parts are from Wikidata, CC0). A tenth of the parts is held out: no name of it is in training.
Learned weights leave; no name does.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import similarity_learning as learning
import similarity_names as names

WEIGHTS = Path(__file__).resolve().parents[1] / "monitor/matching/weights.npz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--count", type=int, default=45_000, help="names that are made")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ship", action="store_true", help="write monitor/matching/weights.npz")
    options = parser.parse_args()
    groups = names.read_groups(options.wheel)
    random.Random(options.seed).shuffle(groups)
    cut = len(groups) // 10
    held, learned = groups[:cut], groups[cut:]
    costs = learning.learn_costs(learned, options.seed)
    print({names.SCRIPTS[script]: len(table) for script, table in costs.items()}, flush=True)
    rows = learning.to_rows(names.make_pairs(learned, options.count, options.seed), costs)
    tested = learning.to_rows(names.make_pairs(held, options.count // 8, options.seed + 1), costs)
    for kind in (learning.Evidence, learning.train_logistic, learning.train_additive, learning.train_trees):
        scores = kind(rows).predict(tested[0])
        print(
            f"{kind.__name__}: F1 and recall at precision .99, held out: {learning.measure(scores, tested[1])}",
            flush=True,
        )
    model = learning.train_trees(rows)
    scale, shift = learning.calibrate(model.predict(tested[0]), tested[1])
    print(f"log-odds × {scale:.3f} + {shift:.3f}")
    if options.ship:
        learning.save(WEIGHTS, costs, model, scale, shift)
        print(f"{WEIGHTS}: {WEIGHTS.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

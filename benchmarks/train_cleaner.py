"""Trains the block classifier of monitor.cleaning on pages with their true text, cross-validated by site.

  python benchmarks/train_cleaner.py cv [--seeds 3]      four folds by site; no page is scored by trees or name scores of its site
  python benchmarks/train_cleaner.py leave-out           each collection scored by a model trained without it
  python benchmarks/train_cleaner.py ship                trains on everything and writes monitor/cleaning/weights.npz

Pages: DIPLOWATCH_BENCH_DATA (default ../shared/data), unpacked by cleaner_pages.py. Learned weights and name scores leave; no text does.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import cleaner_learning as learning
import cleaner_pages as pages

from monitor.cleaning.classifier import WEIGHTS, to_classifier

MADE = 400  # made-up pages
JUDGED = ("scrapinghub", "fundus", "wcxb", "daniel", "cleanportaleval")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("cv", "leave-out", "ship"))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--trees", type=int, default=learning.TREES)
    parser.add_argument("--save", type=Path, help="folder for the folds' weights (cv) that benchmarks/cleaner.py reads")
    options = parser.parse_args()
    samples = [sample for name in JUDGED for sample in pages.load_samples(name)]
    made = pages.make_samples(MADE)
    if options.what == "ship":
        learning.save_weights(WEIGHTS, learning.train(samples, made, seed=0, trees=options.trees))
        print(f"{WEIGHTS}: {WEIGHTS.stat().st_size / 1000:.0f} kB from {len(samples)} pages")
        return
    for seed in range(options.seeds):
        parts = cross(samples) if options.what == "cv" else leave_out(samples)
        for label, learned, judged in parts:
            weights = learning.train(learned, made, seed=seed, trees=options.trees)
            if options.save:
                options.save.mkdir(parents=True, exist_ok=True)
                learning.save_weights(options.save / f"{label}-{seed}.npz", weights)
            classifier = to_classifier(weights)
            for sample in judged:
                sample.outputs.append(pages.judge_sample(sample, classifier))
    for name in JUDGED:
        print(
            pages.summarize(name, [sample for sample in samples if sample.collection == name], options.seeds),
            flush=True,
        )


def cross(samples):
    for fold in range(4):
        learned = [sample for sample in samples if pages.fold_of(sample.site) != fold]
        yield f"fold{fold}", learned, [sample for sample in samples if pages.fold_of(sample.site) == fold]


def leave_out(samples):
    for name in JUDGED:
        judged = [sample for sample in samples if sample.collection == name]
        sites = {sample.site for sample in judged}
        yield f"without-{name}", [s for s in samples if s.collection != name and s.site not in sites], judged


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()

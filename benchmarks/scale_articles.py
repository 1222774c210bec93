"""Made-up articles for the store: words of 60,000 by Zipf's law, 240 each on average (about 1,500 characters), one in fifty in Han characters."""

from __future__ import annotations

import random

import numpy as np

WORDS, MEAN_WORDS = 60_000, 240


class Generator:
    """Articles by number; the same number gives the same article."""

    def __init__(self, seed: int = 7) -> None:
        rng = random.Random(seed)
        syllables = [a + b for a in "bcdfghjklmnprstvz" for b in "aeiou"]
        self.vocabulary = np.array(
            sorted({"".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(2 * WORDS)})[:WORDS]
        )
        rng.shuffle(self.vocabulary)
        weights = 1 / (np.arange(len(self.vocabulary)) + 3.0)
        self.edges = np.cumsum(weights / weights.sum())
        self.han = [chr(0x4E00 + n) for n in range(2500)]

    def make(self, number: int) -> tuple[str, str]:
        """Headline and body."""
        rng = np.random.default_rng(number)
        size = int(rng.integers(120, 2 * MEAN_WORDS - 120))
        if number % 50 == 0:
            chars = [self.han[int(n)] for n in np.minimum(rng.exponential(300, 3 * size).astype(int), 2499)]
            return "".join(chars[:20]), "".join(chars)
        places = np.minimum(np.searchsorted(self.edges, rng.random(size)), len(self.vocabulary) - 1)
        words = self.vocabulary[places].tolist()
        return " ".join(words[:9]).capitalize(), " ".join(words)

    def queries(self) -> list[str]:
        """Common and rare words, phrases, both together, prefixes, neighbours, Han words, and one that finds nothing."""
        v = [str(word) for word in self.vocabulary]
        rng = random.Random(11)
        found = [v[n] for n in (3, 20, 100, 500, 2000, 8000, 20_000, 40_000)]
        found += [f"{v[rng.randint(5, 60)]} AND {v[rng.randint(200, 900)]}" for _ in range(8)]
        found += [f"{v[rng.randint(0, 30)]} AND {v[rng.randint(5_000, 30_000)]}" for _ in range(8)]
        found += [f'"{v[rng.randint(0, 40)]} {v[rng.randint(0, 40)]}"' for _ in range(6)]
        found += [f"{v[rng.randint(0, 90)]} NEAR/5 {v[rng.randint(100, 900)]}" for _ in range(6)]
        found += [f"{v[rng.randint(1000, 9000)][:5]}*" for _ in range(6)]
        found += [
            f"({v[rng.randint(800, 3000)]} OR {v[rng.randint(800, 3000)]}) AND {v[rng.randint(50, 300)]}"
            for _ in range(6)
        ]
        found += ["".join(rng.choices(self.han[:400], k=2)) for _ in range(6)]
        return [*found, "xyzzyx", f"{v[10]} AND xyzzyx"]

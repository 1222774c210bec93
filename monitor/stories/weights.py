"""How far terms speak for stories: an inverted index of term → story → articles. A value that grows; no I/O.

A term speaks for a story as far as the story owns it: the share of its uses that are in that story, times the root of the share of
the story's articles that use it. Rarity is counted in stories, not in articles, so that a big story does not wear out its own words.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from monitor.stories.held import HeldStory

WIDESPREAD = 24  # stories that share a term from which it tells nothing; also bounds the cost of an article
PRIOR = 12.0  # stories in an empty window, so that the first words are not all common; tuned on our own stream
DOUBT = 0.5  # uses of a term elsewhere that we may not have seen; a guess
LEAST_RARITY = 0.1
TELLING_TERMS = 40  # the heaviest terms of a story, by which stories like it are looked up
NEAREST = 3  # stories whose likeness to another is worked out in full


class TermWeights:
    """Counts of the terms of all held stories."""

    def __init__(self) -> None:
        self._holders: dict[str, dict[int, int]] = {}
        self._uses: defaultdict[str, int] = defaultdict(int)

    def add(self, story_id: int, terms: Iterable[str], count: int = 1) -> None:
        """An article of a story uses these terms; `count` -1 takes it back."""
        for term in terms:
            holders = self._holders.setdefault(term, {})
            holders[story_id] = holders.get(story_id, 0) + count
            self._uses[term] += count
            if not holders[story_id]:
                del holders[story_id]
            if not holders:
                del self._holders[term], self._uses[term]

    def has(self, term: str, story_id: int) -> bool:
        return story_id in self._holders.get(term, ())

    def rarity(self, term: str, stories: int) -> float:
        """Log of the share of stories without the term, at least LEAST_RARITY."""
        return max(math.log((stories + PRIOR) / (len(self._holders.get(term, ())) + 1.0)), LEAST_RARITY)

    def score(self, weights: Mapping[str, float], stories: Mapping[int, HeldStory]) -> tuple[dict[int, float], float]:
        """The weight that speaks for each story, and the whole weight."""
        scores: defaultdict[int, float] = defaultdict(float)
        mass = 0.0
        known = len(stories)
        for term, weight in weights.items():
            holders = self._holders.get(term)
            spread = len(holders) if holders else 0
            value = weight * max(math.log((known + PRIOR) / (spread + 1.0)), LEAST_RARITY)
            mass += value
            if not holders or spread > WIDESPREAD:
                continue
            value /= self._uses[term] + DOUBT
            for story_id, count in holders.items():
                scores[story_id] += value if count == 1 else value * count**1.5
        return {story_id: score / math.sqrt(stories[story_id].originals) for story_id, score in scores.items()}, mass

    def find_nearest(
        self, story: HeldStory, stories: Mapping[int, HeldStory], kinds: str = ""
    ) -> list[tuple[float, int]]:
        """The stories whose terms are most alike (cosine), the best first. `kinds`: only terms that begin with one of these."""
        own = self._vector(story, len(stories), kinds)
        telling = heapq.nlargest(TELLING_TERMS, own, key=own.__getitem__)
        dots: defaultdict[int, float] = defaultdict(float)
        for term in telling:
            holders = self._holders[term]
            if len(holders) <= WIDESPREAD:
                value = own[term] * self.rarity(term, len(stories))
                for other, count in holders.items():
                    dots[other] += value * count
        dots.pop(story.story_id, None)
        nearest = heapq.nlargest(NEAREST, dots, key=lambda key: (dots[key] / math.sqrt(stories[key].originals), -key))
        norm = _norm(own)
        found = []
        for other in nearest:
            theirs = self._vector(stories[other], len(stories), kinds)
            dot = sum(value * theirs[term] for term, value in own.items() if term in theirs)
            found.append((dot / (norm * _norm(theirs) or 1.0), other))
        return sorted(found, reverse=True)

    def _vector(self, story: HeldStory, stories: int, kinds: str) -> dict[str, float]:
        return {
            term: count * self.rarity(term, stories)
            for term, count in story.counts.items()
            if not kinds or term[0] in kinds
        }


def _norm(vector: Mapping[str, float]) -> float:
    return math.sqrt(sum(value * value for value in vector.values()))

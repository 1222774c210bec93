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
    """Counts of the terms of all held stories. A term that one article uses, as most are, is kept as the number of its story."""

    def __init__(self) -> None:
        self._holders: dict[str, int | dict[int, int]] = {}  # term → story, or story → its articles that use it
        self._uses: dict[str, int] = {}  # of the terms that more than one article uses

    def add(self, story_id: int, terms: Iterable[str]) -> None:
        """An article of a story uses these terms."""
        holders, uses = self._holders, self._uses
        for term in terms:
            known = holders.get(term)
            if known is None:
                holders[term] = story_id
            elif isinstance(known, int):
                holders[term] = {known: 2} if known == story_id else {known: 1, story_id: 1}
                uses[term] = 2
            else:
                known[story_id] = known.get(story_id, 0) + 1
                uses[term] += 1

    def drop(self, story_id: int, terms: Iterable[str]) -> None:
        """Takes the terms of an article back."""
        holders, uses = self._holders, self._uses
        for term in terms:
            known = holders[term]
            if isinstance(known, int):
                del holders[term]
                continue
            known[story_id] -= 1
            if not known[story_id]:
                del known[story_id]
            uses[term] -= 1
            if uses[term] == 1:
                (holders[term],) = known
                del uses[term]

    def has(self, term: str, story_id: int) -> bool:
        known = self._holders.get(term)
        return known == story_id if isinstance(known, int) else known is not None and story_id in known

    def rarity(self, term: str, stories: int) -> float:
        """Log of the share of stories without the term, at least LEAST_RARITY."""
        known = self._holders.get(term, ())
        spread = 1 if isinstance(known, int) else len(known)
        return max(math.log((stories + PRIOR) / (spread + 1.0)), LEAST_RARITY)

    def score(
        self, weights: Mapping[str, float], stories: Mapping[int, HeldStory], least: float = 0.0
    ) -> tuple[dict[int, float], float]:
        """The weight that speaks for each story, and the whole weight. `least`: share of it below which a story is left out."""
        scores: defaultdict[int, float] = defaultdict(float)
        mass = 0.0
        known = len(stories) + PRIOR
        rare = [max(math.log(known / (spread + 1.0)), LEAST_RARITY) for spread in range(WIDESPREAD + 1)]
        holders, uses = self._holders, self._uses
        for term, weight in weights.items():
            held = holders.get(term)
            if held is None:
                mass += weight * rare[0]
            elif isinstance(held, int):
                value = weight * rare[1]
                mass += value
                scores[held] += value / (1 + DOUBT)
            elif len(held) > WIDESPREAD:
                mass += weight * max(math.log(known / (len(held) + 1.0)), LEAST_RARITY)
            else:
                value = weight * rare[len(held)]
                mass += value
                value /= uses[term] + DOUBT
                for story_id, count in held.items():
                    scores[story_id] += value if count == 1 else value * count**1.5
        enough = least * mass
        return {
            story_id: score / math.sqrt(stories[story_id].originals)
            for story_id, score in scores.items()
            if score >= enough
        }, mass

    def find_nearest(
        self, story: HeldStory, stories: Mapping[int, HeldStory], *, only_signs: bool = False
    ) -> list[tuple[float, int]]:
        """The stories whose terms are most alike (cosine), the best first."""
        own = self._vector(story, len(stories), only_signs)
        telling = heapq.nlargest(TELLING_TERMS, own, key=own.__getitem__)
        dots: defaultdict[int, float] = defaultdict(float)
        for term in telling:
            holders = self._holders[term]
            if not isinstance(holders, int) and len(holders) <= WIDESPREAD:
                value = own[term] * self.rarity(term, len(stories))
                for other, count in holders.items():
                    dots[other] += value * count
        dots.pop(story.story_id, None)
        nearest = heapq.nlargest(NEAREST, dots, key=lambda key: (dots[key] / math.sqrt(stories[key].originals), -key))
        norm = _norm(own)
        found = []
        for other in nearest:
            theirs = self._vector(stories[other], len(stories), only_signs)
            dot = sum(value * theirs[term] for term, value in own.items() if term in theirs)
            found.append((dot / (norm * _norm(theirs) or 1.0), other))
        return sorted(found, reverse=True)

    def _vector(self, story: HeldStory, stories: int, only_signs: bool) -> dict[str, float]:
        counts = story.count_terms(only_signs=only_signs)
        return {term: count * self.rarity(term, stories) for term, count in counts.items()}


def _norm(vector: Mapping[str, float]) -> float:
    return math.sqrt(sum(value * value for value in vector.values()))

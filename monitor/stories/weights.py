"""How far terms speak for stories: an inverted index of term → story → articles. A value that grows; no I/O.

A term speaks for a story as far as the story owns it: the share of its uses that are in that story, times the root of the share of
the story's articles that use it. Rarity is counted in stories, not in articles, so that a big story does not wear out its own words.

Common words speak for no story. They are only counted, over all articles, and an article that leaves is taken to have had its share
of them: what an article costs does not grow with the number of those that use its words.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from monitor.stories.held import HeldStory

WIDESPREAD = 24  # stories that share a term from which it tells nothing; also bounds the cost of an article
PRIOR = 12.0  # stories in an empty window, so that the first words are not all common; tuned on our own stream
COMMON = 2 * WIDESPREAD  # stories from which a word is only counted
UNCOMMON = WIDESPREAD  # stories below which a common word is a word like others again
THINNED = 16  # counts of common words are brought up to date when this part of the articles has left
DOUBT = 0.5  # uses of a term elsewhere that we may not have seen; a guess
LEAST_RARITY = 0.1
POWERS = tuple(count**1.5 for count in range(100))
TELLING_TERMS = 40  # the heaviest terms of a story, by which stories like it are looked up
NEAREST = 3  # stories whose likeness to another is worked out in full


class TermWeights:
    """Counts of the terms of all held stories. A term that one article uses, as most are, is kept as the number of its story."""

    def __init__(self) -> None:
        self._holders: dict[str, int | dict[int, int]] = {}  # term → story, or story → its articles that use it
        self._uses: dict[str, int] = {}  # of the terms that more than one article uses
        self._common: dict[str, float] = {}  # word → articles that use it
        self._articles = 0
        self._left = 0  # articles, since the common words were brought up to date

    def keep(self, terms: Iterable[str]) -> tuple[str, ...]:
        """The terms of a new article that are to be added; common words are counted."""
        common = self._common
        kept = []
        for term in terms:
            if term in common:
                common[term] += 1
            else:
                kept.append(term)
        return tuple(kept)

    def add(self, story_id: int, terms: Iterable[str]) -> None:
        """An article of a story uses these terms."""
        holders, uses = self._holders, self._uses
        self._articles += 1
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
                if len(known) > COMMON and term[0].isalnum():  # signs of one event in many stories stay
                    self._common[term] = uses.pop(term)
                    del holders[term]

    def drop(self, story_id: int, terms: Iterable[str]) -> None:
        """Takes the terms of an article back."""
        holders, uses = self._holders, self._uses
        self._articles -= 1
        for term in terms:
            known = holders.get(term)
            if isinstance(known, int):
                if known == story_id:
                    del holders[term]
                continue
            if known is None or story_id not in known:
                continue  # it was common meanwhile
            known[story_id] -= 1
            if not known[story_id]:
                del known[story_id]
            uses[term] -= 1
            if uses[term] == 1:
                (holders[term],) = known
                del uses[term]

    def thin(self, stories: int) -> None:
        """An article has left for good: the common words are used less."""
        self._left += 1
        if self._left * THINNED >= self._articles:
            rest = self._articles / (self._articles + self._left)
            share = rest * self._share(stories)
            self._common = {word: uses * rest for word, uses in self._common.items() if uses * share >= UNCOMMON}
            self._left = 0

    def has(self, term: str, story_id: int) -> bool:
        known = self._holders.get(term)
        return known == story_id if isinstance(known, int) else known is not None and story_id in known

    def rarity(self, term: str, stories: int) -> float:
        """Log of the share of stories without the term, at least LEAST_RARITY."""
        known = self._holders.get(term)
        if known is None:
            spread = self._common.get(term, 0.0) * self._share(stories)
        else:
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
        holders, uses, common, share = self._holders, self._uses, self._common, self._share(len(stories))
        for (term, weight), held in zip(weights.items(), map(holders.get, weights), strict=True):
            if held is None:
                if term in common:
                    mass += weight * max(math.log(known / (common[term] * share + 1.0)), LEAST_RARITY)
                else:
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
                    scores[story_id] += value if count == 1 else value * (POWERS[count] if count < 100 else count**1.5)
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
            holders = self._holders.get(term)
            if isinstance(holders, dict) and len(holders) <= WIDESPREAD:
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

    def _share(self, stories: int) -> float:
        """Stories for each article."""
        return min(stories / self._articles, 1.0) if self._articles else 1.0

    def _vector(self, story: HeldStory, stories: int, only_signs: bool) -> dict[str, float]:
        counts = story.count_terms(only_signs=only_signs)
        return {term: count * self.rarity(term, stories) for term, count in counts.items()}


def _norm(vector: Mapping[str, float]) -> float:
    return math.sqrt(sum(value * value for value in vector.values()))

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
SWEPT, LEAST_SWEPT = 0.5, 256  # articles gone, beside those held, from which their terms are taken out
DOUBT = 0.5  # uses of a term elsewhere that we may not have seen; a guess
LEAST_RARITY = 0.1
POWERS = tuple(count**1.5 for count in range(100))
TELLING_TERMS = 40  # the heaviest terms of a story, by which stories like it are looked up
NEAREST = 3  # stories whose likeness to another is worked out in full


class TermWeights:
    """Counts of the terms of all held articles. A term that one article uses, as most are, is kept as the number of that article.

    Such terms of an article that is let go stay until many articles have gone: to look each of them up once more costs more.
    """

    def __init__(self) -> None:
        self._holders: dict[str, int | dict[int, int]] = {}  # term → article, or story → its articles that use it
        self._stories: dict[int, int] = {}  # article → its story
        self._shared: dict[int, list[dict[int, int]]] = {}  # article → the holders of its terms that others used too
        self._common: dict[str, float] = {}  # word → articles that use it
        self._gone: set[int] = set()  # articles let go whose own terms may still be held
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

    def add(self, article_id: int, story_id: int, terms: Iterable[str]) -> None:
        """An article of a story uses these terms."""
        if article_id in self._gone:
            self._sweep()
        holders, stories = self._holders, self._stories
        stories[article_id] = story_id
        shared = self._shared[article_id] = []
        for term in terms:
            known = holders.get(term)
            if known is None:
                holders[term] = article_id
            elif not isinstance(known, int):
                known[story_id] = known.get(story_id, 0) + 1
                shared.append(known)
                if len(known) > COMMON and term[0].isalnum():  # signs of one event in many stories stay
                    self._common[term] = sum(known.values())
                    del holders[term]
                    known.clear()
            elif (other := stories.get(known)) is None:
                holders[term] = article_id
            else:
                holders[term] = both = {other: 2} if other == story_id else {other: 1, story_id: 1}
                self._shared[known].append(both)
                shared.append(both)

    def drop(self, article_id: int) -> None:
        """Takes the terms of an article back."""
        story_id = self._stories.pop(article_id)
        for holders in self._shared.pop(article_id):
            count = holders.pop(story_id, 0)  # 0: the term was common meanwhile
            if count > 1:
                holders[story_id] = count - 1
        self._gone.add(article_id)
        if len(self._gone) > max(len(self._stories) * SWEPT, LEAST_SWEPT):
            self._sweep()

    def move(self, article_id: int, story_id: int) -> None:
        """An article is of another story from now on."""
        before, self._stories[article_id] = self._stories[article_id], story_id
        for holders in self._shared[article_id]:
            count = holders.pop(before, 0)
            if count > 1:
                holders[before] = count - 1
            if count:
                holders[story_id] = holders.get(story_id, 0) + 1

    def _sweep(self) -> None:
        """Takes out the terms that only articles used that are gone."""
        held = self._stories
        self._holders = {
            term: known for term, known in self._holders.items() if (known in held if isinstance(known, int) else known)
        }
        self._gone.clear()

    def thin(self, stories: int) -> None:
        """An article has left for good: the common words are used less."""
        self._left += 1
        articles = len(self._stories)
        if self._left * THINNED >= articles:
            rest = articles / (articles + self._left)
            share = rest * self._share(stories)
            self._common = {word: uses * rest for word, uses in self._common.items() if uses * share >= UNCOMMON}
            self._left = 0

    def has(self, term: str, story_id: int) -> bool:
        known = self._holders.get(term)
        return (
            self._stories.get(known) == story_id if isinstance(known, int) else known is not None and story_id in known
        )

    def rarity(self, term: str, stories: int) -> float:
        """Log of the share of stories without the term, at least LEAST_RARITY."""
        known = self._holders.get(term)
        if isinstance(known, dict):
            spread: float = len(known)
        elif known in self._stories:
            spread = 1
        else:
            spread = self._common.get(term, 0.0) * self._share(stories)
        return max(math.log((stories + PRIOR) / (spread + 1.0)), LEAST_RARITY)

    def score(
        self, weights: Mapping[str, float], stories: Mapping[int, HeldStory], least: float = 0.0
    ) -> tuple[dict[int, float], float]:
        """The weight that speaks for each story, and the whole weight. `least`: share of it below which a story is left out."""
        scores: defaultdict[int, float] = defaultdict(float)
        mass = 0.0
        known = len(stories) + PRIOR
        rare = [max(math.log(known / (spread + 1.0)), LEAST_RARITY) for spread in range(WIDESPREAD + 1)]
        holders, story_of, common, share = self._holders, self._stories, self._common, self._share(len(stories))
        for (term, weight), held in zip(weights.items(), map(holders.get, weights), strict=True):
            if held is None:
                if term in common:
                    mass += weight * max(math.log(known / (common[term] * share + 1.0)), LEAST_RARITY)
                else:
                    mass += weight * rare[0]
            elif isinstance(held, int):
                story = story_of.get(held)
                if story is None:  # its article is gone
                    mass += weight * rare[0]
                else:
                    value = weight * rare[1]
                    mass += value
                    scores[story] += value / (1 + DOUBT)
            elif len(held) > WIDESPREAD:
                mass += weight * max(math.log(known / (len(held) + 1.0)), LEAST_RARITY)
            else:
                value = weight * rare[len(held)]
                mass += value
                _speak(held, value, scores)
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
        return min(stories / len(self._stories), 1.0) if self._stories else 1.0

    def _vector(self, story: HeldStory, stories: int, only_signs: bool) -> dict[str, float]:
        counts = story.count_terms(only_signs=only_signs)
        return {term: count * self.rarity(term, stories) for term, count in counts.items()}


def _speak(held: Mapping[int, int], value: float, scores: defaultdict[int, float]) -> None:
    """Adds what a term of this weight says for the stories that use it."""
    uses = sum(held.values())
    value /= uses + DOUBT
    if uses == len(held):  # once in each story: so are most
        for story_id in held:
            scores[story_id] += value
        return
    for story_id, count in held.items():
        scores[story_id] += value if count == 1 else value * (POWERS[count] if count < 100 else count**1.5)


def _norm(vector: Mapping[str, float]) -> float:
    return math.sqrt(sum(value * value for value in vector.values()))

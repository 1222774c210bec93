"""How far terms speak for stories: an inverted index of term → story → articles. A value that grows; no I/O.

A term speaks for a story as far as the story owns it: the share of its uses that are in that story, times the root of the share of
the story's articles that use it. Rarity is counted in stories, not in articles, so that a big story does not wear out its own words.

Common words speak for no story. They are only counted, over all articles, and an article that leaves is taken to have had its share
of them: what an article costs does not grow with the number of those that use its words.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from sys import intern

import numpy as np

from monitor.stories.held import HeldStory
from monitor.stories.rows import DOUBT, Floats, Rows, StoryRows

WIDESPREAD = 24  # stories that share a term from which it tells nothing; also bounds the cost of an article
PRIOR = 12.0  # stories in an empty window, so that the first words are not all common; tuned on our own stream
COMMON = 2 * WIDESPREAD  # stories from which a word is only counted
UNCOMMON = WIDESPREAD  # stories below which a common word is a word like others again
THINNED = 16  # counts of common words are brought up to date when this part of the articles has left
SWEPT, LEAST_SWEPT = 0.5, 256  # articles gone, beside those held, from which their terms are taken out
LEAST_RARITY = 0.1
TELLING_TERMS = 40  # the heaviest terms of a story, by which stories like it are looked up
NEAREST = 3  # stories whose likeness to another is worked out in full


class TermWeights:
    """Counts of the terms of all held articles.

    A term that one article uses, as most are, is kept as the number of that article; a word of several as a row; a sign of several,
    which may stand in any number of stories, as story → its articles. Terms of an article that is let go stay until many articles have
    gone: to look each of them up once more costs more.
    """

    def __init__(self) -> None:
        # term → ~article, or its row, or story → its articles that use it
        self._holders: dict[str, int | dict[int, int]] = {}
        self._rows = StoryRows(COMMON + 1)
        self._words: dict[int, str] = {}  # row → its word
        self._stories: dict[int, int] = {}  # article → its story
        self._rows_of: dict[int, array[int]] = {}  # article → the rows of its words that others used too
        self._signs_of: dict[int, list[dict[int, int]]] = {}  # article → the holders of its signs that others used too
        self._common: dict[str, float] = {}  # word → articles that use it
        self._gone: set[int] = set()  # articles let go whose own terms may still be held
        self._left = 0  # articles, since the common words were brought up to date

    def keep(self, terms: Iterable[str]) -> tuple[str, ...]:
        """The terms of a new article that are to be added, one string for all articles; common words are counted."""
        common = self._common
        kept = []
        for term in terms:
            if term in common:
                common[term] += 1
            else:
                kept.append(intern(term))
        return tuple(kept)

    def add(self, article_id: int, story_id: int, terms: Iterable[str]) -> None:
        """An article of a story uses these terms."""
        if article_id in self._gone:
            self._sweep()
        self._stories[article_id] = story_id
        self._rows_of[article_id] = array("I")
        self._signs_of[article_id] = []
        self._rows.enter(story_id)
        rows = []
        alone = ~article_id  # one number for all of them
        for term in terms:
            known = self._holders.get(term)
            if isinstance(known, int) and known < 0:
                known = self._share_term(term, ~known)
            if known is None:
                self._holders[term] = alone
            elif isinstance(known, int):
                rows.append(known)
            else:
                known[story_id] = known.get(story_id, 0) + 1
                self._signs_of[article_id].append(known)
        self._rows_of[article_id].extend(rows)
        self._add_rows(rows, story_id)

    def drop(self, article_id: int) -> None:
        """Takes the terms of an article back."""
        story_id = self._stories.pop(article_id)
        self._rows.take(_read_rows(self._rows_of.pop(article_id)), story_id)
        self._rows.leave(story_id)
        for holders in self._signs_of.pop(article_id):
            _take(holders, story_id)
        self._gone.add(article_id)
        if len(self._gone) > max(len(self._stories) * SWEPT, LEAST_SWEPT):
            self._sweep()

    def move(self, article_id: int, story_id: int) -> None:
        """An article is of another story from now on."""
        before, self._stories[article_id] = self._stories[article_id], story_id
        rows = self._rows.take(_read_rows(self._rows_of[article_id]), before)
        self._rows.leave(before)
        self._rows.enter(story_id)
        self._add_rows(rows.tolist(), story_id)
        for holders in self._signs_of[article_id]:
            _take(holders, before)
            holders[story_id] = holders.get(story_id, 0) + 1

    def _share_term(self, term: str, article_id: int) -> int | dict[int, int] | None:
        """The holders of a term that a second article uses beside this one; None when this one is gone."""
        story_id = self._stories.get(article_id)
        if story_id is None:
            return None
        if not term[0].isalnum():
            signs = self._holders[term] = {story_id: 1}
            self._signs_of[article_id].append(signs)
            return signs
        row = self._holders[term] = self._rows.open(story_id)
        self._words[row] = term
        self._rows_of[article_id].append(row)
        return row

    def _add_rows(self, rows: Sequence[int], story_id: int) -> None:
        """A word that comes into too many stories is common from then on."""
        read = _read_rows(rows)
        self._rows.add(read, story_id)
        for row in self._rows.find_full(read):
            word = self._words.pop(row)
            del self._holders[word]
            self._common[word] = self._rows.clear(row)

    def _sweep(self) -> None:
        """Takes out the terms that only articles used that are gone."""
        held, is_used = self._stories, self._rows.free(self._rows_of.values())
        self._holders = {
            term: known
            for term, known in self._holders.items()
            if (known if isinstance(known, dict) else is_used[known] if known >= 0 else ~known in held)
        }
        self._words = {row: word for row, word in self._words.items() if is_used[row]}
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
        return story_id in self._read_holders(term)

    def rarity(self, term: str, stories: int) -> float:
        """Log of the share of stories without the term, at least LEAST_RARITY."""
        return _weigh_rarity(self._count_stories(term, self._share(stories)), stories)

    def score(
        self, weights: Mapping[str, float], stories: Mapping[int, HeldStory], least: float = 0.0
    ) -> tuple[dict[int, float], float]:
        """The weight that speaks for each story, and the whole weight. `least`: share of it below which a story is left out."""
        if not weights:
            return {}, 0.0
        spread, in_rows, rows, apart = self._look_up(weights, self._share(len(stories)))
        spread[in_rows] = self._rows.count_stories(rows)
        rarity = np.maximum(np.log((len(stories) + PRIOR) / (spread + 1.0)), LEAST_RARITY)
        values = np.fromiter(weights.values(), dtype=np.float64, count=len(weights)) * rarity
        is_telling = spread[in_rows] <= WIDESPREAD
        scores = self._rows.speak(rows[is_telling], values[in_rows][is_telling], WIDESPREAD)
        for index, holders in apart:
            if len(holders) <= WIDESPREAD:
                self._speak(holders, float(values[index]), scores)
        mass = float(values.sum())
        found = np.flatnonzero((scores > 0) & (scores >= least * mass))
        told = zip(map(self._rows.find_story, found.tolist()), scores[found].tolist(), strict=True)
        return {story_id: score / math.sqrt(stories[story_id].originals) for story_id, score in told}, mass

    def _look_up(
        self, terms: Iterable[str], share: float
    ) -> tuple[Floats, Rows, Rows, list[tuple[int, Mapping[int, int]]]]:
        """The stories of each term, 0 for words in rows; the indexes of those, and the rows; indexes and holders of the other terms.

        `share`: stories for each article, by which common words are told.
        """
        common, story_of = self._common, self._stories
        spread: list[float] = []
        in_rows: list[int] = []
        rows: list[int] = []
        apart: list[tuple[int, Mapping[int, int]]] = []
        for index, (term, held) in enumerate(zip(terms, map(self._holders.get, terms), strict=True)):
            stories: float = 0.0
            if held is None:
                stories = common.get(term, 0.0) * share
            elif not isinstance(held, int):
                stories = len(held)
                apart.append((index, held))
            elif held >= 0:
                in_rows.append(index)
                rows.append(held)
            elif ~held in story_of:  # else its article is gone
                stories = 1.0
                apart.append((index, {story_of[~held]: 1}))
            spread.append(stories)
        return np.array(spread), _read_rows(in_rows), _read_rows(rows), apart

    def find_nearest(
        self, story: HeldStory, stories: Mapping[int, HeldStory], *, only_signs: bool = False
    ) -> list[tuple[float, int]]:
        """The stories whose terms are most alike (cosine), the best first."""
        own = self._vector(story, len(stories), only_signs)
        telling = heapq.nlargest(TELLING_TERMS, own, key=own.__getitem__)
        dots: defaultdict[int, float] = defaultdict(float)
        for term in telling:
            holders = self._read_holders(term)
            if len(holders) <= WIDESPREAD:
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

    def _read_holders(self, term: str) -> Mapping[int, int]:
        """Story → its articles that use the term; empty for a common word."""
        known = self._holders.get(term)
        if not isinstance(known, int):
            return known or {}
        if known >= 0:
            return self._rows.read(known)
        story_id = self._stories.get(~known)
        return {} if story_id is None else {story_id: 1}

    def _count_stories(self, term: str, share: float) -> float:
        """How many stories a term stands in; `share`: stories for each article, by which common words are told."""
        known = self._holders.get(term)
        if known is None:
            return self._common.get(term, 0.0) * share
        if not isinstance(known, int):
            return len(known)
        return self._rows.count(known) if known >= 0 else int(~known in self._stories)

    def _speak(self, holders: Mapping[int, int], value: float, scores: Floats) -> None:
        """Adds what a term of this value says for the stories that use it."""
        value /= sum(holders.values()) + DOUBT
        for story_id, count in holders.items():
            scores[self._rows.find_place(story_id)] += value * count**1.5

    def _share(self, stories: int) -> float:
        """Stories for each article."""
        return min(stories / len(self._stories), 1.0) if self._stories else 1.0

    def _vector(self, story: HeldStory, stories: int, only_signs: bool) -> dict[str, float]:
        counts = story.count_signs() if only_signs else story.count_terms()
        share, rarities = self._share(stories), dict[float, float]()  # by spread: most terms are alike in that
        vector = {}
        for term, count in counts.items():
            spread = self._count_stories(term, share)
            rarity = rarities.get(spread)
            if rarity is None:
                rarity = rarities[spread] = _weigh_rarity(spread, stories)
            vector[term] = count * rarity
        return vector


def _weigh_rarity(spread: float, stories: int) -> float:
    return max(math.log((stories + PRIOR) / (spread + 1.0)), LEAST_RARITY)


def _read_rows(rows: Sequence[int]) -> Rows:
    return np.asarray(rows, dtype=np.int64)


def _take(holders: dict[int, int], story_id: int) -> None:
    """One article of a story uses the term no more."""
    holders[story_id] -= 1
    if not holders[story_id]:
        del holders[story_id]


def _norm(vector: Mapping[str, float]) -> float:
    return math.sqrt(sum(value * value for value in vector.values()))

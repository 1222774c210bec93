"""The stories of the last days, in memory: where does an article belong? A value that grows; no I/O."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Placement
from monitor.stories.piece import Piece
from monitor.text import find_words, fold, split_sentences

SAME_EVENT = 0.34  # cosine from which an article joins a story; a guess, tuned on our own stream
COPY = 0.6  # share of an article's shingles that another one has
SHINGLE = 4  # words
HEADLINE_WEIGHT, ENTRY_WEIGHT = 3.0, 2.0
NEW_SENTENCES = 3
LEAST_WORD = 3  # letters


@dataclass(slots=True)
class Held:
    article_id: int
    story_id: int
    piece: Piece
    terms: dict[str, float]
    norm: float
    shingles: frozenset[int]
    duplicate_of: int | None


class StoryIndex:
    """What the window holds, with an inverted index: the cost of an article does not grow with the archive."""

    def __init__(self, breadth: float = SAME_EVENT, window_s: float = 72 * 3600) -> None:
        self.breadth, self.window_s = breadth, window_s
        self.held: dict[int, Held] = {}
        self.by_term: dict[str, list[int]] = {}
        self.by_shingle: dict[int, list[int]] = {}
        self.df: Counter[str] = Counter()

    def place(self, piece: Piece) -> Placement:
        """The story that an article belongs to, and the article that it copies."""
        copied = self._find_copy(_shingles(piece))
        if copied is not None:
            return Placement(story_id=copied.story_id, duplicate_of=copied.duplicate_of or copied.article_id, score=1.0)
        counts = _terms(piece)
        weights = self._weigh(counts)
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        scores: dict[int, float] = defaultdict(float)
        for term, weight in weights.items():
            for article_id in self.by_term.get(term, ())[-400:]:
                held = self.held.get(article_id)
                if held is not None:
                    scores[article_id] += weight * self._idf(term) * held.terms[term]
        best, score = None, 0.0
        for article_id, dot in sorted(scores.items(), key=lambda item: -item[1])[:40]:
            held = self.held[article_id]
            other = math.sqrt(sum((w * self._idf(t)) ** 2 for t, w in held.terms.items())) or 1.0
            likeness = dot / (norm * other)
            if likeness > score:
                best, score = held, likeness
        if best is None or score < self.breadth:
            return Placement(story_id=None, score=score)
        return Placement(story_id=best.story_id, new=self._find_new(piece, best.story_id), score=score)

    def add(self, piece: Piece, article_id: int, story_id: int, duplicate_of: int | None = None) -> None:
        """Holds an article; one that is held already is replaced."""
        if article_id in self.held:
            self._drop(article_id)
        terms, shingles = _terms(piece), _shingles(piece)
        self.held[article_id] = Held(article_id, story_id, piece, terms, 0.0, shingles, duplicate_of)
        for term in terms:
            self.by_term.setdefault(term, []).append(article_id)
            self.df[term] += 1
        for shingle in shingles:
            self.by_shingle.setdefault(shingle, []).append(article_id)

    def forget(self, before: datetime) -> None:
        """Lets go of articles first seen before then."""
        old = []
        for article_id, held in self.held.items():  # in order of arrival
            if held.piece.seen_at >= before:
                break
            old.append(article_id)
        for article_id in old:
            self._drop(article_id)

    def _drop(self, article_id: int) -> None:
        held = self.held.pop(article_id)
        for term in held.terms:
            self.df[term] -= 1
            self.by_term[term].remove(article_id)
        for shingle in held.shingles:
            self.by_shingle[shingle].remove(article_id)

    def _idf(self, term: str) -> float:
        return math.log((len(self.held) + 2) / (self.df[term] + 1))

    def _weigh(self, counts: dict[str, float]) -> dict[str, float]:
        return {term: count * self._idf(term) for term, count in counts.items()}

    def _find_copy(self, shingles: frozenset[int]) -> Held | None:
        if len(shingles) < 12:
            return None
        shared: Counter[int] = Counter()
        for shingle in shingles:
            shared.update(self.by_shingle.get(shingle, ())[-50:])
        for article_id, count in shared.most_common(1):
            held = self.held[article_id]
            if count >= COPY * min(len(shingles), max(len(held.shingles), 12)):
                return held
        return None

    def _find_new(self, piece: Piece, story_id: int) -> tuple[str, ...]:
        known = {word for held in self.held.values() if held.story_id == story_id for word in held.terms}
        fresh = []
        for start, end in split_sentences(piece.body):
            sentence = piece.body[start:end]
            words = {w for w in _words(sentence) if w not in known}
            if len(words) >= 4:
                fresh.append((len(words), sentence))
        fresh.sort(key=lambda item: -item[0])
        return tuple(sentence for _, sentence in fresh[:NEW_SENTENCES])


def _words(text: str) -> list[str]:
    folded = fold(text)
    return [folded[start:end] for start, end in find_words(folded) if end - start >= LEAST_WORD]


def _terms(piece: Piece) -> dict[str, float]:
    counts: Counter[str] = Counter(_words(piece.body)[:400])
    found = {word: 1 + math.log(count) for word, count in counts.items()}
    for word in _words(piece.headline):
        found[word] = found.get(word, 0.0) + HEADLINE_WEIGHT
    for entry in piece.entries:
        found[f"@{entry}"] = ENTRY_WEIGHT
    return found


def _shingles(piece: Piece) -> frozenset[int]:
    words = _words(piece.body)
    if len(words) < 3 * SHINGLE:  # a script without spaces: characters
        text = "".join(words)
        return frozenset(hash(text[i : i + 6]) for i in range(0, max(0, len(text) - 6), 2))
    return frozenset(hash(tuple(words[i : i + SHINGLE])) for i in range(len(words) - SHINGLE + 1))

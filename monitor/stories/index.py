"""The stories of the last days, in memory: where does an article belong? A value that grows; no I/O, no clock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from monitor.model import Placement
from monitor.sentences import split_sentences
from monitor.stories.breadth import DEFAULT_BREADTH, Breadth
from monitor.stories.copies import Copied, CopyIndex, Sketch, is_copy, is_kin, read_sketch
from monitor.stories.frames import Frame
from monitor.stories.held import HeldArticle, HeldStory
from monitor.stories.memory import TextMemory, hash_text
from monitor.stories.novelty import find_facts, find_news
from monitor.stories.piece import Piece
from monitor.stories.ranking import are_enough, rank_stories
from monitor.stories.roundups import Kind, find_kind
from monitor.stories.said import NOTHING, encode
from monitor.stories.terms import Terms, fold_words, read_terms
from monitor.stories.twins import are_next_issue, are_twins, conflicts, find_accord, part_stories
from monitor.stories.voices import find_voice
from monitor.stories.weights import TermWeights
from monitor.text import fold

WINDOW_S = 72 * 3600.0
MOST_HELD = (
    7_000  # articles of the window, some 15 kB each: a crawler that is too big is started anew, and reads them again
)
LEAST_BODY = 12  # words; with fewer the headline is part of the text that is copied
MOST_SPLIT = 40_000  # characters of a body that are split into sentences
SURE_COPY = 0.8  # share of the text from which no reading of the event says otherwise; a guess


class Read(NamedTuple):
    """All that is read of a piece, once, for `place` and the `add` that follows it."""

    piece: Piece
    sentences: list[tuple[int, int]]  # spans in the body
    terms: Terms
    sketch: Sketch
    text_key: int
    kind: Kind


class StoryIndex:
    """What the window holds, with inverted indexes: the cost of an article does not grow with the archive."""

    def __init__(self, breadth: float = DEFAULT_BREADTH, window_s: float = WINDOW_S) -> None:
        self.breadth, self.window_s = Breadth.of(breadth), window_s
        # in order of arrival; a dict would look for its first one
        self.articles: OrderedDict[int, HeldArticle] = OrderedDict()
        self.stories: dict[int, HeldStory] = {}
        self._weights = TermWeights()
        self._copies = CopyIndex()
        self._memory = TextMemory()
        self._changed: set[int] = set()  # stories, since they were last looked at for a merge
        self._parted: set[tuple[int, int]] = set()  # stories that a reader parted
        self._last: Read | None = None

    def place(self, piece: Piece) -> Placement:
        """The story that an article belongs to, the article that it copies, and what it adds."""
        read = self._read(piece)
        near = self._copies.find_near(read.sketch)
        if (copied := self._find_copy(read, near)) is not None:
            return copied
        if read.kind != "news":
            return self._place_series(read)
        ranked = rank_stories(read.terms, _find_language(piece), self._weights, self.stories, self.breadth)
        for story_id, score in [*ranked, *self._find_kin(read, near)]:
            story = self.stories[story_id]
            if self.breadth.parts_events and conflicts(read.terms.frame, story.events):
                continue
            news = find_news(piece, read.terms, story, read.sentences)
            return Placement(
                story_id=story_id,
                new=tuple(dict.fromkeys(item.sentence for item in news)),
                reasons=tuple(dict.fromkeys(item.kind for item in news)),
                facts=find_facts(news, read.terms.frame),
                score=score,
            )
        return Placement(story_id=None)

    def add(self, piece: Piece, article_id: int, story_id: int, duplicate_of: int | None = None) -> None:
        """Holds an article; one that is held already is replaced."""
        if article_id in self.articles:
            self._drop(article_id)
        read = self._read(piece)
        is_counted = duplicate_of is None and read.kind == "news"
        held = self._hold(
            HeldArticle(
                article_id=article_id,
                story_id=story_id,
                outlet=piece.outlet,
                voice=find_voice(piece),
                language=_find_language(piece),
                orientation=piece.orientation,
                at=piece.seen_at,
                headline=fold(piece.headline),
                uses=self._weights.keep(read.terms.all) if is_counted else (),
                signs=tuple(read.terms.signs),
                stems=encode(read.terms.stems),
                sentences=read.sketch.sentences if duplicate_of is None else NOTHING,
                frame=read.terms.frame,
                kind=read.kind,
                duplicate_of=duplicate_of,
            )
        )
        if is_counted:
            self._weights.add(article_id, story_id, held.uses)
        if duplicate_of is None:  # copies of copies are copies: a wire that all print stays one
            self._copies.add(article_id, read.sketch)
        self._memory.add(read.text_key, article_id, story_id)
        if len(self.articles) > MOST_HELD:
            self._drop(next(iter(self.articles)))

    def forget(self, before: datetime) -> None:
        """Lets go of articles first seen before then; their texts are still known when they come again."""
        old = []
        for article_id, held in self.articles.items():
            if held.at >= before:
                break
            old.append(article_id)
        for article_id in old:
            self._drop(article_id)

    def find_merge(self) -> tuple[int, int] | None:
        """(kept, dropped) of two stories that turned out to be one; None when no story that changed since has another half."""
        while self._changed:
            story_id = min(self._changed)
            self._changed.discard(story_id)
            other = self._find_other(story_id) if story_id in self.stories else None
            if other is not None:
                keep, drop = sorted((story_id, other), key=self._age)
                return keep, drop
        return None

    def join(self, keep: int, drop: int) -> None:
        """The articles of `drop` are articles of `keep` from now on."""
        if keep != drop and drop in self.stories:
            for held in list(self.stories[drop].members.values()):
                self._move(held, keep)
        self._memory.rename(drop, keep)

    def part(self, story_id: int, other_id: int, articles: Collection[int]) -> None:
        """These articles are a story of their own; the two are never joined again."""
        for article_id in articles:
            held = self.articles.get(article_id)
            if held is not None and held.story_id != other_id:
                self._move(held, other_id)
        self._parted |= {(story_id, other_id), (other_id, story_id)}

    def merges(self) -> list[tuple[int, int]]:
        """All pairs (kept, dropped) that `find_merge` finds; here they are one from now on."""
        merged = []
        while (pair := self.find_merge()) is not None:
            self.join(*pair)
            merged.append(pair)
        return merged

    def read_event(self, piece: Piece) -> Frame | None:
        """What the article reports; the reading is kept for `place` and `add`."""
        return self._read(piece).terms.frame

    def _read(self, piece: Piece) -> Read:
        if self._last is None or self._last.piece is not piece:
            kind: Kind = find_kind(piece.headline, piece.body) if self.breadth.parts_events else "news"
            words = fold_words(piece.body)
            spans = split_sentences(piece.body[:MOST_SPLIT])
            short = fold_words(piece.headline) if len(words) < LEAST_BODY else []
            self._last = Read(
                piece,
                sentences=spans,
                terms=read_terms(piece, words),
                sketch=read_sketch([*short, *words], (piece.body[start:end] for start, end in spans)),
                text_key=hash_text(words),
                kind=kind,
            )
        return self._last

    def _find_kin(self, read: Read, near: Iterable[Copied]) -> Iterator[tuple[int, float]]:
        """(story, share of the text) of the articles of which this one repeats whole sentences."""
        for kin in near:
            held = self.articles[kin.article_id]
            if held.kind == "news" and read.terms.frame is held.frame is None and is_kin(kin):
                yield held.story_id, kin.of_new

    def _find_copy(self, read: Read, near: Iterable[Copied]) -> Placement | None:
        for copied in filter(is_copy, near):
            held = self.articles[copied.article_id]
            if held.kind != read.kind:
                continue  # a round-up holds many articles whole
            if copied.of_new < SURE_COPY and _is_another_event(read.terms.frame, held.frame):
                continue  # one form letter, two events
            if not are_next_issue(read.piece, read.terms, held):
                original = held.duplicate_of if held.duplicate_of in self.articles else None
                return Placement(story_id=held.story_id, duplicate_of=original or held.article_id, score=copied.of_new)
        remembered = self._memory.find(read.text_key)
        if remembered is not None and remembered[0] not in self.articles:
            return Placement(story_id=remembered[1], duplicate_of=remembered[0], score=1.0)
        return None

    def _place_series(self, read: Read) -> Placement:
        """Round-ups and live blogs follow only their own kind: the same outlet's, under the same headline."""
        headline = fold(read.piece.headline)
        for story in reversed(self.stories.values()):
            if story.kind == read.kind:
                held = next(iter(story.members.values()))
                if held.outlet == read.piece.outlet and held.headline == headline:
                    return Placement(story_id=story.story_id, score=1.0)
        return Placement(story_id=None)

    def _find_other(self, story_id: int) -> int | None:
        """The story that this one should be one with."""
        story = self.stories[story_id]
        story.fresh = 0
        if story.kind != "news" or not story.originals:
            return None
        if self.breadth.parts_events:  # in its own language an article has found its story when it came
            near, least = self._weights.find_nearest(story, self.stories, only_signs=True), self.breadth.merge_languages
        else:
            near, least = self._weights.find_nearest(story, self.stories), self.breadth.merge
        for likeness, other_id in near:
            other = self.stories[other_id]
            if (story_id, other_id) in self._parted:
                continue
            if likeness >= least and other.kind == "news" and not self._must_part(story, other):
                return other_id
        return None

    def _must_part(self, story: HeldStory, other: HeldStory) -> bool:
        """Events that may not be one: of one language, or twins."""
        if not self.breadth.parts_events:
            return False
        if not story.languages.keys().isdisjoint(other.languages):
            return True
        shared = story.count_signs().keys() & other.count_signs().keys()
        return not are_enough(list(shared)) or part_stories(story.events, other.events)

    def _age(self, story_id: int) -> tuple[datetime, int]:
        return min(held.at for held in self.stories[story_id].members.values()), story_id

    def _hold(self, held: HeldArticle) -> HeldArticle:
        self.articles[held.article_id] = held
        story = self.stories.setdefault(held.story_id, HeldStory(held.story_id))
        story.add(held)
        if story.has_grown:
            self._changed.add(held.story_id)
        return held

    def _move(self, held: HeldArticle, story_id: int) -> None:
        """Puts a held article into another story; its place in the order of arrival stays."""
        self._leave(held)
        self._hold(replace(held, story_id=story_id))
        if held.is_counted:
            self._weights.move(held.article_id, story_id)

    def _drop(self, article_id: int) -> None:
        held = self.articles.pop(article_id)
        self._leave(held)
        self._copies.drop(article_id)
        if held.is_counted:
            self._weights.drop(article_id)
            self._weights.thin(len(self.stories))

    def _leave(self, held: HeldArticle) -> None:
        story = self.stories[held.story_id]
        story.drop(held)
        if not story.members:
            del self.stories[held.story_id]


def _is_another_event(ours: Frame | None, theirs: Frame | None) -> bool:
    if ours is None or theirs is None:
        return False
    return are_twins(ours, theirs) or find_accord(ours, [theirs]) < 1


def _find_language(piece: Piece) -> str:
    return piece.language.split("-")[0].lower()

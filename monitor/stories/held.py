"""What the index keeps of an article and of a story. Values that grow; no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.stories.frames import Frame
from monitor.stories.roundups import Kind
from monitor.stories.said import NOTHING, Codes, join

LEAST_REMEMBERED = 4  # members of a story whose words are kept together: most have one
MOST_EVENTS = 40  # of a story; the first ones say what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldArticle:
    article_id: int
    story_id: int
    outlet: str
    voice: str
    language: str
    orientation: str
    at: datetime  # first seen
    headline: str  # folded
    uses: tuple[
        str, ...
    ]  # its terms but for common words: tuples, because a set of strings takes eight times the memory
    signs: tuple[str, ...]  # those of its terms that every language shares
    stems: Codes  # of all its words
    sentences: Sequence[int] = ()  # hashes of them (monitor.stories.copies)
    frame: Frame | None
    kind: Kind
    duplicate_of: int | None

    @property
    def is_counted(self) -> bool:
        """Copies, round-ups and live blogs say nothing of how rare a word is."""
        return self.duplicate_of is None and self.kind == "news"

    @property
    def numbers(self) -> set[str]:
        """The signs of its large numbers."""
        return {sign for sign in self.signs if sign[0] == "+"}


@dataclass(slots=True)
class Known:
    """What articles have said, all together."""

    stems: Codes = field(default_factory=lambda: NOTHING)  # of all words
    sentences: set[int] = field(default_factory=set)  # hashes
    places: set[str] = field(default_factory=set)  # states and cities; those of copies are their original's

    def add(self, *articles: HeldArticle) -> None:
        self.stems = join((self.stems, *(held.stems for held in articles)))
        for held in articles:
            self.sentences.update(held.sentences)
            if held.is_counted:
                self.places.update(sign[1:] for sign in held.signs if sign[0] in "#%")


@dataclass(slots=True)
class HeldStory:
    """Members in order of arrival; copies among them count for nothing."""

    story_id: int
    kind: Kind = "news"
    members: dict[int, HeldArticle] = field(default_factory=dict)
    originals: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    events: list[Frame] = field(default_factory=list)  # what it reported, also by articles that have left the window
    _known: Known | None = None  # of all members, once there are LEAST_REMEMBERED

    def add(self, held: HeldArticle) -> None:
        if not self.members:
            self.kind = held.kind
        self.members[held.article_id] = held
        if self._known is not None:
            self._known.add(held)
        if held.is_counted:
            self.originals += 1
            self.languages[held.language] += 1
            if held.frame is not None and len(self.events) < MOST_EVENTS:
                self.events.append(held.frame)

    def drop(self, held: HeldArticle) -> None:
        del self.members[held.article_id]
        self._known = None
        if held.is_counted:
            self.originals -= 1
            self.languages[held.language] -= 1
            if not self.languages[held.language]:
                del self.languages[held.language]

    def find_known(self) -> Known:
        """What its members have said."""
        if self._known is not None:
            return self._known
        known = Known()
        known.add(*self.members.values())
        if len(self.members) >= LEAST_REMEMBERED:
            self._known = known
        return known

    def count_terms(self, *, only_signs: bool = False) -> Counter[str]:
        """Term → articles that use it. Counted when asked for: most stories are one article."""
        counts: Counter[str] = Counter()
        for held in self.find_originals():
            counts.update(held.signs if only_signs else held.uses)
        return counts

    def find_originals(self) -> Iterator[HeldArticle]:
        return (held for held in self.members.values() if held.is_counted)

"""What the index keeps of an article and of a story. Values that grow; no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.stories.frames import Frame
from monitor.stories.roundups import Kind
from monitor.stories.said import NOTHING, Codes
from monitor.stories.tallies import Known, take_all

LEAST_REMEMBERED = 4  # members of a story whose words are kept together: most have one
LEAST_COUNTED = 64  # members of a story whose terms are kept counted: fewer are counted within a millisecond
GROWN = 0.05  # part of a big story that must be new; a guess
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
    sentences: Codes = field(default_factory=lambda: NOTHING)  # hashes of them (monitor.stories.copies)
    frame: Frame | None
    kind: Kind
    duplicate_of: int | None

    @property
    def is_counted(self) -> bool:
        """Copies, round-ups and live blogs say nothing of how rare a word is."""
        return self.duplicate_of is None and self.kind == "news"

    @property
    def places(self) -> list[str]:
        """The states and cities that it names; those of copies are their original's."""
        return [sign[1:] for sign in self.signs if sign[0] in "#%"] if self.is_counted else []

    @property
    def numbers(self) -> set[str]:
        """The signs of its large numbers."""
        return {sign for sign in self.signs if sign[0] == "+"}


@dataclass(slots=True)
class Tally:
    """What the members of a story have said, all together; the terms only of a story with LEAST_COUNTED members."""

    known: Known = field(default_factory=Known)
    voices: Counter[str] = field(default_factory=Counter)
    orientations: Counter[str] = field(default_factory=Counter)  # of originals
    terms: Counter[str] | None = None  # of originals
    signs: Counter[str] = field(default_factory=Counter)  # those of the terms that every language shares

    def add(self, held: HeldArticle) -> None:
        self.known.add(held.stems, held.sentences, held.places)
        self.voices[held.voice] += 1
        if held.is_counted:
            self.orientations[held.orientation] += 1
            self.signs.update(held.signs)
            if self.terms is not None:
                self.terms.update(held.uses)

    def take(self, held: HeldArticle) -> None:
        self.known.take(held.stems, held.sentences, held.places)
        take_all(self.voices, (held.voice,))
        if held.is_counted:
            take_all(self.orientations, (held.orientation,))
            take_all(self.signs, held.signs)
            if self.terms is not None:
                take_all(self.terms, held.uses)


@dataclass(slots=True)
class HeldStory:
    """Members in order of arrival; copies among them count for nothing."""

    story_id: int
    kind: Kind = "news"
    members: dict[int, HeldArticle] = field(default_factory=dict)
    originals: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    events: list[Frame] = field(default_factory=list)  # what it reported, also by articles that have left the window
    fresh: int = 0  # originals since the index last looked for its other half
    _tally: Tally | None = None  # of all members, once there are LEAST_REMEMBERED and somebody asked

    def add(self, held: HeldArticle) -> None:
        if not self.members:
            self.kind = held.kind
        self.members[held.article_id] = held
        if self._tally is not None:
            self._tally.add(held)
        if held.is_counted:
            self.originals += 1
            self.fresh += 1
            self.languages[held.language] += 1
            if held.frame is not None and len(self.events) < MOST_EVENTS:
                self.events.append(held.frame)

    def drop(self, held: HeldArticle) -> None:
        del self.members[held.article_id]
        if len(self.members) < LEAST_REMEMBERED:
            self._tally = None
        elif self._tally is not None:
            self._tally.take(held)
        if held.is_counted:
            self.originals -= 1
            take_all(self.languages, (held.language,))

    @property
    def has_grown(self) -> bool:
        """Is there enough new in it to look for another half? A story of hundreds is hardly another one after one article."""
        return self.originals < LEAST_COUNTED or self.fresh > self.originals * GROWN

    def find_tally(self) -> Tally:
        """What its members have said."""
        if self._tally is not None:
            return self._tally
        tally = Tally()
        for held in self.members.values():
            tally.add(held)
        if len(self.members) >= LEAST_REMEMBERED:
            self._tally = tally
        return tally

    def count_terms(self) -> Mapping[str, int]:
        """Term → articles that use it. Counted when asked for: most stories are one article."""
        if len(self.members) < LEAST_COUNTED:
            return self._count()
        tally = self.find_tally()
        if tally.terms is None:
            tally.terms = self._count()
        return tally.terms

    def count_signs(self) -> Mapping[str, int]:
        """The same of those terms that every language shares."""
        if self._tally is not None:
            return self._tally.signs
        counts: Counter[str] = Counter()
        for held in self.find_originals():
            counts.update(held.signs)
        return counts

    def find_originals(self) -> Iterator[HeldArticle]:
        return (held for held in self.members.values() if held.is_counted)

    def _count(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for held in self.find_originals():
            counts.update(held.uses)
        return counts

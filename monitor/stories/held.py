"""What the index keeps of an article and of a story. Values that grow; no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from monitor.stories.frames import Frame
from monitor.stories.roundups import Kind
from monitor.stories.terms import Terms

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
    terms: Terms
    kind: Kind
    duplicate_of: int | None

    @property
    def is_counted(self) -> bool:
        """Copies, round-ups and live blogs say nothing of how rare a word is."""
        return self.duplicate_of is None and self.kind == "news"


@dataclass(slots=True)
class HeldStory:
    """Members in order of arrival; copies among them count for nothing."""

    story_id: int
    kind: Kind = "news"
    members: dict[int, HeldArticle] = field(default_factory=dict)
    originals: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)  # articles that use a term
    events: list[Frame] = field(default_factory=list)  # what it reported, also by articles that have left the window

    def add(self, held: HeldArticle) -> None:
        if not self.members:
            self.kind = held.kind
        self.members[held.article_id] = held
        if held.is_counted:
            self.originals += 1
            self.languages[held.language] += 1
            self.counts.update(held.terms.all)
            if held.terms.frame is not None and len(self.events) < MOST_EVENTS:
                self.events.append(held.terms.frame)

    def drop(self, held: HeldArticle) -> None:
        del self.members[held.article_id]
        if held.is_counted:
            self.originals -= 1
            self.languages[held.language] -= 1
            self.languages += Counter()  # drops what is zero
            for term in held.terms.all:
                self.counts[term] -= 1
                if not self.counts[term]:
                    del self.counts[term]

    def find_originals(self) -> Iterator[HeldArticle]:
        return (held for held in self.members.values() if held.is_counted)

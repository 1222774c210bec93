"""From a URL to an article in its story, as frozen values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

CandidateState = Literal[
    "found", "fetching",
    "matched", "no-match", "baseline", "duplicate", "changed", "unchanged", "too-old", "out-of-scope",
    "disallowed", "blocked", "failed", "no-text", "paywalled",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A URL that a feed, sitemap or listing gave. `title`, `summary`, `published_at` are what the source said."""

    url: str  # canonical: the key
    outlet: str
    source: str  # URL of the feed, sitemap or listing
    address: str = ""  # as the source gave it: what is fetched; "" = url
    title: str = ""
    summary: str = ""
    published_at: datetime | None = None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An answer as it came over the wire, before anything was unpacked."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()  # decoded as Latin-1: every byte of theirs
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was fetched for a candidate."""

    url: str  # the candidate's
    final_url: str  # after redirects
    outlet: str
    html: bytes
    fetched_at: datetime
    content_type: str = ""
    listed_title: str = ""  # title and date that the feed or sitemap gave
    listed_at: datetime | None = None
    is_baseline: bool = False  # published before the outlet was added: never rings
    epoch: int | None = None  # of the claim under which it was fetched: it fences the commit
    is_recheck: bool = False  # the page of a known article, looked at again
    received: Received | None = None  # what is kept as evidence; None = not known
    is_rendered: bool = False  # `html` is what a browser made of what was received


class Removed(NamedTuple):
    """A block that the cleaner cut, with the name of the rule that cut it."""

    rule: str
    text: str
    above: int = -1  # paragraphs of the body that stand above it on the page; -1 = not known


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPage:
    """The article of one page (schema.org NewsArticle) and what was cut from around it."""

    url: str = ""
    canonical_url: str = ""
    headline: str = ""
    standfirst: str = ""
    body: str = ""  # paragraphs separated by a blank line
    language: str = ""  # BCP 47, "" when unknown
    authors: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    published_at: datetime | None = None  # aware, in the page's own zone
    is_date_searched: bool = False  # the page names no date to machines: it was found in its address or its text
    modified_at: datetime | None = None
    paywalled: bool = False
    removed: tuple[Removed, ...] = ()
    problem: str = ""  # why there is no article ("a listing", "a cookie wall", "not HTML"); "" when there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One mention of a watched entry: `field[start:end] == text`."""

    entry: str  # slug of a person or topic
    kind: Literal["person", "topic"]
    rule: str
    field: Literal["headline", "body"]
    start: int
    end: int
    text: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is new in a story. `reason`: the kind, for a stage with the event and the stage: "stage:treaty:done"; an update tells each reason once."""

    reason: str
    sentence: str

    @property
    def kind(self) -> str:
        """The kind of news, without what makes the reason its own."""
        return self.reason.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article belongs. `story_id` None = a new story; `duplicate_of` = id of the article that it copies."""

    story_id: int | None
    duplicate_of: int | None = None
    new: tuple[str, ...] = ()  # what this article adds to its story, sentences in order of weight
    score: float = 0.0
    reasons: tuple[str, ...] = ()  # the kinds of what is new, the weightiest first
    facts: tuple[Fact, ...] = ()  # the first sentence of each kind: what an update may ring for

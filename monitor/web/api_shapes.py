"""What the JSON API sends. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from monitor.model import OutletHealth, StoryView
from monitor.model import Silence as StoredSilence
from monitor.store.lookup import Search as StoredSearch
from monitor.store.reading import Reading

DeliveryState = Literal["owed", "held", "sending", "sent", "failed", "dead"]


class Problem(BaseModel):
    problem: str


NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}
UNREADABLE: dict[int | str, dict[str, Any]] = {422: {"model": Problem}}


class Mention(BaseModel):
    entry: str
    name: str
    kind: Literal["person", "topic"]
    sentence: str
    text: str
    hit_id: int


class Story(BaseModel):
    id: int
    headline: str
    language: str
    outlet: str
    country: str
    orientation: str
    url: str
    published_at: datetime | None
    first_seen_at: datetime
    updated_at: datetime
    excerpt: str
    voices: int
    watchlists: list[str]
    mentions: list[Mention]


class StoryArticle(BaseModel):
    id: int
    outlet: str
    headline: str
    language: str
    url: str
    published_at: datetime | None
    seen_at: datetime
    duplicate_of: int | None
    version: int


class WholeStory(Story):
    articles: list[StoryArticle]


class Hit(BaseModel):
    id: int
    entry: str
    kind: str
    rule: str
    field: str
    start: int
    end: int
    text: str
    sentence: str
    is_suppressed: bool
    verdict: str


class Removed(BaseModel):
    rule: str
    text: str


class Article(BaseModel):
    id: int
    url: str
    outlet: str
    story: int | None
    headline: str
    standfirst: str
    body: str
    language: str
    authors: list[str]
    published_at: datetime | None
    seen_at: datetime
    duplicate_of: int | None
    removed: list[Removed]
    hits: list[Hit]


class Outlet(BaseModel):
    slug: str
    state: str
    since: datetime | None
    why: str
    todo: str
    last_poll_at: datetime | None
    last_success_at: datetime | None
    last_article_at: datetime | None
    usual_gap_s: float | None
    next_poll_at: datetime | None
    articles_24h: int
    usual_rhythm: str
    seen_share: float | None
    ways: str


class Delivery(BaseModel):
    id: int | None
    channel: str
    kind: str
    state: str
    story: int | None
    attempts: int
    owed_at: datetime
    sent_at: datetime | None
    next_at: datetime | None
    problem: str


class Silence(BaseModel):
    id: int
    kind: str
    value: str
    until: datetime
    reason: str
    created_at: datetime


class NewVerdict(BaseModel):
    hit: Annotated[int, Field(ge=1, le=2**53)]
    verdict: Literal["good", "cruft", "wrong-person", "off-topic", "duplicate"]


class NewSilence(BaseModel):
    kind: Literal["entry", "story", "outlet"]
    value: Annotated[str, Field(min_length=1, max_length=200)]
    until: AwareDatetime
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class Done(BaseModel):
    id: int


class Found(BaseModel):
    id: int
    outlet: str
    headline: str
    language: str
    story_id: int | None
    seen_at: datetime
    before: str
    text: str
    after: str


class Search(BaseModel):
    found: list[Found]
    stopped_on: datetime | None  # older articles were not looked at; null: all were


class Step(BaseModel):
    at: datetime
    step: str
    outcome: str
    detail: str


class Trace(BaseModel):
    url: str
    state: str
    steps: list[Step]


def to_story(view: StoryView) -> Story:
    """A story as the page shows it."""
    return Story(**_story(view))


def to_whole_story(view: StoryView, rows: Sequence[Any]) -> WholeStory:
    """A story with its articles in order of arrival."""
    articles = [
        StoryArticle(
            id=row.id, outlet=row.outlet, headline=row.headline, language=row.language, url=row.link or row.url,
            published_at=row.published_at, seen_at=row.seen_at, duplicate_of=row.duplicate_of, version=row.version,
        )
        for row in rows
    ]  # fmt: skip
    return WholeStory(**_story(view), articles=articles)


def to_article(found: Reading) -> Article:
    """An archived article."""
    page = found.page
    return Article(
        id=found.id, url=page.url, outlet=found.outlet, story=found.story_id, headline=page.headline,
        standfirst=page.standfirst, body=page.body, language=page.language, authors=list(page.authors),
        published_at=page.published_at, seen_at=found.seen_at, duplicate_of=found.duplicate_of,
        removed=[Removed(rule=block.rule, text=block.text) for block in page.removed],
        hits=[Hit(**asdict(hit)) for hit in found.hits],
    )  # fmt: skip


def to_outlet(health: OutletHealth) -> Outlet:
    """One row of `diplowatch outlets --json`."""
    return Outlet(**{key: value for key, value in asdict(health).items() if key != "name"})


def to_silence(silence: StoredSilence) -> Silence:
    """A silence in force."""
    return Silence(**asdict(silence))


def to_search(result: StoredSearch | None) -> Search:
    """What was found; nothing for no query."""
    if result is None:
        return Search(found=[], stopped_on=None)
    return Search(found=[Found(**asdict(item)) for item in result.found], stopped_on=result.stopped_on)


def _story(view: StoryView) -> dict[str, Any]:
    names = ("headline", "language", "outlet", "country", "orientation", "url", "published_at", "first_seen_at")
    values = {name: getattr(view, name) for name in (*names, "updated_at", "excerpt", "event", "voices")}
    mentions = [Mention(**asdict(mention)) for mention in view.mentions]
    return values | {"id": view.story_id, "watchlists": list(view.watchlists), "mentions": mentions}

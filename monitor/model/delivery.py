"""Alerts, and what a reader is shown, as frozen values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AlertKind = Literal["instant", "update", "digest", "notice"]
MessageState = Literal["owed", "held", "sending", "sent", "failed", "dead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What is owed to the channels of one watchlist, once per (story, watchlist, kind, reason)."""

    watchlist: str
    kind: AlertKind
    reason: str  # "" for instant; what was new for an update
    channels: tuple[str, ...]
    muted_by: int | None = None  # id of the silence that muted it
    is_along: bool = (
        False  # told by another update of the same article: noted, so that it is not told again, and not sent
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    id: int
    kind: Literal["entry", "story", "outlet"]
    value: str
    until: datetime
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A watched entry as a reader sees it: its name and the sentence that named it."""

    entry: str
    name: str
    kind: Literal["person", "topic"]
    sentence: str
    text: str = ""
    hit_id: int = 0  # of that sentence: what a verdict names


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """One story as renderers, page and digests show it; all that an alert's text is made of."""

    story_id: int
    headline: str
    language: str
    outlet: str  # name of the outlet of the leading article
    outlet_slug: str
    country: str
    orientation: str
    url: str
    published_at: datetime | None
    first_seen_at: datetime
    updated_at: datetime
    excerpt: str  # ≤ 300 characters of the article
    mentions: tuple[Mention, ...]
    watchlists: tuple[str, ...] = ()  # names
    also_in: tuple[tuple[str, str], ...] = ()  # (outlet name, url) of further articles
    voices: int = 1  # independent families
    new: tuple[str, ...] = ()
    is_update: bool = False  # the story was told in an earlier digest or alert
    event: str = ""  # what it reports, in words: "meeting · FI, NO · Oslo"
    judge: str = ""  # signed link to judge its hits, as it stands behind "/judge/" of the desk


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletHealth:
    """One row of `diplowatch outlets`."""

    slug: str
    name: str
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
    usual_rhythm: str = ""  # how much and at which hours
    usual_length: int | None = None  # characters of its last texts, the median; None = none is known
    seen_share: float | None = (
        None  # of its articles of two weeks, the part that any way in showed; an estimate; None = not known
    )
    ways: str = ""  # what each way in showed, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """A digest ready to render: the window (aware UTC), stories in order, corrections, and the health footer."""

    slug: str
    name: str
    window_start: datetime
    window_end: datetime
    zone: str
    stories: tuple[StoryView, ...]
    people: tuple[tuple[str, tuple[int, ...]], ...]  # (watched person's name, story ids), empty groups included
    topics: tuple[tuple[str, tuple[int, ...]], ...]
    corrections: tuple[str, ...]
    health: tuple[OutletHealth, ...]
    held: tuple[StoryView, ...] = ()  # instant alerts that went over a cap
    week: tuple[tuple[str, tuple[int, ...]], ...] = ()  # (watchlist name, hits per day of the last seven, oldest first)
    more: int = 0  # stories that the window holds beyond those shown
    one_sided: tuple[str, ...] = ()  # meetings of which only one side has told, a day later


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One part for one target, rendered: what `notify.send` takes."""

    key: str  # stable: Message-ID and Idempotency-Key are made of it
    title: str
    body: str
    body_format: Literal["html", "text", "markdown"]
    text: str = ""  # plain alternative of an HTML mail
    thread: str = ""  # key of the first message of the story in this channel
    reply_to: str = ""  # the receiver's own id of that message, where it gave one
    payload: str = ""  # JSON for channels that take a document (webhook, Slack blocks), and pictures of a mail
    part: int = 1
    parts: int = 1

"""Every noun of the program as a frozen value. Pure.

`…_at` is an aware UTC datetime, `…_s` seconds. Tuples keep the order of their source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal, get_args

# --------------------------------------------------------------------------------------------- configuration

OutletKind = Literal["ministry", "government", "organisation", "mission", "agency", "paper", "think-tank", "site"]
Orientation = Literal["official", "state", "independent"]
SurnameRule = Literal["auto", "alone", "after-full-name", "never"]
# What may be new in a story that was told, the weightiest first.
UpdateKind = Literal[
    "cancellation", "denial", "stage", "change", "withdrawal", "confirmation", "second-voice",
    "person", "number", "place", "date",
]  # fmt: skip
UPDATE_KINDS: tuple[UpdateKind, ...] = get_args(UpdateKind)
# What an article may report; a watchlist names them with EVENT_PREFIX: "event:meeting".
EventKind = Literal[
    "expulsion", "summons", "ceasefire", "appointment", "sanctions", "vote", "treaty", "call", "visit", "meeting", "statement",
]  # fmt: skip
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
EVENT_PREFIX = "event:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A section page and the CSS selector of its article links."""

    url: str
    links: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningRules:
    """CSS selectors of one outlet: `keep` scopes the article, `drop` is cut inside of it."""

    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher's site as configured (schema.org: publisher)."""

    slug: str
    name: str
    home: str
    country: str = "XX"
    languages: tuple[str, ...] = ()
    kind: OutletKind = "site"
    family: str = ""  # outlets of one family are one voice; "" = its own slug
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[Listing, ...] = ()
    articles: str = ""  # path pattern (google-re2); "" = every page of the outlet's hosts
    every_s: float | None = None  # None = "auto": learned from the outlet's rhythm
    enabled: bool = True
    reason: str = ""  # why it is disabled
    render: bool = False  # its pages and listings are loaded by a browser
    orientation: Orientation = "independent"
    cleaning: CleaningRules | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office held from `since` (inclusive) to `until` (exclusive); None = open."""

    title: str
    of: str  # ISO 3166-1 alpha-2, or the slug or name of an organisation
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    slug: str
    name: str
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # BCP 47 language → spellings
    also: tuple[str, ...] = ()
    surname: SurnameRule = "auto"
    unless: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    known_as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    slug: str
    name: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """`match` is a boolean expression over person and topic slugs, evaluated on the hits of one article."""

    slug: str
    name: str
    match: str
    instant: tuple[str, ...] = ()  # channel slugs
    digests: tuple[str, ...] = ()  # digest slugs
    severity: Literal["normal", "critical"] = "normal"  # critical passes quiet hours


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    start: time  # local, inclusive
    end: time  # local, exclusive; may lie on the next day
    zone: str  # IANA
    holidays: tuple[date, ...] = ()  # days in that zone that are quiet from midnight to midnight


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A receiver. `url` may hold secrets: it is excluded from repr and never stored."""

    slug: str
    url: str = field(repr=False)
    quiet: QuietHours | None = None
    per_minute: int = 10  # alerts told one by one; more of a burst come together when the minute has passed. A guess
    per_hour: int = 60  # a guess: more than one alert a minute is read by nobody
    pace_s: float | None = None  # between two messages; None = what the service asks for
    template: str = ""  # source of the user's own text of an alert; "" = ours
    unsubscribe: str = ""  # mail or web address for List-Unsubscribe; "" = the sender's


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """A digest as configured: its editions and where they go."""

    slug: str
    name: str
    channels: tuple[str, ...]
    at: tuple[time, ...]
    zone: str
    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    contact: str = ""
    allow_private: tuple[str, ...] = ()  # networks in CIDR form
    resolve: Mapping[str, str] = field(default_factory=dict)  # host → address
    delay_s: float = 1.0
    listen: str = "127.0.0.1:8484"
    max_age_s: float = 72 * 3600  # older news never rings
    updates: tuple[UpdateKind, ...] = UPDATE_KINDS  # what must be new in a story that rang for it to ring again
    owner_channel: str = ""  # notices (silent outlet, dead letter) go there; "" = shown in digests and on the page
    zone: str = "UTC"  # for times in alerts
    heartbeat_url: str = field(
        default="", repr=False
    )  # asked while polls run and the outbox is fresh; may hold a secret
    test_day: str = ""  # mon … sun: a test message through every channel on that day; "" = none
    test_at: time = time(9)  # local to `zone`
    password_file: str = ""  # of the desk; "" = no password, and then only this machine may reach it
    reader_password_file: str = ""  # of those who may only read
    web_hosts: tuple[str, ...] = ()  # further names under which the desk may be asked for
    warc_mb: int = 1000  # most that the pages with hits take, as they were received; 0 = they are not kept
    warc_folder: str = ""  # where they are kept; "" = beside the database
    web_url: str = ""  # under which readers reach the desk; "" = as it listens

    @property
    def desk(self) -> str:
        """The address of the desk that stands in messages, without a slash at its end."""
        return self.web_url.rstrip("/") or f"http://{self.listen}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole, valid configuration. `version` is a hash of its files' content."""

    folder: str
    version: str
    outlets: tuple[Outlet, ...] = ()
    people: tuple[Person, ...] = ()
    topics: tuple[Topic, ...] = ()
    watchlists: tuple[Watchlist, ...] = ()
    channels: tuple[Channel, ...] = ()
    digests: tuple[DigestPlan, ...] = ()
    settings: Settings = Settings()


# --------------------------------------------------------------------------------------------- from URL to article

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
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


# --------------------------------------------------------------------------------------------- stories


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


# --------------------------------------------------------------------------------------------- alerts and delivery

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

"""The configuration as frozen values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal, get_args

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

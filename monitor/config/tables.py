"""The tables of the six files, as strict models. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from monitor.config import fields as f
from monitor.model import UPDATE_KINDS, Orientation, OutletKind, SurnameRule, UpdateKind

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WRONG_KEY = "wrong_key"
WEEK: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Table(BaseModel):
    """Unknown keys are errors; nothing is converted behind the user's back."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def wrong(key: str, problem: str) -> PydanticCustomError:
    """A mistake that only the whole table shows, at the key that is to be changed."""
    return PydanticCustomError(WRONG_KEY, "{problem}", {"key": key, "problem": problem})


class ListingTable(Table):
    url: f.Url = Field(description="Address of a section page.")
    links: f.Selector = Field(description="CSS selector of its article links, or of elements that hold one.")


class CleaningTable(Table):
    keep: f.Selectors = Field(default=(), description="CSS selectors of the article; all else is cut.")
    drop: f.Selectors = Field(default=(), description="CSS selectors of what is cut inside of it.")


class OutletTable(Table):
    name: f.Text = Field(description="As readers know it.")
    home: f.Url = Field(description="Its front page; its host is the outlet's host.")
    country: f.Country = Field(default="XX", description="ISO 3166-1 alpha-2, or EU, UN, XX (none).")
    languages: f.Languages = Field(default=(), description="BCP 47, the main one first.")
    kind: OutletKind = Field(default="site", description="What publishes it.")
    family: str = Field(default="", description="Outlets of one family are one voice; empty: the slug.")
    feeds: f.Urls = Field(default=(), description="RSS, Atom or RDF addresses.")
    sitemaps: f.Urls = Field(default=(), description="News sitemaps or their indexes.")
    listings: Annotated[tuple[ListingTable, ...], f.List] = Field(
        default=(), description="Section pages, when there is no feed."
    )
    articles: f.Pattern = Field(
        default="", description="Pattern (RE2) on the path of an article's address; empty: every page."
    )
    every: f.Every = Field(
        default=None,
        json_schema_extra={"default": "auto"},
        description="Time between polls, like 15m; auto: learned from the outlet's rhythm.",
    )
    enabled: bool = Field(default=True, description="false: not polled; needs a reason.")
    reason: str = Field(default="", description="Why it is disabled, in words.")
    render: bool = Field(
        default=False,
        description="true: its pages and listings are made by scripts; a browser loads them (needs `diplowatch[browser]`).",
    )
    orientation: Orientation = Field(default="independent", description="Who is behind it; shown beside its stories.")
    cleaning: CleaningTable | None = Field(
        default=None, description="Rules for its pages, when the general ones do not do."
    )

    @model_validator(mode="after")
    def _say_why(self) -> OutletTable:
        if not self.enabled and not self.reason.strip():
            raise wrong("enabled", 'false needs a reason (reason = "terms forbid it")')
        return self


class OfficeTable(Table):
    title: f.Text = Field(description="The office in English.")
    of: f.Holder = Field(description="A country code, or an organisation.")
    since: date | None = Field(default=None, description="First day, a date without quotes; left out: unknown.")
    until: date | None = Field(default=None, description="First day after; left out: still held.")

    @model_validator(mode="after")
    def _order(self) -> OfficeTable:
        if self.since and self.until and self.since >= self.until:
            raise wrong("until", f"{self.until} must lie after since, {self.since}")
        return self


class PersonTable(Table):
    name: f.Spelling = Field(description="Given name and surname, in any script, as alerts show them.")
    names: dict[f.Tag, f.Spellings] = Field(
        default_factory=dict, description="Language → spelling, or list of spellings."
    )
    also: f.Names = Field(default=(), description="Further spellings, in any language.")
    surname: SurnameRule = Field(default="auto", description="When the bare surname counts.")
    unless: f.Texts = Field(default=(), description="Names that hold this one and mean somebody or something else.")
    offices: Annotated[tuple[OfficeTable, ...], f.List] = Field(default=(), description="Offices held, with dates.")
    known_as_of: date | None = Field(default=None, description="Up to when this entry was known to be right.")


class TopicTable(Table):
    name: f.Text = Field(description="As alerts show it.")
    query: f.Text = Field(description="What an article must say, in the query language.")


class WatchlistTable(Table):
    name: f.Text = Field(description="As alerts show it.")
    match: str = Field(default="", description="AND, OR, NOT and parentheses over slugs of people and topics.")
    people: f.Slugs = Field(default=(), description="Instead of match: any of these people …")
    topics: f.Slugs = Field(default=(), description="… or any of these topics.")
    instant: f.Slugs = Field(default=(), description="Channels that ring at once.")
    digests: f.Slugs = Field(default=(), description="Digests that list its stories.")
    severity: Literal["normal", "critical"] = Field(default="normal", description="critical passes quiet hours.")

    @model_validator(mode="after")
    def _one_way(self) -> WatchlistTable:
        if self.match.strip() and (self.people or self.topics):
            raise wrong("match", "stands beside people or topics (give one of the two)")
        if not (self.match.strip() or self.people or self.topics):
            raise ValueError('watches nothing (match = "…", or people = […], topics = […])')
        return self


class QuietTable(Table):
    start: f.Clock = Field(alias="from", description="Local time at which it begins.")
    end: f.Clock = Field(alias="to", description="Local time at which it ends; may lie on the next day.")
    zone: f.Zone = Field(description="IANA time zone.")
    holidays: Annotated[tuple[date, ...], f.List] = Field(
        default=(), description="Days that are quiet from midnight to midnight, dates without quotes."
    )

    @model_validator(mode="after")
    def _last(self) -> QuietTable:
        if self.start == self.end:
            raise wrong("to", "is the same time as from (leave quiet out, or give two times)")
        return self


class ChannelTable(Table):
    url: f.Text = Field(description="console:, file:PATH, or any Apprise URL; ${NAME} stands for a secret.")
    quiet: QuietTable | None = Field(
        default=None, description="Holds what comes in these hours until they end; drops nothing."
    )
    per_minute: f.Positive = Field(
        default=10, description="Alerts told one by one in a minute; more of a burst come together when it has passed."
    )
    per_hour: f.Positive = Field(
        default=60, description="Alerts told one by one in an hour; more come together when it has passed."
    )
    pace: f.Pace = Field(
        default=None,
        json_schema_extra={"default": "auto"},
        description="Least time between two messages, like 3s; auto: what the service asks for.",
    )
    template: str = Field(default="", description="File with your own text of an alert (Jinja, in a sandbox).")
    unsubscribe: f.Contact = Field(
        default="", description="Mail or web address for the List-Unsubscribe header of mails; empty: the sender's."
    )


class DigestTable(Table):
    name: str = Field(default="", description="Its title; empty: made of the slug.")
    channels: Annotated[tuple[str, ...], f.List, Field(min_length=1)] = Field(description="Channels that it goes to.")
    at: f.Clocks = Field(description="Local times of its editions.")
    zone: f.Zone = Field(description="IANA time zone of these times.")
    days: Annotated[tuple[Day, ...], f.List, Field(min_length=1)] = Field(
        default=WEEK, description="Days on which it comes."
    )


class NetworkTable(Table):
    contact: f.Contact = Field(default="", description="Mail or web address of yours, sent with every request.")
    allow_private: Annotated[tuple[f.Network, ...], f.List] = Field(
        default=(), description='Private networks that may be fetched from: `["10.1.0.0/16"]`.'
    )
    resolve: dict[str, f.Address] = Field(
        default_factory=dict, description="Host → address: asks no name server for these hosts."
    )
    delay: f.Span = Field(default=1.0, description="Least time between two requests to one host.")


class WebTable(Table):
    listen: f.Listen = Field(
        default="127.0.0.1:8484", description="Where the desk listens; beyond this machine only with a password_file."
    )
    password_file: str = Field(
        default="", description="File with the desk's password, 12 characters at least. Empty: none is asked for."
    )
    reader_password_file: str = Field(
        default="", description="File with a second password, for those who may only read. Needs password_file."
    )
    hosts: f.Texts = Field(
        default=(), description="Further names under which the desk is asked for, such as that of a proxy."
    )

    url: f.Url = Field(
        default="",
        description="Address under which readers reach the desk, for links in messages. Empty: as it listens.",
    )

    @model_validator(mode="after")
    def _editors_first(self) -> WebTable:
        if self.reader_password_file and not self.password_file:
            raise wrong(
                "reader_password_file", "needs a password_file too (without one everybody may change everything)"
            )
        return self


class AlertsTable(Table):
    max_age: f.Span = Field(default=72 * 3600.0, description="Older news never rings.")
    updates: Annotated[tuple[UpdateKind, ...], f.List] = Field(
        default=UPDATE_KINDS,
        description="What must be new in a story for it to ring again, once each; an empty list: a story rings once.",
    )
    owner_channel: str = Field(default="", description="Channel for notices: a silent outlet, a dead letter.")
    zone: f.Zone = Field(default="UTC", description="IANA time zone of the times in alerts.")
    heartbeat: str = Field(
        default="",
        description="Address asked for each minute while polls run and the outbox is fresh; ${NAME} as above.",
    )
    test: f.Weekly = Field(
        default=None, description="Day and time of a weekly test message through every channel, like mon 09:00."
    )


class ArchiveTable(Table):
    warc_mb: f.Size = Field(
        default=1000, description="Megabytes for pages with hits as they were received (WARC); 0: none are kept."
    )
    warc_folder: str = Field(default="", description="Where they are kept; empty: `warc` beside the database.")


@dataclass(frozen=True, slots=True)
class Section:
    """Tables of one model in one file: one per slug under `path`, or the one table at `path`."""

    file: str
    path: tuple[str, ...]
    model: type[Table]
    by_slug: bool = True


SECTIONS = (
    Section("outlets", (), OutletTable),
    Section("people", (), PersonTable),
    Section("topics", (), TopicTable),
    Section("watchlists", (), WatchlistTable),
    Section("channels", ("channel",), ChannelTable),
    Section("channels", ("digest",), DigestTable),
    Section("settings", ("network",), NetworkTable, by_slug=False),
    Section("settings", ("web",), WebTable, by_slug=False),
    Section("settings", ("alerts",), AlertsTable, by_slug=False),
    Section("settings", ("archive",), ArchiveTable, by_slug=False),
)
FILES = tuple(dict.fromkeys(section.file for section in SECTIONS))

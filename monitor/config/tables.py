"""The tables of the six files, as strict models. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from monitor.config import fields as f
from monitor.model import Orientation, OutletKind, SurnameRule

Tuple = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)


class Table(BaseModel):
    """Unknown keys are errors; nothing is converted behind the user's back."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ListingTable(Table):
    url: f.Url
    links: f.Selector


class CleaningTable(Table):
    keep: Annotated[tuple[f.Selector, ...], Tuple] = ()
    drop: Annotated[tuple[f.Selector, ...], Tuple] = ()


class OutletTable(Table):
    name: str
    home: f.Url
    country: f.Country = "XX"
    languages: Annotated[tuple[f.Language, ...], Tuple] = ()
    kind: OutletKind = "site"
    family: str = ""
    feeds: Annotated[tuple[f.Url, ...], Tuple] = ()
    sitemaps: Annotated[tuple[f.Url, ...], Tuple] = ()
    listings: Annotated[tuple[ListingTable, ...], Tuple] = ()
    articles: f.Pattern = ""
    every: f.Every = None
    enabled: bool = True
    reason: str = ""
    orientation: Orientation = "independent"
    cleaning: CleaningTable | None = None

    @model_validator(mode="after")
    def _say_why(self) -> OutletTable:
        if not self.enabled and not self.reason:
            raise ValueError('enabled = false needs a reason = "…"')
        return self


class OfficeTable(Table):
    title: str
    of: str
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _order(self) -> OfficeTable:
        if self.since and self.until and self.since >= self.until:
            raise ValueError(f"until ({self.until}) is not after since ({self.since})")
        return self


class PersonTable(Table):
    name: f.Spelling
    names: dict[f.Language, f.Spellings] = Field(default_factory=dict)
    also: Annotated[tuple[f.Spelling, ...], Tuple] = ()
    surname: SurnameRule = "auto"
    unless: Annotated[tuple[str, ...], Tuple] = ()
    offices: Annotated[tuple[OfficeTable, ...], Tuple] = ()
    known_as_of: date | None = None


class TopicTable(Table):
    name: str
    query: str


class WatchlistTable(Table):
    name: str
    match: str = ""
    people: Annotated[tuple[str, ...], Tuple] = ()
    topics: Annotated[tuple[str, ...], Tuple] = ()
    instant: Annotated[tuple[str, ...], Tuple] = ()
    digests: Annotated[tuple[str, ...], Tuple] = ()
    severity: Literal["normal", "critical"] = "normal"

    @model_validator(mode="after")
    def _one_way(self) -> WatchlistTable:
        if self.match and (self.people or self.topics):
            raise ValueError("give either match or people and topics, not both")
        if not (self.match or self.people or self.topics):
            raise ValueError('says nothing to watch (match = "…", or people = […], topics = […])')
        return self


class QuietTable(Table):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    start: f.Clock = Field(alias="from")
    end: f.Clock = Field(alias="to")
    zone: f.Zone


class ChannelTable(Table):
    url: str
    quiet: QuietTable | None = None
    per_hour: f.Positive = 60


class DigestTable(Table):
    name: str = ""
    channels: Annotated[tuple[str, ...], Tuple, Field(min_length=1)]
    at: Annotated[tuple[f.Clock, ...], Tuple, Field(min_length=1)]
    zone: f.Zone
    days: Annotated[tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...], Tuple, Field(min_length=1)] = (
        "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    )  # fmt: skip


class ChannelsFile(Table):
    channel: dict[f.Slug, ChannelTable] = Field(default_factory=dict)
    digest: dict[f.Slug, DigestTable] = Field(default_factory=dict)


class NetworkTable(Table):
    contact: str = ""
    allow_private: Annotated[tuple[f.Network, ...], Tuple] = ()
    resolve: dict[str, f.Address] = Field(default_factory=dict)
    delay: f.Span = 1.0


class WebTable(Table):
    listen: f.Listen = "127.0.0.1:8484"


class AlertsTable(Table):
    max_age: f.Span = 72 * 3600.0
    owner_channel: str = ""
    zone: f.Zone = "UTC"


class SettingsFile(Table):
    network: NetworkTable = NetworkTable()
    web: WebTable = WebTable()
    alerts: AlertsTable = AlertsTable()


FILES: dict[str, type[Table]] = {
    "outlets": OutletTable,
    "people": PersonTable,
    "topics": TopicTable,
    "watchlists": WatchlistTable,
    "channels": ChannelsFile,
    "settings": SettingsFile,
}  # the first four hold one table per slug
BY_SLUG = ("outlets", "people", "topics", "watchlists")

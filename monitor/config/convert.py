"""Validated tables → the frozen nouns of monitor.model. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.config.tables import OutletTable, PersonTable, SettingsFile, WatchlistTable
from monitor.model import (
    Channel,
    CleaningRules,
    Config,
    DigestPlan,
    Listing,
    Office,
    Outlet,
    Person,
    QuietHours,
    Settings,
    Topic,
    Watchlist,
)


def to_config(folder: str, version: str, tables: Mapping[str, Mapping[str, Any]]) -> Config:
    """The whole configuration, everything in the order of its file."""
    channels = tables.get("channels", {})
    return Config(
        folder=folder,
        version=version,
        outlets=tuple(_outlet(slug, table) for slug, table in tables.get("outlets", {}).items()),
        people=tuple(_person(slug, table) for slug, table in tables.get("people", {}).items()),
        topics=tuple(Topic(slug=slug, name=t.name, query=t.query) for slug, t in tables.get("topics", {}).items()),
        watchlists=tuple(_watchlist(slug, table) for slug, table in tables.get("watchlists", {}).items()),
        channels=tuple(_channel(slug, table) for slug, table in (channels.get("channel") or {}).items()),
        digests=tuple(_digest(slug, table) for slug, table in (channels.get("digest") or {}).items()),
        settings=_settings(tables.get("settings", {})),
    )


def _outlet(slug: str, t: OutletTable) -> Outlet:
    return Outlet(
        slug=slug,
        name=t.name,
        home=t.home,
        country=t.country,
        languages=t.languages,
        kind=t.kind,
        family=t.family,
        feeds=t.feeds,
        sitemaps=t.sitemaps,
        listings=tuple(Listing(url=listing.url, links=listing.links) for listing in t.listings),
        articles=t.articles,
        every_s=t.every,
        enabled=t.enabled,
        reason=t.reason,
        orientation=t.orientation,
        cleaning=CleaningRules(keep=t.cleaning.keep, drop=t.cleaning.drop) if t.cleaning else None,
    )


def _person(slug: str, t: PersonTable) -> Person:
    offices = tuple(Office(title=o.title, of=o.of, since=o.since, until=o.until) for o in t.offices)
    return Person(
        slug=slug,
        name=t.name,
        names=dict(t.names),
        also=t.also,
        surname=t.surname,
        unless=t.unless,
        offices=offices,
        known_as_of=t.known_as_of,
    )


def _watchlist(slug: str, t: WatchlistTable) -> Watchlist:
    match = t.match or " OR ".join((*t.people, *t.topics))
    return Watchlist(slug=slug, name=t.name, match=match, instant=t.instant, digests=t.digests, severity=t.severity)


def _channel(slug: str, t: Any) -> Channel:
    quiet = QuietHours(start=t.quiet.start, end=t.quiet.end, zone=t.quiet.zone) if t.quiet else None
    return Channel(slug=slug, url=t.url, quiet=quiet, per_hour=t.per_hour)


def _digest(slug: str, t: Any) -> DigestPlan:
    name = t.name or f"{slug.replace('-', ' ').capitalize()} digest"
    return DigestPlan(slug=slug, name=name, channels=t.channels, at=t.at, zone=t.zone, days=t.days)


def _settings(tables: Mapping[str, Any]) -> Settings:
    whole = SettingsFile(**tables)
    return Settings(
        contact=whole.network.contact,
        allow_private=whole.network.allow_private,
        resolve=dict(whole.network.resolve),
        delay_s=whole.network.delay,
        listen=whole.web.listen,
        max_age_s=whole.alerts.max_age,
        owner_channel=whole.alerts.owner_channel,
        zone=whole.alerts.zone,
    )

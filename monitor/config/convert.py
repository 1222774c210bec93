"""Validated tables → the frozen nouns of monitor.model. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from pathlib import Path

from monitor.config.source import Source
from monitor.config.tables import (
    FILES,
    AlertsTable,
    ArchiveTable,
    ChannelTable,
    DigestTable,
    NetworkTable,
    OutletTable,
    PersonTable,
    TopicTable,
    WatchlistTable,
    WebTable,
)
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
from monitor.urls import host_of


def to_config(
    folder: str,
    version: str,
    files: Mapping[str, Source],
    urls: Mapping[str, str],
    templates: Mapping[str, str],
    heartbeat: str,
) -> Config:
    """The whole configuration, everything in the order of its file. `urls`: of channels, with their secrets; `templates`: of channels."""
    empty = Source("", Path())
    outlets, people, topics, watchlists, channels, settings = (files.get(name, empty) for name in FILES)
    return Config(
        folder=folder,
        version=version,
        outlets=tuple(_outlet(slug, table) for slug, table in outlets.of(OutletTable).items()),
        people=tuple(_person(slug, table) for slug, table in people.of(PersonTable).items()),
        topics=tuple(Topic(slug=slug, name=t.name, query=t.query) for slug, t in topics.of(TopicTable).items()),
        watchlists=tuple(_watchlist(slug, table) for slug, table in watchlists.of(WatchlistTable).items()),
        channels=tuple(
            _channel(slug, table, urls[slug], templates.get(slug, ""))
            for slug, table in channels.of(ChannelTable).items()
        ),
        digests=tuple(_digest(slug, table) for slug, table in channels.of(DigestTable).items()),
        settings=_settings(settings, heartbeat),
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
        render=t.render,
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
    match = t.match.strip() or " OR ".join((*t.people, *t.topics))
    return Watchlist(slug=slug, name=t.name, match=match, instant=t.instant, digests=t.digests, severity=t.severity)


def _channel(slug: str, t: ChannelTable, url: str, template: str) -> Channel:
    quiet = (
        QuietHours(start=t.quiet.start, end=t.quiet.end, zone=t.quiet.zone, holidays=t.quiet.holidays)
        if t.quiet
        else None
    )
    return Channel(
        slug=slug,
        url=url,
        quiet=quiet,
        per_minute=t.per_minute,
        per_hour=t.per_hour,
        pace_s=t.pace,
        template=template,
        unsubscribe=t.unsubscribe,
    )


def _digest(slug: str, t: DigestTable) -> DigestPlan:
    name = t.name or f"{slug.replace('-', ' ').capitalize()} digest"
    return DigestPlan(slug=slug, name=name, channels=t.channels, at=t.at, zone=t.zone, days=t.days)


def _settings(source: Source, heartbeat: str) -> Settings:
    network = source.of(NetworkTable).get("network", NetworkTable())
    web = source.of(WebTable).get("web", WebTable())
    alerts = source.of(AlertsTable).get("alerts", AlertsTable())
    archive = source.of(ArchiveTable).get("archive", ArchiveTable())
    return Settings(
        contact=network.contact,
        allow_private=network.allow_private,
        resolve=dict(network.resolve),
        delay_s=network.delay,
        listen=web.listen,
        max_age_s=alerts.max_age,
        updates=alerts.updates,
        owner_channel=alerts.owner_channel,
        zone=alerts.zone,
        heartbeat_url=heartbeat,
        test_day=alerts.test[0] if alerts.test else "",
        test_at=alerts.test[1] if alerts.test else time(9),
        password_file=web.password_file,
        reader_password_file=web.reader_password_file,
        web_hosts=(*web.hosts, host_of(web.url)) if web.url else web.hosts,
        web_url=web.url,
        warc_mb=archive.warc_mb,
        warc_folder=archive.warc_folder,
    )

"""What is allowed and still worth a word at `check`. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from monitor.matching.watch import slugs_of
from monitor.model import Config, Person
from monitor.text import fold

STALE_DAYS = 550  # offices that nobody confirmed for a year and a half; a guess


def find_warnings(config: Config, today: date | None = None) -> list[str]:
    """Two people with one spelling, entries that nobody watches, outlets without a way in, old offices."""
    return [
        *_shared_spellings(config),
        *_unwatched(config),
        *_closed(config),
        *(_stale(config, today) if today else ()),
    ]


def spellings_of(person: Person) -> list[str]:
    """Every spelling of a person, in the order of the file."""
    return [person.name, *(spelling for found in person.names.values() for spelling in found), *person.also]


def _shared_spellings(config: Config) -> list[str]:
    owners: dict[str, set[str]] = defaultdict(set)
    for person in config.people:
        for spelling in spellings_of(person):
            owners[fold(spelling)].add(person.slug)
    return [
        f"people.toml: {' and '.join(sorted(slugs))} share the spelling {spelling!r}: an article cannot tell them apart"
        for spelling, slugs in sorted(owners.items())
        if len(slugs) > 1
    ]


def _unwatched(config: Config) -> list[str]:
    named = {slug for watchlist in config.watchlists for slug, _, _ in slugs_of(watchlist.match)}
    idle = [watchlist.slug for watchlist in config.watchlists if not watchlist.instant and not watchlist.digests]
    warnings = [f"watchlists.toml: {slug}: goes nowhere (instant = […] or digests = […])" for slug in idle]
    topics = [topic.slug for topic in config.topics if topic.slug not in named]
    if config.watchlists and topics:
        shown = ", ".join(topics[:6]) + (f" and {len(topics) - 6} more" if len(topics) > 6 else "")
        warnings.append(f"topics.toml: in no watchlist: {shown}")
    return warnings


def _closed(config: Config) -> list[str]:
    return [
        f"outlets.toml: {outlet.slug}: enabled without a feed, sitemap or listing"
        for outlet in config.outlets
        if outlet.enabled and not (outlet.feeds or outlet.sitemaps or outlet.listings)
    ]


def _stale(config: Config, today: date) -> list[str]:
    old = [p.slug for p in config.people if p.offices and p.known_as_of and (today - p.known_as_of).days > STALE_DAYS]
    return [f"people.toml: offices not confirmed for long: {', '.join(old[:6])}"] if old else []

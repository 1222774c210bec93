"""What is allowed and still worth a word at `check`. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from ipaddress import ip_address

from monitor.config.checks import check_language
from monitor.config.slips import find_slips
from monitor.matching.watch import slugs_of
from monitor.model import Config, Person
from monitor.text import fold
from monitor.urls import canonical_url

STALE_DAYS = 550  # offices that nobody confirmed for a year and a half; a guess
MOST_NAMED = 6  # slugs in one line


def find_warnings(config: Config, today: date | None = None) -> list[str]:
    """One line each: shared spellings and feeds, what leads nowhere, an open desk; with `today` also old offices."""
    return [
        *_shared_feeds(config),
        *_closed(config),
        *_shared_spellings(config),
        *_odd_languages(config),
        *(f"topics.toml: {topic.slug}.query: {slip}" for topic in config.topics for slip in find_slips(topic.query)),
        *(_stale(config, today) if today else ()),
        *_unwatched(config),
        *_unsent(config),
        *_open_desk(config),
    ]


def find_voids(config: Config) -> list[str]:
    """What is empty, so that nothing will ever be fetched, flagged or told: one line each."""
    return say_voids(
        fetches=any(outlet.enabled for outlet in config.outlets),
        watches=bool(config.people or config.topics),
        tells=bool(config.watchlists),
    )


def say_voids(*, fetches: bool, watches: bool, tells: bool) -> list[str]:
    """A line for each thing that a configuration does not do at all."""
    voids = []
    if not fetches:
        voids.append("outlets.toml: no outlet is enabled: nothing will be fetched")
    if not watches:
        voids.append("people.toml, topics.toml: nobody and nothing is watched: no article will be flagged")
    if not tells:
        voids.append("watchlists.toml: no watchlist: nobody will be told of anything")
    return voids


def find_new_warnings(config: Config, before: Config) -> list[str]:
    """What a change gives a word about: the lines that were not there before it."""
    known = {*find_warnings(before), *_unwatched(config)}  # the latter is one line of all, and said of the draft itself
    return [line for line in find_warnings(config) if line not in known]


def list_watched(config: Config) -> set[str]:
    """Slugs that a watchlist names."""
    return {slug for watchlist in config.watchlists for slug, _, _ in slugs_of(watchlist.match)}


def count_watched(config: Config) -> int:
    """People who stand in a watchlist."""
    named = list_watched(config)
    return sum(person.slug in named for person in config.people)


def spellings_of(person: Person) -> list[str]:
    """Every spelling of a person, in the order of the file."""
    return [person.name, *(spelling for found in person.names.values() for spelling in found), *person.also]


def _odd_languages(config: Config) -> list[str]:
    """A country's code in place of a language's: the spelling is found all the same."""
    said = []
    for person in config.people:
        for code in person.names:
            try:
                check_language(code)
            except ValueError as error:
                said.append(f"people.toml: {person.slug}.names: {error}")
    return said


def _shared_spellings(config: Config) -> list[str]:
    owners: dict[str, set[str]] = defaultdict(set)
    shown: dict[str, str] = {}
    for person in config.people:
        for spelling in spellings_of(person):
            owners[fold(spelling)].add(person.slug)
            shown.setdefault(fold(spelling), spelling)
    return [
        f"people.toml: {' and '.join(sorted(slugs))}: share the spelling {shown[folded]!r}, which cannot tell them apart"
        for folded, slugs in owners.items()
        if len(slugs) > 1
    ]


def _shared_feeds(config: Config) -> list[str]:
    owners: dict[str, list[str]] = defaultdict(list)
    for outlet in config.outlets:
        if outlet.enabled:
            for url in {*outlet.feeds, *outlet.sitemaps, *(listing.url for listing in outlet.listings)}:
                owners[canonical_url(url)].append(outlet.slug)
    return [
        f"outlets.toml: {' and '.join(slugs)}: read the same {url} (its articles count for the first that finds them)"
        for url, slugs in owners.items()
        if len(slugs) > 1
    ]


def _closed(config: Config) -> list[str]:
    closed = [o.slug for o in config.outlets if o.enabled and not (o.feeds or o.sitemaps or o.listings)]
    return [f"outlets.toml: {slug}: enabled without a feed, sitemap or listing" for slug in closed]


def _unwatched(config: Config) -> list[str]:
    named = list_watched(config)
    topics = [topic.slug for topic in config.topics if topic.slug not in named]
    return [f"topics.toml: in no watchlist: {_name(topics)}"] if config.watchlists and topics else []


def _unsent(config: Config) -> list[str]:
    idle = [w.slug for w in config.watchlists if not w.instant and not w.digests]
    used = {slug for w in config.watchlists for slug in w.digests}
    empty = [d.slug for d in config.digests if d.slug not in used] if config.watchlists else []
    return [
        *(f"watchlists.toml: {slug}: goes nowhere (instant = […] or digests = […])" for slug in idle),
        *(f"channels.toml: digest.{slug}: no watchlist goes into it" for slug in empty),
    ]


def _stale(config: Config, today: date) -> list[str]:
    old = [p.slug for p in config.people if p.offices and p.known_as_of and (today - p.known_as_of).days > STALE_DAYS]
    return [f"people.toml: offices not confirmed for {STALE_DAYS} days or more: {_name(old)}"] if old else []


def _open_desk(config: Config) -> list[str]:
    host = config.settings.listen.rpartition(":")[0].strip("[]")
    try:
        is_local = ip_address(host).is_loopback
    except ValueError:
        is_local = host == "localhost"
    warning = f"settings.toml: web.listen: {config.settings.listen} can be reached from other machines (the desk will not start without password_file)"
    return [] if is_local or config.settings.password_file else [warning]


def _name(slugs: Iterable[str]) -> str:
    found = list(slugs)
    more = len(found) - MOST_NAMED
    return ", ".join(found[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")

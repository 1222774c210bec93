"""Names that must lead somewhere, queries and expressions that must be readable. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from monitor.errors import QueryError
from monitor.matching.watch import compile_match, slugs_of


class Named(Protocol):
    """What this module needs of a file."""

    tables: dict[str, Any]

    def add(
        self, path: Any, problem: str, *, hint: str = "", value: object = None, line: int | None = None
    ) -> None: ...


def find_reference_problems(files: Mapping[str, Named], *, whole: bool) -> None:
    """Adds problems to the files; references between files only when the whole configuration is read."""
    if "topics" in files:
        _check_queries(files["topics"])
    if "people" in files and "topics" in files:
        for slug in files["topics"].tables.keys() & files["people"].tables.keys():
            files["topics"].add((slug,), "is a person too", hint="people and topics share one set of slugs")
    if whole:
        _check_watchlists(files)
        _check_digests(files)
        _check_owner(files)


def _check_queries(topics: Any) -> None:
    try:
        from monitor.matching.query import compile_query
    except ImportError:  # the query language has not arrived yet
        return
    for slug, topic in topics.tables.items():
        try:
            compile_query(topic.query)
        except QueryError as error:
            base = topics.lines.line_of((slug, "query"))
            shown = f"query, line {error.line}, column {error.column}: {error.problem}"
            topics.add((slug,), shown, hint=error.hint, line=base + error.line - 1)


def _check_watchlists(files: Mapping[str, Any]) -> None:
    watchlists, channels = files["watchlists"], files["channels"]
    entries = _slugs(files["people"]) | _slugs(files["topics"])
    known_channels, known_digests = _raw_keys(channels, "channel"), _raw_keys(channels, "digest")
    for slug, table in watchlists.tables.items():
        _check_names(watchlists, (slug, "instant"), table.instant, known_channels, "channel in channels.toml")
        _check_names(watchlists, (slug, "digests"), table.digests, known_digests, "digest in channels.toml")
        _check_names(watchlists, (slug, "people"), table.people, _slugs(files["people"]), "person in people.toml")
        _check_names(watchlists, (slug, "topics"), table.topics, _slugs(files["topics"]), "topic in topics.toml")
        if table.match:
            _check_match(watchlists, slug, table.match, entries)


def _check_match(watchlists: Any, slug: str, match: str, entries: set[str]) -> None:
    base = watchlists.lines.line_of((slug, "match"))
    try:
        compile_match(match)
    except QueryError as error:
        shown = f"match, line {error.line}, column {error.column}: {error.problem}"
        watchlists.add((slug,), shown, hint=error.hint, line=base + error.line - 1)
        return
    for name, line, _ in slugs_of(match):
        if name not in entries and not name.startswith("event:"):
            watchlists.add(
                (slug, "match"), f"no person or topic {name!r}", hint=_near(name, entries), line=base + line - 1
            )


def _check_digests(files: Mapping[str, Any]) -> None:
    channels = files["channels"]
    known = _raw_keys(channels, "channel")
    for slug, table in (channels.tables.get("digest") or {}).items():
        _check_names(channels, ("digest", slug, "channels"), table.channels, known, "channel here")


def _check_owner(files: Mapping[str, Any]) -> None:
    alerts = files["settings"].tables.get("alerts")
    known = _raw_keys(files["channels"], "channel")
    if alerts is not None and alerts.owner_channel and alerts.owner_channel not in known:
        hint = _near(alerts.owner_channel, known)
        files["settings"].add(
            ("alerts", "owner_channel"), f"no channel {alerts.owner_channel!r} in channels.toml", hint=hint
        )


def _check_names(file: Any, path: tuple[str, ...], names: Iterable[str], known: set[str], what: str) -> None:
    for name in names:
        if name not in known:
            file.add(path, f"no {what} called {name!r}", hint=_near(name, known), value=name)


def _near(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), 1, 0.5)
    return f"do you mean {near[0]}?" if near else ""


def _slugs(file: Any) -> set[str]:
    """As written: a table with a mistake of its own is still there."""
    return set(file.raw)


def _raw_keys(file: Any, name: str) -> set[str]:
    table = file.raw.get(name)
    return set(table) if isinstance(table, dict) else set()

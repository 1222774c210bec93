"""Names that must lead somewhere, queries and expressions that must be readable. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from monitor.config.checks import find_near
from monitor.config.source import Source
from monitor.config.tables import AlertsTable, DigestTable, TopicTable, WatchlistTable
from monitor.errors import QueryError
from monitor.matching.query import compile_query
from monitor.matching.watch import compile_match, slugs_of
from monitor.model import EVENT_KINDS, EVENT_PREFIX

Files = Mapping[str, Source]


def check_references(files: Files) -> None:
    """Adds problems to the files. What lies in a file that was not asked for, or that cannot be read, is not missed."""
    for check in (_check_queries, _check_namespace, _check_watchlists, _check_digests, _check_owner):
        check(files)


def _check_queries(files: Files) -> None:
    if "topics" not in files:
        return
    for slug, topic in files["topics"].of(TopicTable).items():
        try:
            compile_query(topic.query)
        except QueryError as error:
            _add_query_problem(files["topics"], slug, "query", error)


def _check_namespace(files: Files) -> None:
    people, topics = files.get("people"), files.get("topics")
    if people is not None and topics is not None:
        for slug in sorted(topics.written() & people.written()):
            line = people.positions.line_of((slug,))
            topics.add((slug,), f"is a person too, in people.toml:{line}", hint="people and topics share their slugs")


def _check_watchlists(files: Files) -> None:
    if "watchlists" not in files:
        return
    source = files["watchlists"]
    people, topics = _written(files, "people"), _written(files, "topics")
    channels, digests = _written(files, "channels", "channel"), _written(files, "channels", "digest")
    for slug, table in source.of(WatchlistTable).items():
        _check_names(source, (slug, "people"), table.people, people, "person in people.toml")
        _check_names(source, (slug, "topics"), table.topics, topics, "topic in topics.toml")
        _check_names(source, (slug, "instant"), table.instant, channels, "channel in channels.toml")
        _check_names(source, (slug, "digests"), table.digests, digests, "digest in channels.toml")
        if table.match.strip():
            _check_match(source, slug, table.match, None if people is None or topics is None else people | topics)


def _check_match(source: Source, slug: str, match: str, known: set[str] | None) -> None:
    try:
        compile_match(match)
    except QueryError as error:
        _add_query_problem(source, slug, "match", error)
        return
    said: set[str] = set()
    for name, line, _ in slugs_of(match):
        if name in said:
            continue
        said.add(name)
        if name.startswith(EVENT_PREFIX):
            event = name.removeprefix(EVENT_PREFIX)
            if event not in EVENT_KINDS:
                hint = find_near(event, EVENT_KINDS) or ", ".join(EVENT_KINDS)
                source.add(
                    (slug, "match"),
                    f"no event {event!r}",
                    hint=hint,
                    line=source.positions.line_in((slug, "match"), line),
                )
        elif known is not None and name not in known:
            hint = f"{name.upper()} in capitals" if name in ("and", "or", "not") else find_near(name, known)
            problem = f"no person or topic {name!r} in people.toml or topics.toml"
            source.add((slug, "match"), problem, hint=hint, line=source.positions.line_in((slug, "match"), line))


def _check_digests(files: Files) -> None:
    if "channels" not in files:
        return
    source, known = files["channels"], _written(files, "channels", "channel")
    for slug, table in source.of(DigestTable).items():
        _check_names(source, ("digest", slug, "channels"), table.channels, known, "channel in channels.toml")


def _check_owner(files: Files) -> None:
    for table in files["settings"].of(AlertsTable).values() if "settings" in files else ():
        known, owner = _written(files, "channels", "channel"), table.owner_channel
        if owner and known is not None and owner not in known:
            problem = f"no channel {owner!r} in channels.toml"
            files["settings"].add(("alerts", "owner_channel"), problem, hint=find_near(owner, known))


def _written(files: Files, name: str, *path: str) -> set[str] | None:
    """Slugs that may be referred to; None when nobody can tell."""
    source = files.get(name)
    return None if source is None or source.is_broken else source.written(*path)


def _check_names(
    source: Source, path: tuple[str, ...], names: Iterable[str], known: set[str] | None, what: str
) -> None:
    kind, _, place = what.partition(" ")
    for number, name in enumerate(names):
        if known is not None and name not in known:
            source.add((*path, number), f"no {kind} {name!r} {place}", hint=find_near(name, known))


def _add_query_problem(source: Source, slug: str, key: str, error: QueryError) -> None:
    """The line is the file's, line and column in words are the query's own."""
    place = f"line {error.line}, column {error.column}" if (slug, key) in source.positions.strings else ""
    shown = f"{error.problem}, at {place or f'column {error.column}'} of the {key}"
    source.add((slug, key), shown, hint=error.hint, line=source.positions.line_in((slug, key), error.line))

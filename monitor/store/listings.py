"""What sources list, entered into the ledger: many URLs a time, few statements. Touches the database."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import Candidate
from monitor.store import schema
from monitor.store.learned import upsert
from monitor.store.ledger import add_step_rows

AT_ONCE = 400  # URLs in one statement; SQLite takes 32,766 values, PostgreSQL plans long lists slowly
RECHECKED = ("matched", "no-match", "changed", "unchanged")


def note_candidates(
    connection: Connection, candidates: Sequence[Candidate], *, now: datetime, baseline: set[str], way: int = 0
) -> list[int]:
    """Enters URLs that were not known; returns their ids in order. `baseline`: URLs published before the outlet was added.

    `way`: the bit of the kind of source that shows them; a known candidate that it did not show so far keeps it too.
    """
    c = schema.candidate.c
    known = {row.url: row for row in _load(connection, [one.url for one in candidates])}
    again = [{"_id": row.id} for row in known.values() if way and not row.ways & way]
    if again:
        seen = sa.update(schema.candidate).where(c.id == sa.bindparam("_id"))
        connection.execute(seen.values(ways=c.ways.bitwise_or(way)), again)
    fresh = {one.url: one for one in reversed(candidates) if one.url not in known}
    if not fresh:
        return []
    insert = upsert(connection, schema.candidate).on_conflict_do_nothing(index_elements=["url"])
    rows = connection.execute(
        insert.returning(c.id, c.url), [_make_row(one, now, one.url in baseline, way) for one in fresh.values()]
    ).all()
    ids = {row.url: row.id for row in rows}
    new = [url for url in dict.fromkeys(one.url for one in candidates) if url in ids]
    add_step_rows(connection, [(ids[url], now, "found", fresh[url].source, fresh[url].title) for url in new])
    return [ids[url] for url in new]


def end_found(connection: Connection, ended: Sequence[tuple[str, str, str]], *, now: datetime) -> None:
    """Gives final states to candidates that are not fetched at all: (url, state, reason); only while they are `found`."""
    c = schema.candidate.c
    found = {row.url: row.id for row in _load(connection, [url for url, _, _ in ended], c.state == "found")}
    ends = {url: (found[url], state, reason) for url, state, reason in reversed(ended) if url in found}
    if not ends:
        return
    update = sa.update(schema.candidate).where(c.id == sa.bindparam("_id"), c.state == "found")
    connection.execute(
        update.values(state=sa.bindparam("_state"), reason=sa.bindparam("_reason"), state_at=now),
        [{"_id": id, "_state": state, "_reason": reason} for id, state, reason in ends.values()],
    )
    add_step_rows(connection, [(id, now, "state", state, reason) for id, state, reason in ends.values()])


def recheck_changed(connection: Connection, candidates: Sequence[Candidate], *, now: datetime) -> int:
    """Makes known pages due again whose source shows another headline; at most once an hour each. Returns how many."""
    c = schema.candidate.c
    titles = {one.url: one.title for one in candidates if one.title}
    settled = sa.and_(c.state.in_(RECHECKED), c.state_at <= now - timedelta(hours=1))
    rows = _load(connection, list(titles), settled)
    changed = [{"_id": row.id, "_title": titles[row.url]} for row in rows if row.title != titles[row.url]]
    if changed:
        update = sa.update(schema.candidate).where(c.id == sa.bindparam("_id"))
        connection.execute(update.values(title=sa.bindparam("_title"), state="found", next_at=None), changed)
    return len(changed)


def _load(connection: Connection, urls: Sequence[str], *conditions: sa.ColumnElement[bool]) -> Iterator[Any]:
    """Id, URL, title and ways of the candidates under these URLs."""
    c = schema.candidate.c
    for some in _cut(urls):
        yield from connection.execute(sa.select(c.id, c.url, c.title, c.ways).where(c.url.in_(some), *conditions)).all()


def _cut(urls: Iterable[str]) -> Iterator[list[str]]:
    left = iter(urls)
    while some := list(itertools.islice(left, AT_ONCE)):
        yield some


def _make_row(candidate: Candidate, now: datetime, is_baseline: bool, way: int) -> dict[str, Any]:
    return {
        "url": candidate.url,
        "address": candidate.address or candidate.url,
        "outlet": candidate.outlet,
        "source": candidate.source,
        "title": candidate.title,
        "summary": candidate.summary,
        "language": candidate.language,
        "listed_at": candidate.published_at,
        "found_at": now,
        "state": "found",
        "state_at": now,
        "is_baseline": is_baseline,
        "ways": way,
    }

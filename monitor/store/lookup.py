"""The archive by query within a budget: newest first, and honest about how far back it looked. Touches the database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.database import Store
from monitor.store.fulltext import index_waiting
from monitor.store.narrowing import narrow
from monitor.store.search import Query, find_wanted

MOST_COUNTED = 400  # matches; a guess
SHOWN = 10  # values of a facet
BLOCK = 200  # articles read at a time while verifying


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article that a query matches, with the place of its leftmost part."""

    id: int
    outlet: str
    headline: str
    language: str
    story_id: int | None
    seen_at: datetime
    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """How the newest `counted` matches are spread: (value, articles), the most first."""

    counted: int
    outlets: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    entries: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was found, newest first. `stopped_at`: the article id at which the budget ended; None = all was looked at."""

    found: tuple[Found, ...]
    stopped_at: int | None = None
    stopped_on: datetime | None = None
    facets: Facets | None = None


def look_up(
    store: Store,
    query: Query,
    *,
    since: datetime,
    before: int | None = None,
    outlet: str = "",
    language: str = "",
    entry: str = "",
    limit: int = 40,
    is_spent: Callable[[], bool] = lambda: False,
    is_counted: Callable[[], bool] = lambda: True,
) -> Search:
    """Articles seen since then that the query matches.

    `before`: only articles with a smaller id, to go on from `stopped_at`. `is_spent` is asked after each block. What lies behind the limit is
    still counted for the facets until `is_counted`.
    """
    index_waiting(store, blocks=4)
    found: list[Found] = []
    counted: list[Any] = []
    stop: Any = None
    with store.read() as connection:
        rows = narrow(
            connection, find_wanted(query), since=since, before=before, outlet=outlet, language=language, entry=entry
        )
        for number, row in enumerate(rows):
            if stop is None and (len(found) >= limit or (number % BLOCK == BLOCK - 1 and is_spent())):
                stop = row
            if stop is not None and (len(found) < limit or len(counted) >= MOST_COUNTED or is_counted()):
                break
            span = query.matches(row.headline, row.body, row.language or None)
            if span is not None:
                counted.append(row)
                if stop is None:
                    found.append(_found(row, span))
        facets = _count(connection, counted)
    if stop is None:
        return Search(found=tuple(found), facets=facets)
    return Search(found=tuple(found), stopped_at=stop.id + 1, stopped_on=stop.seen_at, facets=facets)


def _count(connection: Connection, rows: list[Any]) -> Facets:
    h = schema.hit.c
    named = (
        connection.execute(
            sa.select(h.entry, sa.func.count(sa.distinct(h.article_id)))
            .where(h.article_id.in_([row.id for row in rows]), h.suppressed.is_(False))
            .group_by(h.entry)
        )
        if rows
        else ()
    )
    entries = Counter({entry: count for entry, count in named})
    return Facets(
        counted=len(rows),
        outlets=tuple(Counter(row.outlet for row in rows).most_common(SHOWN)),
        languages=tuple(Counter(row.language.split("-")[0] for row in rows if row.language).most_common(SHOWN)),
        entries=tuple(entries.most_common(SHOWN)),
    )


def _found(row: Any, span: tuple[str, int, int]) -> Found:
    field, start, end = span
    text = row.headline if field == "headline" else row.body
    return Found(
        id=row.id,
        outlet=row.outlet,
        headline=row.headline,
        language=row.language,
        story_id=row.story_id,
        seen_at=row.seen_at,
        before=_cut(text[max(0, start - 120) : start], start > 120, at_start=True),
        text=text[start:end],
        after=_cut(text[end : end + 180], end + 180 < len(text), at_start=False),
    )


def _cut(text: str, is_cut: bool, *, at_start: bool) -> str:
    """White space made one, edges at a word, with an ellipsis where something is missing."""
    line = re.sub(r"\s+", " ", text)
    if not is_cut:
        return line
    if at_start:
        _, joint, rest = line.partition(" ")
        return f"… {rest}" if joint else f"…{line}"
    head, joint, _ = line.rpartition(" ")
    return f"{head} …" if joint else f"{line}…"

"""The archive by query within a budget: newest first, and honest about how far back it looked. Touches the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.store.database import Store
from monitor.store.fulltext import index_waiting
from monitor.store.narrowing import narrow
from monitor.store.search import Query, find_wanted

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
class Search:
    """What was found, newest first. `stopped_at`: the article id at which the budget ended; None = all was looked at."""

    found: tuple[Found, ...]
    stopped_at: int | None = None
    stopped_on: datetime | None = None


def look_up(
    store: Store,
    query: Query,
    *,
    since: datetime,
    before: int | None = None,
    outlet: str = "",
    language: str = "",
    limit: int = 40,
    is_spent: Callable[[], bool] = lambda: False,
) -> Search:
    """Articles seen since then that the query matches.

    `before`: only articles with a smaller id, to go on from `stopped_at`. `is_spent` is asked after each block.
    """
    index_waiting(store, blocks=4)
    found: list[Found] = []
    with store.read() as connection:
        rows = narrow(connection, find_wanted(query), since=since, before=before, outlet=outlet, language=language)
        for number, row in enumerate(rows):
            if len(found) >= limit or (number % BLOCK == BLOCK - 1 and is_spent()):
                return Search(found=tuple(found), stopped_at=row.id + 1, stopped_on=row.seen_at)
            span = query.matches(row.headline, row.body, row.language or None)
            if span is not None:
                found.append(_found(row, span))
    return Search(found=tuple(found))


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

"""The archive by query, as an export, as a copy. Touches the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from monitor.errors import StoreError
from monitor.model import CleanPage
from monitor.store import schema
from monitor.store.archive import load_clean_page
from monitor.store.database import Store
from monitor.store.fulltext import Wanted, Word, index_waiting
from monitor.store.narrowing import narrow


class Query(Protocol):
    """What a search needs of a compiled query (monitor.matching.Query)."""

    def matches(self, headline: str, body: str, language: str | None = None) -> tuple[str, int, int] | None: ...

    def required_sets(self) -> Sequence[Iterable[Word]]: ...

    def required_near(self) -> Sequence[tuple[Iterable[Word], Iterable[Word], int]]: ...


def find_wanted(query: Query) -> Wanted:
    """What the index is asked for."""
    return Wanted(sets=query.required_sets(), near=query.required_near())


def search(store: Store, query: Query, *, since: datetime | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Articles that the query matches, newest first: id, url, outlet, headline, language, story, times, place of the match.

    The full-text index narrows what is verified; a query that requires no word reads the whole archive.
    """
    found: list[dict[str, Any]] = []
    index_waiting(store, blocks=4)
    with store.read() as connection, closing(narrow(connection, find_wanted(query), since=since)) as rows:
        for row in rows:
            span = query.matches(row.headline, row.body, row.language or None)
            if span is None:
                continue
            found.append(_result(row, span))
            if len(found) >= limit:
                break
    return found


def _result(row: Any, span: tuple[str, int, int]) -> dict[str, Any]:
    field, start, end = span
    text = row.headline if field == "headline" else row.body
    return {
        "id": row.id,
        "url": row.link or row.url,
        "outlet": row.outlet,
        "headline": row.headline,
        "language": row.language or None,
        "story": row.story_id,
        "published_at": row.published_at,
        "seen_at": row.seen_at,
        "sentence": "" if field == "headline" else " ".join(text[max(0, start - 100) : end + 140].split()),
    }


def export_articles(store: Store, since: datetime | None) -> Iterator[tuple[dict[str, Any], CleanPage]]:
    """Every archived article with its outlet, story and hits, oldest first."""
    a, h = schema.article.c, schema.hit.c
    select = sa.select(a.id, a.outlet, a.story_id, a.duplicate_of, a.seen_at).order_by(a.id)
    if since is not None:
        select = select.where(a.seen_at >= since)
    with store.read() as connection:
        rows = connection.execute(select).all()
    for row in rows:
        with store.read() as connection:
            page = load_clean_page(connection, row.id)
            hits = connection.execute(sa.select(schema.hit).where(h.article_id == row.id).order_by(h.id)).all()
        if page is not None:
            yield (
                {
                    "id": row.id,
                    "outlet": row.outlet,
                    "story": row.story_id,
                    "duplicate_of": row.duplicate_of,
                    "seen_at": row.seen_at,
                    "hits": [
                        {key: value for key, value in hit._mapping.items() if key != "article_id"} for hit in hits
                    ],
                },
                page,
            )


def copy_database(store: Store, path: str) -> None:
    """A consistent copy of a SQLite database, taken while others write.

    Raises: StoreError on PostgreSQL, or when the copy cannot be written.
    """
    source = make_url(store.url).database
    if not store.is_sqlite or not source:
        raise StoreError("backup: this is PostgreSQL: use pg_dump")
    try:
        with sqlite3.connect(source) as reader, sqlite3.connect(path) as writer:
            reader.backup(writer)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}") from None

"""The newest articles of a full-text query on PostgreSQL, without reading what older ones have. Touches the database.

A GIN index knows no order: a common word has hundreds of thousands of places, of which a page of results needs the last fifty. So each
text also holds a lexeme that names its part of the archive, and the parts are asked from the newest on: the index skips through
the places of the common word by those of the rare lexeme.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema

BITS = 14  # 16,384 ids are a part: two of them were asked in 5 ms at a million articles, for a phrase of common words in 55
SIGN = "⁂"  # begins the lexeme of a part; no word does
SPANS = (2, 8, 32)  # parts that are asked at once, from the newest on; then all the rest
SINCE = "search_parts_since"  # of `meta`: texts from this id on have the lexeme of their part; older ones wait to be indexed anew

PART = sa.text(  # a common table, since the planner takes the ids' own index when it thinks that a word is everywhere
    "WITH found AS MATERIALIZED (SELECT article_id FROM article_search WHERE words @@ CAST(:wanted AS tsquery)) "
    "SELECT article_id FROM found WHERE article_id < :below AND article_id >= :least ORDER BY article_id DESC LIMIT :limit"
)
OLD = sa.text(
    "SELECT article_id FROM article_search WHERE words @@ CAST(:wanted AS tsquery) "
    "AND article_id < :below AND article_id >= :least ORDER BY article_id DESC LIMIT :limit"
)
EDGES = sa.text("SELECT (SELECT max(article_id) FROM article_search), (SELECT value FROM meta WHERE key = :since)")


def name_part(article_id: int) -> str:
    """The lexeme of an article's part."""
    return f"{SIGN}{article_id >> BITS}"


def find_newest(connection: Connection, wanted: str, *, below: int, least: int, limit: int) -> list[int]:
    """Ids of the texts that a tsquery finds, newest first: none when there are none, else at least half of `limit` or all."""
    newest, since = connection.execute(EDGES, {"since": SINCE}).one()
    if newest is None:
        return []
    first_part = int(since or 0) + (1 << BITS) - 1 >> BITS  # the first one of which all texts have the lexeme
    found: list[int] = []
    for first, behind in _spans((min(below - 1, newest) >> BITS) + 1, max(first_part, least >> BITS)):
        parts = " | ".join(f"'{SIGN}{part}'" for part in range(first, behind))
        bounds = {"below": below, "least": least, "limit": limit - len(found)}
        found += connection.execute(PART, bounds | {"wanted": f"({parts}) & {wanted}"}).scalars()
        below = min(below, first << BITS)
        if (
            2 * len(found) >= limit or below <= least
        ):  # half a block is enough: the next one is asked for when it is needed
            return found
    bounds = {"below": below, "least": least, "limit": limit - len(found)}
    found += connection.execute(OLD if first_part else PART, bounds | {"wanted": wanted}).scalars()
    return found


def _spans(behind: int, least: int) -> Iterator[tuple[int, int]]:
    for count in SPANS:
        first = max(behind - count, least)
        if first >= behind:
            return
        yield first, behind
        behind = first


def note_all_indexed(connection: Connection) -> None:
    """Nothing waits to be indexed: every text has the lexeme of its part."""
    connection.execute(sa.delete(schema.meta).where(schema.meta.c.key == SINCE))

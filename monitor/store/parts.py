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
# The index does not know the places of words: a text is read for them, 10 us each. So the index is asked for the words alone, which
# also spares it all the ways in which a NEAR may stand, and texts are read from the newest on until there are enough.
PLACED = sa.text(
    "WITH found AS MATERIALIZED (SELECT article_id FROM article_search WHERE words @@ CAST(:words AS tsquery)), "
    "newest AS (SELECT article_id FROM found WHERE article_id < :below AND article_id >= :least ORDER BY article_id DESC) "
    "SELECT newest.article_id FROM newest CROSS JOIN LATERAL (SELECT 1 FROM article_search s "
    "WHERE s.article_id = newest.article_id AND s.words @@ CAST(:wanted AS tsquery) OFFSET 0) AS read "
    "ORDER BY newest.article_id DESC LIMIT :limit"
)
OLD = sa.text(
    "SELECT article_id FROM article_search WHERE words @@ CAST(:wanted AS tsquery) "
    "AND article_id < :below AND article_id >= :least ORDER BY article_id DESC LIMIT :limit"
)
EDGES = sa.text("SELECT (SELECT max(article_id) FROM article_search), (SELECT value FROM meta WHERE key = :since)")


def name_part(article_id: int) -> str:
    """The lexeme of an article's part."""
    return f"{SIGN}{article_id >> BITS}"


def find_newest(connection: Connection, wanted: str, words: str, *, below: int, least: int, limit: int) -> list[int]:
    """Ids of the texts that a tsquery finds, newest first: none when there are none, else at least half of `limit` or all.

    `words`: the same without the places of words; every text that is wanted satisfies it.
    """
    newest, since = connection.execute(EDGES, {"since": SINCE}).one()
    if newest is None:
        return []
    first_part = int(since or 0) + (1 << BITS) - 1 >> BITS  # the first one of which all texts have the lexeme
    found: list[int] = []
    has_places = words != wanted
    most, enough = limit, (limit + 1) // 2  # half a block is enough: the next one is asked for when it is needed
    if has_places:
        most = enough
    for first, behind in _spans((min(below - 1, newest) >> BITS) + 1, max(first_part, least >> BITS)):
        parts = " | ".join(f"'{SIGN}{part}'" for part in range(first, behind))
        bounds = {"below": below, "least": least, "limit": most - len(found)}
        if has_places:
            asked = {"wanted": wanted, "words": f"({parts}) & {words}"}
            found += connection.execute(PLACED, bounds | asked).scalars()
        else:
            found += connection.execute(PART, bounds | {"wanted": f"({parts}) & {wanted}"}).scalars()
        below = min(below, first << BITS)
        if len(found) >= enough or below <= least:
            return found
    bounds = {"below": below, "least": least, "limit": most - len(found)}
    asked = {"wanted": wanted} | ({"words": words} if has_places else {})
    found += connection.execute(PLACED if has_places else OLD if first_part else PART, bounds | asked).scalars()
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

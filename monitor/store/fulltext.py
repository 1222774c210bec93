"""Full text by our own folded words, in every script: FTS5 on SQLite, a tsvector on PostgreSQL. Touches the database.

The index only narrows: what it finds is verified by the query itself. On PostgreSQL nothing is indexed in the alert path.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.matching.tokens import TOKEN
from monitor.store import schema
from monitor.store.database import Store
from monitor.store.later import write_later
from monitor.store.parts import find_newest, name_part, note_all_indexed
from monitor.text import fold, is_unspaced

# Contentless: the text stands in `body` already. Marks and digits are parts of words, as in monitor.text.
CREATE = (
    "CREATE VIRTUAL TABLE article_fts USING fts5(words, content='', "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\")"
)
# Parts of the index at one level from which they become one of the next; SQLite's own 4 made an insert take a third longer.
MERGE_RARELY = "INSERT INTO article_fts(article_fts, rank) VALUES ('automerge', 8)"
ADD_SQLITE = sa.text("INSERT INTO article_fts(rowid, words) VALUES (:id, :words)")
FIELDS_APART = 100  # words between headline and body in the index: no phrase and no NEAR reaches over
LAST_PLACE, MOST_PLACES = 16_000, 255  # PostgreSQL knows no later place of a word in a text, and no more of them
WITHOUT_PLACES = "⁂"  # a lexeme of texts that are longer: their phrases are looked for by their words
MOST_NEAR = 60  # ways in which the words of a NEAR may stand that are asked of the index; a guess
LONGEST = 200  # letters of a word that PostgreSQL is given; it takes 2,046 bytes
BULK = 5000  # articles in one transaction while the index is rebuilt
BLOCK = 500  # articles indexed in one transaction on PostgreSQL


class Word(Protocol):
    """A word, phrase or prefix that a query requires (monitor.matching.syntax.Word)."""

    @property
    def tokens(self) -> tuple[str, ...]: ...

    @property
    def is_prefix(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every match of a query satisfies: of each set it holds one word; of each pair, one of the first near one of the second."""

    sets: Sequence[Iterable[Word]] = ()
    near: Sequence[tuple[Iterable[Word], Iterable[Word], int]] = ()


def index_article(
    connection: Connection, article_id: int, headline: str, body: str, before: tuple[str, str] | None = None
) -> None:
    """Makes an article findable. `before`: headline and body that were indexed for it; a contentless index must be told."""
    if connection.dialect.name != "sqlite":
        write_later(connection, _mark_unindexed(), [{"article_id": article_id}])
        return
    if before is not None:
        forget_article(connection, article_id, *before)
    write_later(connection, ADD_SQLITE, [{"id": article_id, "words": to_words(headline, body)}])


@functools.lru_cache(maxsize=1)
def _mark_unindexed() -> sa.Insert:
    """One statement: what is written later is put together by it."""
    from sqlalchemy.dialects import postgresql  # 2 MB, which SQLite does not need

    return postgresql.insert(schema.unindexed).on_conflict_do_nothing()


def forget_article(connection: Connection, article_id: int, headline: str, body: str) -> None:
    """Takes an article out of the index; headline and body as they were indexed."""
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text("DELETE FROM article_search WHERE article_id = :id"), {"id": article_id})
        return
    connection.execute(
        sa.text("INSERT INTO article_fts(article_fts, rowid, words) VALUES ('delete', :id, :words)"),
        {"id": article_id, "words": to_words(headline, body)},
    )


def index_waiting(store: Store, *, blocks: int = 1) -> int:
    """Indexes what road 1 left to be indexed, on PostgreSQL; several programs may do it at once. Returns how many articles."""
    total = 0
    for _ in range(0 if store.is_sqlite else blocks):
        done = _index_block(store)
        total += done
        if done < BLOCK:
            break
    return total


def rebuild_index(store: Store) -> int:
    """Indexes what waits after a copy or a migration: the index is built at the end, several times as fast. PostgreSQL only."""
    a, b, u = schema.article.c, schema.body.c, schema.unindexed.c
    done = last = 0
    with store.write() as connection:
        connection.execute(sa.text("DROP INDEX IF EXISTS ix_article_search_words"))
    while True:
        with store.write() as connection:
            select = sa.select(a.id, a.headline, b.body).join(schema.body, b.article_id == a.id)
            select = select.where(
                a.id.in_(sa.select(u.article_id).where(u.article_id > last).order_by(u.article_id).limit(BULK))
            )
            rows = connection.execute(select.order_by(a.id)).all()
            if not rows:
                break
            last = rows[-1].id
            connection.execute(
                sa.text("DELETE FROM article_search WHERE article_id = ANY(:ids)"), {"ids": [row.id for row in rows]}
            )
            raw: Any = connection.connection.dbapi_connection
            with raw.cursor() as cursor, cursor.copy("COPY article_search (article_id, words) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((row.id, to_vector(row.id, row.headline, row.body)))
            connection.execute(sa.delete(schema.unindexed).where(u.article_id.in_([row.id for row in rows])))
            done += len(rows)
    with store.write() as connection:
        note_all_indexed(connection)
        connection.execute(sa.text("SET LOCAL maintenance_work_mem = '512MB'"))
        connection.execute(sa.text("CREATE INDEX ix_article_search_words ON article_search USING gin (words)"))
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        plain.execute(sa.text("ANALYZE article_search"))
    return done


def _index_block(store: Store) -> int:
    a, b, u = schema.article.c, schema.body.c, schema.unindexed.c
    with store.read() as connection:
        if connection.execute(sa.select(u.article_id).limit(1)).first() is None:
            return 0
    with store.write() as connection:
        claim = sa.select(u.article_id).order_by(u.article_id.desc()).limit(BLOCK).with_for_update(skip_locked=True)
        ids = list(connection.execute(claim).scalars())
        if not ids:
            return 0
        select = sa.select(a.id, a.headline, b.body).join(schema.body, b.article_id == a.id).where(a.id.in_(ids))
        rows = [
            {"id": row.id, "words": to_vector(row.id, row.headline, row.body)} for row in connection.execute(select)
        ]
        if rows:
            insert = sa.text(
                "INSERT INTO article_search (article_id, words) VALUES (:id, CAST(:words AS tsvector)) "
                "ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
            )
            connection.execute(insert, rows)
        connection.execute(sa.delete(schema.unindexed).where(u.article_id.in_(ids)))
        if connection.execute(sa.select(u.article_id).limit(1)).first() is None:
            note_all_indexed(connection)
        return len(ids)


def find_ids(connection: Connection, wanted: Wanted, *, below: int | None, least: int, limit: int) -> list[int]:
    """Articles that may match, newest first. `below`, `least`: bounds of the ids."""
    upper = 2**62 if below is None else below
    if connection.dialect.name != "sqlite":
        words = to_tsquery(Wanted(sets=wanted.sets), by_place=False)
        return find_newest(connection, to_tsquery(wanted), words, below=upper, least=least, limit=limit)
    statement = (
        "SELECT rowid FROM article_fts WHERE article_fts MATCH :wanted AND rowid < :below AND rowid >= :least "
        "ORDER BY rowid DESC LIMIT :limit"
    )
    bounds = {"below": upper, "least": least, "limit": limit}
    return list(connection.execute(sa.text(statement), bounds | {"wanted": to_expression(wanted)}).scalars())


def to_words(headline: str, body: str) -> str:
    """Folded words with a space between; in scripts without spaces each character is a word. The fields are kept apart."""
    return " | ".join(" ".join(TOKEN.findall(fold(text))) for text in (headline, body))


def to_vector(article_id: int, headline: str, body: str) -> str:
    """A tsvector: words with their places, and the article's part of the archive.

    Of scripts without spaces also pairs of characters, since most words there are pairs.
    """
    places: dict[str, list[int]] = {}
    place = 0
    pairs: set[str] = set()
    for text in (headline, body):
        tokens = TOKEN.findall(fold(text))
        pairs.update(_pairs(tokens))
        for nth, token in enumerate(tokens, place + 1):
            places.setdefault(token[:LONGEST], []).append(nth)
        place += len(tokens) + FIELDS_APART
    words = [_quote_lexeme(name_part(article_id)), *(_quote_lexeme(pair) for pair in pairs - places.keys())]
    if place > LAST_PLACE or any(len(found) > MOST_PLACES for found in places.values()):
        words += [WITHOUT_PLACES, *map(_quote_lexeme, places)]
    else:
        words += [f"{_quote_lexeme(word)}:{','.join(map(str, found))}" for word, found in places.items()]
    return " ".join(words)


def to_expression(wanted: Wanted) -> str:
    """An FTS5 expression that every match satisfies."""
    parts = [" OR ".join(sorted(map(_quote_fts, words))) for words in wanted.sets]
    for left, right, distance in wanted.near:
        pairs = [f"NEAR({_quote_fts(one)} {_quote_fts(other)}, {distance})" for one in left for other in right]
        if len(pairs) <= MOST_NEAR:
            parts.append(" OR ".join(sorted(pairs)))
    return " AND ".join(f"({part})" for part in parts)


def to_tsquery(wanted: Wanted, *, by_place: bool = True) -> str:
    """A tsquery that every match satisfies. `by_place` False: of phrases their words, which the index knows without the texts."""
    parts = [" | ".join(sorted(_quote_tsquery(word, by_place) for word in words)) for words in wanted.sets]
    for left, right, distance in wanted.near:
        part = _near_tsquery(list(left), list(right), distance)
        if part:
            parts.append(part)
    return " & ".join(f"({part})" for part in parts)


def _near_tsquery(left: Sequence[Word], right: Sequence[Word], distance: int) -> str:
    """Single words near one another, either way round; "" when there are too many ways, or phrases among them."""
    words = [*left, *right]
    if any(len(word.tokens) > 1 for word in words) or 2 * len(left) * len(right) * (distance + 1) > MOST_NEAR:
        return ""
    ways = [
        f"{first} <{apart}> {second}"
        for one in left
        for other in right
        for apart in range(1, distance + 2)
        for first, second in itertools.permutations((_quote_tsquery(one), _quote_tsquery(other)))
    ]
    return " | ".join([*ways, WITHOUT_PLACES])


def _quote_fts(word: Word) -> str:
    text = " ".join(word.tokens).replace('"', '""')
    return f'"{text}"' + ("*" if word.is_prefix else "")


def _quote_tsquery(word: Word, by_place: bool = True) -> str:
    wanted = [_quote_lexeme(token[:LONGEST]) for token in word.tokens]
    if any(map(is_unspaced, word.tokens)):  # a pair says all that its characters say
        pairs = _pairs(word.tokens)
        spaced = [_quote_lexeme(token[:LONGEST]) for token in word.tokens if not pairs or not is_unspaced(token)]
        return "(" + " & ".join(spaced + [_quote_lexeme(pair) for pair in pairs]) + ")"
    if word.is_prefix:
        wanted[-1] += ":*"
    if len(wanted) == 1:
        return wanted[0]
    if not by_place:
        return f"({' & '.join(wanted)})"
    return f"({' <-> '.join(wanted)} | {WITHOUT_PLACES} & {' & '.join(wanted)})"


def _quote_lexeme(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _pairs(tokens: Sequence[str]) -> list[str]:
    return [
        first + second
        for first, second in itertools.pairwise(tokens)
        if len(first) == len(second) == 1 and is_unspaced(first) and is_unspaced(second)
    ]

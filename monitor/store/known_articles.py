"""Which article is known under an address or by its words; also those that a transaction of many has not written yet. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from monitor.store import schema
from monitor.store.bulk import is_among
from monitor.store.later import find_ahead, forget_ahead, lay_in_ids, write_waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """What the archive holds of an article that comes again."""

    id: int
    url: str
    outlet: str
    text_hash: str
    story_id: int
    version: int
    is_baseline: bool
    seen_at: datetime
    published_at: datetime | None
    gone_at: datetime | None
    event: Mapping[str, Any] | None  # what it reports


# What a new article has from the first.
KEPT = ("url", "outlet", "text_hash", "story_id", "version", "is_baseline", "seen_at", "published_at", "event")


def _find_by_urls() -> sa.Select[Any]:
    a, any_of = schema.article.c, [sa.bindparam(name, type_=sa.Text) for name in ("one", "two", "three")]
    return (
        sa.select(schema.article).where(sa.or_(a.url.in_(any_of), a.canonical_url.in_(any_of))).order_by(a.id).limit(1)
    )


def _find_by_text() -> sa.Select[Any]:
    a = schema.article.c
    same = sa.and_(a.text_hash == sa.bindparam("hash"), a.duplicate_of.is_(None))
    return sa.select(schema.article).where(same).order_by(a.id).limit(1)


# Made once: they are asked for every page.
FIND_ARTICLE, FIND_TEXT = _find_by_urls(), _find_by_text()
TAKE_IDS = sa.text("SELECT nextval('article_id_seq') FROM generate_series(1, :count)")
LAST_ID = sa.select(sa.func.max(schema.article.c.id))


def find_article(connection: Connection, urls: Sequence[str]) -> KnownArticle | None:
    """The article that is known under one of these URLs (at most three), by its own or by the one that the page named."""
    wanted = [url for url in dict.fromkeys(urls) if url][:3]
    ahead = find_ahead(connection, "article")
    found: list[KnownArticle] = [known for url in wanted if (known := ahead.get(url)) is not None]
    if not all(url in ahead for url in wanted):
        names = dict(zip(("one", "two", "three"), [*wanted, *wanted[:1] * 3], strict=False))
        found += [_known(row) for row in connection.execute(FIND_ARTICLE, names)]
    return min(found, key=lambda known: known.id, default=None)


def read_ahead(connection: Connection, urls: Iterable[str], hashes: Iterable[str], count: int) -> None:
    """Looks for all of these URLs and texts at once, for the `find_article`s and `find_same_text`s of this transaction.

    It will save at most `count` new articles.
    """
    find_ahead(connection, "article").update(_look_up(connection, urls))
    _read_texts_ahead(connection, list(dict.fromkeys(hashes)))
    lay_in_ids(connection, _take_ids(connection, count))


def _take_ids(connection: Connection, count: int) -> Sequence[int]:
    """Ids that no other program takes: on SQLite nobody else writes until this transaction ends."""
    if connection.dialect.name == "postgresql":
        return connection.execute(TAKE_IDS, {"count": count}).scalars().all()
    write_waiting(connection)
    last = connection.execute(LAST_ID).scalar() or 0
    return range(last + 1, last + 1 + count)


def find_articles(connection: Connection, addresses: Sequence[Sequence[str]]) -> list[KnownArticle | None]:
    """`find_article` for the addresses of several pages, with one question."""
    by_url = _look_up(connection, [url for urls in addresses for url in urls])
    found = [[known for url in urls if (known := by_url.get(url)) is not None] for urls in addresses]
    return [min(some, key=lambda known: known.id, default=None) for some in found]


def _look_up(connection: Connection, urls: Iterable[str]) -> dict[str, KnownArticle | None]:
    """URL → the oldest article that is known under it."""
    a, wanted = schema.article.c, [url for url in dict.fromkeys(urls) if url]
    is_known = sa.or_(is_among(connection, a.url, wanted), is_among(connection, a.canonical_url, wanted))
    by_url: dict[str, KnownArticle | None] = dict.fromkeys(wanted)
    for row in connection.execute(sa.select(schema.article).where(is_known).order_by(a.id.desc())):
        known = _known(row)
        by_url.update({url: known for url in (row.url, row.canonical_url) if url in by_url})  # the oldest comes last
    return by_url


def _read_texts_ahead(connection: Connection, hashes: Sequence[str]) -> None:
    a, ahead = schema.article.c, find_ahead(connection, "text")
    ahead.update(dict.fromkeys(hashes))
    same = sa.and_(is_among(connection, a.text_hash, hashes), a.duplicate_of.is_(None))
    for row in connection.execute(sa.select(schema.article).where(same).order_by(a.id.desc())):
        ahead[row.text_hash] = _known(row)  # the oldest comes last


def find_same_text(connection: Connection, text_hash: str) -> KnownArticle | None:
    """The oldest article with the very same words."""
    ahead = find_ahead(connection, "text")
    if text_hash in ahead:
        waiting: KnownArticle | None = ahead[text_hash]
        return waiting
    row = connection.execute(FIND_TEXT, {"hash": text_hash}).one_or_none()
    return None if row is None else _known(row)


def note_saved(connection: Connection, text_hash: str, *urls: str) -> None:
    """A new article is written: whoever asks for its text or these URLs asks the database."""
    find_ahead(connection, "text").pop(text_hash, None)
    ahead = find_ahead(connection, "article")
    for url in urls:
        ahead.pop(url, None)


def forget_known(connection: Connection) -> None:
    """Known articles changed: whoever asks from now on asks the database, which therefore is told of all that waits."""
    for what in ("article", "text"):
        forget_ahead(connection, what)


def note_waiting(connection: Connection, article_id: int, values: Mapping[str, Any]) -> None:
    """Whoever asks for the article before it is written finds it here."""
    known = KnownArticle(id=article_id, gone_at=None, **{name: values[name] for name in KEPT})
    ahead = find_ahead(connection, "article")
    for known_as in filter(None, (known.url, values["canonical_url"])):
        ahead[known_as] = ahead.get(known_as) or known
    if known.text_hash and values["duplicate_of"] is None:
        texts = find_ahead(connection, "text")
        texts[known.text_hash] = texts.get(known.text_hash) or known


def _known(row: Row[Any]) -> KnownArticle:
    return KnownArticle(
        id=row.id,
        url=row.url,
        outlet=row.outlet,
        text_hash=row.text_hash,
        story_id=row.story_id,
        version=row.version,
        is_baseline=row.is_baseline,
        seen_at=row.seen_at,
        published_at=row.published_at,
        gone_at=row.gone_at,
        event=row.event,
    )

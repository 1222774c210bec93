"""Full text on SQLite: our own folded words in FTS5, so that every script can be searched. Touches the database.

FTS only narrows: what it finds is verified by the query itself. On PostgreSQL nothing is indexed in the alert path.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.text import find_words, fold, is_unspaced

# Contentless: the text stands in `body` already. Marks and digits are parts of words, as in monitor.text.
CREATE = (
    "CREATE VIRTUAL TABLE article_fts USING fts5(words, content='', "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\")"
)


class Word(Protocol):
    """A word, phrase or prefix that a query requires (monitor.matching.syntax.Word)."""

    @property
    def tokens(self) -> tuple[str, ...]: ...

    @property
    def is_prefix(self) -> bool: ...


def index_article(
    connection: Connection, article_id: int, headline: str, body: str, before: tuple[str, str] | None = None
) -> None:
    """Makes an article findable. `before`: headline and body that were indexed for it; a contentless index must be told."""
    if connection.dialect.name != "sqlite":
        return
    if before is not None:
        connection.execute(
            sa.text("INSERT INTO article_fts(article_fts, rowid, words) VALUES ('delete', :id, :words)"),
            {"id": article_id, "words": to_words(*before)},
        )
    connection.execute(
        sa.text("INSERT INTO article_fts(rowid, words) VALUES (:id, :words)"),
        {"id": article_id, "words": to_words(headline, body)},
    )


def to_words(headline: str, body: str) -> str:
    """Folded words with a space between; in scripts without spaces each character is a word. The fields are kept apart."""
    return " | ".join(" ".join(_split(text)) for text in (headline, body))


def to_expression(words: Iterable[Word] | None) -> str | None:
    """An FTS5 expression that every match satisfies; None when a query requires no word at all."""
    if words is None:
        return None
    quoted = []
    for word in words:
        text = " ".join(word.tokens).replace('"', '""')
        quoted.append(f'"{text}"' + ("*" if word.is_prefix else ""))
    return " OR ".join(sorted(quoted)) or None


def _split(text: str) -> Iterable[str]:
    folded = fold(text)
    for start, end in find_words(folded):
        word = folded[start:end]
        if is_unspaced(word):
            yield from word
        else:
            yield word

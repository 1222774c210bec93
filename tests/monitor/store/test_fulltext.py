"""The index narrows, never loses: whatever the matcher finds, the index offers, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.matching import compile_query
from monitor.model import CleanPage
from monitor.store import Store, archive, known_articles, migrate, schema, search, stories
from monitor.store.fulltext import BLOCK, Wanted, find_ids, index_waiting, to_tsquery, to_vector
from monitor.store.search import find_wanted

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORDS = [
    "minister",
    "ministers",
    "o'neill",
    "d’arc",
    "co-operation",
    "über",
    "Вестрия",
    "Вестрии",
    "峰会",
    "二十国",
    "G20峰会",
    "ประชุม",
    "back\\slash",
    "it's",
    "x" * 300,
    "5",
    "a&b|c!",
    ":*",
]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
ASKED = [
    "minister",
    "minister*",
    '"o\'neill"',
    "über OR uber",
    "вестри*",
    "峰会",
    "会",
    "国峰*",
    "二十国 峰会",
    "G20峰会",
    "ประชุม",
    "5 NEAR/3 minister*",
    "minister NEAR/0 ministers",
    "峰会 NEAR/2 minister",
    "(5 OR ministers) NEAR/1 (minister OR вестрии)",
    '"ministers minister" NEAR/4 5',
    '"minister ministers"',
    "headline:(minister*) AND 峰会",
    "x" * 300,
    '"back slash"',
    "a b c",
    "minister -ministers",
    "lang:en",
]


def save(store: Store, number: int, headline: str, body: str) -> int:
    page = CleanPage(headline=headline, body=body, language="en")
    with store.write(alone=True) as connection:
        story = stories.start_story(connection, page, NOW)
        return archive.save_article(
            connection, page, outlet="news", url=f"https://n.example/{number}", link="", text_hash=str(number),
            story_id=story, duplicate_of=None, new=(), is_baseline=False, listed_at=None, now=NOW + timedelta(seconds=number),
        )  # fmt: skip


@pytest.fixture
def emptied(store: Store) -> Iterator[Store]:
    yield store


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_the_index_offers_whatever_the_matcher_finds(store: Store, texts: list[tuple[str, str]]) -> None:
    with store.read() as connection:
        first = (connection.execute(sa.select(sa.func.max(schema.article.c.id))).scalar() or 0) + 1
    ids = {save(store, first + n, headline, body): (headline, body) for n, (headline, body) in enumerate(texts)}
    for asked in ASKED:
        query = compile_query(asked)
        wanted = {id for id, (headline, body) in ids.items() if query.matches(headline, body, "en")}
        found = {row["id"] for row in search.search(store, query, limit=100_000) if row["id"] in ids}
        assert found == wanted, asked


@pytest.mark.postgres
def test_on_postgresql_an_article_waits_to_be_indexed_and_a_changed_one_again(postgres_store: Store) -> None:
    one = save(postgres_store, 1, "Grain", "The minister spoke.")
    assert _count(postgres_store, "unindexed") == 1
    assert _count(postgres_store, "article_search") == 0
    assert index_waiting(postgres_store) == 1
    assert index_waiting(postgres_store) == 0
    with postgres_store.write() as connection:
        known = known_articles.find_article(connection, ["https://n.example/1"])
        assert known is not None
        assert known.id == one
        archive.change_article(connection, known, CleanPage(headline="Grain", body="The envoy spoke."), "x", NOW)
    assert len(search.search(postgres_store, compile_query("envoy"))) == 1
    assert search.search(postgres_store, compile_query("minister")) == []


@pytest.mark.postgres
def test_a_phrase_is_found_in_a_text_that_is_too_long_for_places(postgres_store: Store) -> None:
    save(postgres_store, 1, "Grain", "word " * 17_000 + "the minister spoke")
    save(postgres_store, 2, "Grain", "minister " * 300 + "spoke")
    assert len(search.search(postgres_store, compile_query('"minister spoke"'))) == 2
    assert len(search.search(postgres_store, compile_query("the NEAR/2 spoke"))) == 1


@pytest.mark.postgres
def test_many_are_indexed_in_blocks(postgres_store: Store) -> None:
    for number in range(7):
        save(postgres_store, number, f"Note {number}", "The minister spoke.")
    assert index_waiting(postgres_store, blocks=3) == 7 < BLOCK


@pytest.mark.postgres
@pytest.mark.parametrize("asked", ["minister", '"the minister"', "minister NEAR/1 spoke"])
def test_the_newest_come_first_over_all_parts_of_the_archive(postgres_store: Store, asked: str) -> None:
    """Ids far apart, so that each span of parts is asked, and the rest. Article 2 and its like have the words in other places."""
    wanted = find_wanted(compile_query(asked))
    ids = [1, 2, 90_000, 90_001, 16_384 * 20 - 1, 16_384 * 20, 16_384 * 49, 16_384 * 60 - 1, 16_384 * 60]
    with postgres_store.write() as connection:
        rows = [{"id": id, "words": to_vector(id, "Note", "The minister spoke.")} for id in ids if id != 2]
        other = "Spoke there of grain, and not of the young minister" if asked != "minister" else "None"
        rows += [{"id": id, "words": to_vector(id, "Note", other)} for id in (2, 90_002, 16_384 * 60 - 3)]
        connection.execute(sa.text("INSERT INTO article_search VALUES (:id, CAST(:words AS tsvector))"), rows)
    ids.remove(2)
    with postgres_store.read() as connection:

        def find(below: int | None = None, least: int = 0, limit: int = 100) -> list[int]:
            return find_ids(connection, wanted, below=below, least=least, limit=limit)

        assert find() == ids[::-1]
        for limit in range(1, 9):
            found = find(limit=limit)
            assert found == ids[::-1][: len(found)]
            assert limit / 2 <= len(found) <= limit
        for edge in (1, 2, 16_384 * 20 - 1, 16_384 * 20, 16_384 * 60, 16_384 * 60 + 1):
            assert find(below=edge) == [id for id in ids[::-1] if id < edge]
            assert find(least=edge) == [id for id in ids[::-1] if id >= edge]


@pytest.mark.postgres
def test_texts_from_before_there_were_parts_are_found_until_they_are_indexed_anew(postgres_store: Store) -> None:
    """The archive of an earlier version, migrated: its texts name no part, and wait."""
    one, two = (save(postgres_store, n, f"Note {n}", "The minister spoke.") for n in (1, 2))
    index_waiting(postgres_store)
    with postgres_store.write() as connection:
        connection.execute(sa.text("UPDATE article_search SET words = strip(words)"))
        connection.execute(sa.text("UPDATE article_search SET words = ts_delete(words, '⁂0')"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0005'"))
        connection.execute(sa.text("DELETE FROM meta"))
        migrate.upgrade_to(connection, "0006")
    three = save(postgres_store, 3, "Note 3", "The minister spoke.")
    query = compile_query("minister")
    with postgres_store.read() as connection:
        wanted = Wanted(sets=query.required_sets())
        assert find_ids(connection, wanted, below=None, least=0, limit=9) == [two, one]
    assert [row["id"] for row in search.search(postgres_store, query)] == [three, two, one]
    assert _count(postgres_store, "unindexed") == 0
    with postgres_store.read() as connection:
        assert connection.execute(sa.text("SELECT value FROM meta WHERE key = 'search_parts_since'")).scalar() is None
        assert find_ids(connection, wanted, below=None, least=0, limit=9) == [three, two, one]


def test_pairs_of_characters_are_lexemes_where_no_spaces_are_written() -> None:
    assert to_vector(40_000, "峰会", "G20峰会 of") == "'⁂2' '峰会' '峰':1,104 '会':2,105 'g20':103 'of':106"


def test_what_postgresql_reads_as_an_operator_is_quoted() -> None:
    query = compile_query("it's OR a*")
    assert to_tsquery(find_wanted(query)) == "('a':* | ('it' <-> 's' | ⁂ & 'it' & 's'))"


def _count(store: Store, table: str) -> int:
    with store.read() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())

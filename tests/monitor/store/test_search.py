"""The archive is searched with the query language of topics, in every script."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.matching import compile_query
from monitor.model import CleanPage
from monitor.store import Store, archive, known_articles, open_store, search, stories

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TEXTS = [
    ("en", "Torvik visits Vestria", "The minister met Ms Selwyn. Nuclear arms were a topic."),
    ("ru", "Торвик посетил Вестрию", "Министр встретился с послами Вестрии."),
    ("zh", "托尔维克访问维斯特里亚", "部长会见了大使，讨论了二十国集团峰会G20峰会。"),
    ("ar", "تورفيك يزور فستريا", "التقى الوزير بالسفراء"),
]


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write(alone=True) as connection:
        for number, (language, headline, body) in enumerate(TEXTS):
            page = CleanPage(headline=headline, body=body, language=language)
            story = stories.start_story(connection, page, NOW)
            archive.save_article(
                connection, page, outlet="news", url=f"https://n.example/{language}", link="", text_hash=str(number),
                story_id=story, duplicate_of=None, new=(), is_baseline=False, listed_at=None, now=NOW + timedelta(hours=number),
            )  # fmt: skip
    return store


@pytest.mark.parametrize(
    ("query", "languages"),
    [
        ("minister", ["en"]),
        ("nuclear NEAR/2 arms", ["en"]),
        ("arms NEAR/2 nuclear", ["en"]),
        ("послам*", ["ru"]),
        ("вестрии", ["ru"]),
        ("峰会", ["zh"]),
        ("G20峰会", ["zh"]),
        ("الوزير OR minister", ["ar", "en"]),
        ("headline:(visits) -selwyn", []),
        ('"met Ms Selwyn" AND lang:en', ["en"]),
        ("lang:ru", ["ru"]),
        ('"', None),
    ],
)
def test_a_query_finds_its_articles_newest_first(filled: Store, query: str, languages: list[str] | None) -> None:
    if languages is None:
        with pytest.raises(Exception, match="quote"):
            compile_query(query)
        return
    found = search.search(filled, compile_query(query))
    assert [row["language"] for row in found] == languages


def test_a_changed_article_is_found_by_its_new_words_only(filled: Store) -> None:
    with filled.write() as connection:
        known = known_articles.find_article(connection, ["https://n.example/en"])
        assert known is not None
        page = archive.load_clean_page(connection, known.id)
        assert page is not None
        archive.change_article(connection, known, replace(page, body="The chancellor was there."), "x", NOW)
    assert search.search(filled, compile_query("minister")) == []
    assert len(search.search(filled, compile_query("chancellor"))) == 1


def test_since_and_limit_hold(filled: Store) -> None:
    assert len(search.search(filled, compile_query("lang:en OR lang:ru OR lang:zh"), limit=2)) == 2
    assert len(search.search(filled, compile_query("lang:en OR lang:ru"), since=NOW + timedelta(minutes=30))) == 1


def test_everything_can_be_exported(filled: Store) -> None:
    rows = list(search.export_articles(filled, None))
    assert [page.language for _, page in rows] == ["en", "ru", "zh", "ar"]


def test_a_copy_of_the_database_is_whole(sqlite_store: Store, tmp_path: Path) -> None:
    search.copy_database(sqlite_store, str(tmp_path / "copy.db"))
    copy = open_store(f"sqlite:///{tmp_path / 'copy.db'}", create=False)
    with copy.read() as connection:
        assert sa.inspect(connection).has_table("article")
    copy.close()


@pytest.mark.postgres
def test_postgresql_is_copied_by_its_own_tool(postgres_store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        search.copy_database(postgres_store, str(tmp_path / "copy.db"))

"""Old texts are let go, what names them stays; on PostgreSQL a month begins with partitions of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.matching import compile_query
from monitor.model import CleanPage
from monitor.store import Store, archive, known_articles, retention, schema, search, stories

MARCH = datetime(2026, 3, 20, 12, tzinfo=UTC)
APRIL = datetime(2026, 4, 2, 12, tzinfo=UTC)


def save(store: Store, number: int, at: datetime) -> int:
    page = CleanPage(headline=f"Note {number}", body="The minister spoke.", language="en")
    with store.write(alone=True) as connection:
        story = stories.start_story(connection, page, at)
        return archive.save_article(
            connection, page, outlet="news", url=f"https://n.example/{number}", link="", text_hash=str(number),
            story_id=story, duplicate_of=None, new=(), is_baseline=False, listed_at=None, now=at,
        )  # fmt: skip


def find(store: Store) -> int:
    return len(search.search(store, compile_query("minister"), limit=999))


def test_old_texts_go_and_their_urls_stay(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BLOCK", 2)
    for number in range(5):
        save(store, number, MARCH + timedelta(days=number))
    assert find(store) == 5
    assert retention.forget_texts(store, MARCH + timedelta(days=3)) == 3
    assert find(store) == 2
    with store.read() as connection:
        assert known_articles.find_article(connection, ["https://n.example/0"]) is not None
        assert archive.load_clean_page(connection, 1) is None
    assert retention.forget_texts(store, MARCH + timedelta(days=3)) == 0


def test_an_article_whose_text_is_gone_takes_a_new_one(store: Store) -> None:
    save(store, 1, MARCH)
    retention.forget_texts(store, APRIL)
    with store.write(alone=True) as connection:
        known = known_articles.find_article(connection, ["https://n.example/1"])
        assert known is not None
        archive.change_article(connection, known, CleanPage(headline="Note", body="The minister is back."), "x", APRIL)
    assert find(store) == 1


@pytest.mark.postgres
def test_a_month_begins_with_its_own_partitions_and_an_old_one_is_emptied_whole(postgres_store: Store) -> None:
    assert retention.begin_month(postgres_store, MARCH) == []
    ids = [save(postgres_store, number, MARCH) for number in range(4)]
    assert retention.begin_month(postgres_store, MARCH) == []
    assert retention.begin_month(postgres_store, APRIL) == ["body_2026_04", "raw_page_2026_04"]
    assert retention.begin_month(postgres_store, APRIL) == []
    with postgres_store.write() as connection:
        connection.execute(sa.select(sa.func.setval("article_id_seq", ids[-1] + 2 * retention.AHEAD)))
    save(postgres_store, 99, APRIL)
    with postgres_store.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM body_first")).scalar_one() == 4
        assert connection.execute(sa.text("SELECT count(*) FROM body_2026_04")).scalar_one() == 1
    assert find(postgres_store) == 5
    assert retention.forget_texts(postgres_store, APRIL - timedelta(days=1)) == 4
    assert find(postgres_store) == 1
    with postgres_store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.article)).scalar_one() == 5


def test_sqlite_has_no_partitions(sqlite_store: Store) -> None:
    assert retention.begin_month(sqlite_store, APRIL) == []

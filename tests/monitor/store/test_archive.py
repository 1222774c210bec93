"""Articles, versions and what was learned come back as they were saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import sqlalchemy as sa

from monitor.model import Alert, CleanPage, Hit, Removed
from monitor.store import Store, archive, edits, known_articles, learned, outbox, schema, stories
from monitor.store.blobs import unpack
from monitor.store.verdicts import save_verdict

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAGE = CleanPage(
    url="https://news.example/1",
    canonical_url="https://news.example/one",
    headline="Torvik meets Selwyn",
    standfirst="A first meeting.",
    body="Torvik met Selwyn.\n\nThey spoke.",
    language="en",
    authors=("A. Writer",),
    credits=("photo: Agency",),
    published_at=datetime(2026, 3, 1, 9, 0, tzinfo=timezone(timedelta(hours=4))),
    removed=(Removed(rule="heading", text="Related articles"),),
)
HIT = Hit(
    entry="torvik",
    kind="person",
    rule="full",
    field="body",
    start=0,
    end=6,
    text="Torvik",
    sentence="Torvik met Selwyn.",
)


def save(
    store: Store, page: CleanPage = PAGE, url: str = "https://news.example/1", hits: tuple[Hit, ...] = (HIT,)
) -> int:
    with store.write(alone=True) as connection:
        story_id = stories.start_story(connection, page, NOW)
        article_id = archive.save_article(
            connection,
            page,
            outlet="news",
            url=url,
            link=url,
            text_hash=f"hash of {page.body}",
            story_id=story_id,
            duplicate_of=None,
            new=(),
            is_baseline=False,
            listed_at=None,
            now=NOW,
        )
        archive.save_hits(connection, article_id, hits, ())
        stories.lead_story(connection, story_id, article_id)
    return article_id


def test_an_article_comes_back_as_it_was_saved_in_its_own_zone(store: Store) -> None:
    article_id = save(store)
    with store.read() as connection:
        found = archive.load_clean_page(connection, article_id)
    assert found == PAGE
    assert found.published_at is not None
    assert found.published_at.utcoffset() == timedelta(hours=4)


def test_an_article_is_known_by_its_own_and_by_its_canonical_url(store: Store) -> None:
    article_id = save(store)
    with store.read() as connection:
        by_url = known_articles.find_article(connection, ["https://news.example/1"])
        by_canonical = known_articles.find_article(connection, ["", "https://news.example/one"])
        unknown = known_articles.find_article(connection, ["https://news.example/2", ""])
    assert by_url is not None
    assert by_url.id == article_id
    assert by_canonical == by_url
    assert unknown is None


def test_a_change_keeps_the_version_before(store: Store) -> None:
    save(store)
    with store.write() as connection:
        known = known_articles.find_article(connection, [PAGE.url])
        assert known is not None
        archive.change_article(connection, known, replace(PAGE, body="They quarrelled."), "other", NOW)
    with store.read() as connection:
        page = archive.load_clean_page(connection, known.id)
        versions = connection.execute(sa.select(schema.version)).all()
        again = known_articles.find_article(connection, [PAGE.url])
    assert page is not None
    assert page.body == "They quarrelled."
    assert [unpack(version.body) for version in versions] == [PAGE.body]
    assert again is not None
    assert again.version == 2


def test_a_judged_hit_survives_a_new_match(store: Store) -> None:
    article_id = save(store)
    with store.read() as connection:
        hit_id = connection.execute(sa.select(schema.hit.c.id)).scalar_one()
    assert save_verdict(store, hit_id, "wrong-person", NOW)
    with store.write() as connection:
        archive.save_hits(connection, article_id, [HIT, replace(HIT, entry="selwyn", text="Selwyn")], ())
    with store.read() as connection:
        rows = connection.execute(sa.select(schema.hit.c.id, schema.hit.c.entry).order_by(schema.hit.c.id)).all()
    assert [row.entry for row in rows] == ["torvik", "selwyn"]
    assert rows[0].id == hit_id


def test_a_verdict_on_no_hit_is_refused(store: Store) -> None:
    assert not save_verdict(store, 4711, "good", NOW)


def test_the_window_comes_back_with_the_entries_of_each_article(store: Store) -> None:
    first = save(store)
    second = save(store, url="https://news.example/2", hits=())
    with store.read() as connection:
        everything = stories.load_pieces(connection, after_id=0, since=NOW - timedelta(hours=1))
        later = stories.load_pieces(connection, after_id=first, since=NOW - timedelta(hours=1))
        none = stories.load_pieces(connection, after_id=0, since=NOW + timedelta(hours=1))
    assert [(piece.article_id, piece.entries) for piece in everything] == [
        (first, frozenset({"torvik"})),
        (second, frozenset()),
    ]
    assert [piece.article_id for piece in later] == [second]
    assert none == []


def test_surname_counts_add_up(store: Store) -> None:
    for _ in range(3):
        with store.write() as connection:
            learned.add_counts(connection, [("torvik", "en", 1, 1, 0), ("selwyn", "fr", 1, 0, 1)])
    with store.read() as connection:
        assert sorted(learned.load_counts(connection)) == [("selwyn", "fr", 3, 0, 3), ("torvik", "en", 3, 3, 0)]


def test_a_site_memory_and_a_shared_word_are_replaced(store: Store) -> None:
    with store.write() as connection:
        learned.save_memory(connection, "news", b"one", NOW)
        learned.save_memory(connection, "news", b"two", NOW)
        learned.save_meta(connection, "config_version", "a")
        learned.save_meta(connection, "config_version", "b")
    with store.read() as connection:
        assert learned.load_memory(connection, "news") == b"two"
        assert learned.load_memory(connection, "other") is None
        assert learned.load_meta(connection, "config_version") == "b"


def test_an_article_that_is_not_written_yet_is_known_by_its_addresses_and_its_words(store: Store) -> None:
    other = replace(PAGE, url="https://news.example/2", canonical_url="https://news.example/two")
    with store.write(later=True) as connection:
        urls = ["https://news.example/2", "https://news.example/two", "https://news.example/3"]
        known_articles.read_ahead(connection, urls, ["two"], 1)
        assert known_articles.find_article(connection, urls) is None
        assert known_articles.find_same_text(connection, "two") is None
        article_id = archive.save_article(
            connection, other, outlet="news", url=urls[0], link=urls[0], text_hash="two", story_id=7, duplicate_of=None,
            new=(), is_baseline=False, listed_at=None, now=NOW,
        )  # fmt: skip
        found = [known_articles.find_article(connection, [url]) for url in urls[:2]]
        found.append(known_articles.find_same_text(connection, "two"))
        assert [(known.id, known.story_id) for known in found if known is not None] == [(article_id, 7)] * 3
        assert known_articles.find_article(connection, urls[2:]) is None
    with store.read() as connection:
        assert known_articles.find_article(connection, urls[:1]) == found[0]
        text = archive.load_text(connection, article_id)
    assert text.endswith(PAGE.body)


def test_the_oldest_original_of_a_text_is_found_ahead_and_after_it_changed_no_more(store: Store) -> None:
    first, copy = save(store), save(store, url="https://news.example/2")
    with store.read() as connection:
        known = known_articles.find_article(connection, ["https://news.example/1"])
        other = known_articles.find_article(connection, ["https://news.example/2"])
    assert known is not None and other is not None and (known.id, other.id) == (first, copy)
    with store.write(later=True) as connection:
        known_articles.read_ahead(connection, [], [known.text_hash], 0)
        assert known_articles.find_same_text(connection, known.text_hash) == known
        archive.change_article(connection, known, replace(PAGE, body="Other words."), "other", NOW)
        assert known_articles.find_same_text(connection, known.text_hash) == other
        found = known_articles.find_same_text(connection, "other")
    assert found is not None and found.id == first


def test_a_story_is_touched_once_a_transaction_and_remembers_what_it_told(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    alert = Alert(watchlist="desk", kind="instant", reason="", channels=("mail",))
    one, two = save(store), save(store, url="https://news.example/2")
    with store.write() as connection:
        assert edits.merge_stories(connection, one, two, by="hand", now=NOW)
    with store.write(alone=True, later=True) as connection:
        new = stories.start_story(connection, PAGE, later)
        assert [stories.touch_story(connection, id, later) for id in (two, one, two, new)] == [one, one, one, new]
        for story_id in (one, new):
            assert outbox.load_told(connection, story_id) == frozenset()
            assert outbox.owe_alert(connection, alert, story_id=story_id, article_id=None, now=later)
        told = [outbox.load_told(connection, story_id) for story_id in (one, new)]
    with store.read() as connection:
        assert [outbox.load_told(connection, story_id) for story_id in (one, new)] == told
        updated = connection.execute(sa.select(schema.story.c.id, schema.story.c.updated_at)).all()
    assert len(told[0]) == len(told[1]) == 1
    assert {row.id: row.updated_at for row in updated} == {one: later, two: NOW, new: later}

"""The archive worked over again: what changed is said, nothing is sent, a part counts once, an interruption loses nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import zstandard
from loopback import make_page

from monitor.ingest import ingest_page, open_room
from monitor.model import Config, Outlet, Page, Person, Settings, Watchlist
from monitor.reprocess import Bench, do_part, do_ready
from monitor.store import Store, reruns, schema

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TORVIK, SELWYN = Person(slug="torvik", name="Ilan Torvik"), Person(slug="selwyn", name="Marta Selwyn")
CITIES = ("Ankara", "Lagos", "Quito", "Hanoi", "Tunis")


def write_html(who: str, number: int) -> bytes:
    return str(make_page(f"{who} visits {CITIES[number]} for talks {number}").body).encode()


def configure(*people: Person) -> Config:
    slugs = tuple(person.slug for person in people)
    return Config(
        folder="",
        version="-".join(slugs),
        outlets=(Outlet(slug="gazette", name="The Gazette", home="https://gazette.test/"),),
        people=people,
        topics=(),
        watchlists=(Watchlist(slug="all", name="All", match=" OR ".join(slugs), instant=("desk",)),),
        channels=(),
        digests=(),
        settings=Settings(),
    )


def fill(store: Store, config: Config, count: int = 5) -> None:
    room = open_room(store, config)
    for number in range(count):
        url = f"https://gazette.test/{number}"
        who = ("Ilan Torvik", "Marta Selwyn", "Nobody")[number % 3]
        page = Page(url=url, final_url=url, outlet="gazette", html=write_html(who, number), fetched_at=NOW)
        ingest_page(page, room, now=NOW + timedelta(minutes=number))


def rework(store: Store, config: Config, *what: str) -> dict[str, int]:
    rerun = reruns.begin_rerun(store, what, None, config.version, NOW)
    bench = Bench(store, config)
    while do_ready(bench, rerun, NOW):
        pass
    done, every, changed = reruns.sum_parts(store, rerun)
    assert done == every
    reruns.end_rerun(store, rerun, NOW)
    return changed


def count(store: Store, table: sa.Table) -> int:
    with store.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def entries(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.execute(sa.select(schema.hit.c.entry)).scalars())


def test_a_new_person_is_found_in_the_archive_and_nothing_is_sent(store: Store) -> None:
    fill(store, configure(TORVIK))
    alerts = count(store, schema.alert)
    changed = rework(store, configure(TORVIK, SELWYN), "match")
    assert changed == {"articles": 5, "other hits": 2, "entries gained": 2, "entries lost": 0}
    assert entries(store) == {"torvik", "selwyn"}
    assert count(store, schema.alert) == alerts
    assert count(store, schema.message) == 0


def test_what_is_done_again_changes_nothing(store: Store) -> None:
    config = configure(TORVIK, SELWYN)
    fill(store, config)
    assert rework(store, config, "match", "stories") == {
        "articles": 5, "articles placed": 5,
    }  # fmt: skip


def test_a_part_counts_once_whoever_does_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(reruns.PART, "texts", 2)
    fill(store, configure(TORVIK))
    config = configure(SELWYN)
    rerun = reruns.begin_rerun(store, ["match"], None, config.version, NOW)
    with store.read() as connection:
        ready = reruns.find_ready(connection)
    assert len(ready) == 3
    first, second = Bench(store, config), Bench(store, config)
    assert do_part(first, *ready[0], NOW)
    assert not do_part(second, *ready[0], NOW)
    assert reruns.begin_rerun(store, ["match"], None, config.version, NOW) == rerun
    for part in ready[1:]:
        assert do_part(second, *part, NOW)
    done, every, changed = reruns.sum_parts(store, rerun)
    assert (done, every, changed["articles"]) == (3, 3, 5)
    assert changed["entries gained"], changed["entries lost"] == (2, 2)


def test_stories_wait_for_the_texts_and_go_one_after_the_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(reruns.PART, "stories", 2)
    config = configure(TORVIK)
    fill(store, config)
    rerun = reruns.begin_rerun(store, ["match", "stories"], None, config.version, NOW)
    bench = Bench(store, config)
    steps = []
    while True:
        with store.read() as connection:
            ready = reruns.find_ready(connection)
        if not ready:
            break
        assert len(ready) == 1
        steps.append(ready[0][1])
        do_part(bench, *ready[0], NOW)
    assert steps == ["texts", "stories", "stories", "stories"]
    assert reruns.sum_parts(store, rerun)[:2] == (4, 4)


def find_threads(store: Store) -> set[frozenset[int]]:
    """The articles of each story."""
    threads: dict[int, set[int]] = {}
    with store.read() as connection:
        for article_id, story_id in connection.execute(sa.select(schema.article.c.id, schema.article.c.story_id)):
            threads.setdefault(story_id, set()).add(article_id)
    return {frozenset(ids) for ids in threads.values()}


@pytest.mark.parametrize("is_torn", [True, False])
def test_articles_in_wrong_stories_are_given_to_their_own(store: Store, is_torn: bool) -> None:
    config = configure(TORVIK)
    fill(store, config)
    right = find_threads(store)
    with store.write() as connection:
        for number in range(1, 6):
            values = {"id": 100 + number, "headline": "", "first_seen_at": NOW, "updated_at": NOW}
            connection.execute(sa.insert(schema.story).values(values))
        a = schema.article.c
        connection.execute(sa.update(schema.article).values(story_id=a.id + 100 if is_torn else 101))
    changed = rework(store, config, "stories")
    with store.read() as connection:
        strays = connection.execute(sa.select(a.id).where(a.story_id.not_in(sa.select(schema.story.c.id)))).all()
    assert find_threads(store) == right
    assert changed["articles placed"] == 5
    assert strays == []


def test_only_a_page_kept_as_it_was_fetched_is_cleaned_again(store: Store) -> None:
    config = configure(TORVIK)
    fill(store, config, 2)
    html = write_html("Ilan Torvik", 0).replace(b"part 2", b"part two, at last")
    blob = zstandard.ZstdCompressor().compress(html)
    with store.write() as connection:
        connection.execute(sa.insert(schema.raw_page).values(article_id=1, fetched_at=NOW, html=blob))
    changed = rework(store, replace(config, version="2"), "clean")
    assert changed["other texts"] == 1
    assert changed["without the page as it was fetched"] == 1
    with store.read() as connection:
        body = connection.execute(sa.select(schema.body.c.body).where(schema.body.c.article_id == 1)).scalar_one()
    assert "part two, at last" in body
    assert count(store, schema.version) == 1

"""The signed link of an alert takes verdicts on its own story, without a log-in, for thirty days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from desk_world import CONFIG, NOW, fill_world
from starlette.testclient import TestClient

from monitor.store import Store, links, schema
from monitor.web import make_app
from monitor.web.password import hash_password


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    fill_world(sqlite_store)
    (tmp_path / "password").write_text(hash_password("a long pass phrase"), encoding="utf-8")
    (tmp_path / "password").chmod(0o600)
    settings = replace(CONFIG.settings, password_file="password")
    config = replace(CONFIG, folder=str(tmp_path), settings=settings)
    with TestClient(make_app(sqlite_store, lambda: config, lambda: NOW), base_url="http://127.0.0.1:8484") as client:
        yield client


def make_link(store: Store, story: int, days_ago: int = 0) -> str:
    with store.write() as connection:
        return links.make_link(links.make_key(connection), story, NOW - timedelta(days=days_ago))


def load_verdicts(store: Store) -> list[tuple[int, str]]:
    v = schema.verdict.c
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(sa.select(v.hit_id, v.verdict).order_by(v.id))]


def test_a_link_shows_the_hits_of_its_story_and_looking_changes_nothing(desk: TestClient, sqlite_store: Store) -> None:
    html = desk.get(f"/judge/{make_link(sqlite_store, 1)}").text
    assert "<mark>Ilan Torvik</mark>" in html
    assert desk.get("/", follow_redirects=False).status_code == 303  # the rest of the desk still asks
    assert load_verdicts(sqlite_store) == []


def test_a_verdict_is_kept_and_shown(desk: TestClient, sqlite_store: Store) -> None:
    link = make_link(sqlite_store, 1)
    answer = desk.post(f"/judge/{link}", data={"hit": "1", "verdict": "wrong-person"})
    assert "Your verdict is kept." in answer.text
    assert 'aria-pressed="true">wrong-person' in answer.text
    assert load_verdicts(sqlite_store) == [(1, "wrong-person")]


def test_a_link_reaches_no_other_story(desk: TestClient, sqlite_store: Store) -> None:
    with sqlite_store.read() as connection:
        foreign = (
            connection.execute(
                sa.select(schema.hit.c.id)
                .join(schema.article, schema.article.c.id == schema.hit.c.article_id)
                .where(schema.article.c.story_id == 2)
            )
            .scalars()
            .first()
        )
    answer = desk.post(f"/judge/{make_link(sqlite_store, 1)}", data={"hit": str(foreign), "verdict": "good"})
    assert answer.status_code == 422
    assert load_verdicts(sqlite_store) == []


@pytest.mark.parametrize(
    "change", [lambda link: "2" + link[1:], lambda link: link[:-1], lambda link: "x", lambda link: link + "é"]
)
def test_a_link_that_was_changed_is_none(desk: TestClient, sqlite_store: Store, change) -> None:
    link = make_link(sqlite_store, 1)
    answer = desk.post(f"/judge/{change(link)}", data={"hit": "1", "verdict": "good"})
    assert answer.status_code == 404
    assert "not one of ours" in answer.text
    assert load_verdicts(sqlite_store) == []


def test_a_link_ends_after_thirty_days(desk: TestClient, sqlite_store: Store) -> None:
    assert desk.get(f"/judge/{make_link(sqlite_store, 1, days_ago=30)}").status_code == 200
    answer = desk.get(f"/judge/{make_link(sqlite_store, 1, days_ago=31)}")
    assert answer.status_code == 410
    assert "older than 30 days" in answer.text


def test_without_a_key_no_link_is_ours(desk: TestClient) -> None:
    forged = links.make_link(b"", 1, NOW)
    assert desk.get(f"/judge/{forged}").status_code == 404

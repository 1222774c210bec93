"""Search speaks the topic language and says its mistakes with their place."""

from __future__ import annotations

import pytest
from desk_world import NOW, save_article
from starlette.testclient import TestClient

from monitor.matching import compile_query
from monitor.store import Store
from monitor.store.lookup import look_up


@pytest.mark.parametrize(
    ("query", "headlines"),
    [("selwyn strait", 2), ('"two hours"', 2), ("strait NEAR/1 hours", 0), ("strait NEAR/2 hours", 2), ("torvik -selwyn", 1), ("headline:(minister)", 1),
     ("travel*", 2), ("تورفيك", 1), ("lang:ar", 1), ("weather OR minister", 2), ("nobodysaidthis", 0)],
)  # fmt: skip
def test_the_query_language_finds(desk: TestClient, query: str, headlines: int) -> None:
    response = desk.get("/search", params={"q": query})
    assert response.status_code == 200
    assert response.text.count('href="/article/') == headlines


@pytest.mark.parametrize(
    "query", ['"open', "a AND", "(a", "-a", "NEAR(", '"', "a NEAR/999999 b", "*", "x" * 3000, "((((" * 50]
)
def test_a_mistake_is_said_with_its_place(desk: TestClient, query: str) -> None:
    response = desk.get("/search", params={"q": query})
    assert response.status_code == 422
    assert "Line 1, column" in response.text


def test_the_match_is_marked_in_its_surroundings(desk: TestClient) -> None:
    assert (
        "They spoke about <mark>the strait</mark> for two hours"
        in desk.get('/search?q="the strait"&outlet=courier').text
    )


def test_a_search_goes_on_where_it_stopped(sqlite_store: Store) -> None:
    for number in range(5):
        save_article(sqlite_store, f"https://courier.test/{number}", f"Part {number}")
    query = compile_query("strait")
    first = look_up(sqlite_store, query, since=NOW.replace(year=2020), limit=3)
    assert first.stopped_at is not None
    rest = look_up(sqlite_store, query, since=NOW.replace(year=2020), before=first.stopped_at, limit=3)
    assert [found.headline for found in (*first.found, *rest.found)] == [f"Part {number}" for number in (4, 3, 2, 1, 0)]
    assert rest.stopped_at is None


def test_a_search_that_is_spent_says_how_far_it_came(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.lookup.BLOCK", 2)
    for number in range(5):
        save_article(sqlite_store, f"https://courier.test/{number}", f"Part {number}")
    query = compile_query("lang:fr")
    result = look_up(sqlite_store, query, since=NOW.replace(year=2020), is_spent=lambda: True)
    assert result.found == ()
    assert result.stopped_on == NOW


def test_the_matches_are_counted_by_outlet_language_and_entry_behind_the_page_too(sqlite_store: Store) -> None:
    for number in range(5):
        save_article(sqlite_store, f"https://courier.test/{number}", f"Part {number}")
    save_article(sqlite_store, "https://mfa.test/1", "Part of the ministry", outlet="ministry", hits=[])
    query = compile_query("strait")
    result = look_up(sqlite_store, query, since=NOW.replace(year=2020), limit=2, is_counted=lambda: False)
    assert len(result.found) == 2
    assert result.facets is not None
    assert result.facets.counted == 6
    assert result.facets.outlets == (("courier", 5), ("ministry", 1))
    assert dict(result.facets.entries) == {"torvik": 5, "selwyn": 5, "strait": 5}
    named = look_up(sqlite_store, query, since=NOW.replace(year=2020), entry="selwyn")
    assert len(named.found) == 5


def test_a_facet_narrows_the_search_and_is_taken_off_again(desk: TestClient) -> None:
    html = desk.get("/search?q=strait").text
    assert 'href="/search?q=strait&amp;days=30&amp;outlet=ministry"' in html
    narrowed = desk.get("/search?q=strait&outlet=ministry").text
    assert 'href="/search?q=strait&amp;days=30">all of them' in narrowed

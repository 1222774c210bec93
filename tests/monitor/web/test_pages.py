"""Every page answers, and nothing that an article brings along comes alive."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from desk_world import CONFIG, NOW, POISON, save_article
from starlette.testclient import TestClient

from monitor.store import Store, archive, known_articles, learned, schema
from monitor.web import make_app

PAGES = [
    "/", "/?days=30&everything=1&official=1&country=EE&kind=site&language=en", "/?watch=meetings", "/?entry=strait",
    "/?page=3", "/outlets", "/outlets?state=look", "/outlets/courier", "/outlets/herald", "/watches", "/watches/meetings",
    "/watches/quiet", "/deliveries", "/deliveries?state=dead", "/deliveries/1", "/digests/morning", "/silences",
    "/silences?kind=entry&value=torvik", "/search", "/search?q=strait", "/search?q=lang:ar", "/story/1", "/story/2",
    "/article/1", "/article/3", "/why", "/why?url=https://courier.test/1", "/healthz", "/edit/people", "/edit/people?name=Ada%20Lind", "/edit/watchlists?name=x", "/pictures", "/proposals",
]  # fmt: skip


class Tags(HTMLParser):
    """Names of tags, and what an attribute must never hold here."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            text = (value or "").strip().lower()
            is_foreign = name == "src" and not text.startswith(("/static/", "/pictures/"))
            if name.startswith("on") or name == "style" or text.startswith(("javascript:", "data:")) or is_foreign:
                self.bad.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_and_holds_nothing_that_runs(desk: TestClient, path: str) -> None:
    response = desk.get(path)
    assert response.status_code == 200
    found = Tags()
    found.feed(response.text)
    assert found.bad == []
    assert not found.tags & {"style", "iframe", "object", "embed", "base"}
    assert len(re.findall("<script", response.text)) <= 1


@pytest.mark.parametrize("path", ["/", "/story/2", "/article/3", "/deliveries/1", "/search?q=saw"])
def test_a_poisoned_text_is_shown_as_text(desk: TestClient, path: str) -> None:
    html = desk.get(path).text
    assert "&lt;script&gt;alert(1)" in html
    assert "{{7*7}}" in html


@pytest.mark.parametrize(
    "path",
    ["/story/999", "/article/999", "/outlets/nobody", "/watches/nobody", "/digests/nobody", "/deliveries/999", "/nothing",
     "/static/../app.py", "/static/%2e%2e/app.py", "/feeds/nobody.atom", "/story/99999999999999999"],
)  # fmt: skip
def test_what_is_not_there_is_said_in_words(desk: TestClient, path: str) -> None:
    response = desk.get(path)
    assert response.status_code == 404
    assert "There is no such" in response.text


@pytest.mark.parametrize("path", ["/story/abc", "/?days=many", "/article/1e9", "/?page=x"])
def test_an_address_that_cannot_be_read_is_said_in_words(desk: TestClient, path: str) -> None:
    response = desk.get(path)
    assert response.status_code == 422
    assert "This address cannot be read" in response.text


def test_a_story_card_says_who_what_and_what_was_delivered(desk: TestClient) -> None:
    html = desk.get("/").text
    card = html[html.index('data-story="1"') :]
    assert "The Courier" in card
    assert "Foreign Ministry" in card
    assert "<mark>Ilan Torvik</mark>" in card
    assert "desk 11:00 ✓" in card  # sent at 10:00 UTC, shown in Oslo
    assert "Meetings" in card


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {1, 2, 3}), ("?days=1", {1, 2}), ("?everything=1", {1, 2, 3, 4}), ("?watch=meetings", {1}),
        ("?watch=quiet", set()), ("?entry=strait", {1, 2}), ("?country=EE", {1}), ("?official=1", {1}),
        ("?language=ar", {3}), ("?country=NO&language=ar", {3}), ("?page=2", set()),
    ],
)  # fmt: skip
def test_filters_in_the_address_narrow_the_stories(desk: TestClient, query: str, shown: set[int]) -> None:
    html = desk.get(f"/{query}").text
    assert {int(number) for number in re.findall(r'data-story="(\d+)"', html)} == shown


def test_stories_are_paged_and_the_pages_share_none(sqlite_store: Store) -> None:
    for number in range(45):
        save_article(sqlite_store, f"https://courier.test/p{number}", f"Torvik meets Selwyn, part {number}")
    client = TestClient(make_app(sqlite_store, lambda: CONFIG, lambda: NOW), base_url="http://127.0.0.1:8484")
    for query in ("", "watch=meetings&"):
        first, second = (client.get(f"/?{query}page={page}").text for page in (1, 2))
        ids = [re.findall(r'data-story="(\d+)"', html) for html in (first, second)]
        assert [len(found) for found in ids] == [30, 15]
        assert not set(ids[0]) & set(ids[1])
        assert "page=2" in first


def test_an_empty_desk_says_so(sqlite_store: Store) -> None:
    client = TestClient(make_app(sqlite_store, lambda: CONFIG, lambda: NOW), base_url="http://127.0.0.1:8484")
    for path in (
        "/",
        "/outlets",
        "/watches",
        "/watches/quiet",
        "/deliveries",
        "/silences",
        "/search?q=x",
        "/digests/morning",
    ):
        assert client.get(path).status_code == 200
    assert "Nothing in the last 2 days" in client.get("/").text


def test_an_article_shows_hits_cuts_copies_and_its_trace(desk: TestClient) -> None:
    html = desk.get("/article/1").text
    assert '<mark class="person" title="torvik (full)">Ilan Torvik</mark> met' in html
    assert "related" in html
    assert "Related articles: Okoro Tembani resigns" in html
    assert "removed: never sent" in html
    assert "Minister Torvik meets Selwyn" in html
    assert "2 paragraphs" in html


def test_a_changed_article_shows_what_changed(desk: TestClient, sqlite_store: Store) -> None:
    with sqlite_store.write() as connection:
        known = known_articles.find_article(connection, ["https://courier.test/1"])
        page = archive.load_clean_page(connection, 1)
        assert known is not None
        assert page is not None
        from dataclasses import replace

        changed = replace(page, body=page.body.replace("two hours", "five hours"))
        archive.change_article(connection, known, changed, "other", NOW)
    html = desk.get("/article/1").text
    assert "<del>They spoke about the strait for two hours.</del>" in html
    assert "<ins>They spoke about the strait for five hours.</ins>" in html


def test_a_watchlist_without_a_hit_warns_and_a_busy_one_counts(desk: TestClient, sqlite_store: Store) -> None:
    young = desk.get("/watches").text
    with sqlite_store.write() as connection:
        first = sa.select(sa.func.min(schema.article.c.id)).scalar_subquery()
        old = sa.update(schema.article).where(schema.article.c.id == first)
        connection.execute(old.values(seen_at=NOW - timedelta(days=40)))
    html = desk.get("/watches").text
    assert "caught nothing in 30 days" not in young  # a desk of yesterday can say nothing of it
    assert "nothing yet" in young
    assert "caught nothing in 30 days" in html
    assert "2 articles in 30 days" in young  # Meetings: the article and its copy
    assert "not judged yet" in html


def test_a_refused_file_is_said_until_it_is_mended(desk: TestClient, sqlite_store: Store) -> None:
    def refuse(problem: str) -> str:
        with sqlite_store.write() as connection:
            learned.save_meta(connection, learned.REFUSAL, problem)
        return desk.get("/").text

    assert "config/people.toml:3: people.&lt;b&gt;" in refuse("config/people.toml:3: people.<b>")
    assert "was refused" not in refuse("")


def test_the_spellings_of_an_entry_are_counted(desk: TestClient) -> None:
    html = desk.get("/watches/meetings").text
    assert "<bdi>إيلان تورفيك</bdi>" in html


def test_an_outlet_that_is_off_says_why(desk: TestClient) -> None:
    assert "terms forbid it" in desk.get("/outlets/herald").text


def test_the_funnel_counts_what_came_and_what_went_out(desk: TestClient) -> None:
    html = re.sub(r"<[^>]+>", "", desk.get("/outlets").text)
    assert re.search(r"4 candidates.*4 articles.*3 with a hit.*2 stories.*1 alerts.*1 sent", html, re.S)


def test_a_failed_store_is_said_and_the_page_stays(desk: TestClient, sqlite_store: Store) -> None:
    with sqlite_store.write() as connection:
        schema.silence.drop(connection)
    response = desk.get("/silences")
    assert response.status_code == 503
    assert "cannot be read just now" in response.text


def test_all_pages_are_built_before_the_first_request(sqlite_store: Store) -> None:
    app = make_app(sqlite_store, lambda: CONFIG, lambda: NOW)
    paths = {getattr(route, "path", "") for route in app.routes}
    assert {"/", "/outlets/{slug}", "/story/{story_id}", "/healthz", "/metrics", "/api"} <= paths, sorted(paths)


def test_the_pages_stay_small(desk: TestClient) -> None:
    assert all(len(desk.get(path).content) < 150_000 for path in PAGES)
    assert POISON.startswith("<script>")


def test_a_row_of_an_outlet_tells_rhythm_and_length_and_asks_for_a_poll(desk: TestClient, sqlite_store: Store) -> None:
    with sqlite_store.write() as connection:
        o = schema.outlet.c
        past = connection.execute(sa.select(o.past).where(o.slug == "courier")).scalar_one()
        sizes = [[700, 4, 1], [900, 5, 2], [4000, 9, 3]]
        connection.execute(
            sa.update(schema.outlet).where(o.slug == "courier").values(past=past | {"sizes": sizes}, next_poll_at=NOW)
        )
    html = desk.get("/outlets").text
    row = html[html.index('href="/outlets/courier"') :].split("</tr>")[0]
    assert '<td class="number">900</td>' in row
    assert 'form="poll" formaction="/outlets/courier/poll"' in row
    assert "900 characters" in desk.get("/outlets/courier").text
    assert "what was kept and cut on its newest page" in desk.get("/outlets/courier").text

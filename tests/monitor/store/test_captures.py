"""Which ways in showed an article: kept with the candidate, counted by outlet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.completeness import WAYS
from monitor.model import Candidate
from monitor.store import Store, captures, ledger, listings

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FEED, SITEMAP, LISTING = WAYS["feed"], WAYS["sitemap"], WAYS["listing"]


def show(store: Store, way: int, *paths: str, outlet: str = "one", baseline: bool = False) -> None:
    """A source of this kind lists these pages."""
    found = [Candidate(url=f"https://{outlet}.org/{path}", outlet=outlet, source="s") for path in paths]
    urls = {one.url for one in found} if baseline else set()
    with store.write() as connection:
        listings.note_candidates(connection, found, now=NOW, baseline=urls, way=way)


def count(store: Store, after: timedelta) -> dict[str, tuple[dict[str, int], int]]:
    captures.count_captures(store, NOW + after)
    with store.read() as connection:
        return {slug: (dict(one.by_way), one.shared) for slug, one in captures.load_completeness(connection).items()}


def test_each_way_that_shows_a_page_is_kept_once(store: Store) -> None:
    show(store, FEED, "a", "b")
    show(store, SITEMAP, "b", "c")
    show(store, FEED, "a", "b")
    show(store, LISTING, "b")

    assert count(store, timedelta(days=2)) == {"one": ({"feed": 2, "sitemap": 2, "listing": 1}, 1)}


def test_what_is_too_new_or_too_old_is_not_counted(store: Store) -> None:
    show(store, FEED, "a")

    assert count(store, timedelta(hours=2)) == {}
    assert count(store, timedelta(days=2)) == {"one": ({"feed": 1}, 0)}
    assert count(store, timedelta(days=30)) == {}


def test_background_and_pages_that_are_no_articles_are_not_counted(store: Store) -> None:
    show(store, FEED, "a", "menu")
    show(store, SITEMAP, "old", baseline=True)
    with store.write() as connection:
        ledger.finish_candidate(connection, "https://one.org/menu", state="no-text", reason="a listing", now=NOW)

    assert count(store, timedelta(days=2)) == {"one": ({"feed": 1}, 0)}


def test_outlets_are_counted_apart(store: Store) -> None:
    show(store, FEED, "a")
    show(store, SITEMAP, "a", outlet="two")

    assert count(store, timedelta(days=2)) == {"one": ({"feed": 1}, 0), "two": ({"sitemap": 1}, 0)}

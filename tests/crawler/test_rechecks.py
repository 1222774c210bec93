"""Pages of official articles that are looked at again: changed, gone, missing for a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from loopback import Asked, Desk, Said, Site, make_feed, make_page

from monitor.store import ledger, open_store, schema

pytestmark = pytest.mark.e2e


def make_due(desk: Desk) -> None:
    """Lets the hour pass after which the page is looked at again."""
    store = open_store(desk.db)
    c = schema.candidate.c
    with store.write() as connection:
        update = sa.update(schema.candidate).where(c.next_at.is_not(None))
        connection.execute(
            update.values(
                next_at=datetime(2026, 1, 1, tzinfo=UTC),
                missing_at=sa.case((c.missing_at.is_(None), None), else_=datetime(2026, 1, 1, tzinfo=UTC)),
            )
        )
        connection.execute(sa.update(schema.outlet).values(next_poll_at=None))
    store.close()


def look(desk: Desk, site: Site, path: str) -> tuple[str, list[str], Any]:
    """(state, what the re-checks found, article row)."""
    store = open_store(desk.db)
    trace = ledger.load_trace(store, site.url(path))
    with store.read() as connection:
        article = connection.execute(sa.select(schema.article)).one()
    store.close()
    assert trace is not None
    return trace["state"], [step["outcome"] for step in trace["steps"] if step["step"] == "recheck"], article


@pytest.fixture
def ministry(site: Site, desk: Desk) -> Desk:
    """An official outlet that has published one statement since it was added."""
    desk.add_outlet("ministry", site.url("/"), feeds=[site.url("/feed")], orientation="official")
    site.pages["/feed"] = make_feed(site, [])
    desk.crawl()
    site.pages |= {"/statement": make_page("A statement", extra="It was signed by 14 envoys.")}
    site.pages["/feed"] = make_feed(site, [("/statement", "A statement", datetime.now(UTC))])
    desk.crawl()
    return desk


def crawl_again(desk: Desk, site: Site, answers: Sequence[Any]) -> None:
    for answer in answers:
        site.pages["/statement"] = answer
        make_due(desk)
        desk.crawl()


def test_a_statement_that_changes_becomes_a_version(site: Site, ministry: Desk) -> None:
    crawl_again(ministry, site, [make_page("A statement", extra="It was signed by 11 envoys.")])
    state, found, article = look(ministry, site, "/statement")
    assert (state, found, article.version) == ("changed", ["changed"], 2)


def test_an_unchanged_page_stays_what_it_is(site: Site, ministry: Desk) -> None:
    before = look(ministry, site, "/statement")[0]
    crawl_again(ministry, site, [site.pages["/statement"]])
    assert look(ministry, site, "/statement")[:2] == (before, ["unchanged"])
    assert site.paths().count("/statement") == 2


def test_a_page_that_is_not_due_is_not_fetched(site: Site, ministry: Desk) -> None:
    ministry.crawl()
    assert site.paths().count("/statement") == 1


@pytest.mark.parametrize(
    ("answers", "found", "is_gone"),
    [
        ([Said("", 410)], ["gone"], True),
        ([Said("", 404)], ["missing"], False),
        ([Said("", 404), Said("", 404)], ["missing", "gone"], True),
        ([Said("", 503)], ["failed"], False),
        ([Said("<html><body>Log in</body></html>")], ["no-text"], False),
        ([Said("", 404), Said("", 503), Said("", 404)], ["missing", "failed", "gone"], True),
    ],
    ids=["410", "404", "404 twice", "503", "no article", "404 with a pause"],
)
def test_a_page_that_is_no_more_is_kept_and_said(
    site: Site, ministry: Desk, answers: list[Said], found: list[str], is_gone: bool
) -> None:
    before = look(ministry, site, "/statement")[0]
    crawl_again(ministry, site, answers)
    state, seen, article = look(ministry, site, "/statement")
    assert (state, seen) == (before, found)
    assert (article.gone_at is not None) == is_gone
    assert article.headline == "A statement"


def test_a_page_that_is_back_is_no_longer_gone(site: Site, ministry: Desk) -> None:
    good = site.pages["/statement"]
    crawl_again(ministry, site, [Said("", 410), good])
    _, found, article = look(ministry, site, "/statement")
    assert (found, article.gone_at) == (["gone", "unchanged"], None)


def test_a_look_whose_connection_breaks_changes_nothing(site: Site, ministry: Desk) -> None:
    def refuse(asked: Asked) -> Said:
        raise ConnectionError(asked.path)

    crawl_again(ministry, site, [refuse])
    state, found, _ = look(ministry, site, "/statement")
    assert state == "no-match"
    assert found == ["failed"]

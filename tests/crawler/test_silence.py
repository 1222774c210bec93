"""Outlets that go on answering and no longer say anything: each is told by its own past, soon."""

from __future__ import annotations

import pytest
from loopback import Answer, Desk, Said, Site, make_feed, make_page

pytestmark = pytest.mark.e2e
CHALLENGE = (
    "<html><title>Just a moment</title><script src='/cdn-cgi/challenge-platform/h/cf_chl_opt.js'></script></html>"
)


def test_an_outlet_that_was_well_is_said_after_few_pages(site: Site, desk: Desk) -> None:
    ways: dict[str, Answer] = {
        "forbids": Said("", 403),
        "challenges": Said(CHALLENGE),
        "redesigned": Said("<html><body><nav>Home News Contact</nav></body></html>"),
        "well": make_page("Still well"),
    }
    for slug, later in ways.items():
        old = [(f"/{slug}/{n}", f"{slug} {n}", None) for n in range(9)]
        new = [(f"/{slug}/{n}", f"{slug} {n}", None) for n in range(9, 12)]
        site.pages |= {path: make_page(title) for path, title, _ in old}
        site.pages |= {path: later if slug != "well" else make_page(title) for path, title, _ in new}
        site.pages[f"/{slug}/feed"] = make_feed(site, old)
        desk.add_outlet(slug, site.url("/"), feeds=[site.url(f"/{slug}/feed")])
    site.pages["/section"] = Said("<h2><a href='/well/1'>A link</a></h2>")
    desk.add_outlet("section", site.url("/"), listings=[{"url": site.url("/section"), "links": "h2 a"}])
    site.pages["/old/feed"] = Said("", 301, headers={"Location": site.url("/well/feed")})
    desk.add_outlet("moves", site.url("/"), feeds=[site.url("/old/feed")])

    desk.crawl()
    before = desk.whys()
    site.pages["/section"] = Said("<h2>No link any more</h2>")
    for slug in ways:
        new = [(f"/{slug}/{n}", f"{slug} {n}", None) for n in range(9, 12)]
        site.pages[f"/{slug}/feed"] = make_feed(site, new)
    desk.crawl()
    desk.crawl("-a", "only=moves")
    after = desk.whys()

    assert {words.split(":")[0] for words in before.values()} <= {"healthy"}, before
    assert after["forbids"].startswith("blocked: the last 3 pages were refused"), after
    assert after["challenges"].startswith("blocked: the last 3 pages were refused"), after
    assert after["redesigned"].startswith("layout-changed: the last 3 pages gave no article text"), after
    assert after["section"].startswith("suspicious-empty"), after
    assert after["moves"] == f"moved: moved for good to {site.url('/well/feed')}"
    assert after["well"].split(":")[0] in ("healthy", "unchanged")

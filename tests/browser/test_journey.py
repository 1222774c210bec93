"""A newcomer's first day, in a real browser, against a real daemon that crawls a real site: outlet, person, hit, verdict, silence, digest."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from daemons import run_daemon
from loopback import Said, Site, make_feed, make_page, open_site
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.xdist_group("chromium")]

PATIENCE_S = 90.0
OLD = [
    (f"/news/{number}", f"An older meeting of envoys, number {number}", datetime(2026, 1, 5, tzinfo=UTC))
    for number in range(5)
]
SETTINGS = """[network]
contact = "mailto:desk@example.org"
delay = "0s"
allow_private = ["127.0.0.0/8"]
[web]
listen = "127.0.0.1:{port}"
"""
NEWS = """<!doctype html><html lang="en"><head><title>Talks at the lake</title></head><body><main><article><h1>Talks at the lake</h1>
<p>President Marta Selwyn opened a round of talks on fishing rights on Monday, and asked both fleets to keep their nets out of the sound until Easter.</p>
<p>Skippers from either shore had blocked the harbour for nine days; on Sunday night they let the first ferry through, with bread and newspapers on board.</p>
<p>A hydrologist showed charts of falling cod stocks, and the harbour master promised to publish every landing from now on, boat by boat and day by day.</p>
</article></main></body></html>"""
CHANNELS = """[channel.screen]
url = "file:alerts.txt"
[digest.morning]
channels = ["screen"]
at = ["07:00"]
zone = "UTC"
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as found:
        link = "<link rel=alternate type='application/rss+xml' href='/feed'>"
        found.pages |= {"/": Said(f"<html><head>{link}</head><body>Home</body></html>"), "/feed": make_feed(found, OLD)}
        found.pages |= {path: make_page(title) for path, title, _ in OLD}
        yield found


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    """The address of a desk with an empty configuration but for its channels."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "config"
    config.mkdir()
    (config / "settings.toml").write_text(SETTINGS.format(port=port), encoding="utf-8")
    (config / "channels.toml").write_text(CHANNELS, encoding="utf-8")
    with run_daemon(tmp_path, config):
        wait_for(lambda: is_open(port), tmp_path / "log")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    errors: list[str] = []
    found = context.new_page()
    found.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    found.on("pageerror", lambda error: errors.append(str(error)))
    yield found
    context.close()
    assert errors == []


def is_open(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def wait_for(holds, log: Path) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < limit, log.read_text(encoding="utf-8")[-3000:]
        time.sleep(0.2)


def reload_until(page: Page, url: str, text: str) -> None:
    """Looks again until the page says so."""
    limit = time.monotonic() + PATIENCE_S
    while text not in page.goto(url).text():
        assert time.monotonic() < limit, page.inner_text("body")[:2000]
        page.wait_for_timeout(300)


def test_a_newcomers_first_day(base: str, site: Site, page: Page) -> None:
    # An outlet, by its address.
    page.goto(f"{base}/outlets")
    page.get_by_role("link", name="Add an outlet").click()
    page.get_by_label("Address of its home page").fill(site.url("/"))
    page.get_by_role("button", name="Look at it").click()
    table = page.get_by_label("Its table in outlets.toml")
    expect(table).to_have_value(re.compile("feeds = "), timeout=60_000)
    slug = re.match(r"\[([\w-]+)\]", table.input_value())
    assert slug is not None
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")

    # A person in one spelling, and a watchlist for her.
    page.goto(f"{base}/watches")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Full name").fill("Marta Selwyn")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Check and try").click()
    expect(page.get_by_role("status").first).to_contain_text("No mistake.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a watchlist").click()
    page.get_by_label("Name of the watchlist").fill("The president")
    page.get_by_role("button", name="Begin").click()
    table = page.get_by_label("Its table in watchlists.toml")
    written = table.input_value().replace('match = ""', 'match = "marta-selwyn"')
    table.fill(written.replace("instant = []", 'instant = ["screen"]').replace("digests = []", 'digests = ["morning"]'))
    page.get_by_role("button", name="Save").click()
    reload_until(page, f"{base}/watches", "The president")

    # The outlet's first poll is a baseline; then news comes, and a hit with it.
    reload_until(page, f"{base}/outlets/{slug[1]}", "5 baseline")
    site.pages["/news/new"] = Said(NEWS)
    site.pages["/feed"] = make_feed(site, [("/news/new", "Talks at the lake", datetime.now(UTC)), *OLD])
    page.goto(f"{base}/outlets/{slug[1]}")
    page.get_by_role("button", name="Poll now").click()
    reload_until(page, f"{base}/", "Talks at the lake")
    reload_until(page, f"{base}/", "✓")  # the alert went out

    # A verdict, a silence, the digest.
    page.get_by_role("link", name="Talks at the lake").first.click()
    page.get_by_role("table").get_by_role("link", name="Talks at the lake").first.click()
    page.get_by_role("button", name="good", exact=True).first.click()
    expect(page.get_by_role("status").first).to_contain_text("Your verdict is kept.")
    page.goto(f"{base}/silences?kind=entry&value=marta-selwyn")
    expect(page.locator("main")).to_contain_text("Talks at the lake")  # what it would have muted
    new = page.locator("section").filter(has=page.get_by_role("textbox", name="Reason"))
    new.get_by_role("textbox", name="Reason").fill("on leave")
    new.get_by_role("button").last.click()
    expect(page.get_by_role("status").first).to_contain_text("The silence is in force.")
    page.goto(f"{base}/digests/morning")
    expect(page.locator("main")).to_contain_text("Talks at the lake")

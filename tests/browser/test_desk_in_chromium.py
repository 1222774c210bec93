"""The desk in a real Chromium: every screen, keyboard, no JavaScript, dark, narrow, forms, live updates."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_checks import CHECKS, CONTRAST
from desk_world import NOW, save_article

from monitor.store import links

AXE = Axe()
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]

SCREENS = [
    "/", "/?days=30&everything=1", "/?page=2", "/story/1", "/story/2", "/article/1", "/article/3", "/watches",
    "/watches/meetings", "/outlets", "/outlets/courier", "/deliveries", "/deliveries/3", "/digests/morning", "/silences",
    "/silences?kind=entry&value=torvik", "/search?q=strait", "/why?url=https://courier.test/1", "/login", "/edit/people", "/edit/outlets", "/edit/people?name=Ada Lind", "/pictures", "/proposals",
]  # fmt: skip


def test_every_screen_opens_without_an_error_and_fits(visit) -> None:
    for path in SCREENS:
        page = visit.go(path)
        assert page.evaluate(CHECKS) == [], path


@pytest.mark.parametrize("options", [{"viewport": {"width": 360, "height": 740}}])
def test_every_screen_fits_a_narrow_one(visit, options) -> None:
    for path in SCREENS:
        page = visit.go(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"color_scheme": "light"}])
def test_every_screen_can_be_read_in_the_light_and_in_the_dark(visit, options) -> None:
    for path in SCREENS:
        page = visit.go(path)
        assert page.evaluate(CONTRAST) == [], path


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"color_scheme": "light"}])
def test_axe_finds_nothing_serious(visit, options) -> None:
    found = [
        (path, violation["id"], [node["html"][:120] for node in violation["nodes"]][:3])
        for path in SCREENS
        for violation in AXE.run(visit.go(path)).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert found == []


def test_what_an_article_brings_along_does_not_run(visit) -> None:
    for path in ("/", "/story/2", "/article/3", "/deliveries/1", "/search?q=saw"):
        page = visit.go(path)
        page.wait_for_timeout(50)
        assert page.locator("img[src=x]").count() == 0
        assert "{{7*7}}" in page.inner_text("body")


def test_the_keyboard_goes_through_stories_and_marks_them_read(visit) -> None:
    page = visit.go("/?days=30")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator(".story.here").get_attribute("data-story") == "1"
    page.keyboard.press("k")
    assert page.locator(".story.here").get_attribute("data-story") == "2"
    page.keyboard.press("m")
    page.reload()
    assert page.locator(".story.read").get_attribute("data-story") == "2"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/story/1")
    page.keyboard.press("/")
    page.wait_for_url("**/search")
    page.keyboard.press("/")
    page.keyboard.type("strait")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=strait*")


def test_the_tab_key_reaches_the_content_first(visit) -> None:
    page = visit.go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("options", [{"java_script_enabled": False}])
def test_everything_works_without_javascript(visit, options) -> None:
    page = visit.go("/")
    page.select_option("select[name=watch]", "meetings")
    page.click("text=Show")
    assert page.locator(".story").count() == 1
    page.click(".story h2 a")
    page.click("td >> text=Torvik meets Selwyn")
    page.locator("button[value=good]").first.click()
    assert "Your verdict is kept" in page.inner_text(".said")
    page.goto(f"{visit.base}/deliveries?state=dead")
    page.click("button:text('retry')")
    assert "due now" in page.inner_text(".said")
    page.goto(f"{visit.base}/silences?kind=entry&value=torvik&reason=noise")
    page.click("button:has-text('Mute')")
    assert "in force" in page.inner_text(".said")
    page.click("button:text('End')")
    assert "over" in page.inner_text(".said")


def test_a_card_takes_a_verdict_and_read_stories_can_be_hidden(visit) -> None:
    page = visit.go("/")
    card = page.locator('[data-story="2"]')
    card.get_by_role("button", name="wrong-person").click()
    assert "Your verdict is kept" in page.inner_text(".said")
    page.locator('[data-story="2"] h2 a').focus()
    page.keyboard.press("j")
    page.keyboard.press("m")
    page.get_by_label("unread only").check()
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("unread=1"))
    page.locator('[data-story="2"]').wait_for(state="hidden")  # the address is there before the page's script has run
    assert page.locator(".story:visible").evaluate_all("found => found.map(story => story.dataset.story)") == ["1", "3"]


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"color_scheme": "light"}])
def test_a_signed_link_is_judged_with_the_keyboard(visit, options) -> None:
    with visit.store.write() as connection:
        link = links.make_link(links.make_key(connection), 1, NOW)
    page = visit.go(f"/judge/{link}")
    assert page.evaluate(CHECKS) == []
    assert page.evaluate(CONTRAST) == []
    assert [one["id"] for one in AXE.run(page).response["violations"] if one["impact"] in ("serious", "critical")] == []
    page.get_by_role("button", name="good", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Your verdict is kept")


def test_a_facet_narrows_a_search_and_is_taken_off(visit) -> None:
    page = visit.go("/search?q=strait")
    page.get_by_role("link", name=re.compile("Foreign Ministry")).first.click()
    page.wait_for_url(re.compile("outlet=ministry"))
    assert page.locator(".found li").count() == 1
    page.get_by_role("link", name="all of them").click()
    page.wait_for_url(lambda url: "outlet" not in url)


def test_a_filter_is_applied_at_once_and_stands_in_the_address(visit) -> None:
    page = visit.go("/?days=30")
    page.select_option("select[name=language]", "en")
    page.wait_for_url(re.compile("language=en"))
    assert page.locator(".story").count() == 2


def test_new_stories_are_said_within_two_seconds(visit) -> None:
    page = visit.go("/")
    assert page.locator(".fresh").is_hidden()
    save_article(visit.store, "https://courier.test/live", "Torvik calls Selwyn", at=NOW + timedelta(seconds=1))
    page.wait_for_selector(".fresh:not([hidden])", timeout=4000)
    assert page.inner_text(".fresh") == "1 new story"
    page.click(".fresh a")
    page.wait_for_selector("text=Torvik calls Selwyn")


def test_a_right_to_left_headline_stands_right(visit) -> None:
    page = visit.go("/?days=30&language=ar")
    assert page.evaluate("getComputedStyle(document.querySelector('.story h2')).direction") == "rtl"

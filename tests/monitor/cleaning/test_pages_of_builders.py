"""Pages as builders of sites make them: days beside headlines, flashes, lines that lead elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.cleaning import clean_page
from monitor.cleaning.lines import is_promotion, points_elsewhere

TEXT = (
    "The two delegations met in the old customs house and talked for most of the afternoon about the harbour.",
    "Both sides called the talks useful, and a spokesman said that a second round would follow before the winter.",
    "Fishermen on either shore have waited for an agreement since the last one ran out three years ago.",
    "The mayor, who had offered the house for the meeting, showed the guests the rooms where the first treaty was signed.",
)
PARAGRAPHS = "".join(f"<p>{one}</p>" for one in TEXT)
FEBRUARY = datetime(2026, 2, 3, tzinfo=UTC)


def make_page(inside: str, title: str = "Harbour talks resume - Strait Courier") -> bytes:
    menu = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(8))
    return (
        f"<html lang=en><head><title>{title}</title></head><body><nav><ul>{menu}</ul></nav>{inside}"
        "<footer><p>Strait Courier, 4 May 2019</p></footer></body></html>"
    ).encode()


@pytest.mark.parametrize(
    "around",
    [
        '<h1>Harbour talks resume</h1><span class="css-x2">3 Feb 2026, 14:05 UTC</span>',
        "<p>Published: 3 February 2026</p><h1>Harbour talks resume</h1>",
        "<h1>Harbour talks resume</h1><div>by our staff</div><div>03.02.2026 18:40</div>",
    ],
)
def test_the_day_beside_the_headline_is_the_pages(around: str) -> None:
    page = clean_page(make_page(f"<main>{around}{PARAGRAPHS}</main>"), "https://courier.test/harbour-talks")

    assert page.published_at is not None
    assert (page.published_at.date(), page.is_date_searched) == (FEBRUARY.date(), True)
    assert TEXT[0] in page.body


def test_a_day_after_the_fetch_is_none() -> None:
    inside = f"<main><h1>Harbour talks resume</h1><p>3 February 2026</p>{PARAGRAPHS}</main>"

    page = clean_page(make_page(inside), "https://courier.test/a", fetched_at=datetime(2026, 1, 5, tzinfo=UTC))

    assert page.published_at is None or page.published_at < datetime(2026, 1, 7, tzinfo=UTC)


def test_a_day_in_the_headline_is_what_it_is_about() -> None:
    inside = f"<main><h1>What was signed on 4 June 1998</h1><p>3 February 2026</p>{PARAGRAPHS}</main>"

    page = clean_page(make_page(inside, "What was signed on 4 June 1998"), "https://courier.test/treaty")

    assert page.published_at is not None
    assert page.published_at.date() == FEBRUARY.date()


def test_a_page_that_is_a_widget_as_a_whole_keeps_its_day() -> None:
    inside = (
        '<div class="elementor-widget"><h1>Harbour talks resume</h1><p>Our hosts were kind.</p>'
        f'{PARAGRAPHS}<p class="entry-date">February 3, 2026</p></div>'
    )

    page = clean_page(make_page(inside), "https://courier.test/harbour-talks")

    assert page.published_at is not None
    assert page.published_at.date() == FEBRUARY.date()


def test_a_flash_of_two_sentences_is_an_article() -> None:
    inside = (
        "<main><h1>Harbour talks resume</h1><p>Talks on the harbour resumed in Lowmouth on Tuesday morning after a break of three weeks, a spokesman said.</p>"
        "<p>No details were given.</p></main>"
    )

    page = clean_page(make_page(inside), "https://courier.test/flash")

    assert page.problem == ""
    assert page.body.endswith("No details were given.")


def test_a_sentence_below_a_headline_that_the_tab_does_not_have_is_none() -> None:
    page = clean_page(
        make_page("<main><h1>Oops</h1><p>Nothing was found here, try the search.</p></main>", "Strait Courier"),
        "https://courier.test/gone",
    )

    assert page.problem
    assert page.body == ""


@pytest.mark.parametrize(
    "line",
    [
        "Read also: Ferry strike enters third week",
        "Lire aussi : La grève des ferries continue",
        "Zobacz również: Strajk promów trwa",
        "AYRICA OKUYUN: Feribot grevi sürüyor",
        "Читайте также: Паромы снова не ходят",
        "اقرأ أيضا: إضراب العبارات مستمر",
    ],
)
def test_a_line_that_leads_to_another_article_is_cut_however_sure_its_place(line: str) -> None:
    inside = f"<article><h1>Harbour talks resume</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p><p><b>{line}</b></p><p>{TEXT[2]}</p><p>{TEXT[3]}</p></article>"

    page = clean_page(make_page(inside), "https://courier.test/harbour-talks")

    assert points_elsewhere(line)
    assert line not in page.body
    assert line in [one.text for one in page.removed]
    assert all(text in page.body for text in TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "He read also the letters that his predecessor had left behind",
        "Read more widely than his colleagues, the envoy knew: nothing was settled",
        "Get well wishes reached the minister at home",
        "Do you have a plan, the reporter asked",
        "Follow the money, the prosecutor said",
    ],
)
def test_a_sentence_with_such_words_is_text(line: str) -> None:
    assert not points_elsewhere(line)
    assert not is_promotion(line)


@pytest.mark.parametrize(
    "line",
    [
        "Get the morning briefing delivered to your inbox every day.",
        "Do you have a story for us? Email the desk.",
        "Follow the Courier on Google News and never miss a story",
        "If you liked this story, tell a friend.",
    ],
)
def test_a_call_to_readers_is_no_text(line: str) -> None:
    assert is_promotion(line)

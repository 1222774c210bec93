from datetime import UTC, datetime

import pytest

from monitor.cleaning import clean_text
from monitor.cleaning.days import find_date, parse_date_line
from monitor.cleaning.printed import clean_printed

DAY = datetime(2025, 11, 7, tzinfo=UTC)
TEXT = (
    "The foreign ministers of both states met on the island and spoke for three hours about fishing rights, border posts and the return of "
    "prisoners. A joint commission is to meet before the end of the year."
)


@pytest.mark.parametrize(
    "line",
    [
        "7 November 2025",
        "Friday, 7 November 2025, 10:30 GMT",
        "Published: Nov. 7, 2025",
        "7 listopada 2025",
        "7. listopadu 2025",
        "7. studenoga 2025.",
        "7 листопада 2025 р.",
        "7 ноября 2025 г.",
        "7 ноември 2025",
        "7 de novembro de 2025",
        "7 Kasım 2025 Cuma",
        "7 Νοεμβρίου 2025",
        "2025. november 7., péntek",
        "2025 m. lapkričio 7 d.",
        "2025. gada 7. novembrī",
        "7. marraskuuta 2025",
        "7 نوفمبر 2025",
        "7 نوفمبر/تشرين الثاني 2025",
        "٧ تشرين الثاني ٢٠٢٥",
        "7 בנובמבר 2025",
        "2025年11月7日",
        "2025년 11월 7일",
    ],
)
def test_a_line_that_is_a_day_is_read_in_many_languages(line: str) -> None:
    assert parse_date_line(line) == DAY


def test_a_month_that_two_languages_call_alike_is_told_by_the_full_stop() -> None:
    assert parse_date_line("7. listopada 2025.") == DAY.replace(month=10)


def test_a_day_in_digits_is_the_one_that_can_be() -> None:
    assert parse_date_line("07/11/2025") == DAY
    assert parse_date_line("11/17/2025") == DAY.replace(day=17)


@pytest.mark.parametrize(
    "line",
    ["Talks on 7 November 2025", "7 November 2025 was the day on which both met again", "12 minutes 2025", "31 November 2025", "7 talks 2025"],
)  # fmt: skip
def test_a_line_that_only_has_a_day_or_none_is_no_date(line: str) -> None:
    assert parse_date_line(line) is None


def test_a_day_is_found_in_a_line() -> None:
    assert find_date("ISTANBUL – 7 Kasım 2025, saat 14.30") == DAY


@pytest.mark.parametrize("above", ["7 November 2025\n\nA treaty on fishing\n\n", "A treaty on fishing\n7 November 2025\n\n",
                                   "A treaty on fishing\n\nBy Jane Doe\n\n7 Kasım 2025\n\n"])  # fmt: skip
def test_the_day_above_a_plain_text_is_its_own(above: str) -> None:
    page = clean_text(above + TEXT)

    assert page.published_at == DAY
    assert page.headline == "A treaty on fishing"
    assert "2025" not in page.body


def test_a_day_behind_the_text_is_not_its_own() -> None:
    page = clean_text(f"A treaty on fishing\n\n{TEXT}\n\nThe next talks:\n\nBoth sides named a day.\n\n7 November 2025")

    assert page.published_at is None


@pytest.mark.parametrize(
    "line",
    [
        "2025年11月7日，外交部长在岛上会见了邻国外长。",
        "2025년 11월 7일 외교부 장관은 섬에서 회담했다.",
        "2025년 11월 7일 외교부 대변인 정례브리핑",
        "Born: 9 May 1999",
        "Deadline: 31 December 2030",
        "Starting 1 January 2030. Fees rise.",
        "Спорт: 5 мая 2024, 3:1",
        "15 Temmuz 2016 darbe girişimi",
        "1 maja 2004 w Unii",
        "2023-24-11",
    ],
)
def test_a_sentence_that_begins_with_a_day_stays_text(line: str) -> None:
    page = clean_text(f"A treaty on fishing\n\n{line}\n\n{TEXT}")

    assert parse_date_line(line) is None
    assert page.published_at is None
    assert line in page.body


def test_the_day_of_a_printed_page_is_the_first_one() -> None:
    found = clean_printed(["Call for tenders on the island\n7 November 2025\n31 December 2025\n" + TEXT])

    assert found.published_at == DAY

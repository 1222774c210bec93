"""The language of a text that does not say it."""

from __future__ import annotations

import pytest

from monitor.cleaning.language import find_language, parse_language

SHORT = {
    "en": "The ministers met on Tuesday and agreed to meet again in spring.",
    "de": "Die Ministerin sprach am Dienstag mit ihrem Amtskollegen über die Grenze.",
    "ru": "Министр иностранных дел провёл во вторник переговоры со своим коллегой.",
    "el": "Ο υπουργός Εξωτερικών συναντήθηκε την Τρίτη με τον ομόλογό του στην πρωτεύουσα.",
    "zh": "外交部长星期二在首都会见了来访的邻国代表团，双方就边境问题交换了意见，并同意春天再次会晤，继续讨论草案。",
    "ja": "外務大臣は火曜日に首都で隣国の代表団と会談し、国境問題について意見を交わし、春に再び会うことで合意した。",
    "ko": "외교부 장관은 화요일 수도에서 이웃 나라 대표단과 만나 국경 문제를 논의하고 봄에 다시 만나기로 했다.",
    "he": "שר החוץ נפגש ביום שלישי בבירה עם עמיתו ודן עמו בסוגיית הגבול ובהסכם הסחר החדש.",
}


@pytest.mark.parametrize("language", SHORT)
def test_a_short_text_is_told(language: str) -> None:
    assert find_language(SHORT[language]) == language


@pytest.mark.parametrize("text", ["", "Too short.", " " * 500])
def test_too_little_text_tells_nothing(text: str) -> None:
    assert find_language(text) == ""


def test_numbers_are_no_language_that_breaks_us() -> None:
    assert isinstance(find_language("2026 03 10 12:00 " * 100), str)


@pytest.mark.parametrize(
    ("tag", "written"), [("EN_gb", "en-GB"), ("zh-hant-tw", "zh-Hant-TW"), ("", ""), ("english please", "")]
)
def test_tags_are_written_as_bcp_47_wants(tag: str, written: str) -> None:
    assert parse_language(tag) == written

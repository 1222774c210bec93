"""Pages and notes that do not say in which character set they are written."""

from __future__ import annotations

import pytest

from monitor.cleaning.decode import decode_page, decode_text

TEXTS = {
    "cp1251": "Министр прибыл в столицу на переговоры с соседями о рыбной ловле.",
    "koi8-r": "Министр прибыл в столицу на переговоры с соседями о рыбной ловле.",
    "cp1253": "Ο υπουργός έφτασε στην πρωτεύουσα για συνομιλίες με τους γείτονες.",
    "cp1255": "השר הגיע היום לבירה לשיחות עם השכנים על הדיג",
    "cp1256": "وصل الوزير إلى العاصمة اليوم لإجراء محادثات مع الجيران",
    "gb18030": "部长周二抵达首都，与邻国就渔业举行会谈。",
    "shift_jis": "大臣は火曜日に首都に到着し、隣国と漁業について会談した。",
    "cp949": "장관이 화요일 수도에 도착해 이웃 나라와 회담했다고 밝혔다.",
    "cp1250": "Ministr přijel do hlavního města na jednání, řekl mluvčí úřadu.",
    "cp1254": "Bakan bugün başkente geldi ve komşularla görüşmelere başladı.",
    "cp1252": "Le ministre est arrivé à la capitale où il a été reçu par ses voisins.",
}


@pytest.mark.parametrize(("charset", "text"), TEXTS.items())
def test_the_character_set_is_guessed(charset: str, text: str) -> None:
    page = f'<html><head><title>x</title></head><body><div class="story"><p>{text}</p></div></body></html>'

    assert decode_page(page.encode(charset)) == page
    assert decode_text(text.encode(charset)) == text


@pytest.mark.parametrize(
    "text", ["It cost £5m, the minister’s aide said – and left.", "The café owner met the minister."]
)
def test_a_few_marks_of_western_europe_make_no_other_alphabet(text: str) -> None:
    assert decode_page(f"<p>{text}</p>".encode("cp1252")) == f"<p>{text}</p>"


def test_what_a_page_declares_counts_more_than_a_guess() -> None:
    page = f'<meta charset="iso-8859-5"><p>{TEXTS["cp1251"]}</p>'

    assert decode_page(page.encode("iso-8859-5")) == page


def test_a_note_in_utf_16_is_read() -> None:
    assert decode_text("Анна прибыла.".encode("utf-16")) == "Анна прибыла."


@pytest.mark.parametrize("text", [*TEXTS.values(), "外務大臣は火曜日に首都に到着し、隣国と漁業について会談した。"])
def test_utf_8_with_a_wrong_byte_is_no_other_alphabet(text: str) -> None:
    data = "".join(f"<p>{text}</p>" for _ in range(20)).encode() + b"<p>\xd0\x81\xff</p>"

    assert decode_page(data).startswith(f"<p>{text}</p>")

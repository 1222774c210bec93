"""Folding keeps offsets over all of Unicode, and keeps apart what is different."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import (
    find_words,
    fold,
    fold_char,
    fold_with_map,
    is_unspaced,
    script_of,
)

FRAME = "aБ"  # what stands around the character that is looked at


def test_no_offset_is_wrong_over_the_whole_bmp_and_beyond() -> None:
    wrong = []
    for code in (*range(0x80, 0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x20000, 7), 0x2070E, 0xE0041):
        text = FRAME[0] + chr(code) + FRAME[1]
        folded, offsets = fold_with_map(text)
        places = [offsets[place] for place in range(len(folded) + 1)]
        if folded != fold(text) or places[0] != 0 or places[-2:] != [2, 3] or places != sorted(places):
            wrong.append(hex(code))

    assert wrong == []


@given(st.text(max_size=60))
def test_a_map_leads_from_each_folded_character_to_one_that_folds_to_it(text: str) -> None:
    folded, offsets = fold_with_map(text)

    assert folded == fold(text)
    for place in range(len(folded)):
        start, end = offsets.span(place, place + 1)
        assert 0 <= start < end <= len(text)
        assert folded[place] in fold(text[start:end])


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_in_decomposed_text(text: str) -> None:
    once = fold(unicodedata.normalize("NFD", text))

    assert len(fold(once)) <= len(once) * 18  # U+FDFA alone unfolds to eighteen letters


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ŠKODA", "skoda"),
        ("S\u030cKODA", "skoda"),
        ("Straße", "strasse"),
        ("ё", "е"),
        ("ＬＡＶＲＯＶ", "lavrov"),
        ("La\u00advrov", "lavrov"),
        ("La\u200bvrov\u200f", "lavrov"),
        ("Лавро\u0301в", "лавров"),
        ("سَرغِي", "سرغي"),
        ("أحمد إبراهيم آل", "احمد ابراهيم ال"),
        ("عراقچی", "عراقچي"),
        ("ٱلسـيسى", "السيسي"),
        ("İSTANBUL ISPARTA ılık", "istanbul isparta ilik"),
        ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
        ("ﾗﾌﾞﾛﾌ", "ラブロフ"),
        ("O’Leary", "o'leary"),
    ],
)
def test_spellings_of_one_word_fold_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("one", "other"), [("й", "и"), ("ї", "і"), ("ў", "у"), ("か", "が"), ("ハ", "パ"), ("각", "가"), ("कि", "की")]
)
def test_letters_that_differ_stay_apart_also_in_decomposed_text(one: str, other: str) -> None:
    assert fold(one) != fold(other)
    assert fold(unicodedata.normalize("NFD", one)) != fold(unicodedata.normalize("NFD", other))
    assert fold(unicodedata.normalize("NFD", other)) == fold(other)


def test_a_lone_surrogate_is_no_problem() -> None:
    assert fold("a\ud800b") == "a\ud800b"
    assert fold_char("\ud800") == "\ud800"


@given(st.text(max_size=80))
def test_words_lie_in_order_and_hold_no_space(text: str) -> None:
    spans = find_words(text)

    assert spans == sorted(spans)
    assert all(not any(char.isspace() for char in text[start:end]) for start, end in spans)


def test_between_a_spaced_and_an_unspaced_script_there_is_a_boundary() -> None:
    assert [text for start, end in find_words("G20峰会2025") if (text := "G20峰会2025"[start:end])] == [
        "G20",
        "峰会",
        "2025",
    ]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Lavrov", "Latin"),
        ("Лавров", "Cyrillic"),
        ("王毅", "Han"),
        ("ラブロフ", "Kana"),
        ("이재명", "Hangul"),
        ("لافروف", "Arabic"),
        ("42", ""),
    ],
)
def test_the_script_of_most_letters_is_named(text: str, script: str) -> None:
    assert script_of(text) == script
    assert is_unspaced(text) == (script in ("Han", "Kana"))

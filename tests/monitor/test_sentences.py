"""Sentences in many scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sentences import sentence_at, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("He came. She left.", ["He came.", "She left."]),
        ("Mr. Lavrov spoke. “It is late,” he said.", ["Mr. Lavrov spoke.", "“It is late,” he said."]),
        ("The U.S. envoy left at 3.5 p.m. today.", ["The U.S. envoy left at 3.5 p.m. today."]),
        ("В 2025 г. Лавров уехал. Всё.", ["В 2025 г. Лавров уехал.", "Всё."]),
        ("他来了。“走吧！”她说。", ["他来了。", "“走吧！”", "她说。"]),
        ("قال ذلك؟ نعم.", ["قال ذلك؟", "نعم."]),
        ("A headline\n\nA paragraph", ["A headline", "A paragraph"]),
        ("  ", []),
    ],
)
def test_text_is_cut_into_sentences(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@given(st.text(max_size=80), st.integers(0, 79))
def test_every_place_has_a_sentence_without_line_breaks(text: str, start: int) -> None:
    sentence = sentence_at(text, min(start, len(text)), min(start + 1, len(text)))

    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("start", "sentence"), [(0, "He came."), (7, "He came."), (8, "He came."), (9, "She left."), (18, "She left.")]
)
def test_a_space_belongs_to_the_sentence_before_it(start: int, sentence: str) -> None:
    assert sentence_at("He came. She left.", start, start + 1) == sentence


def test_a_span_over_two_sentences_has_the_first_and_itself() -> None:
    assert sentence_at("He came. She left. We stay.", 3, 12) == "He came. She"


def test_spaces_before_all_sentences_have_none() -> None:
    assert sentence_at("a\n  He came.", 2, 3) == ""

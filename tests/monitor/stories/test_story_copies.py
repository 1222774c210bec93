import random

import pytest

from monitor.sentences import split_sentences
from monitor.stories.copies import CopyIndex, _hash_words, is_copy, read_sketch
from monitor.stories.terms import fold_words

SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "za")


def sketch_of(text: str):
    return read_sketch(fold_words(text), [text[start:end] for start, end in split_sentences(text)])


def make_sentences(rng: random.Random, count: int) -> list[str]:
    """Sentences of 6 to 16 made-up words."""
    words = ["".join(rng.choice(SYLLABLES) for _ in range(3)) for _ in range(16 * count)]
    return [" ".join(words[16 * i : 16 * i + rng.randrange(6, 17)]).capitalize() + "." for i in range(count)]


def test_a_text_is_a_copy_of_itself_whatever_its_case_and_quotes():
    index = CopyIndex()
    text = "He said “we will talk” and left the hall at noon. Nobody followed him down the stairs to the river."
    index.add(1, sketch_of(text))

    found = index.find(sketch_of(text.upper().replace("“", '"').replace("”", '"')))

    assert [copied.article_id for copied in found] == [1]
    assert found[0].of_new == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_a_text_with_thirty_percent_of_its_sentences_replaced_is_still_a_copy(seed):
    rng = random.Random(seed)
    index = CopyIndex()
    texts = [make_sentences(rng, 10) for _ in range(40)]
    for number, sentences in enumerate(texts):
        index.add(number, sketch_of(" ".join(sentences)))

    for number, sentences in enumerate(texts):
        changed = list(sentences)
        for place in rng.sample(range(10), 3):
            changed[place] = make_sentences(rng, 1)[0]
        found = index.find(sketch_of(" ".join(changed)))
        assert [copied.article_id for copied in found] == [number]


def test_texts_that_share_only_a_closing_paragraph_are_no_copies():
    rng = random.Random(3)
    closing = make_sentences(rng, 3)
    index = CopyIndex()
    index.add(1, sketch_of(" ".join(make_sentences(rng, 8) + closing)))

    assert index.find(sketch_of(" ".join(make_sentences(rng, 8) + closing))) == []


def test_a_wire_that_is_quoted_whole_is_found_inside_a_longer_article():
    rng = random.Random(4)
    wire = make_sentences(rng, 6)
    index = CopyIndex()
    index.add(1, sketch_of(" ".join(wire)))

    found = index.find(sketch_of(" ".join(wire + make_sentences(rng, 5))))

    assert [copied.article_id for copied in found] == [1]
    assert found[0].of_old > 0.8


def test_a_script_without_spaces_is_compared_by_characters():
    text = "中国外交部长王毅三月四日在北京会见土耳其外长费丹，双方就地区局势交换意见，并同意继续保持沟通。"
    index = CopyIndex()
    index.add(1, sketch_of(text))

    assert index.find(sketch_of(text + "会后没有记者会。"))
    assert not index.find(
        sketch_of("法国总统马克龙周五在巴黎出席一场关于海洋保护的国际会议，呼吁各国尽快批准公约并增加投入。")
    )


def test_a_text_of_one_line_or_none_is_no_copy_of_anything():
    index = CopyIndex()
    index.add(1, sketch_of(""))
    index.add(2, sketch_of("Breaking news."))

    assert index.find(sketch_of("")) == []
    assert index.find(sketch_of("Breaking news.")) == []


def test_what_was_dropped_is_found_no_more():
    text = " ".join(make_sentences(random.Random(1), 5))
    index = CopyIndex()
    index.add(1, sketch_of(text))

    index.drop(1)
    index.drop(1)

    assert index.find(sketch_of(text)) == []


def test_boilerplate_that_many_articles_share_makes_no_copies():
    rng = random.Random(8)
    boilerplate = make_sentences(rng, 5)
    index = CopyIndex()
    for number in range(40):
        index.add(number, sketch_of(" ".join(make_sentences(rng, 5) + boilerplate)))

    assert not [
        copied for copied in index.find(sketch_of(" ".join(make_sentences(rng, 5) + boilerplate))) if is_copy(copied)
    ]


def test_articles_that_were_let_go_are_never_found_however_many_they_are():
    rng = random.Random(9)
    index = CopyIndex()
    shared = make_sentences(rng, 2)
    texts = [" ".join(make_sentences(rng, 6) + shared) for _ in range(900)]
    for number, text in enumerate(texts):
        index.add(number, sketch_of(text))
        if number >= 100:
            index.drop(number - 100)

    assert not any(index.find(sketch_of(text)) for text in texts[:800])
    assert all(
        [copied.article_id for copied in index.find(sketch_of(text))] == [n] for n, text in enumerate(texts[800:], 800)
    )


def test_an_article_that_comes_back_under_its_number_is_found_by_its_new_text_alone():
    rng = random.Random(10)
    index = CopyIndex()
    before, after = (" ".join(make_sentences(rng, 8)) for _ in range(2))
    index.add(1, sketch_of(before))
    index.add(1, sketch_of(after))

    assert index.find(sketch_of(before)) == []
    assert [copied.article_id for copied in index.find(sketch_of(after))] == [1]


@pytest.mark.parametrize("text", ["", "one", "Ünïcödé 𐐷𐐷 слово כתב end", "a b a b"])
def test_a_word_has_one_hash_wherever_it_stands(text):
    words = text.split()
    together = _hash_words([*words, "between", *words]).tolist()

    assert together[: len(words)] == together[len(words) + 1 :]
    assert together == [int(_hash_words([word])[0]) for word in [*words, "between", *words]]
    assert len(set(together)) == len({*words, "between"})

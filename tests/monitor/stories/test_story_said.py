from monitor.stories.said import NOTHING, Said, encode

EARLIER = encode(("treaty", "minist", "border", "minist"))


def test_a_word_is_kept_once():
    assert len(EARLIER) == 3


def test_only_words_that_nobody_said_are_fresh_in_their_order():
    said = Said(frozenset(("talks", "border", "ankara")), EARLIER)

    assert said.find_fresh(["talks", "border", "ankara", "treaty", "unheard"]) == ["talks", "ankara", "unheard"]


def test_a_word_that_the_article_does_not_have_is_known_too():
    said = Said(frozenset(("talks", "border")), EARLIER)

    assert "treaty" in said
    assert "border" in said
    assert "talks" not in said
    assert "12500" not in said


def test_where_nothing_was_said_all_is_fresh():
    assert Said(frozenset(("talks",)), NOTHING).find_fresh(["talks"]) == ["talks"]

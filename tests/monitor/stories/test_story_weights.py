import pytest

from monitor.stories.held import HeldStory
from monitor.stories.weights import COMMON, TermWeights

TERM = {"treaty": 1.0}


def make_stories(count: int) -> dict[int, HeldStory]:
    return {number: HeldStory(number, originals=1) for number in range(count)}


def add_articles(weights: TermWeights, count: int, word: str) -> list[tuple[str, ...]]:
    """One article a story, each with the word and one of its own."""
    uses = []
    for number in range(count):
        kept = weights.keep((word, f"own{number}"))
        weights.add(number, kept)
        uses.append(kept)
    return uses


def test_a_word_speaks_for_the_story_that_has_it():
    weights = TermWeights()
    add_articles(weights, 3, "ships")
    weights.add(1, weights.keep(("treaty",)))

    scores, mass = weights.score(TERM, make_stories(3))

    assert list(scores) == [1]
    assert mass > 0


@pytest.mark.parametrize("count", [COMMON + 1, 10 * COMMON])
def test_a_common_word_speaks_for_no_story_and_weighs_as_little_as_its_use_says(count):
    weights = TermWeights()
    add_articles(weights, count, "treaty")
    stories = make_stories(count)

    scores, mass = weights.score(TERM, stories)

    assert scores == {}
    assert mass == pytest.approx(weights.rarity("treaty", count))
    assert mass < weights.rarity("unheard", count) / 3


def test_a_common_word_that_went_out_of_use_speaks_again():
    weights = TermWeights()
    uses = add_articles(weights, 2 * COMMON, "treaty")
    later = range(2 * COMMON, 6 * COMMON)
    for number in later:  # the window moves on: one comes, one goes
        weights.add(number, weights.keep((f"own{number}",)))
        if number - 2 * COMMON < len(uses):
            weights.drop(number - 2 * COMMON, uses[number - 2 * COMMON])
            weights.thin(2 * COMMON)
        else:
            weights.drop(number - 2 * COMMON, (f"own{number - 2 * COMMON}",))
            weights.thin(2 * COMMON)
    weights.add(9999, weights.keep(("treaty",)))

    scores, _ = weights.score(TERM, {**make_stories(6 * COMMON), 9999: HeldStory(9999, originals=1)})

    assert list(scores) == [9999]


def test_articles_from_before_a_word_was_common_leave_without_a_trace():
    weights = TermWeights()
    uses = add_articles(weights, COMMON + 5, "treaty")
    for number, kept in enumerate(uses):
        weights.drop(number, kept)
        weights.thin(1)

    scores, mass = weights.score(TERM, make_stories(1))

    assert scores == {}
    assert mass == pytest.approx(weights.rarity("unheard", 1))


def test_signs_are_never_common_words():
    weights = TermWeights()
    add_articles(weights, 3 * COMMON, "#FR")

    assert weights.has("#FR", 7)

import random

import pytest

from monitor.stories.held import HeldStory
from monitor.stories.weights import COMMON, TermWeights

TERM = {"treaty": 1.0}


def make_stories(count: int) -> dict[int, HeldStory]:
    return {number: HeldStory(number, originals=1) for number in range(count)}


def add_articles(weights: TermWeights, count: int, word: str) -> None:
    """One article a story, each with the word and one of its own."""
    for number in range(count):
        weights.add(number, number, weights.keep((word, f"own{number}")))


def test_a_word_speaks_for_the_story_that_has_it():
    weights = TermWeights()
    add_articles(weights, 3, "ships")
    weights.add(77, 1, weights.keep(("treaty",)))

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
    add_articles(weights, 2 * COMMON, "treaty")
    later = range(2 * COMMON, 6 * COMMON)
    for number in later:  # the window moves on: one comes, one goes
        weights.add(number, number, weights.keep((f"own{number}",)))
        weights.drop(number - 2 * COMMON)
        weights.thin(2 * COMMON)
    weights.add(9999, 9999, weights.keep(("treaty",)))

    scores, _ = weights.score(TERM, {**make_stories(6 * COMMON), 9999: HeldStory(9999, originals=1)})

    assert list(scores) == [9999]


def test_articles_from_before_a_word_was_common_leave_without_a_trace():
    weights = TermWeights()
    add_articles(weights, COMMON + 5, "treaty")
    for number in range(COMMON + 5):
        weights.drop(number)
        weights.thin(1)

    scores, mass = weights.score(TERM, make_stories(1))

    assert scores == {}
    assert mass == pytest.approx(weights.rarity("unheard", 1))


def test_signs_are_never_common_words():
    weights = TermWeights()
    add_articles(weights, 3 * COMMON, "#FR")

    assert weights.has("#FR", 7)


def test_terms_of_an_article_that_is_gone_speak_for_nothing_and_are_its_own_no_more():
    weights = TermWeights()
    weights.add(1, 5, ("treaty", "ships"))
    weights.add(2, 5, ("ships",))
    weights.drop(1)

    scores, mass = weights.score(TERM, make_stories(6))
    assert scores == {}
    assert mass == pytest.approx(weights.rarity("unheard", 6))
    assert not weights.has("treaty", 5)
    assert weights.has("ships", 5)

    weights.add(1, 4, ("grain",))  # the same article again, with other words
    assert not weights.has("treaty", 4)


def test_an_article_takes_its_terms_along_to_another_story():
    weights = TermWeights()
    weights.add(1, 3, ("treaty", "ships", "grain"))
    weights.add(2, 3, ("ships", "grain"))
    weights.add(3, 4, ("grain",))

    weights.move(2, 4)

    assert {term: [story for story in (3, 4) if weights.has(term, story)] for term in ("treaty", "ships", "grain")} == {
        "treaty": [3],
        "ships": [3, 4],
        "grain": [3, 4],
    }
    weights.drop(2)
    weights.drop(3)
    assert not weights.has("grain", 4)
    weights.drop(1)
    assert not any(weights.has(term, 3) for term in ("treaty", "ships", "grain"))


def test_scores_are_those_of_an_index_that_never_held_what_is_gone():
    """A seeded stream: after articles came, moved and went, every term weighs as in an index of the rest alone."""
    rng = random.Random(4)
    weights, rest, held = TermWeights(), TermWeights(), {}
    for number in range(900):
        terms = tuple({f"w{int(rng.expovariate(0.02))}" for _ in range(12)} | {f"own{number}"})
        story = rng.randrange(max(number // 2, 1))
        weights.add(number, story, terms)
        held[number] = (story, terms)
        if number % 3 == 0:
            moved = rng.choice(sorted(held))
            held[moved] = (story, held[moved][1])
            weights.move(moved, story)
        if len(held) > 40:  # so few that no word is common
            gone = min(held)
            weights.drop(gone)
            del held[gone]
    for number, (story, terms) in held.items():
        rest.add(number, story, terms)

    stories = {story: HeldStory(story, originals=1) for story, _ in held.values()}
    for term in sorted({term for _, terms in held.values() for term in terms} | {"w999999", "own3"}):
        (ours, mass), (theirs, same_mass) = weights.score({term: 1.0}, stories), rest.score({term: 1.0}, stories)
        assert ours == pytest.approx(theirs)
        assert mass == pytest.approx(same_mass)
        assert weights.rarity(term, len(stories)) == rest.rarity(term, len(stories))

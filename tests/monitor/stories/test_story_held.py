import random
from datetime import UTC, datetime

from monitor.stories.held import LEAST_COUNTED, HeldArticle, HeldStory
from monitor.stories.said import encode, to_codes

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)


def make_article(number: int, rng: random.Random) -> HeldArticle:
    words = [f"word{rng.randrange(60)}" for _ in range(20)]
    signs = tuple({f"#{rng.choice('ABCD')}", f"%city{rng.randrange(3)}", f"@p{rng.randrange(3)}"})
    return HeldArticle(
        article_id=number,
        story_id=1,
        outlet="herald",
        voice=rng.choice(("herald", "agency")),
        language=rng.choice(("en", "fr")),
        orientation=rng.choice(("official", "independent")),
        at=NOON,
        headline="",
        uses=(*dict.fromkeys(words), *signs),
        signs=signs,
        stems=encode(words),
        sentences=to_codes({rng.randrange(500) for _ in range(6)}),
        frame=None,
        kind="news",
        duplicate_of=rng.choice((None, None, 1)),
    )


def describe(story: HeldStory) -> tuple[object, ...]:
    tally = story.find_tally()
    known = tally.known
    said = (known.stems.codes.tolist(), known.sentences.codes.tolist(), dict(known.places))
    counts = (dict(tally.voices), dict(tally.orientations), dict(story.count_terms()), dict(story.count_signs()))
    return said, counts, dict(story.languages), story.originals


def test_what_a_story_has_said_is_what_its_members_say_whoever_came_and_went():
    rng = random.Random(7)
    story, members = HeldStory(1), []
    for number in range(400):
        members.append(make_article(number, rng))
        story.add(members[-1])
        while len(members) > (3 if 200 < number < 220 else 2 * LEAST_COUNTED) or (members and rng.random() < 0.3):
            story.drop(members.pop(rng.randrange(len(members))))
        if number % 5 == 0:
            other = HeldStory(1)
            for held in members:
                other.add(held)
            assert describe(story) == describe(other)


def test_a_code_that_nobody_has_any_more_is_unknown():
    rng = random.Random(8)
    story = HeldStory(1)
    articles = [make_article(number, rng) for number in range(8)]
    for held in articles:
        story.add(held)
    gone = set(articles[0].sentences.tolist()) - {code for held in articles[1:] for code in held.sentences.tolist()}
    known = story.find_tally().known
    assert gone and all(code in known.sentences for code in gone)

    story.drop(articles[0])

    assert not any(code in known.sentences for code in gone)


def test_a_big_story_looks_for_its_other_half_once_much_of_it_is_new():
    assert HeldStory(1, originals=LEAST_COUNTED - 1).has_grown
    assert not HeldStory(1, originals=200, fresh=10).has_grown
    assert HeldStory(1, originals=200, fresh=11).has_grown

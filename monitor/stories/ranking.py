"""The stories that an article may join, by how much of its weight speaks for each. Pure over what the index holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from monitor.stories.breadth import Breadth
from monitor.stories.held import HeldStory
from monitor.stories.terms import Terms
from monitor.stories.twins import find_accord
from monitor.stories.weights import TermWeights

MOST_CANDIDATES = 6
FEW_WORDS, OF_FEW_WORDS = (
    30,
    0.35,
)  # a headline without a body: pairs included; what is left of the bound. Tuned on headlines
LEAST_SPOKEN = (
    0.04  # share of the words that must speak for a story of the same language, whatever the signs say; a guess
)
# An article with less weight of signs or words than this cannot be sure of its story by their share: a state and a day are shared by
# many. Tuned on our own stream and on headlines.
LEAST_SIGN_MASS, LEAST_WORD_MASS = 15.0, 20.0
WATCHED_APART = (
    0.33  # of the score across languages, where each side names somebody watched whom the other does not; a guess
)
LEAST_SIGNS = 3  # that an article shares with a story in another language; a guess, confirmed on our own stream


def rank_stories(
    terms: Terms, language: str, weights: TermWeights, stories: Mapping[int, HeldStory], breadth: Breadth
) -> list[tuple[int, float]]:
    """(story, score), the best first, all of them good enough. `language`: "" = unknown, compared with every one."""
    scores = (
        _rank_events(terms, language, weights, stories, breadth)
        if breadth.parts_events
        else _rank_topics(terms, weights, stories, breadth)
    )
    return sorted(scores, key=lambda item: (-item[1], item[0]))[:MOST_CANDIDATES]


def _rank_events(
    terms: Terms, language: str, weights: TermWeights, stories: Mapping[int, HeldStory], breadth: Breadth
) -> Iterator[tuple[int, float]]:
    """The share of the words plus the share of the signs; across languages the signs alone."""
    words, word_mass = weights.score(terms.words, stories, LEAST_SPOKEN)
    signs, sign_mass = weights.score(terms.signs, stories)
    least_spoken = LEAST_SPOKEN * max(word_mass, LEAST_WORD_MASS)
    for story_id in {story_id for story_id, spoken in words.items() if spoken >= least_spoken} | signs.keys():
        story = stories[story_id]
        if story.kind != "news":
            continue
        score = signs.get(story_id, 0.0) / max(sign_mass, LEAST_SIGN_MASS)
        is_known = not language or language in story.languages
        if is_known:
            spoken = words.get(story_id, 0.0) / max(word_mass, LEAST_WORD_MASS)
            score = score + spoken if spoken >= LEAST_SPOKEN else 0.0
        least = breadth.same_language if is_known else breadth.other_language
        if len(terms.words) < FEW_WORDS:
            least *= OF_FEW_WORDS
        if score < least or not (is_known or _shares_signs(terms, story_id, weights)):
            continue
        if not is_known and _watch_others(terms, story):
            score *= WATCHED_APART
        score *= find_accord(terms.frame, story.events)
        if score >= least:
            yield story_id, score


def _rank_topics(
    terms: Terms, weights: TermWeights, stories: Mapping[int, HeldStory], breadth: Breadth
) -> Iterator[tuple[int, float]]:
    """Broad stories: one pool of words and signs, which day and where does not part."""
    scores, mass = weights.score({**terms.words, **terms.signs}, stories)
    return ((story_id, score / mass) for story_id, score in scores.items() if score >= breadth.same_language * mass)


def _watch_others(terms: Terms, story: HeldStory) -> bool:
    """Does each of the two have a watched person or topic that the other has not? One minister signs two treaties."""
    ours = {sign for sign in terms.signs if sign[0] == "@"}
    theirs = {sign for sign in story.count_signs() if sign[0] == "@"}
    return not ours <= theirs and not theirs <= ours


def _shares_signs(terms: Terms, story_id: int, weights: TermWeights) -> bool:
    return are_enough([sign for sign in terms.signs if weights.has(sign, story_id)])


def are_enough(shared: Sequence[str]) -> bool:
    """Do signs that two texts share say that it is one event? Three different things, a person, place or event among them.

    A name is a person once, as an entry and as letters; signs made of two others do not count again.
    """
    kinds = Counter(sign[0] for sign in shared if not (sign[0] == "!" and not sign[1:].isalpha()))
    people = max(kinds["@"], kinds["~"])
    things = people + kinds["#"] + kinds["%"] + kinds["="] + kinds["+"] + min(kinds["!"], 1)
    return things >= LEAST_SIGNS and bool(people or kinds["%"] or kinds["!"] or kinds["+"])

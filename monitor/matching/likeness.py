"""What two names have in common, as numbers for the trees that judge them. Pure.

Source: what was tried stands in docs/decisions/0007-name-similarity.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from rapidfuzz.distance import Indel, Levenshtein

from monitor.matching.sounds import EAST, Sounded

RATIO = Indel.normalized_similarity
Costs = Mapping[str, float]
Pair = tuple[float, int, int]  # likeness, place of the word, place of its partner
UNKNOWN = -1.0  # evidence of an edit that no training pair had: a guess
ALIKE = 0.4  # likeness from which two words are taken for spellings of one: a guess
HOPELESS = 0.58  # likeness of the best pair of words below which 1.4 of 100 names were one person's in training, and half of the others stay
MISSING = -8.0  # evidence of a word without a partner: below that of nearly all pairs
FEATURES = (
    "script", "words", "their_words", "pairs", "mean", "worst", "evidence", "least", "most", "first", "last", "their_first", "their_last",
    "initials", "clashes", "alone", "their_alone", "letters", "crossed", "comma", "whole", "whole_bones", "whole_evidence",
)  # fmt: skip


def pair_words(one: Sounded, other: Sounded) -> list[Pair]:
    """Each word with its best partner, the most alike first; each word once."""
    scores = [
        (score, i, j)
        for i, key in enumerate(one.keys)
        for j, theirs in enumerate(other.keys)
        if (score := RATIO(key, theirs, score_cutoff=ALIKE))
    ]
    scores.sort(reverse=True)
    pairs: list[Pair] = []
    taken, theirs_taken = set(), set()
    for pair in scores:
        if pair[1] not in taken and pair[2] not in theirs_taken:
            taken.add(pair[1])
            theirs_taken.add(pair[2])
            pairs.append(pair)
    return pairs


def is_hopeless(one: Sounded, pairs: list[Pair]) -> bool:
    """Is there no pair that a spelling of one name has? Names without spaces are never hopeless by this."""
    return one.script < EAST and (not pairs or pairs[0][0] < HOPELESS)


def compare(one: Sounded, other: Sounded, pairs: list[Pair], costs: Costs) -> list[float]:
    """The features of two names whose words are paired; `one` is the one whose script has the costs."""
    return [
        float(one.script), float(len(one.words)), float(len(other.words)),
        *_weigh(one, other, pairs, costs),
        *_rest(one, other, pairs),
        *_compare_whole(one, other, costs),
    ]  # fmt: skip


def weigh(word: str, theirs: str, costs: Costs) -> float:
    """The evidence that two words are spellings of one: letters that stay, and edits, each with its learned weight."""
    total = costs[""] + sum(map(costs.__getitem__, word))
    for kind, i, j in cast("list[tuple[str, int, int]]", Levenshtein.editops(word, theirs).as_list()):
        if kind == "replace":
            edit = word[i] + theirs[j]
        elif kind == "delete":
            edit = word[i] + "-"
        else:
            edit = "+" + theirs[j]
        total += costs.get(edit, UNKNOWN)
        if i == 0 or j == 0:
            total += costs[kind]
    return total


def _weigh(one: Sounded, other: Sounded, pairs: list[Pair], costs: Costs) -> list[float]:
    """How alike the pairs are, and the evidence: of all, of the weakest and strongest, and of first and last words."""
    if not pairs:
        return [0.0, 0.0, 0.0, *[MISSING] * 7]
    own, theirs, size, total = {}, {}, 0, 0.0
    for score, i, j in pairs:
        own[i] = theirs[j] = weigh(one.words[i], other.words[j], costs)
        size += len(one.words[i])
        total += score * len(one.words[i])
    evidence = own.values()
    return [
        float(len(pairs)), total / size, pairs[-1][0], sum(evidence), min(evidence), max(evidence),
        own.get(0, MISSING), own.get(len(one.words) - 1, MISSING), theirs.get(0, MISSING), theirs.get(len(other.words) - 1, MISSING),
    ]  # fmt: skip


def _rest(one: Sounded, other: Sounded, pairs: list[Pair]) -> list[float]:
    """Initials that fit and that do not, letters of words without a partner, letters in pairs, crossed order, a comma."""
    left, their_left = list(one.words), list(other.words)
    letters = 0
    for _, i, j in pairs:
        letters += len(one.words[i])
        left[i] = their_left[j] = ""
    fit, clash = _match_initials(left, their_left) if any(left) and any(their_left) else (0, 0)
    crossed = len(pairs) > 1 and any(i < k and j > m for _, i, j in pairs for _, k, m in pairs)
    return [
        fit, clash, sum(map(len, left)), sum(map(len, their_left)), letters, crossed, one.has_comma or other.has_comma
    ]  # fmt: skip


def _match_initials(left: list[str], their_left: list[str]) -> tuple[int, int]:
    """How many words that stay alone are an initial and its name, and how many an initial and another name."""
    fit = clash = 0
    for word in filter(None, left):
        for theirs in filter(None, their_left):
            if len(word) == 1 or len(theirs) == 1:
                fit += word[0] == theirs[0]
                clash += word[0] != theirs[0]
    return fit, clash


def _compare_whole(one: Sounded, other: Sounded, costs: Costs) -> list[float]:
    """The names without their spaces, where words may begin elsewhere; the last word may stand first."""
    word, bone = "".join(one.words), "".join(one.bones)
    theirs, their_bone = "".join(other.words), "".join(other.bones)
    whole, whole_bones = RATIO(word, theirs), RATIO(bone, their_bone)
    if one.script >= EAST and len(other.words) > 1:
        turned = "".join((other.words[-1], *other.words[:-1]))
        alike = RATIO(word, turned)
        if alike > whole:
            theirs, whole = turned, alike
            whole_bones = RATIO(bone, "".join((other.bones[-1], *other.bones[:-1])))
    return [whole, whole_bones, weigh(word, theirs, costs)]

"""Which blocks of a parsed page are its body, and by which rule each other block was cut. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.cleaning.blocks import FLAGS, Blocks
from monitor.cleaning.classifier import FLOOR, PLACE, Classifier, Mask, choose_blocks
from monitor.cleaning.containers import Floats
from monitor.cleaning.gaps import fill_gaps, keep_much
from monitor.cleaning.lines import is_credit, is_tail_heading, may_open_tail
from monitor.cleaning.neighbours import Kind, find_kind
from monitor.cleaning.parse import Parsed
from monitor.cleaning.witness import DOUBTFUL, ask_witness, decide_again, measure_doubt

LEAST = 20  # words that must remain when a whole kind of block is cut
HIDDEN_SHARE = 0.3  # of the kept words; more hidden text than that is a body that a script shows
TAIL_SURE = 0.8  # chance from which a block behind such a heading is text all the same; a guess
TAIL_ALIKE = 0.5  # the same for one that looks like the paragraphs before it; a guess
GOES_ON = 0.3  # chance of a paragraph among them, or in a box like theirs, that says: the article goes on
BEFORE = 60  # words of the article before a heading, or another article, can end it
LONGEST_TAIL = 12  # words of such a heading
LONG = 15  # words of a paragraph
MOST_ARTICLES = 100  # <article> elements of a page that are looked at; one with more is a listing
RELATED = re.compile(r"relate|recommend|more-?stor|you-?may|read-?next|also-?like", re.I)
SENTENCE = 8  # words
ALIKE, LINKED = 0.1, 0.2  # least chance and most linked share of a sentence that joins its like; guesses
NEARLY_ALL, ENOUGH = 0.8, 4  # share of their words that is kept, and how many of them; guesses
JOINED = 0.05  # chance of a sentence that joins its kept sibling; a guess
TEASER = 0.35  # the text in JSON-LD is taken when the page shows less than this share of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A verdict on each block: kept, or the rule that cut it; `doubt` of the classifier before it was mended."""

    kept: Mask
    rules: dict[int, str]
    chances: Floats
    doubt: float
    sureness: float  # mean chance of the kept words


def find_body(parsed: Parsed, html: str, classifier: Classifier) -> Body:
    """The blocks of the article. `html` is for the second extractor, which is asked on doubtful pages."""
    blocks = parsed.blocks
    if not len(blocks):
        none = np.zeros(0, bool)
        return Body(kept=none, rules={}, chances=np.zeros(0, np.float32), doubt=2.0, sureness=0.0)
    rows, chances = classifier.judge(blocks, parsed.said)
    kept = choose_blocks(rows, chances)
    words = rows[:, PLACE["words"]]
    doubt = measure_doubt(chances, words, kept)
    if doubt >= DOUBTFUL and (text := ask_witness(html)):
        kept = decide_again(blocks, rows, chances, text)
    kept = keep_much(blocks, rows, chances, kept)
    kept = fill_gaps(blocks, rows, chances, _join_siblings(parsed, rows, chances, kept))
    kept = _join_kind(blocks, rows, chances, kept)
    rules: dict[int, str] = {}
    kept = _cut_kind(kept, _find_other_articles(blocks, rows, kept), words, "another article", rules)
    kept = _cut_behind_tail(parsed, rows, chances, kept, rules)
    kept = _cut_kind(kept, np.asarray(rows[:, PLACE["comment"]] > 0), words, "comment", rules)
    hidden = np.asarray(rows[:, PLACE["hidden"]] > 0)
    if float(words[hidden & kept].sum()) < HIDDEN_SHARE * float(words[kept].sum()):
        kept = _cut_kind(kept, hidden, words, "hidden", rules)
    mass = float(words[kept].sum())
    sureness = float((chances * words)[kept].sum()) / mass if mass else 0.0
    return Body(kept=kept, rules=rules, chances=chances, doubt=doubt, sureness=sureness)


def _join_siblings(parsed: Parsed, rows: Floats, chances: Floats, kept: Mask) -> Mask:
    """With plain sentences between or right behind kept ones of the same element's children: a short last paragraph."""
    blocks = parsed.blocks
    plain = (rows[:, PLACE["link"]] == 0) & (rows[:, PLACE["ends_sentence"]] > 0) & (rows[:, PLACE["pointer"]] == 0)
    sentence = (rows[:, PLACE["service"]] == 0) | ((chances >= FLOOR) & (rows[:, PLACE["words"]] >= 8))
    plain &= sentence & (chances >= JOINED) & ~kept
    joined, may_join = kept.tolist(), plain.tolist()
    before: dict[tuple[int, str, str], bool] = {}
    last, was_joined = -1, False
    for place, element in enumerate(blocks.elements):
        parent, names = blocks.parents[element], blocks.attributes[element]
        key = (blocks.parents[parent] if names else parent, blocks.tags[element], names)
        credit = was_joined and element == last and is_credit(blocks.texts[place])
        if credit or (may_join[place] and before.get(key, False)):
            joined[place] = True
        last, was_joined = element, joined[place]
        before[key] = was_joined
    return np.array(joined, bool)


def _find_other_articles(blocks: Blocks, rows: Floats, kept: Mask) -> Mask:
    """Blocks of <article> elements beside the one with the headline: a page that prints other posts, each with its title, below its own."""
    others = np.zeros(len(blocks), bool)
    articles = [element for element, tag in enumerate(blocks.tags) if tag == "article"]
    headline = np.flatnonzero(rows[:, PLACE["is_headline"]])
    if not 2 <= len(articles) <= MOST_ARTICLES or not len(headline):
        return others
    place, elements, words = blocks.elements[int(headline[0])], np.array(blocks.elements), rows[:, PLACE["words"]]
    own = [element for element in articles if element <= place < blocks.ends[element]]
    beside = {blocks.parents[element] for element in own}
    for element in articles:
        if element in own:
            if float(words[kept & _inside(blocks, elements, element)].sum()) < BEFORE:
                return np.zeros(len(blocks), bool)
        elif blocks.parents[element] in beside:
            inside = _inside(blocks, elements, element)
            text = np.flatnonzero(inside & kept & (words >= LONG))
            if len(text) and _has_heading(blocks, int(np.flatnonzero(inside)[0]), int(text[0])):
                others |= inside
    return others


def _inside(blocks: Blocks, elements: NDArray[np.int64], element: int) -> Mask:
    return np.asarray((elements >= element) & (elements < blocks.ends[element]))


def _has_heading(blocks: Blocks, start: int, end: int) -> bool:
    return any(blocks.flags[element] & FLAGS["heading"] for element in blocks.elements[start:end])


def _join_kind(blocks: Blocks, rows: Floats, chances: Floats, kept: Mask) -> Mask:
    """With sentences whose like, in the markup, is nearly all kept: the short one among paragraphs that stand in a box each."""
    words = rows[:, PLACE["words"]]
    plain = (rows[:, PLACE["link"]] <= LINKED) & (rows[:, PLACE["pointer"]] == 0) & (rows[:, PLACE["service"]] == 0)
    plain &= (rows[:, PLACE["ends_sentence"]] > 0) & (words >= SENTENCE) & (chances >= ALIKE) & ~kept
    if not plain.any():
        return kept
    found: dict[Kind, list[float]] = {}
    for place in np.flatnonzero(words >= 5).tolist():
        one = found.setdefault(find_kind(blocks, blocks.elements[place]), [0, 0, 0])
        one[0] += float(words[place])
        one[1] += float(words[place] * kept[place])
        one[2] += bool(kept[place])
    joined = kept.copy()
    for place in np.flatnonzero(plain).tolist():
        every, mass, count = found[find_kind(blocks, blocks.elements[place])]
        joined[place] = count >= ENOUGH and mass >= NEARLY_ALL * every
    return joined


def _cut_behind_tail(parsed: Parsed, rows: Floats, chances: Floats, kept: Mask, rules: dict[int, str]) -> Mask:
    """Without what stands behind a heading of other articles, unless it stands among the paragraphs before it or is of their kind; up to where the article goes on."""
    blocks = parsed.blocks
    parents: set[int] = set()
    kinds: dict[Kind, set[int]] = {}  # of the paragraphs before, with their parents
    before, behind = 0.0, False
    left = kept.copy()
    values = zip(blocks.elements, rows[:, PLACE["words"]].tolist(), kept.tolist(), chances.tolist(), strict=True)
    for place, (element, count, is_kept, chance) in enumerate(values):
        behind = behind or (before >= BEFORE and count <= LONGEST_TAIL and _is_tail(blocks, place))
        if not is_kept:
            continue
        parent, kind = blocks.parents[element], find_kind(blocks, element)
        alike = kinds.get(kind, set()) if blocks.tags[element] != "li" else set()
        if count >= LONG and chance >= GOES_ON and (parent in parents or len(alike) > 1):
            behind = False
        if behind and parent not in parents and chance < TAIL_SURE:
            if chance >= TAIL_ALIKE and alike:
                continue
            left[place] = False
            rules[place] = "tail"
        elif count >= SENTENCE:
            parents.add(parent)
            kinds.setdefault(kind, set()).add(parent)
            before += count
    return left


def _is_tail(blocks: Blocks, place: int) -> bool:
    element = blocks.elements[place]
    heading = blocks.flags[element] & FLAGS["heading"]
    return (may_open_tail(blocks.tokens[place][0]) and is_tail_heading(blocks.texts[place])) or (
        bool(heading) and RELATED.search(blocks.attributes[element]) is not None
    )


def _cut_kind(kept: Mask, kind: Mask, words: Floats, rule: str, rules: dict[int, str]) -> Mask:
    """Without these blocks, unless nothing of the article would remain."""
    rest = np.asarray(kept & ~kind)
    if not (kept & kind).any() or float(words[rest].sum()) < LEAST:
        return kept
    rules.update(dict.fromkeys(np.flatnonzero(kind).tolist(), rule))
    return rest

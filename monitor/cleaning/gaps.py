"""What a page of an unknown kind holds beside its sure paragraphs: lists and tables between them, much text of middling chance. Pure.

Source: a classifier that had never seen guides lost 13 % of their text; nearly half of it were items, cells and headings among kept
paragraphs, most of the rest was judged far above the page's menus and just below the threshold.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from monitor.cleaning.blocks import FLAGS, Blocks
from monitor.cleaning.classifier import PLACE, Mask, choose_blocks
from monitor.cleaning.containers import Floats, Ints

LISTED = FLAGS["li"] | FLAGS["table"] | FLAGS["heading"] | FLAGS["blockquote"]
LISTED_TAGS = frozenset(("pre", "dd", "dt"))
AROUND = (
    FLAGS["nav"] | FLAGS["footer"] | FLAGS["aside"] | FLAGS["form"] | FLAGS["figure"] | FLAGS["figcaption"] | FLAGS["hidden"]
)  # fmt: skip
CUE_SURE = 0.3  # chance from which a service line or a pointer in a list is text; a guess
MOST_LINKED = 0.3  # share of links in a gap, or in a block of a middling chance
NEARLY_ALL = 0.8  # share of a gap's words that must be such blocks
LEAST_CHANCE = 0.02  # mean over a gap's words
HIGHEST = 5  # levels from the kept blocks up to the element that holds them both
LOW = 0.1  # of the mean of the page's best text: above it nearly all is the article's where much lies there
MUCH, MUCH_SHARE = 150, 0.1  # words, and their share of what is kept, that lie between LOW and the threshold
HELD = 0.9  # share of the kept words in one element; what stands outside of it is a notice or a box


def keep_much(blocks: Blocks, rows: Floats, chances: Floats, kept: Mask) -> Mask:
    """With the blocks of a middling chance, where so much text has one that the page must be of a kind that training did not know."""
    likely = choose_blocks(rows, chances, LOW) & ~kept
    likely &= rows[:, PLACE["link"]] <= MOST_LINKED
    words = rows[:, PLACE["words"]]
    if float(words[likely].sum()) < MUCH:
        return kept
    elements = np.array(blocks.elements)
    likely &= _find_held(blocks, elements, words * kept) & ~_find_around(rows, np.array(blocks.flags)[elements])
    likely &= ~choose_blocks(rows, chances)  # where the second extractor was asked, it refused these
    mass = float(words[likely].sum())
    return np.asarray(kept | likely) if mass >= max(MUCH, MUCH_SHARE * float(words[kept].sum())) else kept


def _find_held(blocks: Blocks, elements: Ints, mass: Floats) -> Mask:
    """The blocks in the lowest element that holds nearly all of the mass."""
    total = float(mass.sum())
    element = int(elements[np.searchsorted(np.cumsum(mass), total / 2)])
    while True:
        held = (elements >= element) & (elements < blocks.ends[element])
        if element == 0 or float(mass[held].sum()) >= HELD * total:
            return np.asarray(held)
        element = blocks.parents[element]


def fill_gaps(blocks: Blocks, rows: Floats, chances: Floats, kept: Mask) -> Mask:
    """With the lists, tables and headings that stand between two kept blocks, all below one element near to both."""
    gaps = [(one, other) for one, other in pairwise(np.flatnonzero(kept).tolist()) if other - one > 1]
    if not gaps:
        return kept
    is_fitting = _find_fitting(blocks, rows, chances)
    words, link = rows[:, PLACE["words"]], rows[:, PLACE["link"]]
    filled = kept.copy()
    for before, behind in gaps:
        good = np.flatnonzero(is_fitting[before + 1 : behind]) + before + 1
        mass = float(words[good].sum())
        if not mass or mass < NEARLY_ALL * float(words[before + 1 : behind].sum()):
            continue
        linked, chance = float((words * link)[good].sum()), float((words * chances)[good].sum())
        is_text = linked <= MOST_LINKED * mass and chance >= LEAST_CHANCE * mass
        if is_text and _is_together(blocks, before, behind, good.tolist()):
            filled[good] = True
    return filled


def _find_fitting(blocks: Blocks, rows: Floats, chances: Floats) -> Mask:
    elements = np.array(blocks.elements)
    flags = np.array(blocks.flags)[elements]
    is_listed = (flags & LISTED) > 0
    is_listed |= np.array([blocks.tags[element] in LISTED_TAGS for element in blocks.elements])
    is_cue = ((rows[:, PLACE["service"]] > 0) | (rows[:, PLACE["pointer"]] > 0)) & (chances < CUE_SURE)
    return np.asarray(
        is_listed
        & ~is_cue
        & ~_find_around(rows, flags)
        & (rows[:, PLACE["tail"]] == 0)
        & (rows[:, PLACE["link"]] <= 0.5)
    )


def _find_around(rows: Floats, flags: Ints) -> Mask:
    return np.asarray(((flags & AROUND) > 0) | (rows[:, PLACE["comment"]] > 0))


def _is_together(blocks: Blocks, before: int, behind: int, gap: list[int]) -> bool:
    """Does one element, a few levels above both kept blocks, hold the whole gap?"""
    elements, ends = blocks.elements, blocks.ends
    above = _climb(blocks, elements[before])
    top = next((one for one in _climb(blocks, elements[behind]) if one in above), -1)
    return top >= 0 and all(top <= elements[place] < ends[top] for place in gap)


def _climb(blocks: Blocks, element: int) -> list[int]:
    path = [element]
    while len(path) <= HIGHEST and blocks.parents[path[-1]] >= 0:
        path.append(blocks.parents[path[-1]])
    return path

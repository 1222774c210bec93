"""What surrounds a block: blocks of its kind, its place on the page, its neighbours, the page as a whole. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.cleaning.blocks import Blocks
from monitor.cleaning.containers import Containers, Floats, Ints

KNOWN_TAGS = "p div li td h1 h2 h3 h4 blockquote figcaption section span article dd dt button label pre".split()  # noqa: SIM905 - reads as a list
TAG_NUMBERS = {tag: number for number, tag in enumerate(KNOWN_TAGS)}
OTHER_TAG = 30
Column = NDArray[Any] | float
Kind = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Per-block values that several groups of columns need."""

    element: Ints
    words: Floats
    link: Floats
    prose: Floats
    tail: Floats
    ends: Floats
    tags: Floats
    names: Floats
    depth: Floats


def describe_kind(blocks: Blocks, row: Row) -> list[Column]:
    """Sums over the blocks that look alike in the markup: same tags and names up to the grandparent."""
    numbers: dict[Kind, int] = {}
    known = {
        element: numbers.setdefault(find_kind(blocks, element), len(numbers))
        for element in dict.fromkeys(blocks.elements)
    }
    kind = np.array([known[element] for element in blocks.elements])
    size = len(numbers)
    count = np.bincount(kind, minlength=size)
    prose, words, linked = (
        np.bincount(kind, weights, size) for weights in (row.prose, row.words, row.words * row.link)
    )
    total = float(row.prose.sum()) + 1
    values = (np.log1p(count), prose / total, prose / (words + 1), linked / (words + 1), np.log1p(words / count))
    return [value[kind] for value in values]


def find_kind(blocks: Blocks, element: int) -> Kind:
    """What blocks that look alike in the markup have in common."""
    tags, attributes, parents = blocks.tags, blocks.attributes, blocks.parents
    parent = max(parents[element], 0)
    grand = max(parents[parent], 0)
    own = attributes[element][:40] if tags[element] != "p" else ""
    return tags[element], own, tags[parent], attributes[parent][:60], tags[grand]


def describe_place(row: Row, text: Floats) -> list[Column]:
    size = len(row.words)
    place = np.arange(size, dtype=np.float32)
    total, prose_total = float(row.words.sum()) + 1, float(row.prose.sum()) + 1
    prose = np.cumsum(row.prose)
    own, covered = text[6], text[7]
    fits = (row.words <= 60) & (covered > 0.5) & (own > 0.6) & (row.link < 0.5)
    weight = np.where(fits, covered + 0.5 * (row.tags == TAG_NUMBERS["h1"]), 0)
    headline = int(weight.argmax()) if float(weight.max()) > 0.5 else -1
    return [
        place / size,
        (np.cumsum(row.words) - row.words) / total,
        (prose - row.prose) / prose_total,
        np.clip(place - headline, -60, 200) if headline >= 0 else -99,
        np.clip(prose - (prose[headline] if headline >= 0 else 0), -500, 3000),
        place == headline,
        np.maximum.accumulate(row.tail),
    ]


def describe_neighbours(row: Row, of: Containers) -> list[Column]:
    size = len(row.words)
    long = ((row.words >= 15) & (row.link < 0.35)).astype(np.float32)
    sums = np.zeros((4, size + 1))
    np.cumsum(np.stack([row.prose, row.link, long, row.names]), 1, out=sums[:, 1:])
    near, far = _mean(sums[:2], 2), _mean(sums[:2], 6)
    length = np.log1p(row.words)
    element, parent = row.element, of.parents[row.element]
    depth = row.depth
    two = [(values, fill) for values, fill in ((length, 0.0), (row.link, 1.0))]
    one = [(row.names, 0.0), (row.tags, 31.0), (row.ends, 0.0), (row.prose, 0.0), (row.tail, 0.0)]
    return [
        *(near[0], far[0], near[1], far[1], _mean(sums[2], 4), _mean(sums[3], 3)),
        *(_shift(values, step, fill) for values, fill in two for step in (-1, 1, -2, 2)),
        *(_shift(values, step, fill) for values, fill in one for step in (-1, 1)),
        *(element == _shift(element, step, -1) for step in (-1, 1)),
        *(parent == _shift(parent, step, -1) for step in (-1, 1)),
        *(depth - _shift(depth, step, 0) for step in (-1, 1)),
    ]


def _mean(sums: NDArray[np.float64], reach: int) -> Floats:
    """Of the values up to `reach` blocks away either way, from their cumulative sums, which begin with 0."""
    size = sums.shape[-1] - 1
    here = np.arange(size)
    low, high = np.maximum(0, here - reach), np.minimum(size, here + reach + 1)
    return np.asarray((sums[..., high] - sums[..., low]) / (high - low), np.float32)


def _shift(values: Floats | Ints, step: int, fill: float) -> Floats:
    """The value `step` blocks further on."""
    moved = np.full(len(values), fill, np.float32)
    if abs(step) < len(values):
        if step > 0:
            moved[:-step] = values[step:]
        else:
            moved[-step:] = values[:step]
    return moved


def describe_page(row: Row, of: Containers, characters: Floats, has_json: bool) -> list[Column]:
    total, prose = float(row.words.sum()) + 1, float(row.prose.sum()) + 1
    return [
        math.log(total),
        math.log(prose),
        math.log(len(row.words)),
        float((row.words * row.link).sum()) / total,
        float(characters.sum()) / total,
        float(((row.tags == 0) * row.prose).sum()) / prose,
        float(of.prose[of.best]) / prose,
        has_json,
    ]

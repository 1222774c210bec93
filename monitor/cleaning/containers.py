"""What is known of the elements of a page: what their names say, how much prose, text and links they hold, which holds the article. Pure."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.cleaning.blocks import FLAGS, Blocks

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
NAMES = re.compile(r' (?:class|id|itemprop|role|data-component|data-testid|aria-label)="([^"]*)"')
WORDS = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])")
UNLIKELY = FLAGS["nav"] | FLAGS["footer"]
REMEMBERED = 20_000
FADING = 0.8  # of a name's score, a level further down
LINKED, MENU_WORDS = (
    0.9,
    15,
)  # share of links, words: more of the one and fewer of the other is no text, unless it stands near the article


def split_names(attributes: str) -> set[str]:
    """The words of an element's class, id and role, and these names as a whole without digits."""
    return {word for value in NAMES.findall(attributes) for name in value.split()[:12] for word in _split_name(name)}


def _split_name(name: str) -> list[str]:
    name = name[:60]
    parts = name.replace("_", "-").split("-")
    if name.islower() and name.isascii() and "".join(parts).isalpha():  # nearly all names: what WORDS would find
        words = [part for part in parts if len(part) > 1]
    else:
        words = WORDS.findall(name)
    found = [word.lower() for word in words[:8]]
    return [*found, "-".join(words).lower()[:40]] if len(words) > 1 else found


class NameScores:
    """The learned log odds that text below an element with such a name belongs to the article."""

    def __init__(self, scores: Mapping[str, float]) -> None:
        self._scores = scores
        # By name too: the attributes of elements differ by ids and addresses, names recur on all pages.
        self._known: dict[str, tuple[float, float]] = {"": (0.0, 0.0)}
        self._names: dict[str, tuple[float, float]] = {}

    def score(self, attributes: str) -> tuple[float, float]:
        """The lowest (≤ 0) and the highest (≥ 0) score of an element's names."""
        found = self._known.get(attributes)
        if found is None:
            if len(self._known) > REMEMBERED:
                self._known = {"": (0.0, 0.0)}
            found = self._known[attributes] = self._score_values(NAMES.findall(attributes))
        return found

    def _score_values(self, values: list[str]) -> tuple[float, float]:
        low = high = 0.0
        names = self._names
        for value in values:
            for name in value.split()[:12]:
                one = names.get(name)
                if one is None:
                    one = self._score_name(name)
                if one[0] < low:
                    low = one[0]
                if one[1] > high:
                    high = one[1]
        return low, high

    def _score_name(self, name: str) -> tuple[float, float]:
        low = high = 0.0
        for word in _split_name(name):
            value = self._scores.get(word, 0.0)
            if value < low:
                low = value
            elif value > high:
                high = value
        if len(self._names) > REMEMBERED:
            self._names.clear()
        found = self._names[name] = (low, high)
        return found


def score_elements(blocks: Blocks, names: NameScores) -> Floats:
    """Four rows over elements: own score, lowest and highest on the path from the root, fading sum of the path."""
    low, high = np.zeros((2, len(blocks.tags)))
    attributes = blocks.attributes
    used = _list_used(blocks)
    spans = [names.score(attributes[element]) for element in used]
    low[used], high[used] = [span[0] for span in spans], [span[1] for span in spans]
    own = low + high
    lowest, highest, total = low.copy(), high.copy(), own.copy()
    above, fading = to_ints(blocks.parents), FADING
    above[0] = 0
    while above.any():  # each round sums up twice as long a part of the path; the root's own score is 0
        np.minimum(lowest, lowest[above], out=lowest)
        np.maximum(highest, highest[above], out=highest)
        total += fading * total[above]
        above, fading = above[above], fading * fading
    return np.array((own, lowest, highest, total), np.float32)


def _list_used(blocks: Blocks) -> list[int]:
    """Elements with text in them; the others' scores nobody asks for."""
    parents = blocks.parents
    used = {-1}
    for element in blocks.elements:
        while element not in used:
            used.add(element)
            element = parents[element]
    used.remove(-1)
    return list(used)


def to_ints(values: list[int]) -> Ints:
    """The same as a column, in a third of the time of `np.array`."""
    return np.frombuffer(array("q", values), np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Containers:
    """Sums over all text below each element, and the element that holds most prose for its links."""

    parents: Ints
    ends: Ints
    prose: Floats
    words: Floats
    linked: Floats
    count: Floats
    best: int
    hops: Floats  # from an element up to the path that leads to the best one

    def inside_best(self) -> Floats:
        """1 for elements below the best one."""
        ids = np.arange(len(self.parents))
        return np.asarray((ids >= self.best) & (ids < self.ends[self.best]), np.float32)

    def is_near(self, element: Ints, prose: float) -> NDArray[np.bool_]:
        """Which of these elements stand near the article, with few links around them; `prose` is that of the page."""
        grand = self.parents[self.parents[element]]
        linked = (self.linked[grand] / (self.words[grand] + 1)).astype(np.float32)
        share = (self.prose[grand] / prose).astype(np.float32)
        return is_near(linked, share, self.inside_best()[element])


def is_near(linked: Floats, share: Floats, inside: Floats) -> NDArray[np.bool_]:
    """Of blocks whose grandparent holds such a share of links and of the page's prose: inside of the best element, or rich in prose."""
    return np.asarray(((inside > 0) & (linked < 0.5)) | ((linked < 0.4) & (share > 0.1)))


def measure_containers(blocks: Blocks, element: Ints, words: Floats, linked: Floats, prose: Floats) -> Containers:
    """Sums for all elements at once: those below an element follow it."""
    size = len(blocks.tags)
    parents = to_ints(blocks.parents)
    parents[0] = 0
    ends = to_ints(blocks.ends)
    own = np.stack([np.bincount(element, weights, size) for weights in (prose, words, linked, np.ones(len(element)))])
    sums = np.zeros((4, size + 1))
    np.cumsum(own, 1, out=sums[:, 1:])
    total = sums[:, ends] - sums[:, :size]
    first = own[0]
    second = np.bincount(parents[1:], first[1:], size)
    third = np.bincount(parents[1:], second[1:], size)
    score = (first + second + 0.5 * third) * (1 - total[2] / (total[1] + 1))
    score = score * np.where(to_ints(blocks.flags) & UNLIKELY, 0.3, 1)
    best = int(score.argmax())
    return Containers(
        parents=parents,
        ends=ends,
        prose=total[0],
        words=total[1],
        linked=total[2],
        count=total[3],
        best=best,
        hops=_count_hops(blocks, ends, best),
    )


def _count_hops(blocks: Blocks, ends: Ints, best: int) -> Floats:
    path = [best]
    while blocks.parents[path[-1]] >= 0:
        path.append(blocks.parents[path[-1]])
    hops = np.zeros(len(blocks.tags), np.float32)
    for steps in range(len(path) - 1, -1, -1):
        hops[path[steps] : ends[path[steps]]] = steps
    return hops

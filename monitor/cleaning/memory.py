"""What recurs on the pages of one outlet, and in which elements its articles stand. A value that grows; no I/O.

One vote a canonical URL; a copy or a new version of an article is the same voter. What is not seen any more is forgotten.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from monitor.cleaning.body import find_body
from monitor.cleaning.classifier import Mask, load_classifier
from monitor.cleaning.containers import Floats
from monitor.cleaning.cues import tokenize
from monitor.cleaning.decode import decode_page, find_bytes_problem
from monitor.cleaning.parse import Parsed, parse_page
from monitor.cleaning.visit import Visit, describe_visit, find_line_key, find_page_key

# Source of the numbers: benchmarks/cleaner.py, sites of ten pages and more: leaking pages 21.0 → 18.3 %, lost text + .07 points.
OTHERS, OTHERS_LONG, LONG = (
    2,
    3,
    40,
)  # other articles that have a line before it is furniture; longer lines need one more
DOUBTED = 0.85  # chance of a block below which it is hardly text by itself; .7 and .9 measured the same
TELLING = 12  # words of a line that shows whose copy a page is
SAME = 0.5  # of the kept words
RARELY, PAGES = 0.2, 5  # a kind of block kept less often than this, on so many pages, is furniture
WINDOW = 60  # articles remembered one by one
QUICK = 1  # zlib's level: a fourth of the usual one's time, a quarter more bytes
FORGOTTEN = 250  # articles after which a line that nobody shows any more is forgotten
STEADY, SETTLED, MISSES = (
    0.7,
    8,
    3,
)  # of the articles stand in one container, after so many; a new layout when so many in a row do not


@dataclass(slots=True, kw_only=True)
class Voter:
    """One article: its addresses, its lines, those that show a copy of it."""

    number: int
    pages: set[str] = field(default_factory=set)
    lines: array[int] = field(default_factory=lambda: array("q"))  # each once; as a set eight times as big
    telling: set[int] = field(default_factory=set)


class SiteMemory:
    """One an outlet. `learn` after `clean_page(…, memory=memory)` on the same bytes needs no second parse."""

    def __init__(self) -> None:
        self._number = 0
        self._voters: deque[Voter] = deque()
        self._seen: dict[int, list[int]] = {}  # line → number of articles, number of the last one
        self._kinds: dict[int, list[float]] = {}  # kind → kept words, words, pages, number of the last one
        self._containers: Counter[int] = Counter()
        self._misses = 0
        self._held: tuple[bytes | str, Visit] | None = None

    def __deepcopy__(self, _memo: dict[int, Any]) -> SiteMemory:
        return SiteMemory.from_state(self._to_state())

    @property
    def pages(self) -> int:
        """How many articles were learned."""
        return self._number

    @property
    def has_new_layout(self) -> bool:
        """Have the last articles stood outside of the element where nearly all others stood? Then the outlet was redesigned."""
        return self._misses >= MISSES

    def learn(self, html: bytes | str, url: str) -> None:
        """Counts a page; a page known by its URL or its text is counted once."""
        page = find_page_key(url)
        held, self._held = self._held, None
        if held is not None and held[0] is html and held[1].page == page:
            self._count(held[1])
        elif not find_bytes_problem(html):
            text = decode_page(html)
            parsed = parse_page(text, url)
            self._count(self.describe(parsed, find_body(parsed, text, load_classifier()).kept))

    def describe(self, parsed: Parsed, kept: Mask) -> Visit:
        """What of a page is remembered."""
        return describe_visit(parsed, kept)

    def hold(self, html: bytes | str, visit: Visit) -> None:
        """Keeps the description of the page that was cleaned last, for `learn`."""
        self._held = (html, visit)

    def cut_recurring(
        self,
        visit: Visit,
        kept: Mask,
        rules: dict[int, str],
        chances: Floats | None = None,
        titles: Collection[int] = (),
    ) -> tuple[Mask, dict[int, str]]:
        """Without lines that other articles have, and kinds of blocks that are never kept; the rest must not be empty.

        `chances` of the blocks: of a line that is hardly text by itself, one article less must show it. `titles`: blocks that are the
        page's own headline, which other pages' lists show too.
        """
        own = self._find_voter(visit)
        cut = dict(rules)
        left = kept.copy()
        for place in np.flatnonzero(kept).tolist():
            doubtful = chances is not None and bool(chances[place] < DOUBTED)
            rule = self._judge(visit, place, own, doubtful) if place not in titles else ""
            if rule:
                left[place] = False
                cut[place] = rule
        words = np.array(visit.words)
        if float(words[left].sum()) < 0.3 * float(words[kept].sum()):
            return kept, rules
        return left, cut

    def recurs(self, line: str, url: str) -> bool:
        """Do other articles of the outlet have this line?"""
        tokens = tokenize(line)
        page = find_page_key(url)
        own = next((voter for voter in self._voters if page in voter.pages), None)
        return bool(tokens) and self._is_furniture(find_line_key(tokens), len(tokens), own)

    def to_bytes(self) -> bytes:
        """The memory for the store."""
        return zlib.compress(json.dumps(self._to_state(), separators=(",", ":")).encode(), QUICK)

    @classmethod
    def from_bytes(cls, blob: bytes) -> SiteMemory:
        """The memory that `to_bytes` gave; an unreadable one begins anew."""
        try:
            return cls.from_state(json.loads(zlib.decompress(blob)))
        except (zlib.error, ValueError, KeyError, TypeError, IndexError, OverflowError):
            return cls()

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> SiteMemory:
        """Raises: KeyError, OverflowError, TypeError, ValueError when it is no such state."""
        memory = cls()
        if state["version"] != 2:
            raise ValueError("another version")
        memory._number, memory._misses = int(state["number"]), int(state["misses"])
        memory._voters = deque(
            Voter(number=number, pages=set(pages), lines=array("q", lines), telling=set(telling))
            for number, pages, lines, telling in state["voters"]
        )
        memory._seen = {line: [count, last] for line, count, last in state["seen"]}
        memory._kinds = {kind: [*values] for kind, *values in state["kinds"]}
        memory._containers = Counter(dict(state["containers"]))
        return memory

    def _to_state(self) -> dict[str, Any]:
        return {
            "version": 2,
            "number": self._number,
            "misses": self._misses,
            "voters": [[v.number, sorted(v.pages), sorted(v.lines), sorted(v.telling)] for v in self._voters],
            "seen": [[line, *values] for line, values in self._seen.items()],
            "kinds": [[kind, *values] for kind, values in self._kinds.items()],
            "containers": list(self._containers.items()),
        }

    def _judge(self, visit: Visit, place: int, own: Voter | None, doubtful: bool) -> str:
        if self._is_furniture(visit.lines[place], visit.words[place], own, doubtful):
            return "recurs on the site"
        kind = self._kinds.get(visit.kinds[place])
        if kind is not None and kind[2] >= PAGES and kind[1] > 0 and kind[0] < RARELY * kind[1]:
            return "never article on the site"
        return ""

    def _is_furniture(self, line: int, words: int, own: Voter | None, doubtful: bool = False) -> bool:
        seen = self._seen.get(line)
        if seen is None:
            return False
        others = seen[0] - (own is not None and line in own.lines)
        return others >= (OTHERS if words <= LONG else OTHERS_LONG) - doubtful

    def _find_voter(self, visit: Visit) -> Voter | None:
        """The article that this page is: by its address, or because half of its kept text is that article's."""
        by_line: Counter[int] = Counter()
        total = 0
        voters = {voter.number: voter for voter in self._voters}
        for voter in self._voters:
            if visit.page in voter.pages:
                return voter
        for line, words, kept in zip(visit.lines, visit.words, visit.kept, strict=True):
            if kept and words >= TELLING:
                total += words
                for voter in self._voters:
                    if line in voter.telling:
                        by_line[voter.number] += words
                        break
        if not by_line:
            return None
        number, mass = by_line.most_common(1)[0]
        return voters[number] if mass >= SAME * total else None

    def _count(self, visit: Visit) -> None:
        voter = self._find_voter(visit)
        if voter is None:
            self._number += 1
            voter = Voter(number=self._number)
            self._voters.append(voter)
            self._count_kinds(visit)
            self._count_container(visit.container)
        new = set(visit.lines).difference(voter.lines)
        for line in new:
            seen = self._seen.setdefault(line, [0, 0])
            seen[0] += 1
            seen[1] = self._number
        voter.lines.extend(new)
        voter.pages.add(visit.page)
        known = set().union(*(other.telling for other in self._voters if other is not voter))
        voter.telling |= {
            line
            for line, words, kept in zip(visit.lines, visit.words, visit.kept, strict=True)
            if kept and words >= TELLING and line not in known
        }
        self._forget()

    def _count_kinds(self, visit: Visit) -> None:
        known = set()
        for kind, words, kept in zip(visit.kinds, visit.words, visit.kept, strict=True):
            entry = self._kinds.setdefault(kind, [0, 0, 0, 0])
            entry[0] += words * kept
            entry[1] += words
            entry[2] += kind not in known
            entry[3] = self._number
            known.add(kind)

    def _count_container(self, container: int) -> None:
        if not container:
            return
        total = sum(self._containers.values())
        usual = {key for key, count in self._containers.items() if count >= 0.1 * total}
        covered = sum(self._containers[key] for key in usual)
        if total >= SETTLED and covered >= STEADY * total:
            self._misses = 0 if container in usual else self._misses + 1
        self._containers[container] += 1
        if self._misses >= 3 * MISSES:  # the new layout is the usual one now
            self._containers = Counter({container: SETTLED})
            self._misses = 0

    def _forget(self) -> None:
        while len(self._voters) > WINDOW:
            for line in self._voters.popleft().lines:
                if self._seen.get(line, (0,))[0] == 1:
                    del self._seen[line]
        if self._number % 25 == 0:
            limit = self._number - FORGOTTEN
            self._seen = {line: seen for line, seen in self._seen.items() if seen[1] >= limit}
            self._kinds = {kind: entry for kind, entry in self._kinds.items() if entry[3] >= limit}

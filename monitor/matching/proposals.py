"""What readers judged becomes a change of a person or topic: an `unless`, a weaker surname, a word that must not stand there. Pure.

A change is only proposed when it ends wrong hits and loses no good one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.errors import QueryError
from monitor.matching.counts import Count
from monitor.matching.matcher import Matcher
from monitor.matching.query import compile_query
from monitor.model import Person, SurnameRule, Topic
from monitor.text import find_words, fold

WEAKER: dict[SurnameRule, tuple[SurnameRule, ...]] = {
    "alone": ("auto", "after-full-name", "never"),
    "auto": ("after-full-name", "never"),
    "after-full-name": ("never",),
    "never": (),
}
MOST_NAMES = 6  # of one `unless`
MOST_WORDS = 30  # context words that are tried
LEAST_LETTERS = 4  # of a context word, and of a small one that belongs to a name
TWICE = 2  # wrong hits beside a small word from which it belongs to a name; once, it is any verb
NEAR = 300  # characters around a hit in which a context word is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A hit with a reader's verdict, and the article that it stands in."""

    field: str  # headline body
    start: int
    end: int
    is_good: bool
    headline: str
    body: str
    language: str
    at: datetime | None

    @property
    def text(self) -> str:
        """The field that the hit stands in."""
        return self.headline if self.field == "headline" else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One key of a table. `ended` of `wrong` hits would not come again; of `good` ones all would."""

    key: str  # unless surname query
    value: tuple[str, ...] | str
    ended: int
    wrong: int
    good: int


def propose_change(entry: Person | Topic, judged: Sequence[Judged], counts: Iterable[Count] = ()) -> Change | None:
    """The narrowest change that ends most of the wrong hits; None when there is none that loses no good hit."""
    if all(hit.is_good for hit in judged):
        return None
    counts = list(counts)
    known = _find_all(entry, judged, counts)
    wrong = [hit for hit, is_found in zip(judged, known, strict=True) if is_found and not hit.is_good]
    good = [hit for hit, is_found in zip(judged, known, strict=True) if is_found and hit.is_good]
    best: Change | None = None
    for key, value in _list_changes(entry, wrong, good) if wrong else ():
        try:
            changed = apply_change(entry, key, value)
            ended = _find_all(changed, wrong, counts).count(False)
            if ended and all(_find_all(changed, good, counts)) and (best is None or ended > best.ended):
                best = Change(key=key, value=value, ended=ended, wrong=len(wrong), good=len(good))
        except QueryError:
            continue
    return best


def apply_change(entry: Person | Topic, key: str, value: tuple[str, ...] | str) -> Person | Topic:
    """The entry with one key changed. Raises: QueryError when the query cannot be read."""
    if isinstance(entry, Topic):
        compile_query(str(value))
        return replace(entry, query=str(value))
    if key == "unless":
        return replace(entry, unless=tuple(value))
    return replace(entry, surname=value)  # type: ignore[arg-type]


def _find_all(entry: Person | Topic, judged: Sequence[Judged], counts: Iterable[Count]) -> list[bool]:
    """For each hit: is it found by this entry?"""
    is_person = isinstance(entry, Person)
    matcher = Matcher.compile((entry,) if is_person else (), () if is_person else (entry,))  # type: ignore[arg-type]
    matcher.load_counts(counts)
    found = []
    for hit in judged:
        hits = matcher.find(hit.headline, hit.body, language=hit.language or None, at=hit.at)
        found.append(any(one.field == hit.field and one.start < hit.end and hit.start < one.end for one in hits))
    return found


def _list_changes(
    entry: Person | Topic, wrong: Sequence[Judged], good: Sequence[Judged]
) -> Iterator[tuple[str, tuple[str, ...] | str]]:
    """Changes to try, the narrowest first."""
    if isinstance(entry, Topic):
        for word in _list_context(wrong, good):
            yield "query", f"({entry.query}) NOT {word}"
        return
    names = Counter(name for hit in wrong for name in _list_longer(hit))
    told = [name for name, count in names.most_common() if count >= TWICE or _is_large(name)]
    harmless = [name for name in told if not any(fold(name) in fold(_around(hit)) for hit in good)]
    if harmless:
        for name in harmless[:MOST_NAMES]:
            yield "unless", tuple(dict.fromkeys((*entry.unless, name)))
        yield "unless", tuple(dict.fromkeys((*entry.unless, *harmless[:MOST_NAMES])))
    for rule in WEAKER[entry.surname]:
        yield "surname", rule


def _list_longer(hit: Judged) -> Iterator[str]:
    """The hit with the word before it, and with the one behind it: "captain Torvik", "Torvik bakery"; not with small words."""
    text = hit.text
    words = find_words(text)
    before = [span for span in words if span[1] <= hit.start]
    behind = [span for span in words if span[0] >= hit.end]
    for spans, place in ((before, -1), (behind, 0)):
        if not spans:
            continue
        start, end = spans[place]
        joint = text[end : hit.start] if place else text[hit.end : start]
        is_first = place and text[:start].rstrip()[-1:] in (
            "",
            ".",
            "!",
            "?",
            "…",
        )  # of a sentence: written large for that
        if end - start >= LEAST_LETTERS and not is_first and joint in (" ", "\u00a0", "-"):
            yield text[start : hit.end] if place else text[hit.start : end]


def _is_large(name: str) -> bool:
    return all(word[:1].isupper() for word in name.replace("-", " ").split())


def _list_context(wrong: Sequence[Judged], good: Sequence[Judged]) -> list[str]:
    """Words that stand near wrong hits and in no article with a good one, those of most wrong hits first."""
    kept = {word for hit in good for word in _words(f"{hit.headline} {hit.body}")}
    counts = Counter(word for hit in wrong for word in _words(_around(hit)) - kept)
    return [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_WORDS]]


def _around(hit: Judged) -> str:
    return hit.text[max(0, hit.start - NEAR) : hit.end + NEAR]


def _words(text: str) -> set[str]:
    folded = fold(text)
    words = {folded[start:end] for start, end in find_words(folded)}
    return {word for word in words if len(word) >= LEAST_LETTERS and re.fullmatch(r"[^\W\d_]+", word)}

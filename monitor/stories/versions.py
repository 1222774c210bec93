"""Versions of one article: what changed, and does it matter? Pure.

A material change of an official source is news of its own. Sentences are compared after folding, so that another quotation mark, a
moved paragraph or a new list of teasers below the text is no change.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from monitor.sentences import split_sentences
from monitor.text import find_words, fold

ChangeKind = Literal["none", "cosmetic", "addition", "numbers", "negation", "names", "removal", "material", "deletion"]
MATERIAL = frozenset(("numbers", "negation", "names", "removal", "material", "deletion"))
DIGITS = re.compile(r"\d[\d.,\u00a0]*\d|\d")
NEGATIONS = re.compile(
    r"\b(?:not|no|never|neither|nor|without|den(?:y|ies|ied)|cannot|n't|ne|pas|jamais|aucune?|sans|nicht|kein\w*|nie|ohne|nunca|ningun\w*|sin|jamas|не|нет|ни|без|никогда|ні|немає|ніколи|لا|لم|لن|ليس|دون|غير)\b|不|没|未|无|非|否"
)
NAME = re.compile(r"(?<![.!?…»”]\s)(?<!^)\b[^\W\d_a-zа-яё][\w'’-]+(?:\s[^\W\d_a-zа-яё][\w'’-]+)*")
TEASER_WORDS = 14  # a line with so many words or fewer, without a full stop, is a link or a title
ALIKE = 0.6  # of two sentences: one was made from the other; a guess
LEAST_LOST = 8  # words of sentences that are gone without a successor


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A sentence before and after; "" where it is new or gone."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`kind`: the weightiest of what changed; `edits`: only the sentences that differ, in the order of the new text."""

    kind: ChangeKind
    edits: tuple[Edit, ...] = ()

    @property
    def is_material(self) -> bool:
        """Names, numbers or a negation changed, or something is gone."""
        return self.kind in MATERIAL


def compare_versions(old: str, new: str) -> Change:
    """What became of a text: headline and body as one string, paragraphs apart. An empty new text is a deletion."""
    if not new.strip():
        return Change(kind="deletion" if old.strip() else "none")
    edits = _find_edits(_split(old), _split(new))
    if not edits:
        return Change(kind="none")
    kinds = [_find_kind(edit) for edit in edits]
    order: tuple[ChangeKind, ...] = ("negation", "numbers", "names", "removal", "material", "addition", "cosmetic")
    return Change(kind=min(kinds, key=order.index), edits=tuple(edits))


def _split(text: str) -> list[str]:
    """Sentences, without the lines of teaser lists: short, without an end, beside others like them or at the end."""
    lines = [line.strip() for line in text.splitlines()]
    return [
        line[start:end]
        for place, line in enumerate(lines)
        if line and not (place and _is_teaser(line))
        for start, end in split_sentences(line)
    ]


def _is_teaser(line: str) -> bool:
    return line[-1] not in ".!?…:。！？»”\"')" and len(find_words(line)) <= TEASER_WORDS


def _find_edits(old: list[str], new: list[str]) -> list[Edit]:
    """Sentences that stand only in one of the two; a new one is paired with the old one that it was made from."""
    kept = Counter(map(_key, old)) & Counter(map(_key, new))
    gone, come = _take_out(old, kept.copy()), _take_out(new, kept.copy())
    edits = []
    for after in come:
        before = max(gone, key=lambda other: _likeness(other, after), default="")
        if before and _likeness(before, after) >= ALIKE:
            gone.remove(before)
            edits.append(Edit(before=before, after=after))
        else:
            edits.append(Edit(before="", after=after))
    return edits + [Edit(before=before, after="") for before in gone]


def _take_out(sentences: list[str], kept: Counter[str]) -> list[str]:
    left = []
    for sentence in sentences:
        if kept[_key(sentence)] > 0:
            kept[_key(sentence)] -= 1
        else:
            left.append(sentence)
    return left


def _key(sentence: str) -> str:
    folded = fold(sentence)
    return " ".join(folded[start:end] for start, end in find_words(folded))


def _likeness(one: str, other: str) -> float:
    return (
        difflib.SequenceMatcher(None, _key(one).split(), _key(other).split(), autojunk=False).ratio()
        if not _is_han(one)
        else difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    )


def _is_han(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def _find_kind(edit: Edit) -> ChangeKind:
    if not edit.after:
        return "removal" if len(_key(edit.before).split()) >= LEAST_LOST or _is_han(edit.before) else "cosmetic"
    if not edit.before:
        return "addition"
    before, after = fold(edit.before), fold(edit.after)
    if len(NEGATIONS.findall(before)) != len(NEGATIONS.findall(after)):
        return "negation"
    if Counter(_numbers(before)) != Counter(_numbers(after)):
        return "numbers"
    if _names(edit.before) != _names(edit.after):
        return "names"
    ours, theirs = set(_key(edit.before).split()), set(_key(edit.after).split())
    return "material" if len(ours ^ theirs) > len(ours | theirs) / 3 else "cosmetic"


def _numbers(folded: str) -> list[str]:
    return [re.sub(r"\D", "", match[0]) for match in DIGITS.finditer(folded)]


def _names(sentence: str) -> set[str]:
    """Capitalised words inside the sentence; not those of German, where every noun is one: there they are told by the words."""
    return {fold(match[0]) for match in NAME.finditer(sentence)}

"""What a word next to a name says: an office, a particle, a given name, a street, Junior. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from monitor.matching.morphology import NAME, STEM, find_readings
from monitor.text import fold

ROMAN = re.compile(r"[ivx]+")
TO_LATIN, TO_CYRILLIC = str.maketrans("асеорхуіктвн", "aceopxyiktbh"), str.maketrans("aceopxyiktbhm", "асеорхуіктвнм")
LATIN, CYRILLIC = re.compile("[a-z]"), re.compile("[а-яіїєґј]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The word lists of context.toml, folded."""

    office_stems: frozenset[str]
    office_lengths: tuple[int, ...]
    office_words: frozenset[str]
    address: dict[str, frozenset[str]]  # by language
    particles: frozenset[str]
    junior: frozenset[str]
    senior: frozenset[str]
    junior_stems: tuple[str, ...]
    senior_stems: tuple[str, ...]
    before: frozenset[str]
    after: frozenset[str]
    given: frozenset[str]
    family_first: frozenset[str]
    variants: dict[str, frozenset[str]]

    def is_office(self, word: str) -> bool:
        """Is this folded word an office or a form of address?"""
        return word in self.office_words or any(word[:length] in self.office_stems for length in self.office_lengths)

    def is_given(self, word: str) -> bool:
        """Is this folded word a form of a common given name?"""
        return any(
            (kind & NAME and reading in self.given) or (kind & STEM and reading in _given_stems())
            for reading, kind, _ in find_readings(word)
        )

    def generation(self, word: str) -> str:
        """ "j" for Junior, "s" for Senior, the numeral of a king or pope, "" for another word."""
        if word in self.junior or word.startswith(self.junior_stems):
            return "j"
        if word in self.senior or word.startswith(self.senior_stems):
            return "s"
        plain = word if word.isascii() else word.translate(TO_LATIN)
        return plain if len(plain) <= 5 and ROMAN.fullmatch(plain) else ""

    def list_generation_initials(self) -> str:
        """First letters of the words that `generation` knows, and those that look like them in the other script."""
        words = (*self.junior, *self.senior, *self.junior_stems, *self.senior_stems, *"ivx")
        initials = "".join(word[0] for word in words)
        return initials + initials.translate(TO_LATIN) + initials.translate(TO_CYRILLIC)


@cache
def load_context() -> Context:
    """The lists that ship."""
    text = resources.files("monitor.matching").joinpath("context.toml").read_text(encoding="utf-8")
    data = {
        key: {name: frozenset(fold(words).split()) for name, words in part.items()}
        for key, part in tomllib.loads(text).items()
    }
    stems = data["office"]["stems"]
    variants: dict[str, set[str]] = {}
    for line in fold(tomllib.loads(text)["variants"]["lines"]).splitlines():
        group = line.split()
        for word in group[:1]:  # the first of a line stands for each of the others, and they for it
            variants.setdefault(word, set()).update(group[1:])
        for word in group[1:]:
            variants.setdefault(word, set()).add(group[0])
    return Context(
        office_stems=stems,
        office_lengths=tuple(sorted({len(stem) for stem in stems})),
        office_words=data["office"]["words"],
        address=data["address"],
        particles=data["particles"]["words"],
        junior=data["suffixes"]["junior"],
        senior=data["suffixes"]["senior"],
        junior_stems=tuple(data["suffixes"]["junior_stems"]),
        senior_stems=tuple(data["suffixes"]["senior_stems"]),
        before=data["things"]["before"],
        after=data["things"]["after"],
        given=frozenset().union(*data["given"].values()),
        family_first=data["family_first"]["words"],
        variants={word: frozenset(others) for word, others in variants.items()},
    )


@cache
def _given_stems() -> frozenset[str]:
    """Stems of given names that end in a vowel: Anna, Annę."""
    return frozenset(name[:-1] for name in load_context().given if len(name) >= 4 and name[-1] in "aаяeioyоиой")


@lru_cache(maxsize=200_000)
def fold_name(word: str) -> str:
    """A folded word, its letters all of one script: a Latin а in a Cyrillic name is repaired."""
    folded = fold(word)
    if not folded.isascii() and LATIN.search(folded) and CYRILLIC.search(folded):
        cyrillic = len(CYRILLIC.findall(folded)) >= len(LATIN.findall(folded))
        return folded.translate(TO_CYRILLIC if cyrillic else TO_LATIN)
    return folded

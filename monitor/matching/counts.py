"""What the archive has seen of each surname. Pure.

Three numbers per (person, language): documents with the surname, of these with the full name, of these with another given name.
Source: a bare surname counts when full ÷ surname ≥ .5 and full ≥ 3; flat between .3 and .7 (docs/matching.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from monitor.model import SurnameRule

Count = tuple[
    str, str, int, int, int
]  # person, language, documents with the surname, with the full name, with another given name
TRUSTED_SHARE, TRUSTED_DOCUMENTS = 0.5, 3
OWN_SHARE = 0.3  # beside an office word
RARE_SHARE, RARE_DOCUMENTS = 0.2, 10
FEW = 6  # documents in a language below which all languages are asked
POOLED_SHARE = 0.6


class Counts:
    """Surname counts of all persons, by slug."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], tuple[int, int, int]] = {}
        self._pooled: dict[str, tuple[int, int, int]] = {}

    def add(self, rows: Iterable[Count]) -> None:
        """Adds increments."""
        for person, language, *increments in rows:
            known, pooled = self.of(person, language), self._pooled.get(person, (0, 0, 0))
            self._seen[(person, language)] = _sum(known, increments)
            self._pooled[person] = _sum(pooled, increments)

    def of(self, person: str, language: str) -> tuple[int, int, int]:
        """Documents with the surname, with the full name, with another given name."""
        return self._seen.get((person, language), (0, 0, 0))

    def is_trusted(self, person: str, language: str) -> bool:
        """Does a bare surname mean this person in this language?"""
        surname, full, _ = self.of(person, language)
        if full >= TRUSTED_DOCUMENTS and full >= TRUSTED_SHARE * surname:
            return True
        all_surname, all_full, _ = self._pooled.get(person, (0, 0, 0))
        return surname < FEW and all_full >= TRUSTED_DOCUMENTS and all_full >= POOLED_SHARE * all_surname

    def is_rare(self, person: str, language: str) -> bool:
        """Does a bare surname nearly always mean somebody else in this language?"""
        surname, full, _ = self.of(person, language)
        return surname >= RARE_DOCUMENTS and full < RARE_SHARE * surname

    def is_own(self, person: str, language: str) -> bool:
        """Does an office word beside the surname suffice? So it does while nothing is known."""
        surname, full, other = self.of(person, language)
        all_surname, all_full, all_other = self._pooled.get(person, (0, 0, 0))
        if (full and full >= OWN_SHARE * surname) or (all_full and all_full >= OWN_SHARE * all_surname):
            return True
        return not (surname or all_surname) and not (other or all_other)


def _sum(known: tuple[int, int, int], increments: list[int]) -> tuple[int, int, int]:
    surname, full, other = increments
    return known[0] + surname, known[1] + full, known[2] + other


class Trust:
    """What the counts say of persons by index, in one language. `slugs` and `rules`: of all persons."""

    __slots__ = ("_answers", "_counts", "_language", "_rules", "_slugs")

    def __init__(self, counts: Counts, slugs: list[str], rules: list[SurnameRule], language: str) -> None:
        self._counts, self._slugs, self._rules, self._language = counts, slugs, rules, language
        self._answers: dict[tuple[str, int], bool] = {}

    def rule(self, person: int) -> SurnameRule:
        """The surname rule of a person."""
        return self._rules[person]

    def is_trusted(self, person: int) -> bool:
        """Does a bare surname mean this person?"""
        return self._ask("trusted", person, self._counts.is_trusted)

    def is_own(self, person: int) -> bool:
        """Does an office word beside the surname suffice?"""
        return self._ask("own", person, self._counts.is_own)

    def is_rare(self, person: int) -> bool:
        """Does a bare surname nearly always mean somebody else?"""
        return self._ask("rare", person, self._counts.is_rare)

    def _ask(self, what: str, person: int, ask: Callable[[str, str], bool]) -> bool:
        key = (what, person)
        if key not in self._answers:
            self._answers[key] = self._rules[person] == "auto" and ask(self._slugs[person], self._language)
        return self._answers[key]

"""Spellings of a name in other scripts and transliterations, as proposals. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model import Person
from monitor.text import fold


def suggest_names(name: str, people: Iterable[Person]) -> list[tuple[str, str, float]]:
    """(language, spelling, score) of the people who bear this name; nothing is added by itself."""
    found: list[tuple[str, str, float]] = []
    for person in people:
        if fold(name) in {fold(spelling) for spelling in (person.name, *person.also)}:
            found += [
                (language, spelling, 1.0) for language, spellings in person.names.items() for spelling in spellings
            ]
    return found

"""Spellings of a name in other scripts and transliterations, as proposals with a score. Pure.

From people who ship with the name in those scripts, and from rules of transliteration; nothing is added by itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple
from unicodedata import normalize

from monitor.matching.similarity import similarity
from monitor.model import Person
from monitor.text import fold, script_of

ALIKE = 0.87  # from here a shipped person is the one who is meant: another shipped one has .866 and less
KNOWN_WORD = 0.85  # score of a word that a shipped person has in that language
RULED = 0.6  # score of a spelling by rule alone
# Marks of Latin letters that are a sound of their own, written as English writes it.
MARKED = str.maketrans(
    {"č": "ch", "ć": "ch", "š": "sh", "ş": "sh", "ș": "sh", "ž": "zh", "ż": "zh", "đ": "j", "ț": "ts", "ţ": "ts"}
)
Suggestion = tuple[str, str, float]  # language, spelling, score


def suggest_names(name: str, people: Iterable[Person]) -> list[Suggestion]:
    """(language, spelling, score) by language and falling score; without those that are the name itself."""
    people = tuple(people)
    found: dict[tuple[str, str], float] = {}
    for person in people:
        likeness = max(similarity(name, spelling) for spelling in (person.name, *person.also))
        if likeness >= ALIKE:
            for language, spelling in _spellings(person):
                _keep(found, language, spelling, likeness)
    for language, spelling, score in (*_from_words(name, people), *_by_rule(name)):
        _keep(found, language, spelling, score)
    same = fold(name)
    rows = [
        (language, spelling, round(score, 2)) for (language, spelling), score in found.items() if fold(spelling) != same
    ]
    return sorted(rows, key=lambda row: (row[0], -row[2], row[1]))


def _keep(found: dict[tuple[str, str], float], language: str, spelling: str, score: float) -> None:
    found[language, spelling] = max(score, found.get((language, spelling), 0.0))


def _spellings(person: Person) -> Iterable[tuple[str, str]]:
    yield "und", person.name
    for spelling in person.also:
        yield "und", spelling
    for language, spellings in person.names.items():
        for spelling in spellings:
            yield language, spelling


def _from_words(name: str, people: tuple[Person, ...]) -> Iterable[Suggestion]:
    """Given name and surname as different shipped people have them: Sergey of one, Petrov of another."""
    words = fold(name).split()
    known: dict[str, dict[str, str]] = {}
    for person in people:
        own = fold(person.name).split()
        for language, spellings in person.names.items():
            theirs = spellings[0].split()
            if len(theirs) == len(own):
                for word, spelling in zip(own, theirs, strict=True):
                    known.setdefault(language, {}).setdefault(word, spelling)
    for language, table in known.items():
        if all(word in table for word in words):
            yield language, " ".join(table[word] for word in words), KNOWN_WORD


def _by_rule(name: str) -> Iterable[Suggestion]:
    """Letter by letter, the longest groups first; a double name keeps its hyphen."""
    script = script_of(name)
    words = fold(normalize("NFC", name).lower().translate(MARKED)).split()
    for language, letters in _tables().items():
        if letters.source == script:
            yield language, " ".join(_join(word.split("-"), letters) for word in words), RULED


def _join(parts: list[str], letters: Letters) -> str:
    """A word from its parts: al-Sarifi, Horvat-Klein."""
    if len(parts) > 1 and parts[0] in letters.words:
        hyphen = (
            "" if letters.hyphen == " " else letters.hyphen
        )  # the Arabic article stands before its word without one
        return f"{letters.words[parts[0]]}{hyphen}{_join(parts[1:], letters)}"
    return letters.hyphen.join(filter(None, (_spell(part, letters.table) for part in parts)))


def _spell(word: str, table: Mapping[str, str]) -> str:
    out, place = [], 0
    while place < len(word):
        for size in (4, 3, 2, 1):
            group = word[place : place + size]
            if len(group) == size and (group in table or size == 1):
                out.append(table.get(group, group).replace("-", ""))
                place += size
                break
    return "".join(out).capitalize()


class Letters(NamedTuple):
    """A table of letters.toml: the script that is read, groups of letters, parts of a name that are written otherwise, the hyphen."""

    source: str
    table: Mapping[str, str]
    words: Mapping[str, str]
    hyphen: str


@cache
def _tables() -> dict[str, Letters]:
    """By language."""
    data = tomllib.loads(resources.files("monitor.matching").joinpath("letters.toml").read_text(encoding="utf-8"))
    return {
        language: Letters(
            keys["from"],
            dict(zip(keys["letters"].split(), keys["as"].split(), strict=True)),
            dict(zip(keys.get("words", "").split(), keys.get("words_as", "").split(), strict=True)),
            keys.get("hyphen", "-"),
        )
        for language, keys in data.items()
    }

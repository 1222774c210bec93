"""From a folded word to the names it may be a form of: endings, stems and sound changes of many languages. Pure.

The text is taken apart, not the name multiplied: a name has thousands of forms, a word a dozen of readings, and a word is read once.
Source: measured on the development documents, see docs/matching.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any, NamedTuple, TypeVar

from monitor.text import fold

T = TypeVar("T")
LONGEST = 8  # letters of the longest ending that is tried
SHORTEST = 2  # letters that must remain of a name
SHORTEST_STEM = 3  # of a stem, unless one vowel is all that changes: Asia, Asi
NAME, STEM = 1, 2
Reading = tuple[str, int, int]  # name or stem, NAME or STEM or both, languages as bits

VOWELS = frozenset("aeiouyаеиоуыэюяії")
CONSONANTS = frozenset("bcdfghjklmnpqrstvwxzбвгджзклмнпрстфхцчшщћђљњџќѓ")
PROCLITICS = {
    "arabic": ("وال", "فال", "بال", "كال", "لل", "ال", "ول", "وب", "وك", "فب", "فل", "و", "ف", "ب", "ل", "ك", "س"),
    "hebrew": ("כש", "וכש", "לכש", "שה", "וה", "ול", "וב", "ומ", "וש", "שב", "של", "שמ", "ו", "ש", "ה", "ב", "ל", "מ", "כ"),
}  # fmt: skip
ARABIC, HEBREW = re.compile("[\u0620-\u06ff]"), re.compile("[\u05d0-\u05ea]")


def language_bit(language: str | None) -> int:
    """The bit of a BCP 47 language; every bit when it is unknown to the tables."""
    primary = (language or "").lower().replace("_", "-").split("-")[0]
    return load_tables().bits.get(primary, load_tables().every)


def find_stems(name: str) -> list[str]:
    """What remains of a folded name before an ending that replaces its own."""
    cuts = load_tables().cuts
    lengths = (cuts.get(name[-width:], 0) for width in (3, 2, 1))
    return [name[:-length] for length in sorted({*lengths} - {0}) if len(name) - length >= SHORTEST]


def find_readings(word: str) -> list[Reading]:
    """Names and stems that a folded word may be a form of, the word itself first."""
    readings = [(word, NAME, load_tables().every)]
    if word < "\u0590" or word >= "\u0700":
        _read_endings(word, readings)
    else:
        readings.extend(_read_proclitics(word))
    return readings


def _read_endings(word: str, readings: list[Reading]) -> None:
    tables = load_tables()
    size = len(word)
    for length in range(1, min(LONGEST, size - SHORTEST) + 1):
        ending = tables.endings.get(word[-length:])
        if ending is None:
            return  # nor does a longer ending end like this
        languages = ending.languages
        if ending.doubled and word[-length] == word[-length - 1]:
            languages |= ending.doubled  # Putyinnal
        if languages:
            stem = word[:-length]
            is_name = not (ending.is_feminine and stem[-1] in CONSONANTS)
            if size - length >= SHORTEST_STEM:
                readings.append((stem, NAME | STEM if is_name else STEM, languages))
                _read_changes(tables, stem, languages, readings)
            else:
                readings.append((stem, NAME * is_name | STEM * ending.is_vowel, languages))


def _read_changes(tables: Tables, stem: str, languages: int, readings: list[Reading]) -> None:
    for width in (1, 2, 3):
        if stem[-width:] not in tables.changes:
            break
        for was, spoken in tables.changes[stem[-width:]]:
            if spoken & languages and len(stem) - width + len(was) >= SHORTEST_STEM:
                readings.append((stem[:-width] + was, NAME | STEM, spoken & languages))
    fleeting = tables.fleeting & languages
    if fleeting and stem[-1] in CONSONANTS and (stem[-2] in CONSONANTS or stem[-2] == "ь"):
        before = stem[:-2] if stem[-2] == "ь" else stem[:-1]
        for vowel in "ео" if stem[-1] >= "\u0400" else "eoa":
            readings.append((before + vowel + stem[-1], NAME, fleeting))  # noqa: PERF401 (twice as fast as a generator)


def _read_proclitics(word: str) -> Iterator[Reading]:
    tables = load_tables()
    kind = "arabic" if ARABIC.match(word) else "hebrew"
    for clitic in PROCLITICS[kind]:
        rest = word[len(clitic) :]
        if word.startswith(clitic) and len(rest) >= SHORTEST:
            yield rest, NAME, tables.every
            if kind == "arabic":
                yield "ال" + rest, NAME, tables.every
    if kind == "arabic":
        for ending in tables.persian:
            if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
                yield word[: -len(ending)], NAME, tables.bits["fa"]


class Ending(NamedTuple):
    """What an ending says, or the end of one: then it is none in any language."""

    languages: int
    doubled: int  # languages in which it doubles the last letter of the name
    is_feminine: bool  # needs a stem: Путиной is a form of Путина, not of Путин
    is_vowel: bool


class Tables:
    """endings.toml, folded and turned round."""

    def __init__(self, data: dict[str, Any]) -> None:
        spoken = [key for key in data if key not in ("stems", "changes")]
        self.bits = {language: 1 << place for place, language in enumerate((*spoken, "en", "fr", "es", "it", "pt"))}
        self.bits |= {"nb": self.bits["no"], "nn": self.bits["no"], "bs": self.bits["hr"], "sh": self.bits["sr"]}
        self.every = (1 << 40) - 1
        endings: dict[str, int] = {}
        for language in spoken:
            for ending in data[language]["endings"].split():
                for full in self._with_clitics(ending, data[language].get("clitics", "")):
                    endings[full] = endings.get(full, 0) | self.bits[language]
        feminine = frozenset(map(fold, data["stems"]["feminine"].split()))
        doubled = {letter + double for double in data["hu"]["doubles"].split() for letter in CONSONANTS}
        _add_tails(endings, (*endings, *doubled), 0)
        self.endings = {
            ending: Ending(languages, self.bits["hu"] * (ending in doubled), ending in feminine, ending in VOWELS)
            for ending, languages in endings.items()
        }
        self.persian = tuple(fold(ending) for ending in data["fa"]["endings"].split())
        self.cuts = {
            fold(end): length
            for length, width in enumerate(("one", "two", "three"), 1)
            for end in data["stems"][width].split()
        }
        self.changes: dict[str, tuple[tuple[str, int], ...]] = {}
        for now, was, languages in data["changes"]["pairs"]:
            self.changes[fold(now)] = (*self.changes.get(fold(now), ()), (fold(was), self._bits_of(languages)))
        _add_tails(self.changes, tuple(self.changes), ())
        self.fleeting = self._bits_of(data["changes"]["fleeting_languages"])

    def _bits_of(self, languages: str) -> int:
        return sum(self.bits[language] for language in languages.split())

    def _with_clitics(self, ending: str, clitics: str) -> Iterator[str]:
        yield fold(ending)
        for clitic in clitics.split():
            yield fold(ending + clitic)


def _add_tails(table: dict[str, T], words: Iterable[str], nothing: T) -> None:
    """Adds what the words end with, so that a search from the end knows when to stop."""
    for word in words:
        for start in range(len(word)):
            table.setdefault(word[start:], nothing)


@cache
def load_tables() -> Tables:
    text = resources.files("monitor.matching").joinpath("endings.toml").read_text(encoding="utf-8")
    return Tables(tomllib.loads(text))

"""States, bodies and cities in a text, in eight languages. Pure but for reading its own table once."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from monitor.stories.phrases import Phrases, Word

LANGUAGES = ("en", "fr", "de", "es", "ru", "uk", "ar", "zh")
LATIN = frozenset(("en", "fr", "de", "es"))
CAPITALISED = re.compile(r"[A-Z]\w*")


@dataclass(frozen=True, slots=True)
class Place:
    """`of` is the state of a city, else the place itself."""

    id: str
    kind: Literal["state", "body", "city"]
    of: str


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    place: Place
    first: int  # word, or character where the script has no spaces
    last: int
    is_spaced: bool
    is_name: bool  # a noun ("Russia"), not an adjective ("russisch")


def find_places(words: Sequence[Word], text: str, language: str) -> list[PlaceMatch]:
    """All places named, in order; a city and the state that it stands for are two matches at one word."""
    found = []
    for phrases in load_places(language):
        for (place, is_name), first, last, is_spaced in phrases.find(words, text):
            found.append(PlaceMatch(place, first, last, is_spaced, is_name))
    return found


def may_name_place(text: str, language: str) -> bool:
    """False when no capitalised word of an ASCII text begins the name of a place: told without taking the text apart."""
    if language not in LATIN or not text.isascii():
        return True
    words = CAPITALISED.findall(text)
    return any(phrases.may_begin(word.lower()) for phrases in load_places(language) for word in words)


@functools.lru_cache(maxsize=16)
def load_places(language: str) -> tuple[Phrases[tuple[Place, bool]], Phrases[tuple[Place, bool]]]:
    """States and bodies, and cities, by their names in one language."""
    column = LANGUAGES.index(language)
    states: list[tuple[str, tuple[Place, bool]]] = []
    cities: list[tuple[str, tuple[Place, bool]]] = []
    for line in _lines():
        identity, kind, of, *names = line.split("\t")
        if kind not in ("state", "body", "city"):
            continue
        place = Place(identity, kind, of)  # type: ignore[arg-type]
        for name in names[column].split("|"):
            if len(name) > 1:  # one Han character is a word of its own too often
                entry = (name, (place, name[:1].isupper() or not name[:1].isascii()))
                (cities if kind == "city" else states).append(entry)
    return Phrases(states, is_cased=True), Phrases(cities, is_cased=True)


def _lines() -> list[str]:
    text = files("monitor.stories").joinpath("places.tsv").read_text(encoding="utf-8")
    return [line for line in text.splitlines()[1:] if line and not line.startswith("#")]

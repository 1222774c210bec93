""" "The Russian foreign minister" of a date, as whoever held the office then. A weaker rule that is off unless asked for. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import NamedTuple

from monitor.matching.tokens import tokenize
from monitor.model import Office, Person
from monitor.text import fold

FARTHEST = 2  # linking words between an office and its country: of the, de la
LEAST_BEGINNING = 4  # letters of a word that stands for its inflected forms


class Holder(NamedTuple):
    """A person who held an office from `since` (inclusive) to `until` (exclusive)."""

    person: int
    since: date | None
    until: date | None


class Offices:
    """Who held which office of which country."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._holders: dict[tuple[str, str], list[Holder]] = {}
        for index, person in enumerate(people):
            for office in person.offices:
                kind = find_kind(office)
                if kind:
                    holder = Holder(index, office.since, office.until)
                    self._holders.setdefault((kind, office.of), []).append(holder)

    def find(self, text: str, at: datetime) -> Iterator[tuple[int, int, int]]:
        """(person, start, end) of every office that somebody held on that day; none where two did."""
        words = tokenize(text)
        for place in range(len(words)):
            for kind, size in _find_kinds([word for word, _, _ in words[place : place + 5]]):
                for country, first, last in _find_countries(words, place, place + size):
                    persons = {h.person for h in self._holders.get((kind, country), ()) if _held(h, at.date())}
                    if len(persons) == 1:
                        yield persons.pop(), words[first][1], words[last][2]


def find_kind(office: Office) -> str:
    """The kind of an office by its English title; "" for one that is not told by a country."""
    title = office.title.lower()
    if title.startswith("secretary of state") and office.of != "US":
        return ""
    for kind, (titles, _) in _load().kinds.items():
        if title in titles:
            return kind
    return ""


def _held(holder: Holder, day: date) -> bool:
    return (holder.since is None or holder.since <= day) and (holder.until is None or day < holder.until)


def _find_kinds(words: list[str]) -> Iterator[tuple[str, int]]:
    """Kinds of office whose words begin here, and how many words."""
    for kind, (_, phrases) in _load().kinds.items():
        for phrase in phrases:
            if len(phrase) <= len(words) and all(
                word == part or (len(part) >= LEAST_BEGINNING and word.startswith(part))
                for word, part in zip(words, phrase, strict=False)
            ):
                yield kind, len(phrase)
                break


def _find_countries(words: list[tuple[str, int, int]], first: int, stop: int) -> Iterator[tuple[str, int, int]]:
    """(country, first word, last word) of the country right before or behind an office."""
    if first and words[first - 1][0] == "s":
        first -= 1  # Russia's
    if first and (country := _read_country(words[first - 1][0])):
        yield country, first - 1, stop - 1
        return
    for place in range(stop, min(stop + FARTHEST + 1, len(words))):
        country = _read_country(words[place][0])
        if country:
            yield country, first, place
            return
        if words[place][0] not in _load().links:
            return


def _read_country(word: str) -> str:
    countries = _load().countries
    if word in countries:
        return countries[word]
    for size in range(len(word), LEAST_BEGINNING, -1):
        if word[:size] in countries:
            return countries[word[:size]]
    return ""


class _Data(NamedTuple):
    kinds: dict[str, tuple[frozenset[str], tuple[tuple[str, ...], ...]]]
    countries: dict[str, str]
    links: frozenset[str]


@cache
def _load() -> _Data:
    data = tomllib.loads(resources.files("monitor.matching").joinpath("offices.toml").read_text(encoding="utf-8"))
    kinds = {
        kind: (
            frozenset(keys["titles"]),
            tuple(tuple(word for word, _, _ in tokenize(way)) for way in keys["words"].split("|")),
        )
        for kind, keys in data["kinds"].items()
    }
    countries = {fold(word): code for code, words in data["countries"].items() for word in words.split()}
    return _Data(kinds, countries, frozenset(data["links"]["words"].split()))

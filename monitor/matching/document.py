"""One article with its full names, and what every surname in it may be. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import NamedTuple

from monitor.matching.context import fold_name
from monitor.matching.lexicon import Lexicon, Name
from monitor.matching.scan import Field, Full, Token, is_one_edit, sounds_like
from monitor.matching.surroundings import Surroundings, find_address, is_thing, is_title_case, look_around

Place = tuple[int, int]  # field, token
_IDS_OF = attrgetter("ids")


class Surname(NamedTuple):
    """A surname of one person without the full name. `kind`: bare, initials, variant, or why it is somebody else's."""

    name: Name
    place: Place
    kind: str
    around: Surroundings


class Document:
    """One article: its full names at once, its surnames on demand."""

    def __init__(self, lexicon: Lexicon, fields: tuple[Field, Field], languages: int) -> None:
        self.lexicon, self.fields, self.languages = lexicon, fields, languages
        self._titles: list[bool | None] = [None, None]
        self._address = find_address(languages)
        self._around: dict[Place, Surroundings] = {}
        self._spoken: tuple[list[dict[int, int]], list[dict[int, int]]] | None = None
        self.unless: dict[int, set[Place]] = {}
        self.fulls: list[tuple[int, Full]] = []
        self.covered: dict[int, set[Place]] = {}  # person → tokens of the own full names
        self.explicit: dict[int, list[Place]] = {}  # person → surnames of full names and initials
        self.taken: dict[Place, set[int]] = {}  # token → persons whose full name holds it
        for number in (0, 1):
            for full in fields[number].fulls:
                if full.name.is_unless:
                    places = _list_places(number, full)
                    self.unless.setdefault(full.name.person, set()).update(places)
        for number in (0, 1):
            for full in fields[number].fulls:
                if not full.name.is_unless:
                    self._add_full(number, full)

    def _add_full(self, number: int, full: Full) -> None:
        person, part = full.name.person, self.fields[number]
        if (number, full.surname) in self.unless.get(person, ()):
            return
        if is_thing(part.text, full.start, part.stops[full.last]):
            return
        self.fulls.append((number, full))
        self.explicit.setdefault(person, []).append((number, full.surname))
        places = _list_places(number, full)
        self.covered.setdefault(person, set()).update(places)
        for place in places:
            self.taken.setdefault(place, set()).add(person)

    def token(self, place: Place) -> Token:
        """The token at a place."""
        return self.fields[place[0]].token(place[1])

    def find_words(self, wanted: AbstractSet[int]) -> list[tuple[Place, dict[int, int]]]:
        """Every token that may be one of these words, in order, with all that it may be."""
        if not wanted:
            return []
        return [
            ((number, index), ids)
            for number, spoken in enumerate(self._list_ids())
            for index, ids in enumerate(spoken)
            if ids and not wanted.isdisjoint(ids)
        ]

    def list_words(self) -> Iterator[tuple[Place, dict[int, int]]]:
        """Every token in order, with all that it may be."""
        for number, spoken in enumerate(self._list_ids()):
            for index, ids in enumerate(spoken):
                yield (number, index), ids

    def find_ids(self) -> set[int]:
        """All words of the lexicon that may stand in the document."""
        headline, body = self._list_ids()
        return set().union(*headline, *body)

    def _list_ids(self) -> tuple[list[dict[int, int]], list[dict[int, int]]]:
        """What the tokens of each field may be."""
        if self._spoken is None:
            headline, body = self.fields
            self._spoken = list(map(_IDS_OF, headline.words)), list(map(_IDS_OF, body.words))
        return self._spoken

    def look(self, place: Place) -> Surroundings:
        """What stands around a token."""
        around = self._around.get(place)
        if around is None:
            part = self.fields[place[0]]
            is_title = self._titles[place[0]]
            if is_title is None:
                is_title = self._titles[place[0]] = place[0] == 0 and is_title_case(part.text)
            around = look_around(
                part.text, self.token(place), is_cased=part.is_cased, is_title=is_title, address=self._address
            )
            self._around[place] = around
        return around

    def classify(self, place: Place, name: Name) -> Surname:
        """A surname with its kind."""
        around = self.look(place)
        kind = self._find_block(name, place, around) or self._read_given(name, place, around)
        if kind == "bare" and name.particle and not self._has_particle(name, place):
            kind = "particle"
        return Surname(name, place, kind, around)

    def _find_block(self, name: Name, place: Place, around: Surroundings) -> str:
        """What keeps a surname from being the person's, given names apart; "" when nothing does."""
        if place in self.unless.get(name.person, ()):
            return "unless"
        if around.generation != name.generation:
            return "generation" if around.generation else "no-generation"
        if around.initial:
            return ""
        if around.is_thing:
            return "thing"
        if around.is_hyphened and not self._is_beside_surname(place):
            return "hyphen"
        return "" if self.has_needs(name, place) else "needs"

    def _read_given(self, name: Name, place: Place, around: Surroundings) -> str:
        """What the initials or the word before a surname make of it."""
        if around.initial:
            return "initials" if name.given and has_initial(self.lexicon, name, around.initial) else "other-initial"
        if not around.given:
            return "bare"
        lemma = self.lexicon.lemmas[name.given]
        is_another = around.is_known_given and not sounds_like(around.given, lemma, self.languages | name.bit)
        if name.given and not is_another and is_one_edit(around.given, lemma):
            token, text = self.token(place), self.fields[place[0]].text
            return "thing" if is_thing(text, token.start - len(around.given) - 1, token.stop) else "variant"
        return "other-given" if around.is_known_given or self._is_watched_given(place) else "other-name"

    def _is_beside_surname(self, place: Place) -> bool:
        """Trump-Putin: the word before the hyphen is a watched surname too."""
        before = self._before(place)
        return before is not None and any(word in self.lexicon.by_surname for word in before.word.ids)

    def _is_watched_given(self, place: Place) -> bool:
        before = self._before(place)
        return before is not None and any(word in self.lexicon.by_given for word in before.word.ids)

    def _before(self, place: Place) -> Token | None:
        """The token right before, one character away."""
        number, index = place
        before = self.fields[number].token(index - 1) if index else None
        return before if before is not None and self.token(place).start - before.stop == 1 else None

    def has_needs(self, name: Name, place: Place) -> bool:
        """Does the word stand beside what it needs?"""
        if name.needs == ("", ""):
            return True
        text, token = self.fields[place[0]].text, self.token(place)
        before, behind = (
            text[max(0, token.start - 24) : token.start].split(),
            text[token.stop : token.stop + 24].split(),
        )
        stands_behind = fold_name(before[-1] if before else "").startswith(name.needs[0])
        return stands_behind and fold_name(behind[0] if behind else "").startswith(name.needs[1])

    def _has_particle(self, name: Name, place: Place) -> bool:
        text, start = self.fields[place[0]].text, self.token(place).start
        before = text[max(0, start - 12) : start].split()
        return bool(before) and fold_name(before[-1]) == name.particle


# Letters that stand for one another between languages, as initials.
SAME = {"в": "вуф", "у": "ув", "w": "wv", "v": "vw", "й": "йиі", "е": "еэєй", "э": "эе", "є": "єе", "c": "ck", "k": "kc", "к": "кхг", "х": "хгк", "г": "гх", "j": "jyi", "y": "yj", "и": "иії", "і": "іиї"}  # fmt: skip


def has_initial(lexicon: Lexicon, name: Name, initial: str) -> bool:
    """May this letter be the initial of a person's given name?"""
    first = lexicon.lemmas[name.given][0]
    return initial in SAME.get(first, first)


def _list_places(number: int, full: Full) -> list[Place]:
    """Of the tokens of a full name."""
    return [(number, token) for token in range(full.first, full.last + 1)]

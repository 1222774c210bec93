"""Which mentions of a document count: the rules on full names, initials, surnames and given names. Pure.

A document is decided as a whole: a surname counts after the full name, unless the nearest bearer before it is somebody else;
beside an office word; or because the archive has seen it mostly for this person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.matching.context import fold_name
from monitor.matching.lexicon import Lexicon, Name, Word
from monitor.matching.name_words import NAME_WORD
from monitor.matching.scan import SPACE, Field, Full, Token, is_one_edit
from monitor.matching.surroundings import Surroundings, has_same_initial, is_given_word, is_title_case, look_around
from monitor.model import SurnameRule

NOTHING = Word({}, frozenset(), (), (), 0)
LEAST_GIVEN = 4  # letters of a given name that counts alone: Ali is also a word
Place = tuple[int, int]  # field, token


class Mention(NamedTuple):
    """A mention that counts, or in `Verdict` one that does not."""

    person: int
    rule: str
    field: int
    start: int
    end: int


class Surname(NamedTuple):
    """A surname of one person without the full name. `kind`: bare, initials, variant, or why it is somebody else's."""

    name: Name
    place: Place
    kind: str
    around: Surroundings


@dataclass(slots=True, kw_only=True)
class Trust:
    """What is known of persons: their surname rule, and what the archive says in this document's language."""

    rules: list[SurnameRule]
    trusted: set[int] = field(default_factory=set)  # a bare surname means this person
    own: set[int] = field(default_factory=set)  # an office word beside it suffices
    rare: set[int] = field(default_factory=set)  # a bare surname nearly never means this person


class Document:
    """One article: its full names at once, its surnames on demand."""

    def __init__(self, lexicon: Lexicon, fields: tuple[Field, Field], languages: int) -> None:
        self.lexicon, self.fields, self.languages = lexicon, fields, languages
        self._titles: list[bool | None] = [None, None]
        self._around: dict[Place, Surroundings] = {}
        self.unless: dict[int, set[Place]] = {}
        self.fulls: list[tuple[int, Full]] = []
        self.covered: dict[int, set[Place]] = {}  # person → tokens of the own full names
        self.explicit: dict[int, list[Place]] = {}  # person → surnames of full names and initials
        self.taken: dict[Place, set[int]] = {}  # token → persons whose full name holds it
        for number in (0, 1):
            for full in fields[number].fulls:
                if full.name.is_unless:
                    self._cover(self.unless, full.name.person, number, full)
        for number in (0, 1):
            for full in fields[number].fulls:
                if not full.name.is_unless:
                    self._add_full(number, full)

    def _add_full(self, number: int, full: Full) -> None:
        person = full.name.person
        if (number, full.surname) in self.unless.get(person, ()) or self._is_thing(number, full):
            return
        self.fulls.append((number, full))
        self._cover(self.covered, person, number, full)
        self.explicit.setdefault(person, []).append((number, full.surname))
        for token in range(full.first, full.last + 1):
            self.taken.setdefault((number, token), set()).add(person)

    def _cover(self, table: dict[int, set[Place]], person: int, number: int, full: Full) -> None:
        table.setdefault(person, set()).update((number, token) for token in range(full.first, full.last + 1))

    def _is_thing(self, number: int, full: Full) -> bool:
        tokens = self.fields[number].tokens
        whole = tokens[full.last]._replace(start=full.start)
        return self._look(number, whole).is_thing

    def token(self, place: Place) -> Token:
        """The token at a place."""
        return self.fields[place[0]].tokens[place[1]]

    def look(self, place: Place) -> Surroundings:
        """What stands around a token."""
        around = self._around.get(place)
        if around is None:
            around = self._around[place] = self._look(place[0], self.token(place))
        return around

    def _look(self, number: int, token: Token) -> Surroundings:
        part = self.fields[number]
        is_title = self._titles[number]
        if is_title is None:
            is_title = self._titles[number] = number == 0 and is_title_case(part.text)
        return look_around(part.text, token, is_cased=part.is_cased, is_title=is_title)

    def find_names(self) -> Iterator[tuple[Place, Name]]:
        """Every token that may be a surname, or a whole name of one word, outside of the person's full names."""
        by_surname = self.lexicon.by_surname
        for number in (0, 1):
            for index, token in enumerate(self.fields[number].tokens):
                for word, spoken in token.word.ids.items():
                    for name in by_surname.get(word, ()):
                        place = (number, index)
                        if spoken & (self.languages | name.bit) and place not in self.covered.get(name.person, ()):
                            yield place, name

    def classify(self, place: Place, name: Name) -> Surname:
        """A surname with its kind."""
        around = self.look(place)
        return Surname(name, place, self._kind(name, place, around), around)

    def _kind(self, name: Name, place: Place, around: Surroundings) -> str:
        if place in self.unless.get(name.person, ()):
            return "unless"
        if around.generation != name.generation:
            return "generation" if around.generation else "no-generation"
        if around.initial:
            own = name.given and has_same_initial(around.initial, self.lexicon.lemmas[name.given])
            return "initials" if own else "other-initial"
        if around.is_thing:
            return "thing"
        if around.is_hyphened and not self._is_with_other_surname(place):
            return "hyphen"
        if name.needs != ("", "") and not self._has_needs(name, place):
            return "needs"
        if around.given:
            if self._is_variant(name, around.given):
                return "variant"
            return "other-given" if around.is_known_given or self._is_watched_given(place) else "other-name"
        if name.particle and not self._has_particle(name, place):
            return "particle"
        return "bare"

    def _has_needs(self, name: Name, place: Place) -> bool:
        """Does the word stand beside the name that it needs?"""
        text, token = self.fields[place[0]].text, self.token(place)
        before = text[max(0, token.start - 24) : token.start].split()
        behind = text[token.stop : token.stop + 24].split()
        return fold_name(before[-1] if before else "").startswith(name.needs[0]) and fold_name(
            behind[0] if behind else ""
        ).startswith(name.needs[1])

    def _is_with_other_surname(self, place: Place) -> bool:
        """Trump-Putin: the word before the hyphen is a watched surname too."""
        number, index = place
        before = self.fields[number].tokens[index - 1] if index else None
        return (
            before is not None
            and before.stop == self.token(place).start - 1
            and any(word in self.lexicon.by_surname for word in before.word.ids)
        )

    def _is_watched_given(self, place: Place) -> bool:
        number, index = place
        before = self.fields[number].tokens[index - 1] if index else None
        return (
            before is not None
            and self.token(place).start - before.stop == 1
            and any(word in self.lexicon.by_given for word in before.word.ids)
        )

    def _is_variant(self, name: Name, given: str) -> bool:
        """Another spelling of the given name: one edit in five letters."""
        return bool(name.given) and is_one_edit(given, self.lexicon.lemmas[name.given])

    def _has_particle(self, name: Name, place: Place) -> bool:
        text, start = self.fields[place[0]].text, self.token(place).start
        before = text[max(0, start - 12) : start].split()
        return bool(before) and fold_name(before[-1]) == name.particle


def find_mentions(document: Document, trust: Trust) -> list[Mention]:
    """The mentions that count, without doubles, in order."""
    found: dict[tuple[int, int, int], Mention] = {}
    for number, full in document.fulls:
        rule = "full-name" if full.exact else "variant"
        _keep(found, Mention(full.name.person, rule, number, full.start, full.end))
    for mention in (*_find_surnames(document, trust), *_find_given(document, trust), *_find_variants(document, trust)):
        _keep(found, mention)
    return sorted(found.values(), key=lambda mention: (mention.field, mention.start, mention.person))


def _keep(found: dict[tuple[int, int, int], Mention], mention: Mention) -> None:
    """One mention a person and place: the longest, a full name before anything else."""
    key = (mention.person, mention.field, mention.end)
    old = found.get(key)
    if (
        old is None
        or (old.rule != "full-name" and mention.end - mention.start > old.end - old.start)
        or (mention.rule == "full-name" and mention.start <= old.start)
    ):
        found[key] = mention


def _find_surnames(document: Document, trust: Trust) -> Iterator[Mention]:
    surnames = list(find_surnames(document, trust))
    for surname in surnames:
        if surname.kind in ("initials", "variant"):
            document.explicit.setdefault(surname.name.person, []).append(surname.place)
    for surname in surnames:
        rule = decide(document, surname, surnames, trust)
        if rule:
            yield make_mention(document, surname, rule)


def make_mention(document: Document, surname: Surname, rule: str) -> Mention:
    """The mention of a surname, with its initials or given name."""
    token = document.token(surname.place)
    start = surname.around.start if surname.kind == "initials" else token.start
    if surname.kind == "variant":
        before = document.fields[surname.place[0]].text[: token.start].rstrip(SPACE)
        start = len(before) - len(before.split()[-1].lstrip("\"“«„(‘'"))
    return Mention(surname.name.person, rule, surname.place[0], start, token.end)


def find_surnames(document: Document, trust: Trust | None = None) -> Iterator[Surname]:
    """Surnames that may count; with no trust given all of them."""
    for place, name in document.find_names():
        if name.is_unless:
            document.unless.setdefault(name.person, set()).add(place)
        elif trust is None or _may_count(document, trust, place, name):
            yield document.classify(place, name)


def _may_count(document: Document, trust: Trust, place: Place, name: Name) -> bool:
    person = name.person
    if not name.given or person in document.explicit or person in trust.trusted or trust.rules[person] == "alone":
        return True
    token = document.token(place)
    text = document.fields[place[0]].text
    if "." in text[max(0, token.start - 3) : token.start] or text[token.stop + 2 : token.stop + 3] == ".":
        return True  # initials
    return document.look(place).given != "" or (person in trust.own and document.look(place).has_office)


def decide(document: Document, surname: Surname, surnames: list[Surname], trust: Trust) -> str:
    """The rule by which a surname counts; "" when it does not."""
    name, person = surname.name, surname.name.person
    rule = trust.rules[person]
    if surname.kind in ("initials", "variant"):
        return surname.kind
    if _belongs_to_another(document, surname):
        return ""
    if not name.given:
        return "alias" if surname.kind == "bare" or (name.generation and surname.kind == "other-name") else ""
    is_known = person in document.explicit or person in trust.trusted
    if surname.kind != "bare" and not (surname.kind == "hyphen" and is_known):
        return ""
    if rule == "never":
        return ""
    rivals = _find_rivals(document, surname, surnames)
    if person in document.explicit:
        is_own = person in trust.trusted or (person not in trust.rare and _is_nearest(document, surname, rivals))
        return "after-full-name" if is_own else ""
    if surname.around.next_name or rule == "after-full-name":
        return ""
    if rule == "alone":
        return "alone"
    if rivals:
        return ""
    if surname.around.has_office and person in trust.own:
        return "office-word"
    return "archive" if person in trust.trusted else ""


def _belongs_to_another(document: Document, surname: Surname) -> bool:
    """Is the word part of somebody else's full name?"""
    owners = document.taken.get(surname.place)
    return owners is not None and surname.name.person not in owners


def _find_rivals(document: Document, surname: Surname, surnames: list[Surname]) -> list[Place]:
    """Where somebody else bears the surname."""
    word, person = surname.name.surname, surname.name.person
    found = [
        (number, full.surname)
        for number, full in document.fulls
        if full.name.person != person
        and full.name.surname == word
        and person not in document.taken.get((number, full.surname), ())
    ]
    others = ("other-given", "other-name", "other-initial", "generation")
    return found + [other.place for other in surnames if other.name.person == person and other.kind in others]


def _is_nearest(document: Document, surname: Surname, rivals: list[Place]) -> bool:
    """Is the nearest bearer before this surname the person?"""
    if not rivals:
        return True
    own = [place for place in document.explicit[surname.name.person] if place < surname.place]
    others = [place for place in rivals if place < surname.place]
    return bool(own) and (not others or max(own) > max(others))


def _find_given(document: Document, trust: Trust) -> Iterator[Mention]:
    """Given names alone, of persons whose full name stands in the document and whose given name nobody else there bears."""
    if not document.fulls:
        return
    bearers: dict[int, set[int]] = {}
    names: dict[int, Name] = {}
    for _, full in document.fulls:
        bearers.setdefault(full.name.given, set()).add(full.name.person)
        names[full.name.given] = full.name
    for number in (0, 1):
        for index, token in enumerate(document.fields[number].tokens):
            for word, spoken in token.word.ids.items():
                name = names.get(word)
                if (
                    name is not None
                    and len(bearers[word]) == 1
                    and spoken & (document.languages | name.bit)
                    and trust.rules[name.person] in ("auto", "after-full-name", "alone")
                    and (number, index) not in document.taken
                    and token.end - token.start >= 3
                    and len(document.lexicon.lemmas[word]) >= LEAST_GIVEN
                    and _stands_alone(document, number, token)
                ):
                    yield Mention(name.person, "given-name", number, token.start, token.end)


def _stands_alone(document: Document, number: int, token: Token) -> bool:
    """Is a given name neither before nor behind another name?"""
    text = document.fields[number].text
    after, before = text[token.stop : token.stop + 2], text[max(0, token.start - 40) : token.start]
    if len(after) == 2 and after[0] in SPACE + "-‐‑" and after[1].isalpha() and not after[1].islower():
        return False
    if not before or before[-1] not in SPACE + "-‐‑":
        return True
    words = before[before.rfind("\n") + 1 :].split()
    if not words or not words[-1][:1].isupper() or words[-1][-1] in ".!?:":
        return True
    starts = len(words) == 1 or words[-2][-1] in ".!?:"
    return starts and not is_given_word(fold_name(words[-1]))


def _find_variants(document: Document, trust: Trust) -> Iterator[Mention]:
    """Words of a name that the document spells in its own way, alone: Азия after Азия Биби, watched as Асия Биби."""
    own: dict[str, int] = {}
    for number, full in document.fulls:
        if not full.exact and trust.rules[full.name.person] != "never":
            text = document.fields[number].text
            for word in {
                full.end: text[full.start : full.end].split()[-1],
                0: text[full.start : full.end].split()[0],
            }.values():
                folded = fold_name(word)
                if len(folded) >= LEAST_GIVEN and not is_known(document.lexicon, word):
                    own[folded[: max(LEAST_GIVEN, len(folded) - 2)]] = full.name.person
    if not own:
        return
    spans = [(number, full.start, full.end) for number, full in document.fulls]
    for number in (0, 1):
        for match in NAME_WORD.finditer(document.fields[number].text):
            folded = fold_name(match[0])
            for beginning, person in own.items():
                if folded.startswith(beginning) and len(folded) <= len(beginning) + 5:
                    token = Token(match.start(), match.end(), match.end(), match[0], NOTHING)
                    if not any(n == number and a <= match.start() < b for n, a, b in spans) and _stands_alone(
                        document, number, token
                    ):
                        yield Mention(person, "variant", number, match.start(), match.end())


def is_known(lexicon: Lexicon, raw: str) -> bool:
    """Is a word of the text a form of a watched name as it is spelled there?"""
    word = lexicon.read(raw)
    return word is not None and bool(word.ids)

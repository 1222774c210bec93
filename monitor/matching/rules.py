"""Which mentions of a document count: the rules on full names, initials and surnames. Pure.

A document is decided as a whole: a surname counts after the full name, unless the nearest bearer before it is somebody else;
beside an office word; or because the archive has seen it mostly for this person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from monitor.matching.document import Document, Place, Surname
from monitor.matching.lexicon import Name
from monitor.matching.scan import SPACE
from monitor.matching.surroundings import has_office_before, may_have_initials
from monitor.model import SurnameRule

FEW_BEARERS = 4  # names of one surname that are all looked at; of more only those that something speaks for
RIVALS = frozenset(("other-given", "other-name", "other-initial", "generation"))


class Mention(NamedTuple):
    """A mention that counts."""

    person: int
    rule: str
    field: int
    start: int
    end: int


class Trust(Protocol):
    """What is known of persons: their surname rule, and what the archive says in this document's language."""

    def rule(self, person: int) -> SurnameRule: ...
    def is_trusted(self, person: int) -> bool: ...
    def is_own(self, person: int) -> bool: ...
    def is_rare(self, person: int) -> bool: ...


def find_surname_mentions(document: Document, trust: Trust) -> Iterator[Mention]:
    """Surnames and initials that count."""
    surnames = list(find_surnames(document, trust))
    if not surnames:
        return
    named = [surname for surname in surnames if surname.kind in ("initials", "variant")]
    is_new = any(surname.name.person not in document.explicit for surname in named)
    for surname in named:
        document.explicit.setdefault(surname.name.person, []).append(surname.place)
    if is_new:
        surnames = list(find_surnames(document, trust))  # now the bare ones behind them speak too
    rivals = find_rivals(document, surnames)
    for surname in surnames:
        rule = decide(document, surname, rivals.get(surname.name.person, []), trust)
        if rule:
            yield _make_mention(document, surname, rule)


def find_surnames(document: Document, trust: Trust) -> Iterator[Surname]:
    """Surnames outside of the person's full names for which something speaks."""
    live: dict[int, list[Name]] = {}
    for person in document.explicit:
        for name in document.lexicon.by_person[person]:
            live.setdefault(name.surname, []).append(name)
    lexicon, singles = document.lexicon, document.lexicon.singles
    find = _find_bearers if lexicon.is_small else _find_marked_bearers
    words = None if lexicon.is_small else _find_speaking(document, live)
    for place, word, spoken in _find_words(document, words):
        for name in (*singles.get(word, ()), *find(document, trust, live, place, word)):
            if spoken & (document.languages | name.bit) and place not in document.covered.get(name.person, ()):
                if not name.is_unless:
                    yield document.classify(place, name)
                elif document.has_needs(name, place):  # "captain Torvik": only beside the word that it names
                    document.unless.setdefault(name.person, set()).add(place)


def find_all_surnames(document: Document) -> Iterator[Surname]:
    """Every surname outside of the person's full names, for the counts."""
    for place, word, spoken in _find_words(document):
        for name in document.lexicon.by_surname.get(word, ()):
            if spoken & (document.languages | name.bit) and place not in document.covered.get(name.person, ()):
                yield document.classify(place, name)


def _find_speaking(document: Document, live: Live) -> set[int]:
    """Words that stand in the document and may count without a full name."""
    ids = document.find_ids()
    return set().union(*[table.keys() & ids for table in (live, *document.lexicon.speaking) if table])


def _find_words(document: Document, among: set[int] | None = None) -> Iterator[tuple[Place, int, int]]:
    """(place, word of the lexicon, languages) of every token and what it may be; `among`: only these words."""
    if among is None:
        yield from ((place, word, bits) for place, spoken in document.list_words() for word, bits in spoken.items())
        return
    for place, spoken in document.find_words(among):
        for word, bits in spoken.items():
            if word in among:
                yield place, word, bits


Live = dict[int, list[Name]]  # surname → names of the persons whose full name stands in the document


def _find_bearers(document: Document, trust: Trust, live: Live, place: Place, word: int) -> Sequence[Name]:
    """Names with this surname for which something speaks."""
    lexicon = document.lexicon
    names = lexicon.by_surname.get(word)
    if names is None:
        return ()
    text = document.fields[place[0]].text
    if may_have_initials(text, document.token(place)) or (len(names) <= FEW_BEARERS and document.look(place).given):
        return names  # a given name, perhaps spelled otherwise
    speaking = _find_marked_bearers(document, trust, live, place, word)
    if document.look(place).has_office and (word in lexicon.marked or lexicon.has_one_bearer(word)):
        speaking = list(dict.fromkeys([*speaking, *(name for name in names if trust.is_own(name.person))]))
    return speaking


def _find_marked_bearers(document: Document, trust: Trust, live: Live, place: Place, word: int) -> list[Name]:
    """The same where very many are watched: only what costs next to nothing for a surname that nobody knows."""
    lexicon = document.lexicon
    found = [*live.get(word, ()), *lexicon.alone.get(word, ())]
    if word in lexicon.marked:
        has_office = has_office_before(document.fields[place[0]].text, document.token(place))
        found += [
            name
            for name in lexicon.marked[word]
            if trust.is_trusted(name.person) or (has_office and trust.is_own(name.person))
        ]
    return list(dict.fromkeys(found)) if len(found) > 1 else found


def decide(document: Document, surname: Surname, rivals: list[Place], trust: Trust) -> str:
    """The rule by which a surname counts; "" when it does not."""
    name, person = surname.name, surname.name.person
    if surname.kind in ("initials", "variant"):
        return surname.kind
    if _belongs_to_another(document, surname):
        return ""
    if not name.given:
        return "alias" if surname.kind == "bare" or (name.generation and surname.kind == "other-name") else ""
    rule = trust.rule(person)
    is_explicit = person in document.explicit
    is_hyphened = surname.kind == "hyphen" and (is_explicit or trust.is_trusted(person))
    if rule == "never" or not (surname.kind == "bare" or is_hyphened):
        return ""
    if is_explicit:
        is_own = trust.is_trusted(person) or (not trust.is_rare(person) and _is_nearest(document, surname, rivals))
        return "after-full-name" if is_own else ""
    return _decide_alone(surname, rivals, rule, trust)


def _decide_alone(surname: Surname, rivals: list[Place], rule: SurnameRule, trust: Trust) -> str:
    """The rule for a surname without a full name in the document."""
    if surname.around.next_name or rule == "after-full-name":
        return ""
    if rule == "alone":
        return "alone"
    if rivals:
        return ""
    person = surname.name.person
    if surname.around.has_office and trust.is_own(person):
        return "office-word"
    return "archive" if trust.is_trusted(person) else ""


def find_rivals(document: Document, surnames: list[Surname]) -> dict[int, list[Place]]:
    """Person → where somebody else bears the surname."""
    found: dict[int, list[Place]] = {}
    bearers: dict[int, list[tuple[Place, int]]] = {}
    for number, full in document.fulls:
        bearers.setdefault(full.name.surname, []).append(((number, full.surname), full.name.person))
    seen: set[tuple[int, int]] = set()
    for surname in surnames:
        person, word = surname.name.person, surname.name.surname
        if surname.kind in RIVALS:
            found.setdefault(person, []).append(surname.place)
        if (person, word) not in seen:
            seen.add((person, word))
            found.setdefault(person, []).extend(
                place
                for place, other in bearers.get(word, ())
                if other != person and person not in document.taken.get(place, ())
            )
    return found


def _belongs_to_another(document: Document, surname: Surname) -> bool:
    """Is the word part of somebody else's full name?"""
    owners = document.taken.get(surname.place)
    return owners is not None and surname.name.person not in owners


def _is_nearest(document: Document, surname: Surname, rivals: list[Place]) -> bool:
    """Is the nearest bearer before this surname the person?"""
    if not rivals:
        return True
    own = [place for place in document.explicit[surname.name.person] if place < surname.place]
    others = [place for place in rivals if place < surname.place]
    return bool(own) and (not others or max(own) > max(others))


def _make_mention(document: Document, surname: Surname, rule: str) -> Mention:
    """The mention of a surname, with its initials or given name."""
    token = document.token(surname.place)
    start = surname.around.start if surname.kind == "initials" else token.start
    if surname.kind == "variant":
        before = document.fields[surname.place[0]].text[: token.start].rstrip(SPACE)
        start = len(before) - len(before.split()[-1].lstrip("\"“«„(‘'"))
    return Mention(surname.name.person, rule, surname.place[0], start, token.end)

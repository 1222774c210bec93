"""Where watched names may stand in one field: words of names, and pairs of given name and surname. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, compress
from typing import NamedTuple

from rapidfuzz.distance import OSA

from monitor.matching.context import fold_name, load_context
from monitor.matching.lexicon import Lexicon, Name, Word
from monitor.matching.morphology import NAME, find_readings
from monitor.matching.name_words import ANY_WORD, CAPITAL, INSIDE, NAME_WORD, has_capitals

SPACE = " \u00a0\u202f\u200c"
FARTHEST = 44  # characters between a given name and its surname
PARTICLES = load_context().particles
_PARTICLE = "|".join(sorted(load_context().particles, key=len, reverse=True))
BETWEEN = re.compile(
    rf"[{SPACE}]?(?:[\"“”„«»'’][^\"“”„«»\n]{{2,16}}[\"“”«»'’][{SPACE}])?"
    rf"(?:(?:(?i:{_PARTICLE})['’]?|[{CAPITAL}][{INSIDE}]{{0,2}}\.|[{CAPITAL}][{INSIDE}]*['’]?)[{SPACE}‐‑-]?){{0,6}}"
)
MID = re.compile(rf"[{CAPITAL}][{INSIDE}]*")
LOOSE = frozenset((", ", ". ", ".", "' ", "’ ", "' al-"))  # "Name, Given", initials; a pair is checked again as a whole
MOST_WORDS = 7  # of a name, as tokens
LEAST_EDITED = 5  # letters of a name that may have one edit
MOST_BEARERS = 40  # surnames that one given name is tried with
AFTER = re.compile(rf"[{SPACE}]([{CAPITAL}][{INSIDE}]*)")
PARTED, PARTED_ANY = re.compile(f"({NAME_WORD.pattern})"), re.compile(f"({ANY_WORD.pattern})")
NEXT = re.compile(rf"(?:,?[{SPACE}]|[‐‑–-])([{INSIDE}]+)")


class Token(NamedTuple):
    """A word of a text that may be part of a watched name. `end` is the end of the part that is the name."""

    start: int
    end: int
    stop: int  # end of the whole word
    raw: str
    word: Word


class Full(NamedTuple):
    """A name in full: tokens from `first` to `last`; `exact` is False for a spelling variant."""

    name: Name
    first: int
    last: int  # of its surname, or of the given name when that stands behind
    surname: int  # token of the surname
    start: int
    end: int
    exact: bool


class Field(NamedTuple):
    """One field of an article with the tokens and full names in it."""

    text: str
    tokens: list[Token]
    fulls: list[Full]
    is_cased: bool


def scan_field(lexicon: Lexicon, text: str, languages: int) -> Field:
    """Tokens and full names of a text; `languages`: the bits of the text's language."""
    is_cased = has_capitals(text)
    field = Field(text, _find_tokens(lexicon, text, is_cased), [], is_cased)
    _find_fulls(lexicon, field, languages)
    if is_cased and lexicon.is_small:
        named = {full.first for full in field.fulls}
        for place, token in enumerate(field.tokens):
            if token.word.partners and place not in named:
                field.fulls.extend(_find_near_fulls(lexicon, field, place, languages))
    return field


def _find_tokens(lexicon: Lexicon, text: str, is_cased: bool) -> list[Token]:
    """The words of a text that may be part of a watched name. Most are not: they pass in loops that are not Python's."""
    parts = (PARTED if is_cased else PARTED_ANY).split(text)  # gap, word, gap, …, word, gap
    words = list(map(lexicon.read, parts[1::2]))
    starts = list(accumulate(map(len, parts)))  # of each part, one place further left
    return [
        Token(starts[at], starts[at] + word.length, starts[at + 1], parts[at + 1], word)
        for at, word in compress(zip(range(0, len(parts), 2), words, strict=False), words)
        if word is not None
    ]


def _find_near_fulls(lexicon: Lexicon, field: Field, place: int, languages: int) -> Iterator[Full]:
    """A given name and a surname that is one edit off; only where few persons are watched."""
    first = field.tokens[place]
    follows = AFTER.match(field.text, first.stop)
    if follows is None or len(follows[1]) < LEAST_EDITED:
        return
    for word, spoken in first.word.ids.items():
        for name in lexicon.by_given.get(word, ())[:MOST_BEARERS]:
            if (
                spoken & (languages | name.bit)
                and not name.generation
                and not name.surname_first
                and is_one_edit(follows[1], lexicon.lemmas[name.surname])
            ):
                yield Full(name, place, place, place, first.start, follows.end(), False)


@lru_cache(maxsize=50_000)
def is_one_edit(raw: str, lemma: str) -> bool:
    """Is a word a form of a folded name, but for one letter? Not when it is one."""
    if len(lemma) < LEAST_EDITED:
        return False
    folded = fold_name(raw)
    if len(folded) < LEAST_EDITED or folded[0] != lemma[0]:
        return False
    names = [name for name, kind, _ in find_readings(folded) if kind & NAME and len(name) >= LEAST_EDITED]
    return lemma not in names and any(OSA.distance(name, lemma, score_cutoff=1) <= 1 for name in names)


def _find_fulls(lexicon: Lexicon, field: Field, languages: int) -> None:
    """Adds the full names whose last word is each token in turn."""
    tokens = field.tokens
    for place in range(1, len(tokens)):
        last = follows = tokens[place]
        for before in range(place - 1, max(-1, place - MOST_WORDS), -1):
            first = tokens[before]
            if not _is_near(field.text, first.stop, follows.start) or last.start - first.stop > FARTHEST:
                break
            if (first.word.ids or last.word.ids) and (names := _find_names(lexicon, first.word, last.word)):
                fulls = [_make_full(field, before, place, name, turned, languages) for name, turned in names]
                field.fulls.extend(_keep_exact([full for full in fulls if full is not None]))
            follows = first


def _is_near(text: str, stop: int, start: int) -> bool:
    """May what stands from one word to the next stand between two words of a name?"""
    size = start - stop
    if size == 1 or size > FARTHEST:
        return size == 1
    gap = text[stop:start]
    return gap in LOOSE or _may_join(gap)


def _may_join(gap: str) -> bool:
    """May these characters stand between two words of a name?"""
    if gap[1:2].islower() and gap.split(None, 1)[0].rstrip("'’-") not in PARTICLES:
        return False
    return BETWEEN.fullmatch(gap) is not None


def _keep_exact(fulls: list[Full]) -> list[Full]:
    """Of names at one place those as they are spelled, if there are any."""
    exact = [full for full in fulls if full.exact]
    return exact or fulls


def _find_names(lexicon: Lexicon, first: Word, last: Word) -> list[tuple[Name, bool]]:
    """Names of two words, and whether the text has the surname first."""
    found: list[tuple[Name, bool]] = []
    for given, surname, is_turned in ((first, last, False), (last, first, True)):
        classes = surname.surname_classes
        for one, partners in given.partners:
            if not partners.isdisjoint(classes):
                for other in classes:
                    if other in partners:
                        found += [(name, is_turned) for name in lexicon.find_pairs(one, other)]
    return found


def _make_full(field: Field, before: int, place: int, name: Name, is_reversed: bool, languages: int) -> Full | None:
    """The full name of two tokens, if they are its forms and stand together."""
    first, last = field.tokens[before], field.tokens[place]
    given, surname = (last.word, first.word) if is_reversed else (first.word, last.word)
    fit = _fit(name, given, surname, languages) if name.given else 0
    if not fit:
        return None
    is_adjacent = before == place - 1
    if not (name.surname_first or is_adjacent if is_reversed else is_adjacent or not name.surname_first):
        return None
    if is_reversed and name.is_unless and not name.surname_first:
        return None
    if not _is_joined(field.text, first, last, name, is_reversed):
        return None
    end = check_generation(field.text, last, name)
    if not end:
        return None
    return Full(name, before, place, before if is_reversed else place, first.start, end, fit == 2)


def _fit(name: Name, given: Word, surname: Word, languages: int) -> int:
    """2: both words are forms of the name; 1: one is, the other is spelled alike; 0: neither."""
    spoken = languages | name.bit
    given_fits = given.ids.get(name.given, 0) & spoken
    surname_fits = surname.ids.get(name.surname, 0) & spoken
    if given_fits and surname_fits:
        return 2
    if name.is_unless or name.generation:
        return 0
    return 1 if surname_fits or given_fits else 0


def _is_joined(text: str, first: Token, last: Token, name: Name, is_reversed: bool) -> bool:
    """Do two words stand together as a name: side by side, or with middle names and particles between?"""
    gap = text[first.stop : last.start]
    if is_reversed and not name.surname_first:
        return gap in (" ", "\u00a0", ", ") and not _is_followed_by_name(text, last)
    if len(gap) == 1 and (gap in SPACE or gap in "‐‑-"):
        return not (name.mids and (is_reversed or name.is_unless))
    if not BETWEEN.fullmatch(gap):
        return False
    mids = tuple(word for word in map(fold_name, MID.findall(gap)) if word not in load_context().particles)
    if mids == name.mids:
        return True
    if is_reversed or name.is_unless:
        return bool(mids) and [word[:3] for word in mids] == [word[:3] for word in name.mids]
    has_case = first.raw[0].lower() != first.raw[0].upper()
    if len(mids) > (2 if has_case else 1):
        return False  # without capitals any word looks like a middle name
    return not mids or not name.mids or mids[0][0] == name.mids[0][0]


def _is_followed_by_name(text: str, last: Token) -> bool:
    after = text[last.stop : last.stop + 2]
    return len(after) == 2 and after[0] in SPACE and after[1].isupper()


def check_generation(text: str, last: Token, name: Name) -> int:
    """The end of the name; 0 when Junior or a numeral makes it another person's, or is lacking."""
    found, end = find_generation(text, last)
    if found and name.generation == found:
        return end
    return 0 if found or name.generation else last.end


def find_generation(text: str, last: Token) -> tuple[str, int]:
    """ "j", "s" or a numeral behind a name, and where it ends; Буш-младший, Bush Jr., Елизавета II."""
    follows = NEXT.match(text, last.end)
    if follows is None:
        return "", last.end
    raw = follows[1]
    found = _read_generation(raw)
    if found not in ("", "j", "s") and (not raw.isupper() or text[last.end] not in SPACE or found == "i"):
        return "", last.end  # "v" is "in" in many languages, "i" is "and"
    return found, follows.end()


@lru_cache(maxsize=50_000)
def _read_generation(raw: str) -> str:
    return load_context().generation(fold_name(raw))

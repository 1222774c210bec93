"""Where watched names may stand in one field: words of names, and pairs of given name and surname. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, compress
from typing import NamedTuple

from rapidfuzz.distance import OSA

from monitor.matching.context import fold_name, load_context
from monitor.matching.lexicon import Lexicon, Name, Word
from monitor.matching.morphology import NAME, find_readings
from monitor.matching.name_words import ANY_WORD, CAPITAL, INSIDE, LOWER, NAME_WORD, UPPER, has_capitals
from monitor.matching.spelling import find_skeleton
from monitor.text import fold_char

SPACE = " \u00a0\u202f\u200c"
JOINTS = SPACE + "‐‑-"
FARTHEST = 44  # characters between a given name and its surname
PARTICLES = load_context().particles
_PARTICLE = "|".join(sorted(load_context().particles, key=len, reverse=True))
# Of a whole word; in scripts without capitals words of three letters end sentences.
_INITIAL = rf"(?<![{INSIDE}])(?:[{UPPER}][{INSIDE}]{{0,2}}|[{CAPITAL}][{INSIDE}]?)\."
BETWEEN = re.compile(
    rf"[{SPACE}‐‑-]?(?:[\"“”„«»'’][^\"“”„«»\n]{{2,16}}[\"“”«»'’][{SPACE}])?"
    rf"(?:(?:(?i:{_PARTICLE})['’]?|{_INITIAL}|[{CAPITAL}][{INSIDE}]*['’]?)[{SPACE}‐‑-]?){{0,6}}"
)
QUOTED = re.compile("[\"“”„«»'’]")
LOWER_RUN = re.compile(rf"[{SPACE}‐‑-]([{LOWER}]+)")
ALL_PARTICLES = re.compile(rf"(?i:{_PARTICLE}){{1,6}}")
MID = re.compile(rf"[{CAPITAL}][{INSIDE}]*")
LOOSE = frozenset((", ", ". ", ".", "' ", "’ ", "' al-"))  # "Name, Given", initials; a pair is checked again as a whole
PARTING = frozenset(",;:!?…()[]—–/\n")  # at the beginning of a gap or behind its first space: no name goes on there
MOST_WORDS = 7  # of a name, as tokens
NO, ALIKE, EXACT = range(3)  # how two words fit a name
LEAST_HEARD = 5  # letters of the second word of a name that is only spelled alike
LEAST_EDITED = 5  # letters of a name that may have one edit
MOST_BEARERS = 40  # surnames that one given name is tried with
AFTER = re.compile(rf"[{SPACE}]([{CAPITAL}][{INSIDE}]*)")
PATRONYMIC = re.compile(
    rf"[{SPACE}][{CAPITAL}][{INSIDE}]+(?:[ое]вич|[оеії]вн|[ыи]ничн|ьич)[{INSIDE}]{{0,3}}(?![{INSIDE}])"
)
NEXT = re.compile(rf"(?:,?[{SPACE}]|[‐‑–-])([{INSIDE}]+)")


# First letters of Junior and numerals, in either script; "" is a letter that the fold leaves out.
GENERATION_INITIALS = frozenset(load_context().list_generation_initials()) | {""}


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
    """One field of an article with the tokens in it, as columns, and the full names."""

    text: str
    starts: list[int]
    stops: list[int]
    words: list[Word]
    fulls: list[Full]
    is_cased: bool

    def token(self, index: int) -> Token:
        """The token of a number."""
        start, stop, word = self.starts[index], self.stops[index], self.words[index]
        return Token(start, start + word.length, stop, self.text[start:stop], word)


class Tokens(NamedTuple):
    """Words of a text that may be part of a watched name, as columns."""

    starts: list[int]
    stops: list[int]
    words: list[Word]
    is_cased: bool


def find_tokens(lexicon: Lexicon, texts: Iterable[str]) -> list[Tokens]:
    """The tokens of each text: of its capitalised words; of all where there are no capitals."""
    # Most words are not watched: they pass in loops that are not Python's.
    cased = [(text, has_capitals(text)) for text in texts]
    found = [list((NAME_WORD if is_cased else ANY_WORD).finditer(text)) for text, is_cased in cased]
    raws = [list(map(re.Match.group, matches)) for matches in found]
    if len(found) != 1:  # a single text has too few new words
        lexicon.read_many(chain.from_iterable(raws))
    tokens = []
    for matches, raw, (_, is_cased) in zip(found, raws, cased, strict=True):
        words = list(map(lexicon.read, raw))
        matches = list(compress(matches, words))
        starts, stops = list(map(re.Match.start, matches)), list(map(re.Match.end, matches))
        tokens.append(Tokens(starts, stops, list(filter(None, words)), is_cased))
    return tokens


def scan_field(lexicon: Lexicon, text: str, languages: int, tokens: Tokens | None = None) -> Field:
    """Tokens and full names of a text; `languages`: the bits of the text's language; `tokens`: its own, if known."""
    starts, stops, words, is_cased = tokens or find_tokens(lexicon, (text,))[0]
    field = Field(text, starts, stops, words, [], is_cased)
    _find_fulls(lexicon, field, languages)
    if is_cased and lexicon.is_small:
        named = {full.first for full in field.fulls}
        for place, word in enumerate(field.words):
            if word.partners and place not in named:
                field.fulls.extend(_find_near_fulls(lexicon, field, place, languages))
    return field


def _find_near_fulls(lexicon: Lexicon, field: Field, place: int, languages: int) -> Iterator[Full]:
    """A given name and a surname that is one edit off; only where few persons are watched."""
    follows = AFTER.match(field.text, field.stops[place])
    if follows is None or len(follows[1]) < LEAST_EDITED:
        return
    for word, spoken in field.words[place].ids.items():
        for name in lexicon.by_given.get(word, ())[:MOST_BEARERS]:
            if (
                spoken & (languages | name.bit)
                and not name.generation
                and not name.surname_first
                and is_one_edit(follows[1], lexicon.lemmas[name.surname])
            ):
                yield Full(name, place, place, place, field.starts[place], follows.end(), False)


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


@lru_cache(maxsize=50_000)
def sounds_like(folded: str, lemma: str, languages: int) -> bool:
    """Is a folded word, or what one of these languages makes a form of, spelled like a name by sound, or does it stand for it: Joe, Joseph?"""
    sound, variants = find_skeleton(lemma), load_context().variants
    same = {lemma, *variants.get(lemma, ())}
    return any(
        sound in (find_skeleton(name), find_skeleton(folded[: len(name)]))
        or not same.isdisjoint((name, *variants.get(name, ())))
        for name, kind, spoken in find_readings(folded)
        if kind & NAME and spoken & languages
    )


def _find_fulls(lexicon: Lexicon, field: Field, languages: int) -> None:
    """Adds the full names whose last word is each token in turn."""
    text, starts, stops, words = field.text, field.starts, field.stops, field.words
    is_near = [  # what stands behind each token may stand within a name
        start - stop == 1 or (start - stop <= FARTHEST and _may_join(text[stop:start]))
        for stop, start in zip(stops, starts[1:], strict=False)
    ]
    for place in compress(range(1, len(words)), is_near):
        last, farthest = words[place], starts[place] - FARTHEST
        for before in range(place - 1, max(-1, place - MOST_WORDS), -1):
            if not is_near[before] or stops[before] < farthest:
                break
            first = words[before]
            if lexicon.is_small or first.ids or last.ids:
                fulls = _make_fulls(lexicon, field, before, place, languages)
                if fulls:
                    exact = [full for full in fulls if full.exact]  # of names at one place, if there are any
                    field.fulls.extend(exact or fulls)


def _may_join(gap: str) -> bool:
    """May these characters stand between two words of a name?"""
    if gap in LOOSE:
        return True
    if gap[:1] in PARTING or (gap[1:2] in PARTING and gap[0] in SPACE):
        return False
    if gap[1:2].islower() and gap.split(None, 1)[0].rstrip("'’-") not in PARTICLES:
        return False
    return is_between(gap)


@lru_cache(maxsize=20_000)
def is_between(gap: str) -> bool:
    """Are these middle names, initials, particles?"""
    if QUOTED.search(gap) is None and not all(map(_is_particle, LOWER_RUN.findall(gap))):
        return False  # told ten times faster
    return BETWEEN.fullmatch(gap) is not None


@lru_cache(maxsize=20_000)
def _is_particle(word: str) -> bool:
    """May this word in small letters stand within a name?"""
    return ALL_PARTICLES.fullmatch(word) is not None


def _make_fulls(lexicon: Lexicon, field: Field, before: int, place: int, languages: int) -> list[Full]:
    """The full names that two tokens are forms of, if they stand together."""
    fulls: list[Full] = []
    for given, surname in ((before, place), (place, before)):
        classes = field.words[surname].surname_classes
        for partners in field.words[given].partners:
            for other in classes:
                for name in partners.get(other, ()):
                    fit = _fit(lexicon, field, given, surname, name, languages)
                    if fit and _is_joined(field, before, place, name, given == place):
                        end = check_generation(field.text, field.starts[place] + field.words[place].length, name)
                        if end:
                            fulls.append(Full(name, before, place, surname, field.starts[before], end, fit == EXACT))
    return fulls


def _fit(lexicon: Lexicon, field: Field, given: int, surname: int, name: Name, languages: int) -> int:
    """How two tokens fit a name: EXACT when both are forms of it; ALIKE when one is, or few persons are watched, and the rest sounds like it; NO."""
    if not name.given:
        return NO
    spoken = languages | name.bit
    parts = ((given, name.given), (surname, name.surname))
    others = [part for part in parts if not field.words[part[0]].ids.get(part[1], 0) & spoken]
    if not others:
        return EXACT
    is_sure = len(others) == 1 or lexicon.is_small
    if name.is_unless or name.generation or not is_sure:
        return NO
    least = LEAST_HEARD if len(others) > 1 else 1
    return ALIKE if all(_is_heard(lexicon, field, *part, spoken, least) for part in others) else NO


def _is_heard(lexicon: Lexicon, field: Field, place: int, number: int, languages: int, least: int) -> bool:
    """Does a token of so many letters sound like a word of the lexicon?"""
    start, lemma = field.starts[place], lexicon.lemmas[number]
    folded = fold_name(field.text[start : start + field.words[place].length])
    return min(len(folded), len(lemma)) >= least and sounds_like(folded, lemma, languages)


def _is_joined(field: Field, before: int, place: int, name: Name, is_reversed: bool) -> bool:
    """Do two words stand together as a name: side by side, or with middle names and particles between?"""
    start, stop = field.stops[before], field.starts[place]
    is_adjacent = before == place - 1
    if is_reversed and not name.surname_first:
        return is_adjacent and not name.is_unless and _is_turned(field.text, start, stop, field.stops[place])
    if not is_reversed and not is_adjacent and name.surname_first:
        return False
    if stop - start == 1 and field.text[start] in JOINTS:
        return not (name.mids and (is_reversed or name.is_unless))
    gap = field.text[start:stop]
    return is_between(gap) and _has_mids(field.text[field.starts[before]], gap, name, is_reversed)


def _is_turned(text: str, start: int, stop: int, end: int) -> bool:
    """Does a surname stand before the given name, and no further name behind but a patronymic?"""
    if text[start:stop] not in (" ", "\u00a0", ", "):
        return False
    after = text[end : end + 2]
    is_free = not (len(after) == 2 and after[0] in SPACE and after[1].isupper())
    return is_free or PATRONYMIC.match(text, end) is not None


def _has_mids(initial: str, gap: str, name: Name, is_reversed: bool) -> bool:
    """Are the middle names between two words those of the name, or left out, or more than it says?"""
    mids = tuple(word for word in map(fold_name, MID.findall(gap)) if word not in PARTICLES)
    if mids == name.mids:
        return True
    if is_reversed or name.is_unless:
        return bool(mids) and [word[:3] for word in mids] == [word[:3] for word in name.mids]
    has_case = initial.lower() != initial.upper()
    if len(mids) > (2 if has_case else 1):
        return False  # without capitals any word looks like a middle name
    return not mids or not name.mids or mids[0][0] == name.mids[0][0]


def check_generation(text: str, end: int, name: Name) -> int:
    """The end of a name that ends here; 0 when Junior or a numeral makes it another person's, or is lacking."""
    found, stop = find_generation(text, end)
    if found and name.generation == found:
        return stop
    return 0 if found or name.generation else end


def find_generation(text: str, end: int) -> tuple[str, int]:
    """ "j", "s" or a numeral behind a name, and where it ends; Буш-младший, Bush Jr., Елизавета II."""
    follows = NEXT.match(text, end)
    if follows is None:
        return "", end
    raw = follows[1]
    if fold_char(raw[0])[:1] not in GENERATION_INITIALS:
        return "", end
    found = _read_generation(raw)
    if found not in ("", "j", "s") and (not raw.isupper() or text[end] not in SPACE or found == "i"):
        return "", end  # "v" is "in" in many languages, "i" is "and"
    return found, follows.end()


@lru_cache(maxsize=50_000)
def _read_generation(raw: str) -> str:
    return load_context().generation(fold_name(raw))

"""Watched names in Han, kana, hangul, Thai and the like: one automaton over a text without spaces and interpuncts. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

import ahocorasick_rs
from anyascii import anyascii

from monitor.matching.counts import Trust
from monitor.matching.name_words import HANGUL, NOT_SPACED
from monitor.model import Person
from monitor.text import UNSPACED, fold_char

INTERPUNCT = "·•‧∙･・＝=゠‐-"
GAP = frozenset(" \u00a0\u3000\u202f" + INTERPUNCT)
PARTS = re.compile(f"[{re.escape(''.join(sorted(GAP)))}]+")
KANA, HAN, ALL_HAN = (
    re.compile("[\u30a1-\u30fa\u30fc-\u30fe]"),
    re.compile("[\u3400-\u9fff\uf900-\ufaff]"),
    re.compile("[々\u3400-\u9fff]+"),
)
IS_HANGUL = re.compile(f"[{HANGUL}]")
RUN = re.compile(f"[{UNSPACED}{HANGUL}ー｡-ﾟ]+")
PLAIN = re.compile("[\0-\u0dff\u2000-\u206f]*")  # surely no such script, told in half the time
BEFORE = 12  # characters before such a run that may belong to a name
YOUNG_AND_OLD = ("小", "老")
# First letters of a Chinese or Japanese transliteration and of the name.
ALIKE_INITIALS = ("bpvw", "dt", "gkhqjc", "m", "n", "lr", "szxcjt", "fvwhb", "aeiouyjw")
LAST_RUN = re.compile(f"[{UNSPACED}ー]+$")
LONG = ("ー", "ｰ")  # dropped from the automaton, part of the name
VU = {
    "ァ": "ア",
    "ィ": "イ",
    "ェ": "エ",
    "ォ": "オ",
    "ゥ": "ウ",
    "バ": "ブア",
    "ビ": "ブイ",
    "ベ": "ブエ",
    "ボ": "ブオ",
}  # ヴァ is バ
MARKED = ("\uff9e", "\uff9f")
HALF = frozenset(chr(code) for code in range(0xFF66, 0xFFA0))


class Pattern(NamedTuple):
    """A string of the automaton. `kind`: full, surname, japanese (a surname that needs an honorific), unless."""

    person: int
    kind: str
    length: int  # characters of the name as written
    given: str = ""  # of a surname: what may stand before it as its own given name
    is_japanese: bool = False  # another Han character behind it makes it a longer name
    sounds: str = (
        ""  # first letters of the given name in Latin: what may stand before ・ in front of a name without one
    )


class Sighting(NamedTuple):
    """A name that may stand here. `is_blocked`: a longer word, or somebody else's given name before it."""

    person: int
    kind: str
    start: int
    end: int
    has_office: bool
    is_blocked: bool


class Unspaced:
    """All spellings of all persons in scripts without spaces, and hangul."""

    def __init__(self) -> None:
        self._patterns: dict[str, list[Pattern]] = {}
        self._listed: list[list[Pattern]] = []
        self._engine: Any = None

    def add_person(self, index: int, person: Person) -> None:
        """All spellings of a person, and what must not count."""
        for language, spellings in (("", (person.name, *person.also)), *person.names.items()):
            for spelling in spellings:
                self._add(index, spelling, language, person.name)
        for spelling in person.unless:
            if NOT_SPACED.search(spelling):
                self._put(squeeze(spelling)[0], Pattern(index, "unless", len(spelling)))

    def freeze(self) -> None:
        """Builds the automaton."""
        if self._patterns:
            self._engine = ahocorasick_rs.AhoCorasick(list(self._patterns), store_patterns=False)
        self._listed = list(self._patterns.values())
        self._patterns = {}

    def find(self, text: str) -> list[Sighting]:
        """Every place where a name may stand; the longest of one person at one place."""
        if self._engine is None or PLAIN.fullmatch(text) or not NOT_SPACED.search(text):
            return []
        found: list[Sighting] = []
        unless: list[tuple[int, int, int]] = []
        for begin, stop in _find_windows(text):
            squeezed, places = squeeze(text[begin:stop])
            for number, start, end in self._engine.find_matches_as_indexes(squeezed, overlapping=True):
                first, last = begin + places[start], begin + places[end - 1] + 1
                while text[last : last + 1] in LONG:
                    last += 1
                for pattern in self._listed[number]:
                    if pattern.kind == "unless":
                        unless.append((pattern.person, first, last))
                    elif _has_bounds(text, first, last, pattern):
                        found.append(_sight(text, first, last, pattern))
        return _keep_longest(found, unless)

    def _add(self, index: int, spelling: str, language: str, name: str) -> None:
        if not NOT_SPACED.search(spelling):
            return
        squeezed = squeeze(spelling)[0]
        parts = [part for part in PARTS.split(spelling) if part]
        is_japanese = language == "ja" and ALL_HAN.fullmatch(squeezed) is not None
        sounds = name[:1] if len(parts) == 1 and " " in name else ""
        self._put(squeezed, Pattern(index, "full", len(spelling), is_japanese=is_japanese, sounds=sounds))
        if len(parts) > 1:
            is_native = all(ALL_HAN.fullmatch(part) for part in parts) and len(parts) == 2 and len(squeezed) <= 5
            surname = squeeze(parts[0] if is_native else parts[-1])[0]
            if len(surname) >= 2:
                kind = "japanese" if is_native else "surname"
                self._put(surname, Pattern(index, kind, len(surname), squeeze(parts[0])[0]))
        elif is_japanese and 3 <= len(squeezed) <= 4:
            self._put(squeezed[:2], Pattern(index, "japanese", 2))

    def _put(self, text: str, pattern: Pattern) -> None:
        known = self._patterns.setdefault(text, [])
        if pattern not in known:
            known.append(pattern)


def _find_windows(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text that hold such scripts, with a Latin word before them: JD・バンス."""
    begin = stop = 0
    for match in RUN.finditer(text):
        if match.start() - BEFORE > stop:
            if stop:
                yield begin, stop
            begin = max(0, match.start() - BEFORE)
        stop = match.end()
    if stop:
        yield begin, stop


def squeeze(text: str) -> tuple[str, list[int]]:
    """A text in one spelling (simplified Han, ヴァ as バ, no ー), without spaces and interpuncts; where each character stood."""
    parts: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        plain = _simplify(char)
        if plain == "ヴ" or char in HALF:
            plain = _plain(char, text[index + 1 : index + 2])
        if len(plain) == 1:
            parts.append(plain)
            places.append(index)
        elif plain:
            parts.extend(plain)
            places.extend([index] * len(plain))
    return "".join(parts), places


def _plain(char: str, following: str) -> str:
    """A kana that the next character changes."""
    if char in MARKED:
        return ""
    if following in MARKED:
        char = _compose(char, following)
    folded = _simplify(char)
    return "ブ" if folded == "ヴ" else folded


@lru_cache(maxsize=4096)
def _compose(char: str, mark: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKC", char + mark)


class _Memory(dict[str, str]):
    """Character → its plain form; "" for spaces, interpuncts and ー."""

    def __missing__(self, char: str) -> str:
        folded = fold_char(char).translate(_simplified())
        plain = "" if char in GAP or folded == "ー" else VU.get(folded, folded)
        self[char] = plain
        return plain


_simplify = _Memory().__getitem__


@cache
def _simplified() -> dict[int, str]:
    """Traditional and Japanese Han characters → simplified."""
    lines = resources.files("monitor.matching").joinpath("han.tsv").read_text(encoding="utf-8").splitlines()
    return {ord(old): new for old, new in zip(lines[-2], lines[-1], strict=True)}


def _has_bounds(text: str, start: int, end: int, pattern: Pattern) -> bool:
    """Does a name end where it seems to?"""
    before, after, first, last = text[start - 1 : start], text[end : end + 1], text[start], text[end - 1]
    if (KANA.match(last) and after and KANA.match(after)) or (KANA.match(first) and before and KANA.match(before)):
        return False
    if first.isascii() and before.isalnum() and before.isascii():
        return False
    if IS_HANGUL.match(last):
        return not (before and IS_HANGUL.match(before)) and _hangul_tail().match(text, end) is not None
    if HAN.match(last):
        return _has_han_bounds(text, start, end, pattern)
    return not (after and "\u0e30" <= after <= "\u0e4e" and after not in "เแโใไ")


def _has_han_bounds(text: str, start: int, end: int, pattern: Pattern) -> bool:
    lists = _lists()
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if before and _simplify(before) + _simplify(text[start]) in lists["before"]:
        return False
    if pattern.kind == "japanese":
        return text.startswith(lists["after_ja"], end) and not (
            before and HAN.match(before) and before not in "前元新同故の"
        )
    if not after or not HAN.match(after):
        return True
    if pattern.is_japanese and text.startswith(lists["after_ja"], end):
        return True
    if text.startswith(lists["offices"], end):
        return True
    length = end - start
    if length <= 2 and _simplify(text[end - 1]) + _simplify(after) in lists["across"]:
        return False
    if length <= 2 or pattern.is_japanese:
        return _simplify(after) in lists["after"] or _follows_office(text, start)
    return _simplify(after) not in lists["goes_on"]


def _follows_office(text: str, start: int) -> bool:
    before = "".join(map(_simplify, text[max(0, start - 12) : start].rstrip("".join(GAP))))
    return before.endswith(_lists()["plain_offices"])


def _sight(text: str, start: int, end: int, pattern: Pattern) -> Sighting:
    lists = _lists()
    has_office = text[end : end + 12].lstrip().startswith(lists["offices"]) or _follows_office(text, start)
    joint = text[start - 1 : start]
    is_behind = joint != "" and joint in INTERPUNCT
    is_nickname = joint in YOUNG_AND_OLD and (pattern.kind == "surname" or end - start <= 2)
    is_blocked = (
        is_nickname
        or (pattern.kind == "surname" and is_behind)
        or (is_behind and pattern.sounds != "" and not _may_be_given(text[:start], pattern.sounds))
    )
    return Sighting(pattern.person, pattern.kind, start, end, has_office, is_blocked)


def _may_be_given(before: str, initial: str) -> bool:
    """Does the part before an interpunct begin like a given name? 唐纳德 like Donald; 伊万卡 does not."""
    part = PARTS.split(before[-13:-1])[-1]
    run = LAST_RUN.search(part)
    sound = anyascii(run[0])[:1].lower() if run else ""
    return any(sound in group and initial.lower() in group for group in ALIKE_INITIALS)


def _keep_longest(found: list[Sighting], unless: list[tuple[int, int, int]]) -> list[Sighting]:
    """Without what lies in a longer name of the same person or in an `unless`."""
    kept = []
    for one in found:
        inside = any(
            one.person == other.person
            and other.start <= one.start
            and one.end <= other.end
            and (other.end - other.start, other.kind == "full") > (one.end - one.start, one.kind == "full")
            for other in found
        )
        if not inside and not any(p == one.person and a <= one.start and one.end <= b for p, a, b in unless):
            kept.append(one)
    return kept


def decide_sightings(sightings: list[Sighting], explicit: set[int], trust: Trust) -> Iterator[tuple[Sighting, str]]:
    """The sightings that count, with the rule."""
    for one in sightings:
        rule = trust.rule(one.person)
        if one.kind == "full" and not one.is_blocked:
            yield one, "full-name"
        elif one.is_blocked or rule == "never":
            continue
        elif one.person in explicit:
            yield one, "after-full-name"
        elif rule == "alone":
            yield one, "alone"
        elif one.has_office and trust.is_own(one.person):
            yield one, "office-word"
        elif trust.is_trusted(one.person):
            yield one, "archive"


@cache
def _lists() -> dict[str, Any]:
    data = _load()
    split = {key: tuple(words.split()) for key, words in data["han"].items()}
    offices = (*split["offices"], *data["hangul"]["offices"].split(), *data["thai"]["offices"].split())
    return {
        "before": frozenset(split["before"]),
        "across": frozenset(split["across"]),
        "after": frozenset("".join(split["after"])),
        "after_ja": split["after_han_ja"],
        "goes_on": frozenset("".join(split["goes_on"])),
        "offices": offices,
        "plain_offices": tuple("".join(map(_simplify, office)) for office in offices),
    }


@cache
def _hangul_tail() -> re.Pattern[str]:
    particles = "|".join(sorted(_load()["hangul"]["particles"].split(), key=len, reverse=True))
    return re.compile(f"(?:{particles}){{0,3}}(?![{HANGUL}])")


@cache
def _load() -> dict[str, Any]:
    return tomllib.loads(resources.files("monitor.matching").joinpath("unspaced.toml").read_text(encoding="utf-8"))

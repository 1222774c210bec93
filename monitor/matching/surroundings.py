"""What stands around a surname: an initial, an office, somebody else's given name, a street. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from monitor.matching.context import fold_name, load_context
from monitor.matching.morphology import language_bit
from monitor.matching.scan import NEXT, SPACE, Token, find_generation
from monitor.text import fold

WINDOW = 60  # characters looked at on each side
LONGEST_ABBREVIATION = 5  # characters of an office with its full stop: Prof., Pres.
OFFICE_WORDS = 3  # an office counts within so many words before the name (measured: docs/matching.md)
INITIALS = re.compile(rf"(?<![^\W\d_])((?:[^\W\d_]{{1,2}}\.[{SPACE}]?[‐‑-]?){{1,3}})$")
INITIALS_AFTER = re.compile(rf"[{SPACE}]((?:[^\W\d_]\.[{SPACE}]?){{1,2}})")
HYPHENS = frozenset("-‐‑")
HYPHENED = re.compile(r"([^\W\d_]\w*)[-‐‑]$")
APOSTROPHES = ("'", "’")
SPACES = frozenset(SPACE)
ENDS, STOPS = ".!?;:…", ".!?…"
QUOTES = "\"“”„«»'’‘()[]—–-"


class Surroundings(NamedTuple):
    """`given`: the word before it when that looks like a given name; `is_known_given`: it surely is one."""

    initial: str  # first letter of initials, folded; "" without
    start: int  # of the initials, or of the word
    given: str
    is_known_given: bool
    has_office: bool
    next_name: str  # a capitalised word right behind it
    is_thing: bool  # a street, a ship, a prize
    generation: str
    is_hyphened: bool  # the second half of a double name


def find_address(languages: int) -> frozenset[str]:
    """Short forms of address of a text's language; none where it is unknown: M. is an initial elsewhere."""
    return next((words for one, words in load_context().address.items() if languages == language_bit(one)), frozenset())


def look_around(
    text: str, token: Token, *, is_cased: bool, is_title: bool, address: frozenset[str] = frozenset()
) -> Surroundings:
    """What stands around a token. `is_title`: the text capitalises nearly every word, so that capitals say nothing; `address`: see `find_address`."""
    left = text[max(0, token.start - WINDOW) : token.start]
    left = left[left.rfind("\n") + 1 :]
    before = left.split()
    joint = left[-1:]
    is_adjacent = joint != "" and joint in SPACE
    initial, start = _find_initial(text, left, token, address)
    word = before[-1] if before and is_adjacent and not initial else ""
    given, is_known = _read_given(before, word, is_cased=is_cased, is_title=is_title)
    next_name, next_word, generation = _read_right(text, token, is_title)
    return Surroundings(
        initial=initial,
        start=start,
        given=given,
        is_known_given=is_known,
        has_office=_has_office(before, is_adjacent or bool(initial), address) or is_office_word(next_word),
        next_name=next_name,
        is_thing=_is_thing(before, joint, next_word),
        generation=generation,
        is_hyphened=_is_hyphened(left),
    )


def is_thing(text: str, start: int, stop: int) -> bool:
    """Is a name that of a street, a ship, a prize or the like?"""
    left = text[max(0, start - WINDOW) : start]
    left = left[left.rfind("\n") + 1 :]
    follows = NEXT.match(text, stop)
    next_word = fold_name(follows[1]) if follows and text[stop] != "," else ""
    return _is_thing(left.rsplit(None, 2), left[-1:], next_word)


def may_have_initials(text: str, token: Token) -> bool:
    """A quick look whether initials may stand beside a name: a short capitalised word with a full stop."""
    start, stop = token.start, token.stop
    if text[stop + 2 : stop + 3] == "." and text[stop + 1].isupper():
        return True
    dot = start - 1 if text[start - 1 : start] == "." else start - 2
    if dot < 1 or text[dot] != "." or not text[dot - 1].isalpha():
        return False
    return dot < 3 or not (text[dot - 2].isalpha() and text[dot - 3].isalpha())


def is_title_case(text: str) -> bool:
    """Does nearly every longer word begin with a capital?"""
    words = [word for word in text.split() if len(word) > 3 and word[0].isalpha()]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.75 * len(words)


def has_office_before(text: str, token: Token) -> bool:
    """Does an office or a form of address stand within a few words before a name?"""
    left = text[max(0, token.start - WINDOW) : token.start]
    if left[-1:] not in SPACES:
        return False
    return _has_office(left[left.rfind("\n") + 1 :].split(), True)


def _is_hyphened(left: str) -> bool:
    """Does a capitalised word with a hyphen stand right before?"""
    found = HYPHENED.search(left) if left[-1:] in HYPHENS else None
    return found is not None and found[1][0].isupper()


def _find_initial(text: str, left: str, token: Token, address: frozenset[str]) -> tuple[str, int]:
    found = INITIALS.search(left) if "." in left[-3:] else None
    if found and (found[1][0].isupper() or not token.raw[0].isupper()) and not _is_title(found[1], address):
        return fold(found[1])[:1], token.start - len(found[1])
    after = INITIALS_AFTER.match(text, token.stop)
    if (
        after
        and after[1][0].isupper()
        and len(after[1].replace(".", "").split()) <= 2
        and _ends_initials(text, after.end())
    ):
        return fold(after[1])[:1], token.start
    return "", token.start


def _is_title(initials: str, address: frozenset[str]) -> bool:
    """Mr. and Dr. are no initials."""
    word = fold(initials).strip(". \u00a0")
    return word in address or (len(word) > 1 and is_office_word(word))


def _ends_initials(text: str, end: int) -> bool:
    """Лавров С. В. сказал, but not: met Lavrov. B. Johnson said"""
    rest = text[end : end + 2].lstrip()
    return not rest or not rest[0].isupper()


def _read_given(before: list[str], word: str, *, is_cased: bool, is_title: bool) -> tuple[str, bool]:
    """The word before a surname when it looks like a given name, and whether it surely is one."""
    bare = word.strip(QUOTES)
    if not bare or word[-1] in ENDS + "," or word[-1] in QUOTES:
        return "", False
    folded = fold_name(bare)
    if is_cased and not bare[0].isupper() and bare[0].lower() != bare[0].upper():
        return "", False
    if folded in load_context().particles or is_office_word(folded):
        return "", False
    if is_given_word(folded):
        return folded, True
    has_no_case = bare[0].lower() == bare[0].upper()
    is_acronym = bare.isupper() and len(bare) <= 5
    starts = len(before) == 1 or before[-2][-1] in ENDS or word[0] in QUOTES
    if is_title or has_no_case or is_acronym or starts or not is_cased:
        return "", False
    return folded, False


def _read_right(text: str, token: Token, is_title: bool) -> tuple[str, str, str]:
    """(a capitalised word right behind, the word behind folded, Junior or a numeral)."""
    generation, _ = find_generation(text, token.end)
    follows = NEXT.match(text, token.end)
    if not follows:
        return "", "&" if text[token.stop : token.stop + 2] == " &" else "", ""
    word, joint = follows[1], text[token.end]
    folded = fold_name(word)
    if joint not in SPACE:
        return "", folded if joint != "," else "", generation
    is_glued = text[follows.end() : follows.end() + 1] in APOSTROPHES  # Erdoğan Bakü'ye gitti
    is_name = word[0].isupper() and not is_glued and not word.isupper() and not is_title and not is_office_word(folded)
    return folded if is_name else "", folded, generation


def _has_office(before: list[str], is_adjacent: bool, address: frozenset[str] = frozenset()) -> bool:
    if not is_adjacent:
        return False
    for number, word in enumerate(reversed(before[-OFFICE_WORDS:])):
        if (number and word[-1] in ENDS and len(word) > 3) or (word[-1] in STOPS and len(word) > LONGEST_ABBREVIATION):
            return False
        folded = fold_name(word.strip(QUOTES + ENDS + ","))
        if is_office_word(folded) or folded in address:
            return True
        if is_given_word(folded) and word[:1].isupper():
            return False  # the office is somebody else's
    return False


def _is_thing(before: list[str], joint: str, next_word: str) -> bool:
    context = load_context()
    if next_word in context.after or next_word == "&" or (before and before[-1] == "&"):
        return True
    if not before:
        return False
    if _fold_bare(before[-1]) in context.before:
        return True
    return joint in "«“„\"'" and len(before) >= 2 and _fold_bare(before[-2]) in context.before


@lru_cache(maxsize=100_000)
def _fold_bare(word: str) -> str:
    return fold_name(word.strip(QUOTES + "."))


@lru_cache(maxsize=100_000)
def is_office_word(word: str) -> bool:
    """Is this folded word an office or a form of address?"""
    return bool(word) and load_context().is_office(word)


@lru_cache(maxsize=100_000)
def is_given_word(word: str) -> bool:
    """Is this folded word a form of a common given name?"""
    return len(word) >= 2 and load_context().is_given(word)

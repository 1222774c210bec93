"""Words that may be names, in scripts that write spaces: capitalised ones, and all of those of scripts without capitals. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from monitor.text import INVISIBLE, LETTERS, UNSPACED, _ranges

HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
_OTHER = re.compile(f"[{UNSPACED}{HANGUL}]")


def _codes(categories: tuple[str, ...]) -> Iterator[int]:
    for code in range(0x41, 0xFFF0):
        char = chr(code)
        if unicodedata.category(char) in categories and not _OTHER.match(char):
            yield code


GEORGIAN = range(0x10D0, 0x1100)  # lower case since Unicode 11, in a script that hardly uses capitals
LOWER = _ranges(code for code in _codes(("Ll",)) if code not in GEORGIAN)
CAPITAL = _ranges(iter(sorted({*_codes(("Lu", "Lt", "Lo")), *GEORGIAN})))
ZWNJ = "\u200c"  # parts words in Persian
INSIDE = f"{LETTERS}{INVISIBLE}".replace("\\U0000200b-\\U0000200f", "\u200b\u200d-\u200f")
_TAIL = rf"[{INSIDE}]*(?:['’ʼ`´][{INSIDE}]+|[‐‑-][{LOWER}][{INSIDE}]*|[\"״׳][\u05d0-\u05ea]+)*"
NAME_WORD = re.compile(f"[{CAPITAL}]{_TAIL}")
ANY_WORD = re.compile(f"[{CAPITAL}{LOWER}]{_TAIL}")
UPPER = _ranges(_codes(("Lu", "Lt")))
CAPITALISED = re.compile(f"[{UPPER}]")
NOT_SPACED = re.compile(f"[{UNSPACED}{HANGUL}]")


def find_name_words(spelling: str) -> list[str]:
    """The words of a name: without its particles in lower case, with them when there is nothing else."""
    if NOT_SPACED.search(spelling):
        return []
    return NAME_WORD.findall(spelling) or NAME_WORD.findall(spelling.title())


def has_capitals(text: str) -> bool:
    """Does the text use capitals beside small letters? A chat line may not."""
    return CAPITALISED.search(text) is not None

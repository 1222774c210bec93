"""Queries that are valid and hardly what was meant: `or` for OR, a NEAR without a number, a language that is none. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.config.checks import check_language

QUOTED = re.compile(r'"[^"]*"|“[^”"]*[”"]|„[^“”"]*[“”"]|«[^»]*»')
SMALL = re.compile(r"(?<![\w:/*-])(or|and|not|near)(?![\w:*-])(/\d+)?")
NEAR = re.compile(r"(?<![\w:])NEAR(?![\w/*])")
INSIDE = re.compile(r"[^\s()|&*]+\*+(?=\w)[^\s()]*")
LETTER = re.compile(r"(?<![\w:/*.'’-])[A-Za-zА-Яа-яΑ-Ωα-ω](?![\w*./'’-])")
LANGUAGE = re.compile(r"lang:([A-Za-z][A-Za-z0-9-]*)", re.I)


def find_slips(query: str) -> Iterator[str]:
    """One line for each slip of the pen in a query."""
    bare = QUOTED.sub(" ", query)
    for word in dict.fromkeys(match[1] for match in SMALL.finditer(bare)):
        better = "NEAR/6" if word == "near" else word.upper()
        yield f"{word!r} is searched as a word (do you mean {better}? operators are written in capitals)"
    if NEAR.search(bare):
        yield "'NEAR' is searched as a word (do you mean NEAR/6? it needs a number of words)"
    for match in INSIDE.finditer(bare):
        yield f"{match[0]!r}: a * stands only at the end of a word"
    for letter in dict.fromkeys(match[0] for match in LETTER.finditer(bare)):
        yield f"{letter!r} is one letter: it stands in nearly every text"
    for match in LANGUAGE.finditer(bare):
        try:
            check_language(match[1])
        except ValueError as error:
            yield f"lang: {error}"

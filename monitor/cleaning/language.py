"""Which language a text is in, when nothing says it. Pure."""

from __future__ import annotations

import re

import py3langid as langid

TAG = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")
ENOUGH = 40  # characters below which nothing is guessed


def parse_language(tag: str) -> str:
    """A BCP 47 tag in its usual writing; "" when it is none."""
    tag = tag.strip()
    if not TAG.match(tag):
        return ""
    first, *rest = tag.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)])


def find_language(text: str) -> str:
    """The language of a text by its letters; "" when it is too short to tell."""
    sample = text[:2000]
    if len(sample.strip()) < ENOUGH:
        return ""
    return str(langid.classify(sample)[0])

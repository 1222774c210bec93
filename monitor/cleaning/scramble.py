"""Text whose letters were moved by one to hide it behind a paywall is not text. Pure."""

from __future__ import annotations

import re

from monitor.cleaning.cues import STOP_WORDS, tokenize

LEAST = 12  # words of a paragraph that is judged
PLAIN = 0.25  # share of the commonest words in a text as it is written
SAMPLE = 400  # characters of it that are looked at: it is scrambled all through
BACK = {code: code - 1 for code in range(ord("b"), ord("z") + 1)} | {ord("a"): ord("z")}
# Tags whose letters were moved too: "<div class" is "=ejw dmbtt" then.
MARKUP = "a aside blockquote div em figure h2 h3 iframe li ol p picture script section span strong ul".split()  # noqa: SIM905 - reads as a list
MOVED_TAG = re.compile(
    rf"=0?(?:{'|'.join(''.join(chr(ord(char) + 1) for char in tag) for tag in MARKUP)})(?:\?| [b-z{{]{{2,}})"
)


def unscramble(paragraphs: list[str]) -> tuple[list[str], bool]:
    """The paragraphs that are text, and whether scrambled ones were left out: no paragraph is ever invented from them."""
    kept = [paragraph for paragraph in paragraphs if not is_scrambled(paragraph)]
    return kept, len(kept) < len(paragraphs)


def is_scrambled(paragraph: str) -> bool:
    """Are the commonest words few, and many when every letter goes back by one? Or was markup moved with the text?"""
    if "=" in paragraph and MOVED_TAG.search(paragraph):
        return True
    start = paragraph[:SAMPLE]
    parts = start.lower().split()
    if sum(map(STOP_WORDS.__contains__, parts)) > PLAIN * len(parts):
        return False
    words = tokenize(start)
    if len(words) < LEAST:
        return False
    plain = sum(map(STOP_WORDS.__contains__, words))
    if plain > 0.2 * len(words):
        return False
    plain = sum(word in STOP_WORDS for word in words if len(word) > 1)
    back = sum(word in STOP_WORDS for word in " ".join(words).translate(BACK).split() if len(word) > 1)
    return back > 0.2 * len(words) and back > 1.5 * plain

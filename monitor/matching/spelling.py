"""One spelling of a name: other ways to part its words, what stands beside them, how it sounds. Pure."""

from __future__ import annotations

import re

from monitor.matching.context import fold_name, load_context

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("iyjeaouіїийыьъеэєаоуюяё", "i"),
        "w": "v",
        "z": "s",
        "c": "k",
        "d": "t",
        "g": "k",
        "b": "p",
        "з": "с",
        "д": "т",
        "б": "п",
    }
    | dict.fromkeys("аоеиιυηωο", "i")
)
# A letter that the table lacks costs as much as five that it has: it has those of Latin, Greek, Cyrillic and Armenian.
ALIKE = {code: chr(code) for code in range(ord("'"), 0x590)} | _ALIKE
DOUBLED = re.compile(r"(.)\1+")
PIECES = re.compile(r"[\s‐‑-]+")
PARTICLE = re.compile(r"\s(bin|ibn|ben|бин|ибн|бен)\s", re.IGNORECASE)
HALVES = re.compile(r"(?<=[^\W\d_])[‐‑-]([a-z])(?=[a-z]+$)")  # of an East Asian given name
SERVANT = re.compile("(عبد) (?=ال)")


def respell(spelling: str) -> tuple[str, ...]:
    """A spelling and other ways to part its words: Lee Jae-myung, Jae Myung, Jaemyung; عبد الفتاح, عبدالفتاح."""
    if HALVES.search(spelling):
        return (spelling, HALVES.sub(lambda m: f" {m[1].upper()}", spelling), HALVES.sub(lambda m: m[1], spelling))
    if SERVANT.search(spelling):
        return (spelling, SERVANT.sub(r"\1", spelling))
    return (spelling,)


def split_name(spelling: str, words: list[str]) -> tuple[str, list[str], tuple[str, str]]:
    """(Junior or a numeral, words of the name, what must stand before and behind it when it is a single word)."""
    context = load_context()
    pieces = [piece for piece in PIECES.split(spelling.strip().rstrip(".")) if piece]
    generation = context.generation(fold_name(pieces[-1])) if len(pieces) > 1 else ""
    if generation not in ("j", "s") and not pieces[-1].isupper():
        generation = ""
    if generation:
        tail = re.compile(rf"[‐‑-]?{re.escape(pieces[-1])}$")
        words = [short for word in words[:-1] if (short := word)] + (
            [tail.sub("", words[-1])] if tail.sub("", words[-1]) else []
        )
        pieces = pieces[:-1]
    if len(words) != 1 or words[0] not in pieces:
        return generation, words, ("", "")
    lower = [fold_name(piece) for piece in pieces]
    if any(piece in context.particles for piece in lower):
        return generation, words, ("", "")
    place = pieces.index(words[0])
    before, behind = "".join(lower[:place][-1:]), "".join(lower[place + 1 :][:1])
    return generation, words, (before[: max(4, len(before) - 2)], behind[: max(4, len(behind) - 2)])


def find_skeleton(word: str) -> str:
    """What spellings of one sound have in common: Lawrow and Lavrov, Сергей and Сергій."""
    return DOUBLED.sub(r"\1", word.translate(ALIKE))


def find_particle(spelling: str) -> str:
    """The particle that belongs to the surname: bin in Mohammed bin Salman."""
    found = PARTICLE.search(spelling)
    return found[1].lower() if found else ""

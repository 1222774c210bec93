"""People whom a headline and a lead name, as written: by capitals, or by the title before the name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.stories.lexicon import load_hollow, load_phrases, load_words
from monitor.stories.phrases import Word
from monitor.stories.places import PlaceMatch
from monitor.text import fold

PARTICLES = frozenset(
    (
        "al",
        "el",
        "bin",
        "ben",
        "von",
        "van",
        "der",
        "de",
        "da",
        "dos",
        "del",
        "di",
        "la",
        "le",
        "ibn",
        "abu",
        "аль",
        "бин",
        "бен",
        "фон",
        "ван",
        "дер",
        "эль",
        "аль",
        "бін",
    )
)
ARABIC_LINKS = frozenset(("بن", "ابن", "ال", "عبد", "ابو"))
LONGEST = 5  # words of a name
HAN_NAME = re.compile(r"[\u4e00-\u9fff]{1,6}(?:[·•][\u4e00-\u9fff]{1,8})*")
HAN_STOP = re.compile(
    r"与|和(?!田)|同(?!光)|在|将|对|表示|说|称|就|于|向|赴|抵|访|会|出席|当|宣|指|举行|结束|通|应|等|及|以|已|今|昨|明天|周[一二三四五六日]|星期|分别|强|谴|呼|警|签|任|召|重|发|敦|否|驳|共|一行|为|本|正|前往|拟|计划|取消|推|再|的|提|主|接|到|启|也|从|电|批|要|并|在线|双|率"
)


def find_people(
    words: Sequence[Word], text: str, language: str, places: Sequence[PlaceMatch], edge: int
) -> tuple[str, ...]:
    """Names in order, each once; a surname alone only when no full name has it. `edge`: where the lead begins."""
    if language == "zh":
        names = list(_find_han(text))
    elif language == "ar":
        names = list(_find_arabic(words, text, places))
    else:
        names = list(_find_capitalised(words, text, language, places, edge))
    return _drop_repeats(names)


def _find_capitalised(
    words: Sequence[Word], text: str, language: str, places: Sequence[PlaceMatch], edge: int
) -> Iterator[str]:
    taken = {index for match in places for index in range(match.first, match.last) if match.is_spaced}
    titles = {match.first for match in load_phrases(language, "titles").find(words, text)}
    hollow = load_hollow(language)
    place = 0
    while place < len(words):
        run = _read_run(words, text, place, taken, titles, hollow)
        after_title = place > 0 and (place - 1 in titles or place - 1 in taken)
        is_lead = words[place].start >= edge
        if len(run) >= 2 or (run and place - 1 in titles and after_title and is_lead and len(run[0].forms[0]) > 2):
            yield text[run[0].start : run[-1].end]
        place += max(len(run), 1)


def _read_run(
    words: Sequence[Word], text: str, place: int, taken: set[int], titles: set[int], hollow: frozenset[str]
) -> list[Word]:
    """Capitalised words from here that hang together, particles between them; no place, title or hollow word."""
    run: list[Word] = []
    for index in range(place, min(place + LONGEST, len(words))):
        word = words[index]
        if run and not _is_joint(text[run[-1].end : word.start], run[-1]):
            break
        is_particle = word.forms[0] in PARTICLES and bool(run)
        is_name = word.is_capital and word.forms[0] not in hollow and not text[word.start : word.end].isdigit()
        if index in taken or index in titles or not (is_particle or is_name):
            break
        run.append(word)
    while run and not run[-1].is_capital:
        run.pop()
    return run


def _is_joint(between: str, before: Word) -> bool:
    """Do two words hang together: by a space, a hyphen or the point of an initial?"""
    if between == ". ":
        return before.end - before.start <= 2
    return between in ("-", "‑", "’", "'") or (bool(between) and not between.strip() and "\n" not in between)


def _find_arabic(words: Sequence[Word], text: str, places: Sequence[PlaceMatch]) -> Iterator[str]:
    taken = {index for match in places for index in range(match.first, match.last)}
    titles = {match.first for match in load_phrases("ar", "titles").find(words, text)}
    stops = {match.first for group in ("events", "stages") for match in load_phrases("ar", group).find(words, text)}
    hollow = load_hollow("ar")
    for place in range(1, len(words)):
        if (place - 1 not in titles and place - 1 not in taken) or place in titles or place in taken:
            continue
        if not _follows_title(place, titles, taken):
            continue
        name = _read_arabic(words, text, place, taken | titles | stops, hollow)
        if len(name) >= 2:
            yield text[name[0].start : name[-1].end]


def _follows_title(place: int, titles: set[int], taken: set[int]) -> bool:
    """Is there a title in the run of titles and places before?"""
    index = place - 1
    while index >= 0 and (index in titles or index in taken):
        if index in titles:
            return True
        index -= 1
    return False


def _read_arabic(words: Sequence[Word], text: str, place: int, stops: set[int], hollow: frozenset[str]) -> list[Word]:
    name: list[Word] = []
    wanted = 2
    for index in range(place, min(place + LONGEST, len(words))):
        word = words[index]
        if index in stops or word.forms[0] in hollow or (name and text[name[-1].end : word.start] not in (" ", "-")):
            break
        name.append(word)
        if word.forms[0] in ARABIC_LINKS:
            wanted += 1
        if len(name) >= wanted:
            break
    return name


def _find_han(text: str) -> Iterator[str]:
    titles = sorted(load_words("zh")["titles"], key=len, reverse=True)
    for match in re.finditer("|".join(titles), text):
        name = HAN_NAME.match(text, match.end())
        if name is None:
            continue
        stop = HAN_STOP.search(name[0], 1)
        found = name[0][: stop.start()] if stop else name[0]
        if len(found) >= 2 and not any(found.startswith(title) for title in titles):
            yield found


def _drop_repeats(names: Sequence[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for name in sorted(dict.fromkeys(names), key=lambda other: -len(other)):
        folded = fold(name)
        if not any(folded == known or known.endswith((f" {folded}", f"·{folded}")) for known in kept):
            kept[folded] = name
    return tuple(name for name in dict.fromkeys(names) if name in kept.values())

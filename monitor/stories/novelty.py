"""What an article adds to its story: sentences that carry a fact which no earlier article of the story has. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from monitor.model import Fact
from monitor.stories.copies import hash_sentence
from monitor.stories.frames import Frame
from monitor.stories.held import HeldStory, Tally
from monitor.stories.lexicon import load_phrases
from monitor.stories.phrases import read_words
from monitor.stories.piece import Piece
from monitor.stories.places import LANGUAGES, find_places, may_name_place
from monitor.stories.said import Said
from monitor.stories.terms import Terms, find_stem, find_stems, fold_words, load_stopwords
from monitor.stories.voices import find_voice
from monitor.text import fold

# In order of weight. An update may ring for these; "detail" (new words without such a fact) never does.
KINDS = (
    "cancellation",
    "denial",
    "stage",
    "confirmation",
    "second-voice",
    "person",
    "number",
    "place",
    "date",
    "detail",
)
ONWARD = ("announced", "running", "done")  # the way of an event
MOST_SENTENCES = 5  # that are told
MOST_READ = 40  # sentences of a body; the rest of 200 pages is background
KNOWN = (
    0.7  # share of a sentence's words that the story has, from which it says nothing new without a new fact; a guess
)
LEAST_NEW_WORDS = 4
DIGIT = re.compile(r"\d")
DIGITS = re.compile(r"(?<![\w.,])\d[\d.,\u00a0\u202f]*(?!\w)")
NAME = re.compile(
    r"(?<![.!?…»\"”]\s)(?<!^)(?<![\w-])([^\W\d_][\w'’-]+(?:\s(?:(?:al|bin|von|van|de|da|al-|аль-)[\s-]?)?[^\W\d_][\w'’-]+){1,3})"
)


@dataclass(frozen=True, slots=True)
class News:
    """A new sentence and the kind of its weightiest new fact."""

    kind: str
    sentence: str


def find_news(piece: Piece, terms: Terms, story: HeldStory, sentences: Sequence[tuple[int, int]]) -> list[News]:
    """The new sentences, the weightiest first. A new stage, denial, confirmation or voice is told once, by the headline.

    `sentences`: their spans in the body.
    """
    tally = story.find_tally()
    found = [News(kind, piece.headline) for kind in _find_turns(piece, terms.frame, story.events, tally)]
    known = tally.known
    said = Said(terms.stems, known.stems.codes)
    language = piece.language.split("-")[0].lower()
    is_first = language not in story.languages
    for start, end in sentences[:MOST_READ]:
        sentence = piece.body[start:end]
        if hash_sentence(sentence) in known.sentences:  # word for word
            continue
        kind = _find_fact(sentence, language, said, known.places, is_first=is_first)
        if kind:
            found.append(News(kind, sentence))
    found.sort(key=lambda item: KINDS.index(item.kind))
    return list({item.sentence: item for item in reversed(found)}.values())[::-1][:MOST_SENTENCES]


def find_facts(news: Sequence[News], frame: Frame | None) -> tuple[Fact, ...]:
    """What an update may ring for: the first sentence of each kind but mere details, the weightiest first."""
    facts: dict[str, Fact] = {}
    for item in news:
        if item.kind != "detail":
            reason = f"stage:{frame.event}:{frame.stage}" if item.kind == "stage" and frame is not None else item.kind
            facts.setdefault(reason, Fact(reason=reason, sentence=item.sentence))
    return tuple(facts.values())


def _find_turns(piece: Piece, frame: Frame | None, events: Sequence[Frame], tally: Tally) -> list[str]:
    """What changes the whole story: its stage, who confirms it, how many tell it."""
    kinds = []
    if frame is not None and (turn := find_turn(frame, events)):
        kinds.append(turn)
    if piece.orientation == "official" and not tally.orientations["official"]:
        kinds.append("confirmation")
    if len(tally.voices) == 1 and find_voice(piece) not in tally.voices:
        kinds.append("second-voice")
    return kinds


def find_turn(frame: Frame, known: Sequence[Frame]) -> str:
    """Did the event come to a new stage: `stage`, `denial`, `cancellation`? "" when it did not, or went back to an earlier one.

    A story that had no such event so far (a treaty after talks) has a new stage too; a mere statement is none.
    """
    stages = {other.stage for other in known if other.event == frame.event}
    if not stages:
        has_begun = any(other.event != "statement" for other in known)
        return "stage" if has_begun and frame.event != "statement" and frame.stage in ONWARD else ""
    if frame.stage in stages:
        return ""
    if frame.stage not in ONWARD:
        return {"cancelled": "cancellation", "denied": "denial"}[frame.stage]
    furthest = max((ONWARD.index(stage) for stage in stages if stage in ONWARD), default=-1)
    return "stage" if ONWARD.index(frame.stage) > furthest else ""


def _find_fact(sentence: str, language: str, known: Said, places: Collection[str], *, is_first: bool) -> str:
    """The weightiest kind of new fact in a sentence; "" when the story knows it."""
    stems = find_stems(fold_words(sentence))
    if not known.find_fresh(stems) and not DIGITS.search(sentence):
        return ""
    telling = [stem for stem in stems if stem not in load_stopwords(language)]
    fresh = known.find_fresh(telling)
    for kind, has_fact in FACTS:
        if has_fact(sentence, language, known, places):
            if kind == "person" and is_first and not sentence.isascii():
                continue
            return kind
    is_new = len(fresh) >= LEAST_NEW_WORDS and len(fresh) > (1 - KNOWN) * len(telling)
    return "detail" if is_new and not is_first else ""


def _has_person(sentence: str, language: str, known: Said, places: Collection[str]) -> bool:
    """Two capitalised words in a row, the last of which the story has never had."""
    del places
    if language == "de":  # nouns are capitalised too: a title must stand before
        return False
    for match in NAME.finditer(sentence):
        parts = match[1].split()
        if (
            all(part[0].isupper() for part in parts if part.lower() not in ("al", "bin", "von", "van", "de", "da"))
            and find_stem(fold(parts[-1])) not in known
        ):
            return True
    return False


def _has_number(sentence: str, language: str, known: Said, places: Collection[str]) -> bool:
    """A number that the story has not; days and years are dates."""
    del language, places
    for match in DIGITS.finditer(sentence):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) >= 2 and digits not in known and match[0].rstrip(".,") not in known and not _is_year(digits):
            return not _is_date(sentence, match)
    return False


def _has_place(sentence: str, language: str, known: Said, places: Collection[str]) -> bool:
    """A state or city that the story has not named."""
    if language not in LANGUAGES or not may_name_place(sentence, language):
        return False
    words = read_words(sentence)
    for match in find_places(words, sentence, language):
        if match.place.id in places or (match.place.kind != "city" and match.place.of in places):
            continue
        stems = (
            [find_stem(word.forms[0]) for word in words[match.first : match.last]]
            if match.is_spaced
            else [sentence[match.first : match.first + 2]]
        )
        if match.is_name and not any(stem in known for stem in stems):
            return True
    return False


def _has_date(sentence: str, language: str, known: Said, places: Collection[str]) -> bool:
    """A day and month of which one is new to the story."""
    del places
    if language not in LANGUAGES or language == "zh" or not DIGIT.search(sentence):
        return False
    words = read_words(sentence)
    months = load_phrases(language, "months").find(words, sentence)
    for match in months:
        near = words[max(0, match.first - 2) : match.last + 2]
        if (
            any(word.forms[0].isdigit() and word.forms[0] not in known for word in near)
            or find_stem(words[match.first].forms[0]) not in known
        ):
            return any(word.forms[0].isdigit() for word in near)
    return False


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] in ("19", "20")


def _is_date(sentence: str, match: re.Match[str]) -> bool:
    """Does a month stand beside the number? Told by its shape: one or two digits before or after a word that is a month in any language."""
    if len(re.sub(r"\D", "", match[0])) > 2:
        return False
    around = fold(sentence[max(0, match.start() - 12) : match.end() + 14])
    return MONTHS.search(around) is not None


MONTHS = re.compile(
    r"(?<!\w)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|fevr|avr|mai|juin|juil|aou|marz|okt|dez|ener|abri|agos|dici|январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр|"
    r"січ|лют|берез|квіт|трав|черв|лип|серп|верес|жовт|листоп|груд|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر)|[月日号]"
)
HasFact = Callable[[str, str, Said, Collection[str]], bool]
FACTS: tuple[tuple[str, HasFact], ...] = (
    ("person", _has_person),
    ("number", _has_number),
    ("place", _has_place),
    ("date", _has_date),
)

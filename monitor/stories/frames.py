"""What happened, between whom, where, when, how far: a diplomatic event read from headline and lead. Pure.

Rules over the lexicon of events.toml and the names of places.tsv, in eight languages. It reads no body and guesses nothing:
what is not said stays empty.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.model import EVENT_KINDS
from monitor.sentences import split_sentences
from monitor.stories.dates import find_days
from monitor.stories.lexicon import STAGES, load_phrases, load_words
from monitor.stories.people import find_people
from monitor.stories.phrases import Match, Word, read_words
from monitor.stories.places import LANGUAGES, PlaceMatch, find_places
from monitor.text import fold, script_of

LEAD = 500  # characters of the body that are read; a guess: two sentences of a wire
NEAR_BEFORE, NEAR_AFTER = 7, 8  # words around the event's cue in which its stage stands; tuned on the labelled leads
ORDINAL = re.compile(r"\d\.$")  # "am 20. Mai" ends no sentence
NEAR_HAN = 12  # characters, the same for scripts without spaces
SAID_ON = 12  # characters between "said" and the day on which it was said
IN_HEADLINE, IN_LEAD = 3.0, 2.0  # weight of a cue by where it stands; a guess
SPECIFIC = {
    "statement": -2.5,
    "meeting": -0.6,
    "visit": -0.3,
    "vote": -0.2,
    "treaty": -0.2,
}  # general words lose to specific ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One event. `people` as the text writes them, `states` ISO 3166-1 or the id of a body, `place` an id of places.tsv."""

    event: str
    stage: str = "done"  # announced, running, done, denied, cancelled
    people: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    place: str = ""
    on: date | None = None

    @property
    def participants(self) -> tuple[str, ...]:
        """People, then states and bodies."""
        return self.people + self.states


def to_record(frame: Frame) -> dict[str, object]:
    """A frame as JSON: what the archive keeps. `on` is an ISO date or None."""
    return {
        "event": frame.event,
        "stage": frame.stage,
        "people": list(frame.people),
        "states": list(frame.states),
        "place": frame.place,
        "on": frame.on.isoformat() if frame.on else None,
    }


def from_record(record: Mapping[str, Any]) -> Frame:
    """The frame of such a record."""
    return Frame(
        event=record["event"],
        stage=record["stage"],
        people=tuple(record["people"]),
        states=tuple(record["states"]),
        place=record["place"],
        on=date.fromisoformat(record["on"]) if record["on"] else None,
    )


def read_frame(headline: str, body: str, language: str, published_at: datetime | date | None) -> Frame | None:
    """The event that an article reports; None when its headline and lead name none, or the language is not read."""
    language = _find_language(language, headline + body[:LEAD])
    if not language:
        return None
    lead = find_lead(body)
    text = f"{headline.strip()}.\n{lead}" if headline.strip() else lead
    words = read_words(text)
    events = load_phrases(language, "events").find(words, text)
    edge = len(headline.strip()) + 1 if headline.strip() else 0
    cue = _choose_cue(events, words, edge)
    if cue is None:
        return None
    event = cue.label
    stage = _find_stage(cue, words, text, language)
    places = find_places(words, text, language)
    where, acting = _sort_places(places, words, text, language, event)
    return Frame(
        event=event,
        stage=stage,
        people=find_people(words, text, language, places, edge),
        states=acting,
        place=where,
        on=_find_day(text, cue, events, words, language, published_at, is_ahead=stage == "announced"),
    )


def find_lead(body: str) -> str:
    """The first two sentences, at most LEAD characters."""
    ends = [end for _, end in split_sentences(body[: 2 * LEAD]) if not ORDINAL.search(body, max(0, end - 4), end)]
    return body[: ends[:2][-1]][:LEAD].lstrip() if ends else body[:LEAD]


def _find_language(language: str, text: str) -> str:
    short = language.split("-")[0].lower()
    if short in LANGUAGES:
        return short
    if short:
        return ""
    return {"Arabic": "ar", "Han": "zh", "Cyrillic": "ru", "Latin": "en"}.get(script_of(text[:300]), "")


def _choose_cue(events: Sequence[Match[str]], words: Sequence[Word], edge: int) -> Match[str] | None:
    """The cue of the best event: the headline counts more, specific words more than general ones."""
    scores: dict[str, float] = {}
    first: dict[str, Match[str]] = {}
    for match in events:
        start = words[match.first].start if match.is_spaced else match.first
        weight = IN_HEADLINE if start < edge else IN_LEAD
        scores[match.label] = max(scores.get(match.label, -9.0), weight + SPECIFIC.get(match.label, 0.0)) + 0.1
        first.setdefault(match.label, match)
    if not scores:
        return None
    best = max(scores, key=lambda label: (scores[label], -EVENT_KINDS.index(label)))
    return first[best]


def _find_stage(cue: Match[str], words: Sequence[Word], text: str, language: str) -> str:
    """The stage whose words stand near the cue: denied before cancelled before announced before running, else done."""
    near = set()
    for match in load_phrases(language, "stages").find(words, text):
        if match.is_spaced != cue.is_spaced:
            continue
        before, after = (NEAR_BEFORE, NEAR_AFTER) if cue.is_spaced else (NEAR_HAN, NEAR_HAN)
        if match.last > cue.first - before and match.first < cue.last + after:
            near.add(match.label)
    if cue.label == "statement":
        near &= {"denied"}
    return next((stage for stage in STAGES if stage in near), "done")


def _sort_places(
    places: Sequence[PlaceMatch], words: Sequence[Word], text: str, language: str, event: str
) -> tuple[str, tuple[str, ...]]:
    """Where it happened, and which states and bodies take part; a place is no participant."""
    cities: list[str] = []
    grounds: list[str] = []
    acting: dict[str, None] = {}
    capitals = {(match.first, match.last) for match in places if match.place.kind == "city"}
    for match in sorted(places, key=lambda other: (other.first, other.place.kind != "city")):
        role = _find_role(match, words, text, language)
        if match.place.kind == "city":
            if role in ("at", "to"):
                cities.append(match.place.id)
        elif role == "at" or (role == "to" and event == "visit"):
            if match.is_name and match.place.kind == "state":
                grounds.append(match.place.id)
        elif role and (match.first, match.last) in capitals:
            continue  # "to Cairo" is a way, not Egypt
        elif role != "about" or event == "sanctions":
            acting.setdefault(match.place.id)
    where = (cities or grounds or [""])[0]
    return where, tuple(acting)


def _find_role(match: PlaceMatch, words: Sequence[Word], text: str, language: str) -> str:
    """at, to or about, by the word before; "" = it acts."""
    table = load_words(language)
    if not match.is_spaced:
        before = text[max(0, match.first - 3) : match.first]
        return next((role for role in ("about", "at", "to") for word in table[role] if before.endswith(word)), "")
    previous = [word.forms for word in words[max(0, match.first - 2) : match.first]]
    if not previous or not match.is_name:
        return ""
    articles = ("the", "der", "den", "dem", "die", "la", "el", "le", "les", "l")
    nearest = previous[-1] if previous[-1][0] not in articles or len(previous) < 2 else previous[0]
    for role in ("at", "to", "about"):
        if any(form in nearest for form in _heads(language, role)):
            return role
    return ""


def _is_report(match: Match[str], events: Sequence[Match[str]]) -> bool:
    """A verb of saying that is no part of another cue ("call on Tuesday" is a phone call)."""
    others = (other for other in events if other.label != "statement")
    return match.label == "statement" and all(
        other.last <= match.first or other.first >= match.last for other in others
    )


@functools.lru_cache(maxsize=64)
def _heads(language: str, role: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in load_words(language)[role] if " " not in word and not word.endswith("*"))


def _find_day(
    text: str,
    cue: Match[str],
    events: Sequence[Match[str]],
    words: Sequence[Word],
    language: str,
    published_at: datetime | date | None,
    *,
    is_ahead: bool,
) -> date | None:
    """The day named nearest to the cue, a full date before a weekday before "yesterday"; None when none is named."""
    if published_at is None:
        return None
    published = published_at.date() if isinstance(published_at, datetime) else published_at
    days = find_days(fold(text), language, published, is_ahead=is_ahead)
    if not days:
        return None
    start = words[cue.first].start if cue.is_spaced else cue.first
    said = [words[match.last - 1].end for match in events if match.is_spaced and _is_report(match, events)]
    if cue.label != "statement":  # "said on Wednesday" is the day of the words, not of the event
        days = [day for day in days if not any(0 <= day.start - end <= SAID_ON for end in said)]
    return min(days, key=lambda day: (day.rank > 0, abs(day.start - start), day.rank)).on if days else None

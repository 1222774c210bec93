"""A made-up stream of diplomatic news with known stories: seven languages, copies, follow-ups, twins, round-ups.

Every article is put together from the sentences of stories_words.toml and the names of the shipped people.toml. Stories of one sort
share their wording and differ in who, where, when, about what and in their numbers: harder than real news in that, easier in that
real news wanders more.
"""

from __future__ import annotations

import itertools
import random
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "fr", "de", "es", "ru", "ar", "zh")
EVENTS = ("meeting", "call", "visit", "expulsion", "sanctions", "treaty")
RENEWAL = 0.2  # share of the articles of a long stream that begin a story
START = datetime(2025, 3, 3, 5, tzinfo=UTC)
WORDS = tomllib.loads((Path(__file__).parent / "stories_words.toml").read_text(encoding="utf-8"))
BRIEFINGS = ("Morning briefing: {0}", "World news round-up: {0} and more")


@dataclass(slots=True)
class Event:
    number: int
    event: str
    states: tuple[str, str]
    people: tuple[Any, Any]
    city: str
    topic: int
    on: datetime
    numbers: dict[str, tuple[int, int]] = field(default_factory=dict)


def make_stream(*, stories: int = 110, days: int = 8, seed: int = 5) -> list[tuple[dict[str, Any], str, str]]:
    """(row, story, kind) in time order; kind is first, report, copy, edited, follow-up or round-up."""
    rng = random.Random(seed)
    people = _load_people()
    events = list(_make_events(rng, people, stories, days))
    articles: list[tuple[dict[str, Any], str, str]] = []
    for event in events:
        articles += _tell(event, rng)
    for day in range(1, days):
        articles.append(_brief(day, events, rng))
    articles.sort(key=lambda item: item[0]["published_at"])
    for number, (row, _, _) in enumerate(articles):
        row["id"] = f"a{number}"
    return articles


def _load_people() -> dict[str, list[Any]]:
    """State → people in or out of office who have names in Cyrillic, Arabic and Han."""
    table = tomllib.loads((ROOT / "config" / "people.toml").read_text(encoding="utf-8"))
    found: dict[str, list[Any]] = {}
    for person in table.values():
        names = person.get("names", {})
        offices = person.get("offices", [])
        if offices and {"ru", "ar", "zh"} <= names.keys():
            found.setdefault(offices[-1]["of"], []).append(person)
    return {state: people for state, people in found.items() if state in WORDS["states"]}


def _make_events(rng: random.Random, people: dict[str, list[Any]], stories: int, days: int) -> Iterator[Event]:
    for number in range(stories):
        a, b = rng.sample(sorted(people), 2)
        on = START + timedelta(minutes=rng.randrange(days * 1440 - 2000))
        event = Event(
            number,
            rng.choice(EVENTS),
            (a, b),
            (rng.choice(people[a]), rng.choice(people[b])),
            rng.choice(sorted(WORDS["cities"])),
            rng.randrange(14),
            on,
        )
        yield event
        if number % 6 == 0 and event.event in ("meeting", "call", "visit"):  # the same people do the same again
            later = on + timedelta(days=rng.choice((1, 2)), hours=rng.randrange(5))
            topic = event.topic if number % 12 == 0 else rng.randrange(14)
            yield Event(
                1000 + number,
                event.event,
                event.states,
                event.people,
                rng.choice(sorted(WORDS["cities"].keys() - {event.city})),
                topic,
                later,
            )


def _tell(event: Event, rng: random.Random) -> Iterator[tuple[dict[str, Any], str, str]]:
    main = rng.choices(LANGUAGES, weights=(6, 2, 2, 2, 4, 2, 2))[0]
    at = event.on + timedelta(minutes=rng.randrange(20, 120))
    first = _write(event, main, rng, at, variant=rng.randrange(2))
    yield first, f"s{event.number}", "first"
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):  # other newsrooms, half of them in another language
        language = main if rng.random() < 0.5 else rng.choice(LANGUAGES)
        later = at + timedelta(minutes=rng.randrange(10, 600))
        yield _write(event, language, rng, later, variant=rng.randrange(2)), f"s{event.number}", "report"
    for _ in range(rng.choice((0, 0, 1, 2))):
        later = at + timedelta(minutes=rng.randrange(5, 900))
        kind = rng.choice(("copy", "edited"))
        yield _copy(first, rng, later, is_edited=kind == "edited"), f"s{event.number}", kind
    if rng.random() < 0.4:
        later = at + timedelta(hours=rng.randrange(6, 40))
        yield _follow(event, main, rng, later), f"s{event.number}", "follow-up"


def _write(event: Event, language: str, rng: random.Random, at: datetime, *, variant: int) -> dict[str, Any]:
    headline, lead = WORDS[language][event.event][2 * variant : 2 * variant + 2]
    details = rng.sample(range(7), 4)
    body = [lead, *(WORDS[language]["detail"][i] for i in details[:2])]
    rest = [
        *(WORDS[language]["detail"][i] for i in details[2:]),
        *rng.sample(WORDS[language]["quote"], 2),
        *rng.sample(WORDS[language]["filler"], 3),
    ]
    rng.shuffle(rest)
    return _row(event, language, headline, [*body, *rest], rng, at)


def _follow(event: Event, language: str, rng: random.Random, at: datetime) -> dict[str, Any]:
    variant = rng.randrange(2)
    headline, lead = WORDS[language]["follow"][2 * variant : 2 * variant + 2]
    sentences = [
        lead if variant else WORDS[language]["follow"][1],
        *rng.sample(WORDS[language]["detail"], 2),
        *rng.sample(WORDS[language]["quote"], 2),
        *rng.sample(WORDS[language]["filler"], 3),
    ]
    return _row(event, language, headline, sentences, rng, at)


def _row(
    event: Event, language: str, headline: str, sentences: list[str], rng: random.Random, at: datetime
) -> dict[str, Any]:
    filled = [_fill(event, language, sentence, rng) for sentence in sentences]
    return {
        "id": "", "published_at": at.isoformat(), "outlet": f"outlet{rng.randrange(40)}", "language": language,
        "headline": _fill(event, language, headline, rng), "body": "\n\n".join(" ".join(filled[i : i + 2]) for i in range(0, len(filled), 2)),
    }  # fmt: skip


def _fill(event: Event, language: str, sentence: str, rng: random.Random) -> str:
    n, m = event.numbers.setdefault(_key(language, sentence), (rng.randrange(3, 40), rng.randrange(12, 900)))
    column = LANGUAGES.index(language)
    a, b = (WORDS["states"][state][column] for state in event.states)
    first, second = (_name(person, language) for person in event.people)
    return sentence.format(
        A=first, B=second, a=a, b=b, c=WORDS["cities"][event.city][column], d=WORDS["days"][language][event.on.weekday()],
        t=WORDS[language]["topics"][event.topic], n=n, m=m, e=event.event,
    )  # fmt: skip


def _key(language: str, sentence: str) -> str:
    """A fact has the same numbers in every language: details and leads stand in the same order in all tables."""
    for name in (*EVENTS, "detail", "follow"):
        if sentence in WORDS[language][name]:
            return name if name in EVENTS else f"{name} {WORDS[language][name].index(sentence)}"
    return "none"


def _name(person: Any, language: str) -> str:
    if language in ("ru", "ar", "zh"):
        names = person["names"][language]
        return names if isinstance(names, str) else names[0]
    return str(person["name"])


def _copy(row: dict[str, Any], rng: random.Random, at: datetime, *, is_edited: bool) -> dict[str, Any]:
    """Under another outlet: word for word, or with 30 % of the sentences replaced and another headline."""
    copied = {**row, "published_at": at.isoformat(), "outlet": f"mirror{rng.randrange(20)}"}
    if is_edited:
        copied["body"] = replace_sentences(row["body"], row["language"], rng, share=0.3)
        copied["headline"] = f"{row['headline']} ({rng.randrange(10, 99)})"
    return copied


def replace_sentences(body: str, language: str, rng: random.Random, *, share: float) -> str:
    """A body with this share of its sentences replaced by others of the language."""
    from monitor.sentences import split_sentences

    sentences = [body[start:end] for start, end in split_sentences(body)]
    pool = [
        text.format(A="N. N.", B="N. N.", a="", b="", c="", d="", t="", n=rng.randrange(9), m=rng.randrange(99), e="")
        for text in (*WORDS[language]["follow"], *WORDS[language]["quote"], *WORDS[language]["detail"])
    ]
    for place in rng.sample(range(len(sentences)), round(share * len(sentences))):
        sentences[place] = rng.choice(pool)
    return " ".join(sentences)


def _brief(day: int, events: list[Event], rng: random.Random) -> tuple[dict[str, Any], str, str]:
    """A round-up of the last day's events: a story of its own, which must glue nothing."""
    at = START + timedelta(days=day, hours=1)
    recent = [event for event in events if at - timedelta(days=1) <= event.on <= at - timedelta(hours=2)]
    chosen = rng.sample(recent, min(5, len(recent)))
    heads = [_fill(event, "en", WORDS["en"][event.event][0], rng) for event in chosen]
    body = [_fill(event, "en", WORDS["en"][event.event][1], rng) for event in chosen]
    row = {
        "id": "",
        "published_at": at.isoformat(),
        "outlet": "outlet1",
        "language": "en",
        "headline": BRIEFINGS[day % 2].format(heads[0]),
        "body": "\n\n".join(body),
    }
    return row, f"brief{day}", "round-up"


def make_long_stream(size: int, renewal: float = RENEWAL) -> Iterable[dict[str, Any]]:
    """Articles of made-up words with the frequencies of a language (Zipf); `renewal`: share of them that begin a story."""
    rng = random.Random(1)
    words = [
        f"{''.join(rng.choice('bdfgklmnprstv') + rng.choice('aeiou') for _ in range(rng.randrange(1, 4)))}"
        for _ in range(30_000)
    ]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    totals = list(itertools.accumulate(weights))

    def sentence() -> str:
        return " ".join(rng.choices(words, cum_weights=totals, k=rng.randrange(8, 22))).capitalize() + "."

    live: list[list[str]] = []
    for number in range(size):
        if not live or rng.random() >= 1 - renewal:
            live = [*live[-399:], [sentence() for _ in range(8)]]
            story = live[-1]
        else:
            story = rng.choice(live)
        text = rng.sample(story, 6) + [sentence() for _ in range(6)]
        at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=86.4 * number)
        yield {
            "id": number,
            "published_at": at.isoformat(),
            "outlet": f"outlet{number % 150}",
            "headline": text[0],
            "body": "\n\n".join(text[1:]),
            "language": "en",
        }

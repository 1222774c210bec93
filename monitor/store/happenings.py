"""What stories report, read back from their articles: the event, and the official read-outs of a meeting. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import Config
from monitor.store import schema
from monitor.stories import Frame, ReadOuts, Telling, from_record, pair_readouts, say_event, sum_up
from monitor.stories.readouts import PATIENCE, TWO_SIDED


def find_event(articles: Iterable[Any]) -> Frame | None:
    """The event of a story whose article rows are given in order of arrival; copies say nothing new."""
    return sum_up([from_record(row.event) for row in articles if row.event and row.duplicate_of is None])


def say_story_event(articles: Iterable[Any]) -> str:
    """The same in words; "" when none was read."""
    event = find_event(articles)
    return "" if event is None else say_event(event)


def find_readouts(articles: Iterable[Any], config: Config) -> list[ReadOuts]:
    """Who has told of the meetings of a story whose article rows are given."""
    outlets = {outlet.slug: outlet for outlet in config.outlets if outlet.orientation == "official"}
    tellings = [
        Telling(article_id=row.id, country=outlets[row.outlet].country, at=row.seen_at, frame=from_record(row.event))
        for row in articles
        if row.event and row.outlet in outlets
    ]
    sides = {outlet.country for outlet in outlets.values() if outlet.enabled}
    return pair_readouts(tellings, sides)


def list_one_sided(connection: Connection, start: datetime, end: datetime, config: Config) -> list[str]:
    """A line for each meeting of which one side told, and the other had said nothing a day later; that day ended in (start, end]."""
    official = [outlet.slug for outlet in config.outlets if outlet.orientation == "official"]
    a = schema.article.c
    stories = (
        connection.execute(
            sa.select(a.story_id)
            .where(a.seen_at > start - PATIENCE, a.seen_at <= end - PATIENCE, a.is_baseline.is_(False))
            .where(a.event_kind.in_(TWO_SIDED), a.outlet.in_(official))
            .distinct()
        )
        .scalars()
        .all()
    )
    lines = []
    for story_id in sorted(stories):
        articles = connection.execute(
            sa.select(schema.article).where(a.story_id == story_id).order_by(a.seen_at, a.id)
        ).all()
        lines += [
            say_one_sided(one, articles)
            for one in find_readouts(articles, config)
            if one.is_one_sided(end) and start - PATIENCE < one.first_at
        ]
    return lines


def say_one_sided(one: ReadOuts, articles: Sequence[Any]) -> str:
    """ "NO told of “Talks in Oslo”; FI has said nothing of it since"."""
    teller, (first, *_) = next(iter(one.told.items()))
    headline = next((row.headline for row in articles if row.id == first), "")
    verb = "has" if len(one.missing) == 1 else "have"
    return f"{teller} told of “{headline}”; {', '.join(one.missing)} {verb} said nothing of it since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """An event with its day, as the last article of its story has it."""

    story_id: int
    headline: str
    updated_at: datetime
    on: date
    frame: Frame


def list_announced(connection: Connection, since: datetime, first_day: date) -> list[Announced]:
    """Events that were announced since then for this day or a later one, by day; what was called off is among them."""
    a, s = schema.article.c, schema.story.c
    rows = connection.execute(
        sa.select(a.story_id, a.event, a.seen_at, s.headline)
        .join(schema.story, s.id == a.story_id)
        .where(a.seen_at >= since, a.event_kind != "", a.event_kind != "statement", a.duplicate_of.is_(None))
        .order_by(a.id)
    )
    found: dict[int, Announced] = {}
    for row in rows:
        frame = from_record(row.event)
        known = found.get(row.story_id)
        day = frame.on or (known.on if known else None)
        if day is not None and (frame.stage == "announced" or (known is not None and frame.stage == "cancelled")):
            found[row.story_id] = Announced(
                story_id=row.story_id, headline=row.headline, updated_at=row.seen_at, on=day, frame=frame
            )
    return sorted((one for one in found.values() if one.on >= first_day), key=lambda one: (one.on, one.story_id))

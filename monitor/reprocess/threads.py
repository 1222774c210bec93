"""Archived articles given to stories again, in the order in which they came. Touches the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.ingest.room import WINDOW, Room, make_piece
from monitor.model import CleanPage, Placement
from monitor.store import schema, stories
from monitor.store.stories import StoredPiece
from monitor.stories import StoryIndex


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article was, and where it belongs by today's rules."""

    piece: StoredPiece
    story_id: int
    placement: Placement


def place_again(connection: Connection, room: Room, first: int, last: int) -> list[Place]:
    """Every article between two ids. A story keeps its number where its first article had it; a new one has a negative number."""
    a = schema.article.c
    began = connection.execute(sa.select(a.seen_at).where(a.id == first)).scalar()
    if began is None:
        return []
    index, places = StoryIndex(), []
    fresh = 0
    known: set[int] = set()  # stories that an article was given to
    for stored in stories.load_pieces(connection, after_id=0, since=began - WINDOW, until_id=last):
        piece = make_piece(stored, room.outlets.get(stored.outlet))
        index.forget(stored.seen_at - WINDOW)
        if stored.article_id < first:
            known.add(stored.story_id)
            index.add(piece, stored.article_id, stored.story_id, stored.duplicate_of)
            continue
        placement = index.place(piece)
        story_id = placement.story_id
        if story_id is None:
            fresh -= 1
            story_id = stored.story_id if stored.story_id not in known else fresh
        known.add(story_id)
        index.add(piece, stored.article_id, story_id, placement.duplicate_of)
        places.append(Place(stored, story_id, placement))
    return places


def _start(connection: Connection, stored: StoredPiece) -> int:
    page = CleanPage(headline=stored.headline, language=stored.language)
    story_id = stories.start_story(connection, page, stored.seen_at)
    stories.lead_story(connection, story_id, stored.article_id)
    return story_id


def write_places(connection: Connection, places: list[Place]) -> Counter[str]:
    """Writes what changed; returns what and how many."""
    a = schema.article.c
    changed: Counter[str] = Counter()
    started: dict[int, int] = {}
    for place in places:
        changed["articles placed"] += 1
        story_id = place.story_id
        if story_id < 0:
            story_id = started.get(story_id) or started.setdefault(story_id, _start(connection, place.piece))
        moved = story_id != place.piece.story_id
        copied = place.placement.duplicate_of != place.piece.duplicate_of
        if moved or copied:
            changed["articles in another story"] += moved
            changed["copies told apart anew"] += copied
            values = {"story_id": story_id, "duplicate_of": place.placement.duplicate_of}
            connection.execute(sa.update(schema.article).where(a.id == place.piece.article_id).values(values))
    return changed

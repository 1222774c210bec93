"""A stream of articles in time order, put into stories one by one. No I/O."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.stories.index import SAME_EVENT, StoryIndex
from monitor.stories.piece import Piece


class StoryStream:
    """Numbers stories from 1; remembers which row is which article."""

    def __init__(self, breadth: float = SAME_EVENT) -> None:
        self.index = StoryIndex(breadth=breadth)
        self.ids: list[Any] = []
        self.stories = 0

    def place(self, row: dict[str, Any], entries: frozenset[str] = frozenset()) -> dict[str, Any]:
        """`{"id", "story", "duplicate_of", "new"}` of one row. Raises: KeyError, ValueError on a bad row."""
        at = (
            datetime.fromisoformat(row["published_at"]) if row.get("published_at") else datetime(2000, 1, 1, tzinfo=UTC)
        )
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        outlet = str(row.get("outlet") or "")
        piece = Piece(
            outlet=outlet,
            family=outlet,
            headline=str(row.get("headline") or ""),
            body=str(row.get("body") or ""),
            language=str(row.get("language") or ""),
            published_at=at,
            seen_at=at,
            entries=entries,
        )
        identity = row["id"]
        self.index.forget(at - timedelta(seconds=self.index.window_s))
        placement = self.index.place(piece)
        story = placement.story_id
        if story is None:
            self.stories += 1
            story = self.stories
        self.ids.append(identity)
        self.index.add(piece, len(self.ids), story, placement.duplicate_of)
        original = self.ids[placement.duplicate_of - 1] if placement.duplicate_of is not None else None
        return {"id": identity, "story": story, "duplicate_of": original, "new": list(placement.new)}

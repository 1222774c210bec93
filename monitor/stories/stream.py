"""A stream of articles in time order, put into stories. No I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.stories.breadth import DEFAULT_BREADTH
from monitor.stories.index import StoryIndex
from monitor.stories.piece import Piece

Row = Mapping[str, Any]
NOWHEN = datetime(2000, 1, 1, tzinfo=UTC)
MERGE_EVERY = 50  # articles between two merge passes; a guess


def cluster_stream(
    rows: Iterable[Row],
    breadth: float = DEFAULT_BREADTH,
    find_entries: Callable[[Row], frozenset[str]] | None = None,
) -> Iterator[dict[str, Any]]:
    """`{"id", "story", "duplicate_of", "new"}` of each row, in input order, with stories that were merged later already merged.

    A row is told once it has left the window, when its story can change no more. Raises: KeyError, ValueError on a bad row.
    """
    stream = StoryStream(breadth=breadth)
    waiting: deque[tuple[datetime, dict[str, Any]]] = deque()
    for row in rows:
        waiting.append((stream.at, stream.place(row, find_entries(row) if find_entries else frozenset())))
        while waiting and waiting[0][0] < stream.at - timedelta(seconds=stream.index.window_s):
            yield stream.settle(waiting.popleft()[1])
    stream.merge()
    while waiting:
        yield stream.settle(waiting.popleft()[1])


class StoryStream:
    """Numbers stories from 1; remembers which row is which article."""

    def __init__(self, breadth: float = DEFAULT_BREADTH) -> None:
        self.index = StoryIndex(breadth=breadth)
        self.at = NOWHEN  # of the last row
        self._ids: list[Any] = []
        self._merged: dict[int, int] = {}
        self._stories = 0

    def place(self, row: Row, entries: frozenset[str] = frozenset()) -> dict[str, Any]:
        """The result of one row as it is known now. Raises: KeyError, ValueError on a bad row."""
        identity = row["id"]
        piece = self._read(row, entries)
        self.index.forget(self.at - timedelta(seconds=self.index.window_s))
        placement = self.index.place(piece)
        story = placement.story_id
        if story is None:
            self._stories += 1
            story = self._stories
        self._ids.append(identity)
        self.index.add(piece, len(self._ids), story, placement.duplicate_of)
        original = self._ids[placement.duplicate_of - 1] if placement.duplicate_of is not None else None
        if len(self._ids) % MERGE_EVERY == 0:
            self.merge()
        return {"id": identity, "story": self._root(story), "duplicate_of": original, "new": list(placement.new)}

    def merge(self) -> None:
        """A merge pass over what changed."""
        self._merged.update({drop: keep for keep, drop in self.index.merges()})

    def settle(self, result: dict[str, Any]) -> dict[str, Any]:
        """A result with its story as it is called by now."""
        return {**result, "story": self._root(result["story"])}

    def _root(self, story: int) -> int:
        while story in self._merged:
            story = self._merged[story]
        return story

    def _read(self, row: Row, entries: frozenset[str]) -> Piece:
        """A row without a date is taken as published when the row before was."""
        published = datetime.fromisoformat(row["published_at"]) if row.get("published_at") else None
        if published is not None and published.tzinfo is None:
            published = published.replace(tzinfo=UTC)
        self.at = max(self.at, published or self.at)
        outlet = str(row.get("outlet") or "")
        return Piece(
            outlet=outlet,
            family=str(row.get("family") or outlet),
            headline=str(row.get("headline") or ""),
            body=str(row.get("body") or ""),
            language=str(row.get("language") or ""),
            published_at=published,
            seen_at=self.at,
            entries=entries,
            url=str(row.get("url") or ""),
            credits=tuple(row.get("credits") or ()),
            orientation=str(row.get("orientation") or "independent"),
        )

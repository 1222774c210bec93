"""The stories that use each word, and how often, in arrays: a row a word. A value that grows; no I/O.

All words of an article are looked up, added or taken out at once: none waits until the row of the one before has come from memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

LEAST_ROWS = 1 << 10
GROWN = 1.25  # times, when all rows are used
NARROW = 65_535  # stories at once, and articles of one, for which two bytes are enough
NOTHING = 0  # place of no story
DOUBT = 0.5  # uses of a word elsewhere that we may not have seen; a guess

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class StoryRows:
    """`width`: stories that a row has room for. Stories stand at places, which are given anew when a story has no articles left."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._places = np.full((LEAST_ROWS, width), NOTHING, dtype=np.uint16)  # of the stories, without gaps
        self._uses = np.zeros((LEAST_ROWS, width), dtype=np.uint16)  # articles of each that use the word
        self._spread = np.zeros(LEAST_ROWS, dtype=np.int64)  # stories in a row
        self._all_uses = np.zeros(LEAST_ROWS, dtype=np.int64)
        self._free = list(reversed(range(LEAST_ROWS)))  # the last is given first: what is used stays close together
        self._place_of: dict[int, int] = {}  # story → its place
        self._story_at = [-1]  # place → its story
        self._articles = [0]  # place → articles of its story
        self._empty: list[int] = []  # places without a story

    def enter(self, story_id: int) -> None:
        """An article of a story comes."""
        place = self._place_of.get(story_id)
        if place is None:
            if not self._empty:
                self._empty.append(len(self._story_at))
                self._story_at.append(-1)
                self._articles.append(0)
            place = self._place_of[story_id] = self._empty.pop()
            self._story_at[place] = story_id
        self._articles[place] += 1
        if max(place, self._articles[place]) > NARROW and self._places.dtype == np.uint16:
            self._places, self._uses = self._places.astype(np.uint32), self._uses.astype(np.uint32)

    def leave(self, story_id: int) -> None:
        """An article of a story has gone, and its words were taken out."""
        place = self._place_of[story_id]
        self._articles[place] -= 1
        if not self._articles[place]:
            del self._place_of[story_id]
            self._empty.append(place)

    def open(self, story_id: int) -> int:
        """A row for a word that one article of a story uses."""
        if not self._free:
            self._grow()
        row = self._free.pop()
        self._places[row, 0] = self._place_of[story_id]
        self._uses[row, 0] = self._spread[row] = self._all_uses[row] = 1
        return row

    def add(self, rows: Rows, story_id: int) -> None:
        """An article of a story uses these words, each once; each row has room for one more story."""
        place = self._place_of[story_id]
        stands = self._places.take(rows, axis=0) == place
        is_new = ~stands.any(axis=1)
        cells = rows * self._width + np.where(is_new, self._spread[rows], stands.argmax(axis=1))
        self._places.put(cells, place)
        self._uses.put(cells, self._uses.take(cells) + 1)
        self._spread[rows] += is_new
        self._all_uses[rows] += 1

    def take(self, rows: Rows, story_id: int) -> Rows:
        """An article of a story uses these words no more. The rows in which it stood: out of cleared ones it had gone before."""
        found = np.flatnonzero(self._places.take(rows, axis=0) == self._place_of[story_id])
        rows = rows[found // self._width]
        cells = rows * self._width + found % self._width
        uses = self._uses.take(cells) - 1
        self._uses.put(cells, uses)
        self._all_uses[rows] -= 1
        is_out = uses == 0
        self._spread[rows] -= is_out
        cells = cells[is_out]
        last = (rows * self._width + self._spread[rows])[is_out]  # the last story of the row fills the gap
        for array, nothing in ((self._places, NOTHING), (self._uses, 0)):
            array.put(cells, array.take(last))
            array.put(last, nothing)
        return rows

    def clear(self, row: int) -> int:
        """Takes all stories out of a row; the articles that used the word."""
        uses = int(self._all_uses[row])
        self._places[row], self._uses[row], self._spread[row], self._all_uses[row] = NOTHING, 0, 0, 0
        return uses

    def free(self, used: Iterable[Sequence[int]]) -> list[bool]:
        """Gives back all rows but those that are used; whether each is."""
        is_used = np.zeros(len(self._places), dtype=np.bool_)
        for rows in used:
            is_used[rows] = True
        self._free = np.flatnonzero(~is_used)[::-1].tolist()
        return is_used.tolist()

    def find_full(self, rows: Rows) -> list[int]:
        """Those of the rows that have no room left."""
        return rows[self._spread[rows] == self._width].tolist()  # type: ignore[no-any-return]

    def count_stories(self, rows: Rows) -> npt.NDArray[np.int64]:
        return self._spread[rows]

    def count(self, row: int) -> int:
        """Stories in a row."""
        return int(self._spread[row])

    def find_place(self, story_id: int) -> int:
        """Where a story stands in what `speak` tells."""
        return self._place_of[story_id]

    def find_story(self, place: int) -> int:
        return self._story_at[place]

    def read(self, row: int) -> dict[int, int]:
        """Story → its articles that use the word."""
        places = self._places[row, : self._spread[row]].tolist()
        return dict(zip((self._story_at[place] for place in places), self._uses[row].tolist(), strict=False))

    def speak(self, rows: Rows, values: Floats, most: int) -> Floats:
        """What words of these values say for the story at each place; none has more than `most` stories.

        A story has the share of its uses in all uses, times the root of its uses.
        """
        places = self._places.take(rows, axis=0)[:, :most]
        said = self._uses.take(rows, axis=0)[:, :most].astype(np.float64)
        said *= np.sqrt(said)
        said *= (values / (self._all_uses[rows] + DOUBT))[:, None]
        return np.bincount(places.ravel(), said.ravel(), len(self._story_at)).astype(np.float64)  # of nothing: integers

    def _grow(self) -> None:
        count = len(self._places)
        more = int(count * GROWN) - count
        self._free = list(reversed(range(count, count + more)))
        for table in (self._places, self._uses):
            table.resize((count + more, self._width), refcheck=False)  # the new rows are NOTHING, and 0
        for row in (self._spread, self._all_uses):
            row.resize(count + more, refcheck=False)

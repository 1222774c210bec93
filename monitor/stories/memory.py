"""Texts that were seen before the window: an old article that comes again with a new date is old. A value that grows; no I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

MOST = 100_000  # texts; some 25 MB
LEAST_WORDS = 20  # shorter texts recur by chance


class TextMemory:
    """The first article of each text."""

    def __init__(self) -> None:
        self._first: dict[int, tuple[int, int]] = {}
        self._renamed: dict[int, int] = {}  # story that was merged → what it is now

    def add(self, key: int, article_id: int, story_id: int) -> None:
        """Remembers a text; the oldest are let go when there are too many. Key 0 is no text."""
        if key:
            self._first.setdefault(key, (article_id, story_id))
            if len(self._first) > MOST:
                del self._first[next(iter(self._first))]

    def rename(self, story_id: int, other_id: int) -> None:
        """What was a story's is another's."""
        if story_id in self._renamed.values():
            self._renamed = {old: other_id if new == story_id else new for old, new in self._renamed.items()}
        self._renamed[story_id] = other_id

    def find(self, key: int) -> tuple[int, int] | None:
        """The first article with this text, and its story."""
        found = self._first.get(key)
        return None if found is None else (found[0], self._renamed.get(found[1], found[1]))


def hash_text(words: Sequence[str]) -> int:
    """A key of a text given as its folded words; 0 for a text that is too short to be known again."""
    if len(words) < LEAST_WORDS and sum(map(len, words)) < 4 * LEAST_WORDS:
        return 0
    digest = hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")

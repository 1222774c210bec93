"""Which sources sent the very same bytes again: there is nothing to read. A value that grows; no I/O."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from crawler.polls import Answer, Asked

# Once in a while a source is read all the same: a page whose headline changed is due again an hour after it was read.
READ_AGAIN = timedelta(minutes=30)


class Heard:
    """The last answer of each source of which everything was saved."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[bytes, datetime]] = {}  # source → digest, and when it was read

    def note(self, asked: Asked, answer: Answer, now: datetime) -> None:
        """This answer was read and saved."""
        self._last[asked.url] = _digest(asked, answer), now

    def knows(self, asked: Asked, answer: Answer, now: datetime) -> bool:
        """Was this very answer read a short while ago?"""
        if asked.url not in self._last or answer.status != 200 or answer.moved_to:
            return False
        digest, at = self._last[asked.url]
        return now - at < READ_AGAIN and digest == _digest(asked, answer)

    def clear(self) -> None:
        """Everything is read again: what is in scope may have changed."""
        self._last.clear()


def _digest(asked: Asked, answer: Answer) -> bytes:
    about = f"{asked.kind} {asked.links} {answer.url} {answer.content_type}\n"
    return hashlib.blake2b(about.encode() + answer.body, digest_size=16).digest()

"""The pages of articles with hits are kept as they were received, before the articles are saved. Touches the disk; reads the store."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.ingest.reading import Reading
from monitor.ingest.room import Room
from monitor.store import known_articles


def keep_evidence(readings: Sequence[Reading], room: Room) -> None:
    """Before the transaction, so that no alert stands without its evidence; a text that is known leaves at most a revisit.

    Raises: StoreError.
    """
    told = [one for one in readings if one.hits and one.page.received is not None]
    if not told or room.evidence is None:
        return
    with room.store.read() as connection:
        known = known_articles.find_articles(connection, [one.addresses for one in told])
    with room.evidence.together():
        for one, article in zip(told, known, strict=True):
            room.evidence.keep(one.page, again=article is not None and article.text_hash == one.text_hash)

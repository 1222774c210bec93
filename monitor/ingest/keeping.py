"""The page of an article with hits is kept as it was received, before the article is saved. Touches the disk."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.ingest.room import Room
from monitor.model import CleanPage, Hit, Page
from monitor.store import archive


def keep_evidence(page: Page, room: Room, clean: CleanPage, hits: Sequence[Hit], text_hash: str) -> None:
    """Before the transaction, so that no alert stands without its evidence; a text that is known leaves at most a revisit.

    Raises: StoreError.
    """
    if not hits or room.evidence is None or page.received is None:
        return
    with room.store.read() as connection:
        known = archive.find_article(connection, [page.url, page.final_url, clean.canonical_url])
    room.evidence.keep(page, again=known is not None and known.text_hash == text_hash)

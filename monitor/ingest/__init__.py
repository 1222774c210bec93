"""ROAD 1: a fetched page becomes an article, its hits, its story and the alerts owed. Touches the store."""

from monitor.ingest.changes import withdraw_article
from monitor.ingest.pages import ingest_page, ingest_pages
from monitor.ingest.reading import hash_text
from monitor.ingest.road import Outcome
from monitor.ingest.room import Room, catch_up_ahead, close_poll, open_room, reload_room

__all__ = [
    "Outcome",
    "Room",
    "catch_up_ahead",
    "close_poll",
    "hash_text",
    "ingest_page",
    "ingest_pages",
    "open_room",
    "reload_room",
    "withdraw_article",
]

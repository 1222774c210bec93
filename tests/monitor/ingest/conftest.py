"""A room over each store."""

from __future__ import annotations

from datetime import timedelta

import pytest
from strait_news import CONFIG, NOW

from monitor.ingest import Room, open_room
from monitor.store import Store, crawling


@pytest.fixture
def room(store: Store) -> Room:
    crawling.sync_outlets(store, CONFIG.outlets, NOW - timedelta(days=30))
    return open_room(store, CONFIG)

"""A desk over a filled store, without a network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from desk_world import CONFIG, NOW, fill_world
from starlette.testclient import TestClient

from monitor.store import Store
from monitor.web import make_app


@pytest.fixture
def world(sqlite_store: Store) -> dict[str, int]:
    """Ids by name of what stands in the store."""
    return fill_world(sqlite_store)


@pytest.fixture
def desk(sqlite_store: Store, world: dict[str, int]) -> Iterator[TestClient]:
    """The page, as a browser on this machine asks for it."""
    app = make_app(sqlite_store, lambda: CONFIG, lambda: NOW)
    with TestClient(app, base_url="http://127.0.0.1:8484") as client:
        yield client

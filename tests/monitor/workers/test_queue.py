"""The queue's own connections."""

from __future__ import annotations

import asyncio

import pytest

from monitor.store import Store, database
from monitor.workers.queue import Queue

pytestmark = pytest.mark.postgres


def test_its_connections_give_up_a_silent_server_as_the_stores_do(postgres_store: Store) -> None:
    found = asyncio.run(find_parameters(Queue(postgres_store.url)))
    assert {name: found[name] for name in database.PATIENCE} == {
        name: str(value) for name, value in database.PATIENCE.items()
    }


def test_what_the_url_says_of_patience_is_kept(postgres_store: Store) -> None:
    found = asyncio.run(find_parameters(Queue(f"{postgres_store.url}&keepalives_idle=77&tcp_user_timeout=0")))
    assert (found["keepalives_idle"], found["tcp_user_timeout"]) == ("77", "0")
    assert found["keepalives_count"] == str(database.PATIENCE["keepalives_count"])


async def find_parameters(queue: Queue) -> dict[str, str]:
    """What the driver was told."""
    async with queue.app.open_async(), queue.app.connector.pool.connection() as connection:  # type: ignore[attr-defined]
        return {one.keyword.decode(): one.val.decode() for one in connection.pgconn.info if one.val is not None}

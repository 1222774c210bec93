"""Exactly one scheduler: who holds an advisory lock on PostgreSQL leads; a dead or stopped one loses it within seconds. Touches the database."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from monitor.store import Store
from monitor.store.database import OURS

log = logging.getLogger(__name__)

LEAD_LOCK = 0x6469_7073  # any constant of our own
PING_S = 2.0
SILENT_S = 12  # a session that says nothing for so long is ended by the server, and its lock with it: a stopped process, a dead machine


class Lead:
    """Tries to lead, and says when it does. `on_change(True)` is called when this process begins to, `False` when it no longer does."""

    def __init__(self, store: Store, on_change: Callable[[bool], None]) -> None:
        self.store, self.on_change = store, on_change
        self.leads = False
        self._connection: Connection | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then the lead is free at once."""
        while not stop.is_set():
            self._set(await asyncio.to_thread(self._hold))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PING_S)
        self._set(False)
        await asyncio.to_thread(self._drop)

    def _set(self, leads: bool) -> None:
        if leads != self.leads:
            self.leads = leads
            self.on_change(leads)

    def _hold(self) -> bool:
        """Takes the lock, or proves that it is still held."""
        try:
            if self._connection is None:
                self._connection = self._connect()
            if self.leads:
                self._connection.execute(sa.text("SELECT 1"))
                return True
            return bool(
                self._connection.execute(sa.text(f"SELECT pg_try_advisory_lock({OURS})"), {"key": LEAD_LOCK}).scalar()
            )
        except SQLAlchemyError:
            self._drop()
            return False

    def _connect(self) -> Connection:
        connection = self.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(sa.text(f"SET idle_session_timeout = '{SILENT_S}s'"))
        return connection

    def _drop(self) -> None:
        """The session ends, so that the server frees the lock; it must not go back to the pool with it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.invalidate()
                connection.close()

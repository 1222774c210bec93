"""The site memories of the outlets that were read last; all of them are in the store. Touches the store."""

from __future__ import annotations

from datetime import datetime

from monitor.cleaning import SiteMemory
from monitor.store import Store, learned

MOST_HELD = 64  # outlets; a full memory takes some 0.8 MB, and 3 ms to be read again


class SiteMemories:
    """Those that were taught stay until they are saved; of the others the one that was asked for longest ago goes first."""

    def __init__(self, store: Store, most: int = MOST_HELD) -> None:
        self._store, self._most = store, most
        self._held: dict[str, SiteMemory] = {}  # the one that was asked for last stands last
        self._taught: set[str] = set()

    def find(self, outlet: str) -> SiteMemory:
        """An outlet's memory, an empty one before its first page. Raises: StoreError."""
        memory = self._held.pop(outlet, None)
        if memory is None:
            with self._store.read() as connection:
                blob = learned.load_memory(connection, outlet)
            memory = SiteMemory.from_bytes(blob) if blob else SiteMemory()
        self._held[outlet] = memory
        if len(self._held) > self._most:
            self._let_go()
        return memory

    def learn(self, outlet: str, html: bytes, url: str) -> None:
        """Teaches an outlet's memory a page. Raises: StoreError."""
        self.find(outlet).learn(html, url)
        self._taught.add(outlet)

    def save(self, outlet: str, now: datetime) -> None:
        """Keeps what an outlet's pages taught. Raises: StoreError; then it is kept with the next ones."""
        if outlet in self._taught:
            with self._store.write() as connection:
                learned.save_memory(connection, outlet, self._held[outlet].to_bytes(), now)
            self._taught.discard(outlet)

    def _let_go(self) -> None:
        *others, _last = self._held
        for outlet in others:
            if len(self._held) <= self._most:
                return
            if outlet not in self._taught:
                del self._held[outlet]

"""One crawler per database, that ends with its parent. Touches a lock and process ids."""

from __future__ import annotations

import fcntl
import os
import resource
from pathlib import Path
from typing import TextIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import Store
from monitor.store.database import OURS

CRAWLER_LOCK = 0x6469_7063  # advisory lock on PostgreSQL; any constant of our own


class Lifeline:
    """Holds the lock while the process lives; the kernel or the server drops it when the process dies."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.parent = int(os.environ.get("DIPLOWATCH_PARENT_PID") or 0)
        self._file: TextIO | None = None
        self._connection: Connection | None = None

    def take(self) -> bool:
        """False when another crawler works on this database."""
        if not self.store.is_sqlite:
            self._connection = self.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            # Crawlers of workers share it; one that crawls alone keeps them out.
            way = "pg_try_advisory_lock_shared" if os.environ.get("DIPLOWATCH_WORKER") else "pg_try_advisory_lock"
            return bool(self._connection.execute(sa.text(f"SELECT {way}({OURS})"), {"key": CRAWLER_LOCK}).scalar())
        path = Path(f"{self.store.engine.url.database}.crawler.lock")
        self._file = path.open("w", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def is_orphan(self) -> bool:
        """Is the process gone that started us? A process id may be reused; a parent's cannot change without orphaning us."""
        return self.parent > 0 and os.getppid() != self.parent


def resident_mb() -> int:
    """Memory of this process."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return pages * resource.getpagesize() // 2**20

"""Figures that are dear to count and may be a minute old. Pure but for its own memory and one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from monitor.errors import DiplowatchError

T = TypeVar("T")
FRESH = timedelta(seconds=60)
MOST_KEPT = 256


class Recent:
    """Remembers results by key. A stale one is given once more while a thread counts anew, so that a page does not wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[datetime, Any]] = {}
        self._busy: set[Hashable] = set()

    def find(self, key: Hashable, now: datetime, make: Callable[[], T]) -> T:
        """The result for a key, at most a minute old or being renewed."""
        with self._lock:
            kept = self._kept.get(key)
            is_renewing = kept is not None and now - kept[0] >= FRESH and key not in self._busy
            if is_renewing:
                self._busy.add(key)
        if kept is None:
            return self._make(key, now, make)
        if is_renewing:
            threading.Thread(target=self._renew, args=(key, now, make), daemon=True).start()
        found: T = kept[1]
        return found

    def forget(self) -> None:
        """After a change made on the page: the next look counts anew."""
        with self._lock:
            self._kept.clear()

    def _make(self, key: Hashable, now: datetime, make: Callable[[], T]) -> T:
        result = make()
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (now, result)
        return result

    def _renew(self, key: Hashable, now: datetime, make: Callable[[], Any]) -> None:
        try:
            self._make(key, now, make)
        except DiplowatchError:
            pass  # the old figures stay; the next look tries again
        finally:
            with self._lock:
                self._busy.discard(key)

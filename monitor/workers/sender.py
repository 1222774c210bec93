"""The sender of a worker: renders when no other one does, sends what it claims. Touches store and channels."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from monitor.dispatch import Dispatch
from monitor.store import Store

RENDER_LOCK = 0x6469_7072  # any constant of our own


def run_sender(
    store: Store, dispatch: Dispatch, worker: str, ended: threading.Event, now: Callable[[], datetime]
) -> None:
    """Works until `ended`; whatever fails is said and tried again."""
    dispatch.sending.owner = f"sender of {worker}"
    dispatch.run_forever(ended, now, lambda moment: _render(store, dispatch, moment))


def _render(store: Store, dispatch: Dispatch, now: datetime) -> int:
    """One worker at a time renders: two would make the parts of one message differently."""
    with store.only_one(RENDER_LOCK) as is_mine:
        return dispatch.render_owed(now) if is_mine else 0

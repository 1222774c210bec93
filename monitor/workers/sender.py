"""The sender of a worker: renders when no other one does, sends what it claims. Touches store and channels."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from monitor.dispatch import Dispatch
from monitor.errors import StoreError
from monitor.store import Store

log = logging.getLogger(__name__)

LOOK_S = 0.3  # between looks for work
REST_S = 2.0  # after the store failed
RENDER_LOCK = 0x6469_7072  # any constant of our own


def run_sender(
    store: Store, dispatch: Dispatch, worker: str, ended: threading.Event, now: Callable[[], datetime]
) -> None:
    """Works until `ended`; whatever fails is said and tried again."""
    dispatch.sending.owner = f"sender of {worker}"
    while not ended.is_set():
        try:
            busy = _render(store, dispatch, now()) + dispatch.sending.start_due(now)
        except StoreError as error:
            log.error("%s", error)
            ended.wait(REST_S)
        except Exception:  # nothing may end the sender while the worker lives
            log.exception("the sender stumbled")
            ended.wait(REST_S)
        else:
            if not busy:
                dispatch.sending.wait_for_change(LOOK_S)
    dispatch.sending.wait_until_idle(1.5)


def _render(store: Store, dispatch: Dispatch, now: datetime) -> int:
    """One worker at a time renders: two would make the parts of one message differently."""
    with store.only_one(RENDER_LOCK) as is_mine:
        return dispatch.render_owed(now) if is_mine else 0

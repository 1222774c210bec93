"""Server-sent events: how many stories came in since the page was opened."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.responses import PlainTextResponse, Response

from monitor.errors import StoreError
from monitor.store import desk as stories
from monitor.web.desk import Desk
from monitor.web.page import desk_of

router = APIRouter()
LOOK_S = 1.0  # between looks; issue: within 2 s of a hit
BEAT = 15  # looks between two signs of life, so that a proxy does not close the stream
MOST_STREAMS = 50
LONGEST = 3600  # looks; then the browser connects anew

_open = 0


@router.get("/events", response_model=None)
async def send_events(request: Request, after: int = 0) -> Response:
    """A stream of `stories` events: `{"new": n}`, the stories with a hit newer than the hit `after`."""
    if _open >= MOST_STREAMS:
        return PlainTextResponse("Too many pages are open.\n", 503, {"Retry-After": "60"})
    desk = desk_of(request)
    return StreamingResponse(_stream(request, desk, max(0, after)), media_type="text/event-stream")


async def _stream(request: Request, desk: Desk, after: int) -> AsyncIterator[str]:
    global _open
    _open += 1
    try:
        yield "retry: 3000\n\n"
        told = 0
        for look in range(LONGEST):
            with contextlib.suppress(StoreError):  # a locked database: looked at again in a second
                new = await asyncio.to_thread(_count, desk, after)
                if new != told:
                    told = new
                    yield f"event: stories\ndata: {json.dumps({'new': new})}\n\n"
            if look % BEAT == BEAT - 1:
                yield ": here\n\n"
            if await _is_over(request, desk):
                return
    finally:
        _open -= 1


def _count(desk: Desk, after: int) -> int:
    with desk.store.read() as connection:
        return stories.count_new_stories(connection, after)


async def _is_over(request: Request, desk: Desk) -> bool:
    """Waits for the next look; True when the reader has gone or the program ends."""
    if desk.stop is None:
        await asyncio.sleep(LOOK_S)
    else:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(desk.stop.wait(), LOOK_S)
            return True
    return await request.is_disconnected()

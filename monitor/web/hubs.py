"""Where hubs call (WebSub): they verify a subscription, and say that a feed has news. Nothing that they send is read.

Source: W3C Recommendation WebSub, sections 5.3 (verification of intent) and 7 (content distribution, signatures).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from monitor.store import subscriptions, visits
from monitor.web.desk import Desk
from monitor.web.page import desk_of

router = APIRouter()
MOST_BODY = 2_000_000  # bytes that are signed; a larger call is not believed
SIGNATURES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=90)  # leases that are believed


@router.get("/websub/{token}", response_model=None)
def verify(request: Request, token: str) -> PlainTextResponse:
    """The hub asks whether it was we who subscribed: the challenge comes back when topic and token are ours."""
    desk = desk_of(request)
    row = _find(desk, token)
    asked = {name: request.query_params.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge", "reason")}
    if asked["topic"] != row.topic:
        raise HTTPException(404, "No subscription of ours.")
    if asked["mode"] == "denied":
        subscriptions.set_state(
            desk.store, token, "refused", f"the hub refused: {asked['reason'][:200] or 'no reason'}"
        )
        return PlainTextResponse("noted\n")
    if asked["mode"] != "subscribe" or not asked["challenge"]:
        raise HTTPException(404, "No wish of ours.")
    lease = timedelta(seconds=_read_seconds(request.query_params.get("hub.lease_seconds", "")))
    until = desk.now() + min(max(lease, SHORTEST), LONGEST)
    subscriptions.set_state(desk.store, token, "active", lease_until=until)
    return PlainTextResponse(asked["challenge"][:2000])


@router.post("/websub/{token}", response_model=None)
async def take_ping(request: Request, token: str) -> Response:
    """The feed has news: its outlet is due. Who signs wrongly is thanked all the same, and not believed."""
    desk = desk_of(request)
    row = await run_in_threadpool(_find, desk, token)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY:
            return Response(status_code=413)
    is_theirs = not row.hub.startswith("https:") or _is_signed(
        body, request.headers.get("x-hub-signature", ""), row.secret
    )
    if is_theirs:
        await run_in_threadpool(_ask_poll, desk, row)
    return Response(status_code=202)


def _ask_poll(desk: Desk, row: Any) -> None:
    if subscriptions.note_ping(desk.store, row.token, desk.now()):
        visits.ask_poll(desk.store, row.outlet, desk.now())


def _find(desk: Desk, token: str) -> Any:
    with desk.store.read() as connection:
        row = subscriptions.find_subscription(connection, token)
    if row is None:
        raise HTTPException(404, "No subscription of ours.")
    return row


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    method, _, signature = header.partition("=")
    if method not in SIGNATURES:
        return False
    expected = hmac.new(secret.encode(), body, SIGNATURES[method]).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode())


def _read_seconds(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0

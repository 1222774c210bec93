"""Refuses foreign Host headers (DNS rebinding) and sets the headers that keep a page from doing harm. Touches each request."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    # No script, no foreign picture, no frame: what an article brings along cannot run or call home.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """ASGI middleware; at each request `listen` gives the configured host:port, `hosts` further names of this desk."""

    def __init__(self, app: ASGIApp, listen: Callable[[], str], hosts: Callable[[], tuple[str, ...]] = tuple) -> None:
        self.app, self.listen, self.hosts = app, listen, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not self._is_ours(dict(scope["headers"]).get(b"host", b"").decode("latin-1")):
            refusal = PlainTextResponse("This page answers only under its own address.\n", status_code=421)
            await refusal(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _is_ours(self, host: str) -> bool:
        name, _, port = host.lower().rpartition(":") if not host.endswith("]") else (host.lower(), "", "")
        if not name:
            name, port = host.lower(), ""
        if name in {own.lower() for own in self.hosts()}:
            return True  # any port: a proxy in front has its own
        own, _, own_port = self.listen().rpartition(":")
        return (name in LOOPBACK or name == own.lower()) and port in ("", own_port)


def is_loopback(listen: str) -> bool:
    """Can only this machine reach a host:port?"""
    host = listen.rpartition(":")[0].strip("[]")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""Lets in whom the password lets in, and gives every visitor a signed cookie. Touches each request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.errors import StoreError
from monitor.web.sessions import COOKIE, Sessions

OPEN = ("/login", "/healthz", "/readyz", "/favicon.ico")
SIGNED = (
    "/judge/",
    "/websub/",
)  # links that we signed or made up, for readers of alerts and for hubs: their own permission
API, READING = "/api/", ("GET", "HEAD", "OPTIONS")
MACHINES = (
    "/api/",
    "/feeds/",
    "/export/",
    "/metrics",
)  # asked by programs: they are told by status, and may send the password


class Access:
    """ASGI middleware. Sets `state.visitor`, `state.is_in` and `state.may_change` of each request.

    `find_scope`: what an API token may do ("read", "write"), "" for an unknown one.
    """

    def __init__(
        self,
        app: ASGIApp,
        sessions: Sessions,
        now: Callable[[], datetime],
        find_scope: Callable[[str], str] = lambda _: "",
    ) -> None:
        self.app, self.sessions, self.now, self.find_scope = app, sessions, now, find_scope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        visitor, new_cookie = self.sessions.read_visitor(request.cookies.get(COOKIE, "")), ""
        if not visitor:
            visitor, new_cookie = self.sessions.make_visitor()
        path, method = scope["path"], scope["method"]
        granted = self._read_scope(request)
        is_in = self.sessions.is_in(visitor, self.now()) or self._brings_password(request) or bool(granted)
        may_change = self._may_change(path, granted, visitor)
        scope.setdefault("state", {}).update(visitor=visitor, is_in=is_in, may_change=may_change)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and new_cookie and not path.startswith("/static/"):
                headers = MutableHeaders(scope=message)
                if "set-cookie" not in headers:
                    headers.append("set-cookie", make_cookie(new_cookie, is_https=scope["scheme"] == "https"))
            await send(message)

        if is_in and not may_change and method not in READING and path not in ("/login", "/logout"):
            await self._refuse_change(path)(scope, receive, send_with_cookie)
            return
        if is_in or path in OPEN or path.startswith(("/static/", *SIGNED)):
            await self.app(scope, receive, send_with_cookie)
            return
        await self._refuse(request)(scope, receive, send_with_cookie)

    def _may_change(self, path: str, granted: str, visitor: str) -> bool:
        if path.startswith(API):
            return granted == "write"
        return path.startswith(SIGNED) or self.sessions.may_change(visitor)

    def _brings_password(self, request: HTTPConnection) -> bool:
        header = request.headers.get("authorization", "")
        if not header or request.scope["method"] not in ("GET", "HEAD"):
            return False
        return self.sessions.is_basic(header, address_of(request), self.now())

    def _read_scope(self, request: HTTPConnection) -> str:
        """What the token of a program may do; looked at only where programs ask."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not request.url.path.startswith(MACHINES):
            return ""
        if self.sessions.has_to_wait(address_of(request), self.now()):
            return ""
        try:
            return self.find_scope(token.strip())
        except StoreError:
            return ""  # without a database nobody can be known

    def _refuse_change(self, path: str) -> Response:
        words = "a token with the scope write" if path.startswith(API) else "the password of editors"
        return PlainTextResponse(f"You may read here. A change needs {words}.\n", 403)

    def _refuse(self, request: HTTPConnection) -> Response:
        path = request.url.path
        if path.startswith(MACHINES) or path == "/events":
            if self.sessions.has_to_wait(address_of(request), self.now()):
                return PlainTextResponse("Too many wrong passwords: wait a minute.\n", 429)
            realm = {"WWW-Authenticate": 'Basic realm="diplowatch", charset="UTF-8"'}
            return PlainTextResponse("This desk needs its password.\n", 401, realm)
        if request.scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Log in first.\n", 401)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/login?next={quote(path + query, safe='')}", 303)


def address_of(request: HTTPConnection) -> str:
    """Where a request comes from, as the socket says; a header could claim anything."""
    return request.client.host if request.client else "unknown"


def make_cookie(value: str, *, is_https: bool) -> str:
    """The Set-Cookie line: not for scripts, not sent with foreign forms."""
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if is_https else "")

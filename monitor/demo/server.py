"""Serves the demo world over loopback: one port, hosts by the Host header. Touches the network."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from monitor.demo.archive import END_MINUTE, Archive, load_archive
from monitor.demo.clock import DemoClock
from monitor.demo.sites import Answer, Site

LONGEST_WAIT_S = 20.0  # a guess: an outlet that was not asked by then does not hold up the others


class DemoServer:
    """The outlets of the demo world. Its two days begin when each of them was asked once, so that every first poll is a baseline.

    `now` is the moment that counts as this one; `clock` gives seconds since any fixed point (a test's own clock, else the machine's).
    """

    def __init__(
        self,
        *,
        seconds: float = 90.0,
        now: datetime | None = None,
        clock: Callable[[], float] = monotonic,
        archive: Archive | None = None,
    ) -> None:
        self.seconds = seconds
        self.requests: list[tuple[str, str, int]] = []  # (host, path, status) in order of arrival
        self._archive = archive or load_archive()
        self._clock = clock
        self._made_at, self._made_mono = now or datetime.now(UTC), clock()
        self._zero_at: datetime | None = None
        self._first_at: datetime | None = None
        self._unasked = {outlet.host for outlet in self._archive.outlets.values()}
        self._lock = threading.Lock()
        self._http: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port that it listens on; 0 before `start`."""
        return int(self._http.server_address[1]) if self._http else 0

    def start(self, port: int = 0) -> int:
        """Listen on loopback (0 = any free port) and return the port."""
        handler = type("Handler", (_Handler,), {"demo": self})
        self._http = _Server(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self.port

    def stop(self) -> None:
        """Stop listening; may be called twice."""
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        self._http = self._thread = None

    def begin(self) -> None:
        """Let the two days begin now, whoever has asked."""
        with self._lock:
            self._zero_at = self._zero_at or self._now()

    def minute(self) -> float:
        """The minute of the demo world now; 0 until it begins."""
        with self._lock:
            now = self._now()
            if self._zero_at is None and self._first_at and now - self._first_at > timedelta(seconds=LONGEST_WAIT_S):
                self._zero_at = now
            return self._demo_clock().minute_at(now) if self._zero_at else 0.0

    def is_over(self) -> bool:
        """Whether the last minute has passed."""
        return self.minute() >= END_MINUTE

    def answer(self, host: str, path: str) -> Answer | None:
        """What `host` shows under `path` now; None = there is no such page."""
        outlet = next((one for one in self._archive.outlets.values() if one.host == host), None)
        if outlet is None:
            return None
        minute = self.minute()
        with self._lock:
            clock = self._demo_clock()
        site = Site(archive=self._archive, outlet=outlet, clock=clock, port=self.port)
        found = site.answer(path, minute)
        if found is not None and found.is_source:
            self._note_poll(host)
        return found

    def _note_poll(self, host: str) -> None:
        with self._lock:
            self._first_at = self._first_at or self._now()
            self._unasked.discard(host)
            if not self._unasked:
                self._zero_at = self._zero_at or self._now()

    def _now(self) -> datetime:
        return self._made_at + timedelta(seconds=self._clock() - self._made_mono)

    def _demo_clock(self) -> DemoClock:
        return DemoClock(made_at=self._made_at, zero_at=self._zero_at or self._made_at, seconds=self.seconds)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that hangs up is no error of ours; everything else is told as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    demo: DemoServer
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0].lower()
        path = unquote(urlsplit(self.path).path)
        found = self.demo.answer(host, path)
        if found is None:
            self._send(
                host, path, HTTPStatus.NOT_FOUND, b"<!doctype html><title>Not found</title><h1>Not found</h1>", {}
            )
            return
        etag = f'"{sha256(found.body).hexdigest()[:24]}"'
        headers = {
            "Content-Type": found.content_type,
            "ETag": etag,
            "Last-Modified": format_datetime(found.changed_at, usegmt=True),
            "Cache-Control": "no-cache",
        }
        if self._is_known(etag, found.changed_at):
            self._send(host, path, HTTPStatus.NOT_MODIFIED, b"", headers)
        else:
            self._send(host, path, HTTPStatus.OK, found.body, headers)

    do_HEAD = do_GET

    def _is_known(self, etag: str, changed_at: datetime) -> bool:
        """Whether the asker has this version; the tag wins over the date. Source: RFC 9110, 13.2.2."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return self.headers.get("If-Modified-Since") == format_datetime(changed_at, usegmt=True)

    def _send(self, host: str, path: str, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.demo.requests.append((host, path, int(status)))
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: `DemoServer.requests` has them."""

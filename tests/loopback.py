"""Outlets on loopback for tests: pages by host and path, and every way in which a server can misbehave."""

from __future__ import annotations

import contextlib
import random
import socketserver
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from monitor.crawl import Crawler


@dataclass
class Said:
    """An answer. `hang` = take the request and say nothing; `drip_s` = seconds between bytes of the body."""

    body: bytes | str = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    drip_s: float = 0.0


@dataclass
class Asked:
    host: str
    path: str
    headers: dict[str, str]
    at: float  # monotonic seconds
    status: int = 0


Answer = Said | Callable[[Asked], Said]


class Site:
    """A server on one loopback address and port that answers for many host names."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Answer] = {}  # "host/path" or "/path"
        self.asked: list[Asked] = []
        self.stop_waiting = threading.Event()
        self._server = _Server((address, 0), type("Handler", (_Handler,), {"site": self}))
        self.address, self.port = address, int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def url(self, path: str, host: str = "") -> str:
        return f"http://{host or self.address}:{self.port}{path}"

    def paths(self, host: str = "") -> list[str]:
        """Paths asked so far, robots.txt left out."""
        return [a.path for a in self.asked if a.path != "/robots.txt" and host in ("", a.host)]

    def close(self) -> None:
        self.stop_waiting.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextlib.contextmanager
def open_site(address: str = "127.0.0.1") -> Iterator[Site]:
    site = Site(address)
    try:
        yield site
    finally:
        site.close()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no failure of a test."""


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        import time

        host = (self.headers.get("Host") or "").split(":")[0]
        asked = Asked(host, self.path, {k.lower(): v for k, v in self.headers.items()}, time.monotonic())
        self.site.asked.append(asked)
        found = self.site.pages.get(host + self.path) or self.site.pages.get(self.path)
        said = found(asked) if callable(found) else found or Said("not here", 404)
        asked.status = said.status
        if said.hang:
            self.site.stop_waiting.wait(60)
            self.close_connection = True
            return
        body = said.body.encode() if isinstance(said.body, str) else said.body
        self.send_response(said.status)
        for name, value in ({"Content-Type": said.kind} | dict(said.headers)).items():
            self.send_header(name, value)
        if said.status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._write(body, said.drip_s)

    def _write(self, body: bytes, drip_s: float) -> None:
        with contextlib.suppress(OSError):
            if not drip_s:
                self.wfile.write(body)
                return
            for byte in body:
                self.wfile.write(bytes([byte]))
                if self.site.stop_waiting.wait(drip_s):
                    return

    def log_message(self, *words: Any) -> None:
        """Silence."""


# ------------------------------------------------------------------------------------------ what sites serve

WORDS = (
    "The foreign minister met envoys from four capitals on the shore of the lake and spoke for an hour about grain. "
    "Delegates said that the draft names ports, dates and observers, and that two clauses are still in brackets. "
)


def make_feed(site: Site, items: list[tuple[str, str, datetime | None]], host: str = "") -> Said:
    """RSS of (path, title, date)."""
    rows = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(path if '://' in path else site.url(path, host))}</link>"
        + (f"<pubDate>{format_datetime(at)}</pubDate>" if at else "")
        + "</item>"
        for path, title, at in items
    )
    return Said(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{rows}</channel></rss>',
        kind="application/rss+xml",
    )


def make_page(title: str, extra: str = "") -> Said:
    """An article that the cleaner reads; each title has a body of its own."""
    words = WORDS.split()
    random.Random(title).shuffle(words)
    text = " ".join(words)
    paragraphs = "".join(f"<p>{escape(title)}, part {n}: {text}. {extra}</p>" for n in range(1, 5))
    return Said(
        f"<!doctype html><html lang='en'><head><title>{escape(title)}</title></head><body><main><article>"
        f"<h1>{escape(title)}</h1>{paragraphs}</article></main></body></html>"
    )


# ------------------------------------------------------------------------------------------ a crawler to run


@dataclass
class Desk:
    """A configuration folder and a database; `crawl` runs the real spider in a process of its own."""

    folder: Path
    outlets: str = ""
    network: str = ""

    @property
    def db(self) -> str:
        return f"sqlite:///{self.folder / 'data' / 'diplowatch.db'}"

    def add_outlet(self, slug: str, home: str, **keys: Any) -> None:
        """A table of outlets.toml; values are TOML by their repr."""
        lines = [f"[{slug}]", f'name = "{slug}"', f'home = "{home}"']
        lines += [f"{key} = {_toml(value)}" for key, value in keys.items()]
        self.outlets += "\n".join(lines) + "\n\n"

    def write(self) -> Crawler:
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        (config / "outlets.toml").write_text(self.outlets, encoding="utf-8")
        network = self.network or 'allow_private = ["127.0.0.0/8"]\n'
        (config / "settings.toml").write_text(
            f'[network]\ncontact = "mailto:desk@example.org"\ndelay = "0s"\n{network}', encoding="utf-8"
        )
        return Crawler(config=str(config), db=self.db)

    def crawl(self, *words: str, spider: str = "outlets", once: bool = True) -> subprocess.CompletedProcess[str]:
        """`scrapy crawl outlets -a once=1 …`."""
        crawler = self.write()
        command = crawler.command(spider, *(["-a", "once=1"] if once else []), *words)
        return subprocess.run(
            command, env=crawler.environment(), capture_output=True, text=True, timeout=120, check=False
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The same spider, always on."""
        crawler = self.write()
        return subprocess.Popen(
            crawler.command("outlets", *words), env=crawler.environment(), stderr=subprocess.PIPE, text=True
        )

    def whys(self) -> dict[str, str]:
        """Each outlet's `state: why`."""
        path = self.folder / "data" / "diplowatch.db"
        with contextlib.closing(sqlite3.connect(path, timeout=10)) as connection:
            return dict(connection.execute("SELECT slug, state || ': ' || why FROM outlet").fetchall())


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    return f"'{value}'" if isinstance(value, str) else str(value)

"""Every way to make the crawler or the webhook sender dial an address of this house, tried over loopback. For benchmarks/soak.py.

127.0.0.1 (the site) and 127.0.0.8 (the control) are allowed, 127.0.0.9 (the canary) is not; all listen on one port. A module that Python
loads first in the tried processes notes every address that they dial, and makes names that change their answer.
As a program: posts a webhook to each URL of its arguments.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.crawl import Crawler  # noqa: E402
from monitor.errors import DeliveryError  # noqa: E402
from monitor.model import Channel, Message  # noqa: E402
from monitor.notify import send  # noqa: E402

SITE, CONTROL, CANARY = "127.0.0.1", "127.0.0.8", "127.0.0.9"
ALLOWED = (f"{SITE}/32", f"{CONTROL}/32")
VECTORS = {  # FAULTS row 1: the host of the address that is handed to us
    "loopback": CANARY,
    "metadata": "169.254.169.254",
    "private": "10.0.0.1",
    "carrier": "100.64.0.1",
    "decimal": str(int.from_bytes(bytes([127, 0, 0, 9]), "big")),
    "hex": "0x7f000009",
    "octal": "0177.0.0.011",
    "short": "127.9",
    "mapped": f"[::ffff:{CANARY}]",
    "name": "inside.test",
    "rebinding": "turning-{place}.test",  # where its first look-up leads is allowed, where all others lead is not
    "refresh": SITE,  # a page there that refreshes to the canary
}
PLACES = ("item", "page", "feed", "robots", "sitemap", "listing", "webhook", "posted")
TRAP = f"""
import os, socket, sys
find, asked = socket.getaddrinfo, set()
def answer(host, *words, **more):
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name.startswith("turning-"):
        host = "{CANARY}" if name in asked else "{SITE}"
        asked.add(name)
    return find(host, *words, **more)
def note(event, words):
    if event == "socket.connect" and isinstance(words[1], tuple):
        os.write(log, (words[1][0] + "\\n").encode())
log = os.open(os.environ["SOAK_DIALLED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
socket.getaddrinfo = answer
sys.addaudithook(note)
"""


@dataclass(frozen=True)
class Found:
    """Requests that the canary got, addresses dialled that were not allowed, and places from which the control was reached."""

    canary: int
    dialled: int
    arrived: set[str]


def try_ways() -> Found:
    """All vectors and the control at all places: one crawl of an outlet each, and posts."""
    with tempfile.TemporaryDirectory() as name:
        folder, servers = Path(name), open_servers()
        try:
            run_all(folder, servers[0].port)
        finally:
            for server in servers:
                server.shutdown()
                server.server_close()
        dialled = (folder / "dialled").read_text(encoding="ascii").split()
    arrived = {path.split("/")[2] for path in servers[1].paths if path.startswith("/secret/")}
    return Found(len(servers[2].paths), len([one for one in dialled if one not in (SITE, CONTROL)]), arrived)


def run_all(folder: Path, port: int) -> None:
    (folder / "sitecustomize.py").write_text(TRAP, encoding="utf-8")
    configure(folder, port)
    more = {"PYTHONPATH": str(folder), "SOAK_DIALLED": str(folder / "dialled")}
    crawler = Crawler(config=str(folder), db=f"sqlite:///{folder / 'ways.db'}")
    crawl = crawler.command("outlets", "-a", "once=1")
    with (folder / "log").open("wb") as log:
        subprocess.run(crawl, env=crawler.environment() | more, cwd=ROOT, stderr=log, check=True, timeout=120)
    hosts = VECTORS | {"control": CONTROL}
    posts = [make_target(hosts, vector, "webhook", port) for vector in hosts]
    posts += [f"http://{SITE}:{port}/go/{vector}/posted" for vector in hosts]
    command = [sys.executable, __file__, *(url.replace("http:", "json:") for url in posts)]
    subprocess.run(command, env=os.environ | more, check=True, timeout=120)


def make_target(hosts: dict[str, str], vector: str, place: str, port: int) -> str:
    path = f"/refresh/{place}" if vector == "refresh" else f"/secret/{place}/{vector}"
    return f"http://{hosts[vector].format(place=place)}:{port}{path}"


def configure(folder: Path, port: int) -> None:
    """An outlet for each vector at each place, on a host of its own."""
    tables, names = [], {"inside.test": CANARY}
    hosts = VECTORS | {"control": CONTROL}
    for vector in hosts:
        for place in PLACES[:6]:
            host = f"{vector}-{place}.test"
            names[host] = SITE
            here, target = f"http://{host}:{port}", make_target(hosts, vector, place, port)
            home = target if place in ("item", "listing") else here
            ways = {
                "feed": f'feeds = ["{here}/go/{vector}/feed"]',
                "sitemap": f'sitemaps = ["{here}/map/{vector}/sitemap"]',
                "listing": f'listings = [{{ url = "{here}/section/{vector}/listing", links = "h2 a" }}]',
            }
            way = ways.get(place, f'feeds = ["{here}/{place}/{vector}/{place}"]')
            tables.append(f'[{vector}-{place}]\nname = "{vector}"\nhome = "{home}"\n{way}\n')
    (folder / "outlets.toml").write_text("\n".join(tables), encoding="utf-8")
    resolve = ", ".join(f'"{host}" = "{address}"' for host, address in names.items())
    allowed = ", ".join(f'"{network}"' for network in ALLOWED)
    settings = f'[network]\ndelay = "0s"\nallow_private = [{allowed}]\nresolve = {{ {resolve} }}\n'
    (folder / "settings.toml").write_text(settings, encoding="utf-8")


class Server(ThreadingHTTPServer):
    """One address; keeps the paths that it was asked for."""

    daemon_threads = True

    def __init__(self, address: str, port: int) -> None:
        super().__init__((address, port), Handler)
        self.port, self.paths = int(self.server_address[1]), list[str]()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.0: each request is a connection of its own, and so a look-up of its name."""

    server: Server

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        host = (self.headers.get("Host") or "").split(".test")[0]
        if self.path == "/robots.txt" and host.endswith("-robots"):
            self.path = f"/go/{host.replace('-', '/')}"
        _, kind, vector, place, *_ = f"{self.path}///".split("/")
        hosts = VECTORS | {"control": CONTROL}
        target = make_target(hosts, vector, place, self.server.port) if vector in hosts else ""
        if kind == "go":
            return self.answer(307, "", target)
        if kind == "refresh":
            url = f"http://{CANARY}:{self.server.port}/secret/{vector}"
            return self.answer(200, f'<html><head><meta http-equiv="refresh" content="0; url={url}"></head></html>')
        texts = {
            "item": make_feed(target),
            "page": make_feed(f"/go/{vector}/{place}"),
            "robots": make_feed(""),
            "map": f"<sitemapindex><sitemap><loc>{target}</loc></sitemap></sitemapindex>",
            "section": f"<h2><a href='{target}'>Inside</a></h2>",
            "secret": "secret",
        }
        return self.answer(200 if kind in texts else 404, texts.get(kind, ""))

    do_POST = do_GET

    def answer(self, status: int, text: str, location: str = "") -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *words: Any) -> None:
        """Silence."""


def make_feed(link: str) -> str:
    item = f"<item><title>Inside</title><link>{link}</link></item>" if link else ""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{item}</channel></rss>'


def open_servers() -> list[Server]:
    """Site, control and canary on one port."""
    site = Server(SITE, 0)
    return [site, Server(CONTROL, site.port), Server(CANARY, site.port)]


def post_all(urls: list[str]) -> None:
    message = Message(key="k", title="News", body="News", body_format="text")
    for url in urls:
        with contextlib.suppress(DeliveryError):  # whether it was refused the servers and the log of addresses say
            send(Channel(slug="hook", url=url), message, ".", allow_private=ALLOWED)


if __name__ == "__main__":
    post_all(sys.argv[1:])

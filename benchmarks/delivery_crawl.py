"""Delivery while the crawler works: 50 outlets over loopback, 100 articles a minute that each ring, a real daemon, a real SMTP server.

As a program it is the site: `delivery_crawl.py HOSTS PER_MINUTE COUNT`. An article is seen when its page was fetched (`article.seen_at`), and accepted
when the SMTP server answers 250.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import sqlalchemy as sa
from crawl_site import make_feed, make_page

ROOT = Path(__file__).resolve().parent.parent
SYLLABLES = ("ka", "lo", "ve", "tri", "ban", "mor", "sel", "dun", "ar", "ith", "ost", "eng", "wil", "par", "zan", "hel")
LINK = re.compile(r"http://h\d+\.test:\d+/news/(\d+)")
COMMON = ("the", "of", "and", "to", "in", "that", "with", "for", "was", "on")
SHOWN = 30  # items of a feed


def make_name(number: int, salt: str) -> str:
    """A word that no other article has."""
    dice = random.Random(f"{salt}{number}")
    return "".join(dice.choices(SYLLABLES, k=4)).capitalize()


def make_person(number: int) -> str:
    return f"{make_name(number, 'given')} {make_name(number, 'surname')}"


def make_article(number: int, host: str) -> bytes:
    """A page of its own story: a person, a town and a vocabulary that no other article has, and no event that two could share."""
    person, town = make_person(number), make_name(number, "town")
    dice = random.Random(number)
    own = [make_name(number, f"word{k}").lower() for k in range(150)]
    sentences = [
        " ".join(dice.choice(own) if k % 3 else dice.choice(COMMON) for k in range(14)).capitalize() + "."
        for _ in range(35)
    ]
    body = "".join(f"<p>{' '.join(sentences[k : k + 5])}</p>" for k in range(0, 35, 5))
    title = f"{own[0]} {person} {own[1]} {own[2]} {town}"
    page = make_page(number, host).decode()
    page = re.sub(r"<h1>.*?</h1>", f"<h1>{title}</h1>", page)
    page = re.sub(r'(<title>|og:title" content=")[^|"<]*', rf"\g<1>{title} ", page)
    lead = f"<p>{' '.join(own[3:8])} {person} {' '.join(own[8:14])} {town}.</p>"
    return re.sub(r'(field--body">).*?(</div>)', lambda found: found[1] + lead + body + found[2], page).encode()


class Site:
    """Publishes an article each 60/`per_minute` seconds from the moment when it is told to."""

    def __init__(self, hosts: int, per_minute: int, count: int) -> None:
        self.hosts, self.gap_s, self.count, self.opened = hosts, 60 / per_minute, count, 0.0
        self.asked: set[str] = set()
        self.port = 0

    def count_published(self) -> int:
        return min(self.count, int((time.monotonic() - self.opened) / self.gap_s)) if self.opened else 0

    def answer(self, host: str, path: str) -> tuple[int, bytes]:
        kind, _, rest = path.strip("/").partition("/")
        if path == "/control/open":
            self.opened = time.monotonic()
            return 200, b""
        if path == "/control/asked":
            return 200, str(len(self.asked)).encode()
        if kind == "robots.txt":
            return 200, b"User-agent: *\nDisallow:\n"
        if kind == "feed":
            self.asked.add(host)
            mine = [n for n in range(self.count_published()) if n % self.hosts == int(host[1:].split(".")[0])]
            first = max(0, len(mine) - SHOWN)
            numbers = range(mine[first], mine[-1] + 1, self.hosts) if mine else range(0)
            return 200, make_feed(host, self.port, numbers, "/news/")
        return (200, make_article(int(rest), host)) if kind == "news" else (404, b"")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                host = head.lower().split("\nhost:", 1)[1].split("\r", 1)[0].strip().split(":")[0]
                status, body = self.answer(host, head.split(" ", 2)[1])
                kind = "application/rss+xml" if body[:5] == b"<?xml" else "text/html; charset=utf-8"
                line = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(line.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def run_site(hosts: int, per_minute: int, count: int) -> None:
    site = Site(hosts, per_minute, count)
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    print(site.port, flush=True)
    await server.serve_forever()


def measure(hosts: int, per_minute: int, count: int, patience_s: float) -> tuple[list[float], int]:
    """(seconds from seen to accepted, sorted; articles stored)."""
    from receivers import Hook, Mailbox

    mailbox, hook = Mailbox().start(), Hook().start()
    accepted: list[float] = []

    def accept() -> str:
        accepted.append(time.time())
        return ""

    mailbox.on_data = accept
    site = subprocess.Popen(
        [sys.executable, __file__, str(hosts), str(per_minute), str(count)], stdout=subprocess.PIPE, text=True
    )
    assert site.stdout is not None
    port = int(site.stdout.readline())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_config(folder / "config", hosts, count, port, mailbox.url(), hook.url())
        db = f"sqlite:///{folder / 'd.db'}"
        command = [
            sys.executable,
            "-m",
            "monitor.cli",
            "run",
            "--config",
            str(folder / "config"),
            "--db",
            db,
            "--no-web",
        ]
        with (folder / "log").open("wb") as log:
            daemon = subprocess.Popen(
                command, stdout=log, stderr=log, env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=ROOT
            )
        try:
            _wait(lambda: int(_ask(port, "/control/asked")) == hosts, 60)
            _ask(port, "/control/open")
            _wait(lambda: len(mailbox.mails) >= count, count * 60 / per_minute + patience_s)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(30)
            site.kill()
            site.wait()
        seen = _load_seen(db)
    mails = list(mailbox.mails)
    mailbox.stop()
    hook.stop()
    waits = []
    for mail, at in zip(mails, accepted, strict=False):
        body = mail.get_body(("plain",))
        found = LINK.search(body.get_content()) if body is not None else None
        if found and int(found.group(1)) in seen:
            waits.append(at - seen[int(found.group(1))])
    return sorted(waits), len(seen)


def write_config(config: Path, hosts: int, count: int, port: int, mail: str, hook: str) -> None:
    config.mkdir()
    tables = [
        f'[o{n}]\nname = "Outlet {n}"\nhome = "http://h{n}.test:{port}/"\nfeeds = ["http://h{n}.test:{port}/feed"]\nevery = "3s"\n'
        for n in range(hosts)
    ]
    people = [f'[p{n}]\nname = "{make_person(n)}"\n' for n in range(count)]
    slugs = ", ".join(f'"p{n}"' for n in range(count))
    resolve = ", ".join(f'"h{n}.test" = "127.0.0.1"' for n in range(hosts))
    caps = "per_minute = 1000000\nper_hour = 1000000\n"
    files = {
        "outlets": "\n".join(tables),
        "people": "\n".join(people),
        "watchlists": f'[all]\nname = "All"\npeople = [{slugs}]\ninstant = ["mail", "hook", "log"]\n',
        "channels": f'[channel.mail]\nurl = "{mail}"\n{caps}[channel.hook]\nurl = "{hook}"\n{caps}'
        f'[channel.log]\nurl = "file:out.jsonl"\n{caps}',
        "settings": f'[network]\ndelay = "0s"\nallow_private = ["127.0.0.0/8"]\nresolve = {{ {resolve} }}\n',
    }
    for name, text in files.items():
        (config / f"{name}.toml").write_text(text, encoding="utf-8")


def _ask(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def _wait(holds: object, limit_s: float) -> None:
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if holds():  # type: ignore[operator]
            return
        time.sleep(0.1)


def _load_seen(db: str) -> dict[int, float]:
    """Number of an article → when its page was fetched, in seconds since 1970."""
    from monitor.store import open_store, schema

    store = open_store(db)
    with store.read() as connection:
        rows = connection.execute(sa.select(schema.article.c.url, schema.article.c.seen_at)).all()
    store.close()
    return {int(url.rsplit("/", 1)[1]): at.timestamp() for url, at in rows}


if __name__ == "__main__":
    asyncio.run(run_site(*map(int, sys.argv[1:4])))

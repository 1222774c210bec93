"""The site that benchmarks/soak.py crawls: outlets that behave and outlets that mean harm, on one loopback port. A process of its own.

The letters of a host's name say what it is: good7.test, hang3.test. `/control/…` sets and tells; times are those of time.monotonic, which
all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from crawl_site import make_page

HOSTILE = ("hang", "drip", "error", "loop", "bomb", "nested", "challenge")
LISTED = 20  # items that a feed shows
TAGS, BOMB_BYTES = 200_000, 100_000_000
CHALLENGE = b"<!doctype html><title>Just a moment...</title><div id='px-captcha'>Checking your browser</div>"


@dataclass(frozen=True)
class Answer:
    """Status, body and headers; `hangs` = nothing at all, `drips` = a byte of the body a second."""

    status: int = 200
    body: bytes = b""
    headers: str = ""
    hangs: bool = False
    drips: bool = False

    def head(self) -> bytes:
        kind = "application/rss+xml" if self.body[:5] == b"<?xml" else "text/html; charset=utf-8"
        size = f"Content-Type: {kind}\r\nContent-Length: {len(self.body)}\r\n"
        return f"HTTP/1.1 {self.status} X\r\n{size}{self.headers}\r\n".encode()


@dataclass
class Site:
    """What was asked, and what is published: `pace` articles a poll, 0.05 = one at every twentieth."""

    port: int = 0
    pace: float = 0.0
    owed: float = 0.0  # the part of an article that the polls so far have earned
    pages: int = 0
    asked: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # when, by host: feeds only
    dates: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # of articles by host
    bomb: bytes = field(default_factory=lambda: gzip.compress(b"x" * BOMB_BYTES, 6))

    def answer(self, host: str, path: str, etag: str) -> Answer:
        place = path.split("?")[0].split("/")
        if place[1] == "control":
            return self.control(place[2], path.partition("?")[2])
        if place[1] == "robots.txt":
            return Answer(body=b"User-agent: *\nDisallow: /private/\n")
        kind = host.split(".")[0].rstrip("0123456789")
        if place[1] == "feed":
            if len(place) == 2:  # a redirect is no poll
                self.asked[host].append(time.monotonic())
            return self.harm(kind, host, len(place)) if kind in HOSTILE else self.feed(host, etag)
        self.pages += 1
        if kind == "nested":
            return Answer(body=b"<html><body>" + b"<div>" * TAGS + b"deep")
        return Answer(body=make_page(self.pages, host))

    def control(self, wish: str, value: str) -> Answer:
        if wish == "pace":
            self.pace = float(value)
        polls = {host: times for host, times in self.asked.items() if host.startswith("good")}
        count = {"polls": sum(map(len, polls.values())), "pages": self.pages, "outlets": len(polls)}
        return Answer(body=json.dumps(polls if wish == "times" else count).encode())

    def feed(self, host: str, etag: str, path: str = "news") -> Answer:
        """The newest articles; none at the first poll, so that the next ones are news."""
        dates = self.dates[host]
        if len(self.asked[host]) > 1:
            self.owed += self.pace
            while self.owed >= 1:
                self.owed -= 1
                dates.append(format_datetime(datetime.now(UTC)))
        if etag == f'"{len(dates)}"':
            return Answer(304)
        items = "".join(
            f"<item><title>News {n}</title><link>http://{host}:{self.port}/{path}/{n}</link><pubDate>{dates[n]}</pubDate></item>"
            for n in range(max(0, len(dates) - LISTED), len(dates))
        )
        text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'
        return Answer(body=text.encode(), headers=f'ETag: "{len(dates)}"\r\n')

    def harm(self, kind: str, host: str, hops: int) -> Answer:
        """What a hostile outlet says when it is asked for its feed."""
        if kind == "nested" and hops > 2:
            return Answer(body=b"<urlset>" + b"<url>" * TAGS)
        if kind == "nested":  # by turns in the feed and in the page of a new article
            if len(self.asked[host]) % 2:
                return Answer(body=b'<?xml version="1.0"?>' + b"<item>" * TAGS)
            self.dates[host].append(format_datetime(datetime.now(UTC)))
            return self.feed(host, "")
        return {
            "hang": Answer(hangs=True),
            "drip": Answer(body=b"<rss>" * 1000, drips=True),
            "error": Answer(500),
            "loop": Answer(302, headers=f"Location: /feed{'/on' * (hops - 1)}\r\n"),
            "bomb": Answer(body=self.bomb, headers="Content-Encoding: gzip\r\n"),
            "challenge": Answer(body=CHALLENGE),
        }[kind]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                host, etag = headers["host"].split(":")[0], headers.get("if-none-match", "")
                await send(self.answer(host, first.split(" ")[1], etag), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def send(answer: Answer, writer: asyncio.StreamWriter) -> None:
    if answer.hangs:
        await asyncio.sleep(3600)
    writer.write(answer.head())
    for chunk in (answer.body[n : n + 1] for n in range(len(answer.body))) if answer.drips else (answer.body,):
        writer.write(chunk)
        await writer.drain()
        if answer.drips:
            await asyncio.sleep(1)


async def main() -> None:
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, backlog=1024)
    site.port = server.sockets[0].getsockname()[1]
    print(site.port, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

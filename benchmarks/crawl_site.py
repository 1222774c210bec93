"""The site that benchmarks/crawl.py crawls: many hosts on one loopback port, answers made beforehand. A process of its own."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from datetime import UTC, datetime
from email.utils import format_datetime

WORDS = [
    "minister",
    "talks",
    "border",
    "treaty",
    "envoy",
    "summit",
    "statement",
    "delegation",
    "agreement",
    "sanctions",
    "council",
    "region",
    "trade",
    "partners",
    "visit",
    "government",
    "security",
    "meeting",
    "proposal",
    "ceasefire",
    "observers",
    "mandate",
    "resolution",
    "ambassador",
    "dialogue",
    "committee",
    "report",
    "said",
    "on",
    "the",
    "of",
    "a",
    "to",
    "in",
    "and",
    "for",
    "with",
    "after",
    "before",
    "during",
    "between",
    "against",
    "under",
    "over",
    "that",
    "which",
    "had",
    "been",
    "will",
    "would",
    "not",
    "more",
]


def make_page(number: int, host: str) -> bytes:
    """15–26 kB: an article of about 4 kB inside the furniture of a news site. Every number has another text."""
    dice = random.Random(number)
    title = f"{' '.join(dice.sample(WORDS[:25], 5)).capitalize()} {number}"
    paragraphs, size = [], 0
    while size < 4000:
        text = " ".join(dice.choices(WORDS, k=dice.randint(30, 70))).capitalize() + "."
        paragraphs.append(f"<p>{text}</p>")
        size += len(text)
    menu = "".join(
        f'<li class="menu-item menu-{n}"><a href="/section/{n}">{WORDS[n].title()}</a></li>' for n in range(24)
    )
    related = "".join(
        f'<div class="card"><a href="/news/x{n}"><img src="/i/{n}.jpg" alt=""><h3>{" ".join(dice.choices(WORDS, k=8)).title()}</h3></a></div>'
        for n in range(12)
    )
    script = "var dataLayer=dataLayer||[];" + "".join(
        f"dataLayer.push({{k{n}:'{dice.random()}'}});" for n in range(dice.randint(100, 300))
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | {host}</title>'
        f'<meta property="og:title" content="{title}"><meta property="article:published_time" content="{datetime.now(UTC).isoformat()}">'
        f'<link rel="stylesheet" href="/s.css"><script>{script}</script></head><body><header><nav><ul>{menu}</ul></nav></header>'
        f'<main><article class="node node--article"><h1>{title}</h1><div class="meta">By A. Writer</div>'
        f'<div class="field--body">{"".join(paragraphs)}</div></article><aside class="related"><h2>Related</h2>{related}</aside></main>'
        f"<footer><ul>{menu}</ul><p>© {host}. All rights reserved.</p></footer></body></html>"
    ).encode()


def make_feed(host: str, port: int, numbers: range, prefix: str) -> bytes:
    """RSS with items dated now."""
    now = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>News {n}</title><link>http://{host}:{port}{prefix}{n}</link><pubDate>{now}</pubDate></item>"
        for n in numbers
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'.encode()


class Site:
    """Hosts h0…, each with `pages` articles once it was told to publish."""

    def __init__(self, hosts: int, pages: int) -> None:
        self.hosts, self.pages, self.is_open = hosts, pages, False
        self.seen: Counter[str] = Counter()
        self.cache = {
            f"h{h}.test/news/{n}": make_page(h * pages + n, f"h{h}.test") for h in range(hosts) for n in range(pages)
        }
        self.port = 0

    def answer(self, host: str, path: str, headers: str) -> tuple[int, bytes, str]:
        if path == "/control/open":
            self.is_open = True
            return 200, b"", ""
        if path == "/control/report":
            return 200, json.dumps(self.seen).encode(), ""
        kind = path.split("/")[1]
        self.seen[kind] += 1
        if kind == "robots.txt":
            return 200, b"User-agent: *\nDisallow: /private/\n", ""
        if kind == "feed":
            if "if-none-match" in headers and not self.is_open:
                return 304, b"", ""
            return 200, make_feed(host, self.port, range(self.pages if self.is_open else 0), "/news/"), 'ETag: "1"\r\n'
        if kind == "mixed":
            data = make_feed(host, self.port, range(10), "/private/")
            return 200, data.replace(b"/private/9<", b"/open/9<"), ""
        if kind == "news":
            return 200, self.cache.get(host + path, b""), ""
        return 404, b"", ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                lower = head.lower()
                host = lower.split("\nhost:", 1)[1].split("\r", 1)[0].strip().split(":")[0]
                status, body, more = self.answer(host, path, lower)
                kind = "application/rss+xml" if body[:5] == b"<?xml" else "text/html; charset=utf-8"
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def main(hosts: int, pages: int) -> None:
    site = Site(hosts, pages)
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    print(site.port, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))

"""What stock Scrapy with BeautifulSoup does with the same pages: feed, page, text, one row each; no matching, no stories, no alerts.

    python benchmarks/crawl_peer.py PORT HOSTS DATABASE

Prints one JSON object: articles, wall_s and cpu_s from the first request to the last row.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from typing import Any

import feedparser
import scrapy
from bs4 import BeautifulSoup
from scrapy.crawler import CrawlerProcess

SETTINGS = {
    "ROBOTSTXT_OBEY": True,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
}


class Feeds(scrapy.Spider):
    """Feed → pages → rows. The hosts have no names here: each is asked for by a header."""

    name = "feeds"

    def __init__(self, port: str, hosts: str, database: str) -> None:
        super().__init__()
        self.port, self.hosts, self.count = int(port), int(hosts), 0
        self.rows = sqlite3.connect(database)
        self.rows.execute("PRAGMA journal_mode=WAL")
        self.rows.execute("CREATE TABLE article (url TEXT PRIMARY KEY, headline TEXT, body TEXT)")
        self.began, self.before = time.monotonic(), _find_cpu()

    def _ask(self, host: str, url: str, then: Any) -> scrapy.Request:
        path = url.partition(f"{host}:{self.port}")[2]
        return scrapy.Request(
            f"http://127.0.0.1:{self.port}{path}",
            then,
            headers={"Host": host},
            cb_kwargs={"host": host},
            dont_filter=True,
        )

    async def start(self) -> Any:
        for n in range(self.hosts):
            yield self._ask(f"h{n}.test", f"http://h{n}.test:{self.port}/feed", self.parse_feed)

    def parse_feed(self, response: Any, host: str) -> Iterator[scrapy.Request]:
        for entry in feedparser.parse(response.body).entries:
            yield self._ask(host, entry.link, self.parse_page)

    def parse_page(self, response: Any, host: str) -> None:
        soup = BeautifulSoup(response.text, "lxml")
        for tag in soup(["script", "style", "nav", "aside", "footer"]):
            tag.decompose()
        headline = soup.h1.get_text(" ", strip=True) if soup.h1 else ""
        row = (f"{host} {response.url}", headline, soup.get_text("\n", strip=True))
        with self.rows:
            self.rows.execute("INSERT OR IGNORE INTO article VALUES (?, ?, ?)", row)
        self.count += 1

    def closed(self, _reason: str) -> None:
        spent = {"wall_s": time.monotonic() - self.began, "cpu_s": _find_cpu() - self.before}
        print(json.dumps({"articles": self.count} | spent))


def _find_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    process = CrawlerProcess(SETTINGS)
    port, hosts, database = sys.argv[1:]
    process.crawl(Feeds, port=port, hosts=hosts, database=database)
    process.start()


if __name__ == "__main__":
    main()

"""The store at 10,000, 100,000 and 1,000,000 articles, on SQLite and PostgreSQL: look-up, search, insert, start, migration.

Articles are generated (scale_articles.py) and spread over a year. The base is filled at the first schema, so that its migration to this one can be timed.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import sqlalchemy as sa
from scale_articles import Generator
from sqlalchemy.engine import make_url

from monitor.matching import compile_query
from monitor.model import CleanPage
from monitor.store import Store, archive, known_articles, ledger, migrate, open_store, search
from monitor.store.database import _make_engine
from monitor.store.fulltext import rebuild_index, to_words

NOW = datetime.now(UTC)
YEAR = timedelta(days=365)
BLOCK = 5000
Row = dict[str, Any]


def fill(url: str, count: int, generator: Generator) -> None:
    """A database of the first schema with so many articles, their bodies, candidates and (on SQLite) full text."""
    engine = _make_engine(url, create=True)
    with engine.connect() as plain:
        connection = plain.execution_options(diplowatch_write=True)
        with connection.begin():
            migrate.upgrade_to(connection, "0001")
    put = _put_sqlite if engine.dialect.name == "sqlite" else _put_postgresql
    with engine.connect() as plain:
        raw = plain.connection.dbapi_connection
        assert raw is not None
        if engine.dialect.name == "sqlite":
            raw.execute("PRAGMA synchronous=OFF")
        for first in range(1, count + 1, BLOCK):
            put(raw, [_make_rows(n, count, generator) for n in range(first, min(first + BLOCK, count + 1))])
    engine.dispose()


def _make_rows(number: int, count: int, generator: Generator) -> tuple[int, str, str, str, str, datetime]:
    headline, body = generator.make(number)
    return number, make_url_of(number), f"o{number % 500}", headline, body, NOW - YEAR + YEAR * (number / count)


def make_url_of(number: int) -> str:
    return f"https://o{number % 500}.example/news/{number * 7919 % 1_000_003}/{number}"


ARTICLE = (
    "id, url, link, canonical_url, outlet, headline, language, text_hash, story_id, version, seen_at, published_at"
)
CANDIDATE = "id, url, address, outlet, state, state_at, found_at, article_id"


def _put_sqlite(raw: Any, rows: list[tuple[int, str, str, str, str, datetime]]) -> None:
    def moment(at: datetime) -> str:
        return at.strftime("%Y-%m-%d %H:%M:%S.%f")

    raw.execute("BEGIN")
    raw.executemany(
        f"INSERT INTO article ({ARTICLE}) VALUES (?,?,?,?,?,?,'en',?,?,1,?,?)",
        [(n, u, u, u, o, h, f"{n:032x}", n, moment(at), moment(at)) for n, u, o, h, _, at in rows],
    )
    raw.executemany("INSERT INTO body (article_id, body) VALUES (?,?)", [(n, b) for n, _, _, _, b, _ in rows])
    raw.executemany(
        f"INSERT INTO candidate ({CANDIDATE}) VALUES (?,?,?,?,'no-match',?,?,?)",
        [(n, u, u, o, moment(at), moment(at), n) for n, u, o, _, _, at in rows],
    )
    raw.executemany(
        "INSERT INTO article_fts(rowid, words) VALUES (?,?)", [(n, to_words(h, b)) for n, _, _, h, b, _ in rows]
    )
    raw.execute("COMMIT")


def _put_postgresql(raw: Any, rows: list[tuple[int, str, str, str, str, datetime]]) -> None:
    with raw.cursor() as cursor:
        with cursor.copy(f"COPY article ({ARTICLE}) FROM STDIN") as copy:
            for n, u, o, h, _, at in rows:
                copy.write_row((n, u, u, u, o, h, "en", f"{n:032x}", n, 1, at, at))
        with cursor.copy("COPY body (article_id, body) FROM STDIN") as copy:
            for n, _, _, _, b, _ in rows:
                copy.write_row((n, b))
        with cursor.copy(f"COPY candidate ({CANDIDATE}) FROM STDIN") as copy:
            for n, u, o, _, _, at in rows:
                copy.write_row((n, u, u, o, "no-match", at, at, n))
    raw.commit()


def measure_base(url: str, count: int, generator: Generator, say: Callable[[str], None]) -> list[Row]:
    """Fills a base and measures it; rows of (measure, value, unit, bound, holds)."""
    kind = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    began = time.monotonic()
    fill(url, count, generator)
    say(f"{kind}, {count}: filled in {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    store = open_store(url)
    migration_s = time.monotonic() - began
    name = f"{kind}, {count:,} articles"
    rows = [row(f"{name}: migration from the first schema", round(migration_s, 2), "s", 60)]
    try:
        if not store.is_sqlite:
            rows += _prepare_postgresql(store, count, name, say)
        rows += [
            row(
                f"{name}: URL look-up, p99",
                find_percentile(_look_up(store, count), 99),
                "ms",
                2 if store.is_sqlite else 5,
            ),
            row(
                f"{name}: search, p95",
                find_percentile(_search(store, generator), 95),
                "ms",
                100 if store.is_sqlite else 150,
            ),
            row(f"{name}: search, median", find_percentile(_search(store, generator), 50), "ms"),
        ]
        rows += _insert(store, count, generator, name)
        rows.append(row(f"{name}: start of a crawler to its first request", _start_cold(url), "s", 5))
        rows.append(row(f"{name}: on disk", _find_size(store), "MB"))
    finally:
        store.close()
    return rows


def _prepare_postgresql(store: Store, count: int, name: str, say: Callable[[str], None]) -> list[Row]:
    began = time.monotonic()
    done = rebuild_index(store)
    rate = done / (time.monotonic() - began)
    say(f"PostgreSQL, {count}: full text at {rate:.0f} articles/s")
    with store.write() as connection:
        connection.execute(sa.select(sa.func.setval("article_id_seq", count)))
        connection.execute(sa.select(sa.func.setval("candidate_id_seq", count)))
    with psycopg.connect(
        make_url(store.url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as raw:
        raw.execute("VACUUM ANALYZE")
    return [row(f"{name}: full text, out of the alert path", round(rate), "articles/s")]


def _look_up(store: Store, count: int, times: int = 2000) -> list[float]:
    rng = random.Random(3)
    urls = [make_url_of(rng.randint(1, count)) if n % 2 else f"https://o1.example/news/new/{n}" for n in range(times)]
    spent = []
    with store.read() as connection:
        for url in urls:
            began = time.perf_counter()
            known_articles.find_article(connection, [url, url, url])
            spent.append(1000 * (time.perf_counter() - began))
    return spent


def _search(store: Store, generator: Generator) -> list[float]:
    spent = []
    for text in generator.queries():
        query = compile_query(text)
        began = time.perf_counter()
        search.search(store, query, limit=50)
        spent.append(1000 * (time.perf_counter() - began))
    return spent


def _insert(store: Store, count: int, generator: Generator, name: str, times: int = 3000) -> list[Row]:
    """Dedupe, article, body, full text (on PostgreSQL: its mark), the candidate's end."""
    pages = []
    for n in range(count + 1, count + 1 + 2 * times):
        headline, body = generator.make(n)
        pages.append(
            (
                make_url_of(n),
                CleanPage(url=make_url_of(n), headline=headline, body=body, language="en", published_at=NOW),
            )
        )
    rows = []
    for each, some in ((100, pages[:times]), (1, pages[times:])):
        began = time.monotonic()
        for start in range(0, len(some), each):
            with store.write(alone=True, later=True) as connection:  # as monitor.ingest.pages does
                block = some[start : start + each]
                known_articles.read_ahead(
                    connection, [url for url, _ in block], [url[-32:] for url, _ in block], len(block)
                )
                ledger.read_ahead(connection, [url for url, _ in block])
                for url, page in block:
                    _insert_one(connection, url, page)
        rate = round(len(some) / (time.monotonic() - began))
        what = f"{name}: insert with dedupe" + (" and search" if store.is_sqlite else "") + f", {each} a transaction"
        rows.append(row(what, rate, "articles/s", 2000 if each > 1 else None, least=True))
    return rows


def _insert_one(connection: sa.Connection, url: str, page: CleanPage) -> None:
    known = known_articles.find_article(connection, [url, url, ""])
    if known is None and known_articles.find_same_text(connection, url[-32:]) is None:
        archive.save_article(
            connection, page, outlet="o1", url=url, link=url, text_hash=url[-32:], story_id=1, duplicate_of=None, new=(),
            is_baseline=False, listed_at=None, now=NOW,
        )  # fmt: skip
    ledger.finish_candidate(connection, url, state="no-match", reason="", now=NOW)


def _start_cold(url: str) -> float:
    """Seconds from the start of the crawler's process to the first request that its outlet sees."""
    import tempfile
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    seen: list[float] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(time.monotonic())
            self.send_error(404)

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        home = f"http://127.0.0.1:{server.server_address[1]}/"
        Path(folder, "outlets.toml").write_text(
            f'[one]\nname = "one"\nhome = "{home}"\nfeeds = ["{home}feed"]\n', "utf-8"
        )
        Path(folder, "settings.toml").write_text('[network]\nallow_private = ["127.0.0.0/8"]\n', "utf-8")
        environment = os.environ | {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings", "DIPLOWATCH_CONFIG": folder, "DIPLOWATCH_DB": url,
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        }  # fmt: skip
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "outlets", "-a", "once=1", "-a", "only=one"],
            env=environment,
            check=False,
        )
    server.shutdown()
    return round(seen[0] - began, 2) if seen else float("inf")


def _find_size(store: Store) -> int:
    if store.is_sqlite:
        path = Path(str(make_url(store.url).database))
        return round(sum(one.stat().st_size for one in path.parent.glob(path.name + "*")) / 2**20)
    with store.read() as connection:
        tables = sa.text(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        return round(int(connection.execute(tables).scalar_one()) / 2**20)


def find_percentile(values: list[float], percent: int) -> float:
    return round(float(np.percentile(values, percent)), 2)


def row(measure: str, value: float, unit: str, bound: float | None = None, *, least: bool = False) -> Row:
    holds = bound is None or (value >= bound if least else value <= bound)
    return {
        "measure": measure,
        "value": value,
        "unit": unit,
        "bound": "" if bound is None else f"{'≥' if least else '≤'} {bound}",
        "holds": holds,
    }

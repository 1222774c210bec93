"""Beyond one machine: workers over one PostgreSQL, and the store at 10,000, 100,000 and 1,000,000 articles on both stores.

    python benchmarks/scale.py [--quick] [--json] [--only workers|store] [--articles N]…

PostgreSQL: DIPLOWATCH_TEST_POSTGRES, or the one on 127.0.0.1:5432 (database test); each run makes a schema and drops it. Without a server
only SQLite is measured. The bounds are those of a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT)]

import psycopg  # noqa: E402
import scale_crawl  # noqa: E402
import scale_store  # noqa: E402

SERVER = os.environ.get("DIPLOWATCH_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")


@contextlib.contextmanager
def open_schema() -> Iterator[str]:
    """A database URL with an empty schema of its own."""
    name = f"scale{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    try:
        joint = "&" if "?" in SERVER else "?"
        yield SERVER.replace("postgresql://", "postgresql+psycopg://", 1) + f"{joint}options=-csearch_path%3D{name}"
    finally:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {name} CASCADE")


def is_served() -> bool:
    """Is there a PostgreSQL?"""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def measure_store(sizes: list[int], served: bool, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Both stores at each size."""
    generator, rows = scale_store.Generator(), []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows += scale_store.measure_base(f"sqlite:///{folder}/scale.db", size, generator, say)
        if served:
            with open_schema() as url:
                rows += scale_store.measure_base(url, size, generator, say)
    return rows


def measure_workers(
    counts: list[int], hosts: int, pages: int, idle_s: float, say: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Each number of workers on a database of its own."""
    runs = []
    for count in counts:
        with open_schema() as url:
            runs.append(scale_crawl.measure_workers(url, count, hosts, pages, idle_s))
        say(f"{count} workers: {runs[-1].rate:.0f} articles/s")
    return scale_crawl.make_rows(runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="1 and 2 workers, 10,000 articles")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", choices=["workers", "store"])
    parser.add_argument("--articles", type=int, action="append", help="sizes of the store")
    words = parser.parse_args()
    served = is_served()
    rows: list[dict[str, Any]] = []

    def say(line: str) -> None:
        print(line, file=sys.stderr)

    if words.only != "store" and served:
        if words.quick:
            rows += measure_workers([1, 2], 40, 5, 2.0, say)
        else:
            rows += measure_workers([1, 2, 4], 80, 30, 15.0, say)
    if words.only != "workers":
        sizes = words.articles or ([10_000] if words.quick else [10_000, 100_000, 1_000_000])
        rows += measure_store(sizes, served, say)
    if words.json:
        print(json.dumps({"rows": rows}, ensure_ascii=False))
        return
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    if words.quick:
        print(
            "shortened: 1 and 2 workers instead of 1, 2, 4; 200 articles instead of 2,400; 10,000 stored articles instead of up to 1,000,000"
        )
    if not served:
        print("no PostgreSQL here: SQLite only")
    for one in rows:
        print(
            f"{one['measure']:80s} {one['value']:>10} {one['unit']:10s} {one['bound']:8s} {'holds' if one['holds'] else 'MISSED'}"
        )


if __name__ == "__main__":
    main()

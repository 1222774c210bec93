"""A feed that rolled over while we were away: what went by unseen is said, or read from the sitemap."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from loopback import Desk, Said, Site, make_feed, make_page

pytestmark = pytest.mark.e2e
Item = tuple[str, str, datetime | None]


def make_items(slug: str, numbers: range, first: datetime, apart: timedelta) -> list[Item]:
    return [(f"/{slug}/{n}", f"{slug} {n}", first + place * apart) for place, n in enumerate(numbers)]


def make_sitemap(site: Site, items: list[Item]) -> Said:
    rows = "".join(
        f"<url><loc>{site.url(path)}</loc><lastmod>{at.isoformat()}</lastmod></url>" for path, _, at in items if at
    )
    return Said(
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>',
        headers={"Content-Type": "text/xml"},
    )


def age_polls(desk: Desk, by: timedelta) -> None:
    """As if the last polls had been so long ago."""
    with sqlite3.connect(desk.folder / "data" / "diplowatch.db") as connection:
        for table, column in (("source", "checked_at"), ("source", "changed_at"), ("outlet", "added_at")):
            rows = connection.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
            for rowid, at in rows:
                moved = datetime.fromisoformat(at) - by
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (moved.isoformat(sep=" "), rowid)
                )
    connection.close()


def load_rows(desk: Desk) -> dict[str, dict[str, str]]:
    command = [
        sys.executable,
        "-m",
        "monitor.cli",
        "outlets",
        "--json",
        "--config",
        str(desk.folder / "config"),
        "--db",
        desk.db,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=desk.folder)
    return {row["slug"]: row for row in json.loads(done.stdout)}


def test_what_a_feed_dropped_meanwhile_is_said_unless_a_sitemap_has_it(site: Site, desk: Desk) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    hour = timedelta(hours=1)
    for slug in ("alone", "mapped", "steady"):
        old, new = (
            make_items(slug, range(6), now - 16 * hour, hour / 6),
            make_items(slug, range(12, 18), now - 3 * hour, hour / 6),
        )
        missed = make_items(slug, range(6, 12), now - 9 * hour, hour / 6)
        site.pages |= {path: make_page(title) for path, title, _ in [*old, *missed, *new]}
        site.pages[f"/{slug}/feed"] = make_feed(site, old)
        site.pages[f"/{slug}/map"] = make_sitemap(site, old)
        sources = {"sitemaps": [site.url(f"/{slug}/map")]} if slug == "mapped" else {}
        desk.add_outlet(slug, site.url("/"), feeds=[site.url(f"/{slug}/feed")], **sources)
    desk.crawl()
    age_polls(desk, 12 * hour)
    for slug in ("alone", "mapped", "steady"):
        old, new = (
            make_items(slug, range(6), now - 16 * hour, hour / 6),
            make_items(slug, range(12, 18), now - 3 * hour, hour / 6),
        )
        missed = make_items(slug, range(6, 12), now - 9 * hour, hour / 6)
        site.pages[f"/{slug}/feed"] = make_feed(site, [*old[-1:], *new] if slug == "steady" else new)
        site.pages[f"/{slug}/map"] = make_sitemap(site, [*old, *missed, *new])
    done = desk.crawl()

    rows = load_rows(desk)
    assert rows["alone"]["state"] == "healthy"
    assert rows["alone"]["why"].startswith("news between ")
    assert rows["alone"]["todo"].startswith("name a sitemap that reaches further back")
    assert "alone: may have missed news since" in done.stderr
    assert (rows["mapped"]["why"], rows["steady"]["why"]) == ("", "")
    with sqlite3.connect(desk.folder / "data" / "diplowatch.db") as connection:
        found = connection.execute(
            "SELECT count(*) FROM article WHERE outlet = 'mapped' AND is_baseline = 0"
        ).fetchone()
    connection.close()
    assert found == (12,)  # what the feed dropped, from the sitemap

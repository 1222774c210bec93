"""`outlets`, `outlet test`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click

from monitor.cli.mending import mend_outlets
from monitor.cli.options import config_option, db_option, json_option
from monitor.cli.output import print_json, print_table
from monitor.config import load_config
from monitor.crawl import Crawler, fetch_probe
from monitor.health import say_alike
from monitor.model import OutletHealth
from monitor.store import captures, crawling, open_store
from monitor.urls import canonical_url


@click.command()
@click.option("--all", "everything", is_flag=True, help="Disabled outlets too.")
@click.option("--fix", "is_fix", is_flag=True, help="Look for new addresses of sources that are dead or have moved.")
@click.option("--apply", "chosen", metavar="SLUG", default="", help="With --fix: write what is found for this outlet.")
@json_option
@config_option
@db_option
def outlets(everything: bool, is_fix: bool, chosen: str, as_json: bool, config: str, db: str) -> None:
    """Each outlet: state in a word, last success, last new article, usual rhythm, next poll, share of its articles seen, last problem.

    "Seen" compares an outlet's ways in (feed, sitemap, listing): what each shows of the other's articles says how many none shows.

    \b
    Example: diplowatch outlets
    Example: diplowatch outlets --fix
    """
    if chosen and not is_fix:
        raise click.UsageError("--apply SLUG goes with --fix")
    if is_fix and as_json:
        raise click.UsageError("--fix prints text: leave --json out")
    loaded = load_config(config)
    store = open_store(db)
    crawling.sync_outlets(store, loaded.outlets, datetime.now(UTC))
    captures.count_captures(store, datetime.now(UTC))
    rows = crawling.load_healths(store, datetime.now(UTC))
    if is_fix:
        mend_outlets(store, loaded, rows, Crawler(config=config, db=db), chosen)
        return
    if as_json:
        print_json([to_row(row) for row in rows])
        return
    shown = [row for row in rows if everything or row.state != "disabled"]
    print_table(
        [
            (
                r.slug,
                r.state,
                r.last_success_at,
                r.last_article_at,
                span(r.usual_gap_s),
                r.usual_rhythm,
                r.next_poll_at,
                r.articles_24h,
                "" if r.seen_share is None else f"{100 * r.seen_share:.0f} %",
                r.why,
            )
            for r in shown
        ],
        (
            "outlet",
            "state",
            "last success",
            "last new article",
            "usual gap",
            "usual rhythm",
            "next poll",
            "24 h",
            "seen",
            "why",
        ),
    )
    if alike := say_alike(rows):
        click.echo(alike, err=True)
    for row in shown:
        if row.todo and not (alike and row.state == "failing"):
            click.echo(f"{row.slug}: {row.todo}", err=True)


def to_row(health: OutletHealth) -> dict[str, Any]:
    """An outlet in the shape that INTERFACES calls Outlets."""
    keys = "slug state since why todo last_poll_at last_success_at last_article_at usual_gap_s next_poll_at articles_24h usual_rhythm seen_share ways"
    return {key: getattr(health, key) for key in keys.split()}


def span(seconds: float | None) -> str:
    """A time span as a reader says it; "" when unknown."""
    if seconds is None:
        return ""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


@click.group()
def outlet() -> None:
    """One site."""


@outlet.command()
@click.argument("url")
@json_option
@config_option
@db_option
def test(url: str, as_json: bool, config: str, db: str) -> None:
    """Find feeds, sitemaps and listings of a site, and show what would be collected and cleaned.

    \b
    Example: diplowatch outlet test https://www.example.org/
    """
    if not canonical_url(url):
        raise click.UsageError(f"{url}: not an http(s) address")
    answer = json.loads(fetch_probe(Crawler(config=config, db=db), f"url={url}"))
    if as_json:
        print_json(answer)
    else:
        click.echo(describe(answer))
    if answer.get("problem"):
        click.echo(f"{url}: {answer['problem']}", err=True)
        raise click.exceptions.Exit(1)


def describe(answer: dict[str, Any]) -> str:
    """What the probe found, for a terminal: sources, sample articles with what was kept and cut, the table to paste."""
    lines = [f"{len(answer.get('sources', ()))} ways in"]
    lines += [
        f"  {source['kind']:8s} {source['url']}  {source.get('entries', 0)} entries  {source.get('problem', '')}"
        for source in answer.get("sources", ())
    ]
    for sample in answer.get("samples", ()):
        lines += ["", sample["url"], f"  headline:  {sample.get('headline') or '(none)'}"]
        lines.append(f"  published: {sample.get('published_at') or 'unknown'}")
        lines.append(
            f"  kept:      {len(sample.get('body') or '')} characters: {' '.join((sample.get('body') or '').split())[:160]}"
        )
        lines += [
            f"  cut:       [{cut['rule']}] {' '.join(cut['text'].split())[:120]}"
            for cut in sample.get("removed", ())[:8]
        ]
    if answer.get("toml"):
        lines += ["", "# to paste into outlets.toml", answer["toml"]]
    return "\n".join(lines)

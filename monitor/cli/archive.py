"""`why`, `search`, `export`, `backup`, `verdict`: the archive."""

from __future__ import annotations

import csv
import difflib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from monitor.cli.cleaning import to_row
from monitor.cli.options import Id, Since, config_option, db_option, json_option
from monitor.cli.output import print_json, to_line
from monitor.config import load_config
from monitor.errors import DiplowatchError
from monitor.evidence import Wanted, export_evidence, find_folder
from monitor.matching import Matcher, compile_query, explain
from monitor.model import CleanPage, Config, Settings
from monitor.store import Store, archive, learned, ledger, open_store, verdicts
from monitor.store import search as searching
from monitor.urls import canonical_url


@click.command()
@click.argument("url")
@click.option("--entry", help="Why this person or topic was matched, or was not.")
@json_option
@config_option
@db_option
def why(url: str, entry: str | None, as_json: bool, config: str, db: str) -> None:
    """The whole trace of one URL: found, fetched, cleaned, matched or not and why not, story, alerts, deliveries.

    \b
    Example: diplowatch why https://www.example.org/news/1 --entry sergey-lavrov
    """
    matcher = _load_matcher(config, entry) if entry else None  # before the database: a slip is said at once
    store = open_store(db, create=False)
    trace = ledger.load_trace(store, canonical_url(url) or url)
    if trace is None:
        raise DiplowatchError(f"{url}: never seen in a feed, sitemap or listing of a configured outlet")
    if entry and matcher is not None:
        trace["steps"] += _explain(store, matcher, trace.get("article_id"), entry)
    if as_json:
        print_json({key: trace[key] for key in ("url", "state", "steps")})
        return
    click.echo(f"{trace['url']}\nstate: {trace['state']}")
    for step in trace["steps"]:
        at = f"{step['at']:%Y-%m-%d %H:%M:%S}" if isinstance(step["at"], datetime) else " " * 19
        click.echo(f"  {at}  {step['step']}: {step['outcome']}: {step['detail']}")


def _load_matcher(config: str, entry: str) -> Matcher:
    """People and topics of the configuration, of which the entry is one."""
    loaded = load_config(config, only=("people", "topics"))
    slugs = _list_slugs(loaded)
    if entry not in slugs:
        raise click.UsageError(_name_unknown(entry, slugs))
    return Matcher.compile(loaded.people, loaded.topics)


def _list_slugs(loaded: Config) -> list[str]:
    return [person.slug for person in loaded.people] + [topic.slug for topic in loaded.topics]


def _name_unknown(entry: str, slugs: list[str]) -> str:
    near = difflib.get_close_matches(entry, slugs, 1)
    return f"--entry {entry}: no such person or topic{f' (do you mean {near[0]}?)' if near else ''}"


def _explain(store: Store, matcher: Matcher, article_id: int | None, entry: str) -> list[dict[str, Any]]:
    if article_id is None:
        return [{"at": None, "step": "explain", "outcome": entry, "detail": "no article was taken from this URL"}]
    with store.read() as connection:
        page = archive.load_clean_page(connection, article_id)
        matcher.load_counts(learned.load_counts(connection))
    if page is None:
        return [{"at": None, "step": "explain", "outcome": entry, "detail": "the article is gone from the archive"}]
    lines = explain(matcher, page.headline, page.body, entry, language=page.language or None, at=page.published_at)
    return [{"at": None, "step": "explain", "outcome": entry, "detail": line} for line in lines]


@click.command()
@click.argument("query")
@click.option("--since", type=Since(), help="24h, 30d, or a time.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
@db_option
def search(query: str, since: datetime | None, limit: int, as_json: bool, db: str) -> None:
    """Search the archive, with the same query language as topics; newest first.

    \b
    Example: diplowatch search '"foreign minister*" AND (visit* NEAR/5 Ankara)' --since 30d
    """
    compiled = compile_query(query)
    found = searching.search(open_store(db, create=False), compiled, since=since, limit=limit)
    if as_json:
        print_json(found)
        return
    for row in found:
        click.echo(f"{row['seen_at']:%Y-%m-%d %H:%M}  {row['outlet']}  {row['headline']}\n    {row['url']}")
        if row["sentence"]:
            click.echo(f"    {row['sentence']}")
    if not found:
        click.echo("nothing found", err=True)


@click.command()
@click.option("--since", type=Since(), help="24h, 30d, or a time.")
@click.option("--entry", "entries", multiple=True, help="Only articles with a hit of this person or topic; repeatable.")
@click.option("--format", "shape", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--warc", is_flag=True, help="The pages of articles with hits, as they were received, into FILE.")
@click.argument("path", metavar="[FILE]", required=False)
@config_option
@db_option
def export(
    since: datetime | None, entries: tuple[str, ...], shape: str, warc: bool, path: str | None, config: str, db: str
) -> None:
    """Write the archived articles with their hits to stdout, oldest first; or their pages as evidence to a file.

    \b
    Example: diplowatch export --since 30d --format csv > articles.csv
    Example: diplowatch export --since 30d --entry sergey-lavrov --warc evidence.warc.gz
    """
    if warc != (path is not None):
        raise click.UsageError("FILE and --warc belong together (without them the export goes to stdout)")
    store = open_store(db, create=False)
    _refuse_unknown(entries, config, store)
    rows = searching.export_articles(store, since)
    if entries:
        rows = ((row, page) for row, page in rows if _names(row) & set(entries))
    if path is not None:
        _export_warc(rows, path, config, db)
        return
    if shape == "jsonl":
        for row, page in rows:
            click.echo(to_line(to_row(page, row["id"]) | row))
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["id", "seen_at", "published_at", "outlet", "url", "headline", "language", "story", "entries"])
    for row, page in rows:
        cells = [row["id"], row["seen_at"].isoformat(), page.published_at.isoformat() if page.published_at else ""]
        cells += [row["outlet"], page.url, page.headline, page.language, row["story"]]
        cells.append(" ".join(sorted(_names(row))))
        writer.writerow([_harmless(cell) for cell in cells])


def _refuse_unknown(entries: tuple[str, ...], config: str, store: Store) -> None:
    """A slip in a slug would give an empty file; one that is no longer watched has its hits. Raises: UsageError."""
    with store.read() as connection:
        unknown = [entry for entry in entries if not archive.has_hits(connection, entry)]
    slugs = _list_slugs(load_config(config, only=("people", "topics"))) if unknown and Path(config).is_dir() else []
    for entry in unknown:
        if entry not in slugs:
            raise click.UsageError(_name_unknown(entry, slugs))


def _names(row: dict[str, Any]) -> set[str]:
    return {hit["entry"] for hit in row["hits"] if not hit["suppressed"]}


def _export_warc(rows: Iterator[tuple[dict[str, Any], CleanPage]], path: str, config: str, db: str) -> None:
    settings = load_config(config, only=("settings",)).settings if Path(config).is_dir() else Settings()
    folder = find_folder(settings, config, db)
    wanted = [
        Wanted(urls=frozenset({page.url, page.canonical_url}), about=to_line(row | {"headline": page.headline}))
        for row, page in rows
        if _names(row)
    ]
    records, missing = export_evidence(folder, wanted, Path(path))
    click.echo(f"{path}: {records} records of {len(wanted) - missing} articles", err=True)
    if missing:
        click.echo(
            f"{missing} articles have no page in {folder}: seen before pages were kept, or gone for room", err=True
        )


def _harmless(cell: object) -> object:
    """A spreadsheet runs a cell that begins with = + - @; a quote mark keeps it text (FAULTS row 22)."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


@click.command()
@click.argument("path", metavar="FILE")
@db_option
def backup(path: str, db: str) -> None:
    """Copy the SQLite database while the daemon runs.

    \b
    Example: diplowatch backup /var/backups/diplowatch.db
    """
    if Path(path).exists():
        raise DiplowatchError(f"{path}: exists already; name a new file")
    searching.copy_database(open_store(db, create=False), path)
    click.echo(path)


@click.command()
@click.argument("hit_id", metavar="HIT", type=Id("a hit", "`diplowatch export`, or the page"))
@click.argument(
    "judgement", metavar="VERDICT", type=click.Choice(["good", "cruft", "wrong-person", "off-topic", "duplicate"])
)
@db_option
def verdict(hit_id: int, judgement: str, db: str) -> None:
    """Keep a reader's judgement of a hit: good, cruft, wrong-person, off-topic or duplicate.

    \b
    Example: diplowatch verdict 4711 wrong-person
    """
    if not verdicts.save_verdict(open_store(db, create=False), hit_id, judgement, datetime.now(UTC)):
        raise DiplowatchError(f"{hit_id}: no such hit (ids stand in `diplowatch export` and on the page)")
    click.echo(f"hit {hit_id}: {judgement}", err=True)

"""`clean`: a page or a text in, the article out."""

from __future__ import annotations

import base64
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from monitor.cleaning import clean_page, clean_text
from monitor.cleaning.decode import decode_text
from monitor.cli.options import batch_options, config_option, db_option, json_option
from monitor.cli.output import Batch, print_json
from monitor.config import load_config
from monitor.crawl import Crawler, fetch_probe
from monitor.errors import DiplowatchError, FetchError
from monitor.model import CleaningRules, CleanPage
from monitor.pdf import clean_pdf, is_pdf

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
CONTROLS = bytes((*range(1, 9), *range(14, 27), *range(28, 32), 127))
MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<div", b"<article", b"<?xml", b"<p>", b"<p ")


@click.command()
@click.argument("source", required=False)
@click.option("--url", default="", help="Address of the page, when SOURCE is a file.")
@click.option("--removed", is_flag=True, help="Show what was cut, and by which rule.")
@batch_options
@json_option
@config_option
@db_option
def clean(
    source: str | None,
    url: str,
    removed: bool,
    batch: str | None,
    stats: str | None,
    as_json: bool,
    config: str,
    db: str,
) -> None:
    """Print the article of a page, without the cruft around it. SOURCE: a file of HTML, plain text or PDF, -, or a URL.

    \b
    Example: diplowatch clean page.html --url https://www.example.org/news/1 --removed
    Example: diplowatch clean --batch in.jsonl    each line: {"id", "url", "path"}
    """
    if batch is not None:
        _clean_batch(batch, stats)
        return
    if source is None:
        raise click.UsageError("name a SOURCE (a file, - or a URL), or --batch IN.jsonl")
    page = clean_source(source, url, config, db)
    if as_json:
        print_json(to_row(page))
    else:
        _print_page(page, removed=removed)
    if page.problem:
        click.echo(f"{source}: no article: {page.problem}", err=True)
        raise click.exceptions.Exit(1)


def to_row(page: CleanPage, id: object = None) -> dict[str, Any]:
    """A clean page in the shape that INTERFACES calls Clean; unknown dates are null."""
    row: dict[str, Any] = {
        "id": id,
        "url": page.url,
        "canonical_url": page.canonical_url,
        "headline": page.headline,
        "standfirst": page.standfirst,
        "body": page.body,
        "language": page.language or None,
        "authors": list(page.authors),
        "credits": list(page.credits),
        "published_at": page.published_at,
        "modified_at": page.modified_at,
        "paywalled": page.paywalled,
        "removed": [{"rule": removed.rule, "text": removed.text} for removed in page.removed],
    }
    if page.problem:
        row["problem"] = page.problem
    return row


def _clean_batch(path: str, stats: str | None) -> None:
    run = Batch(path, stats)
    folder = Path(path).parent

    def work(row: dict[str, Any]) -> object:
        return to_row(clean_bytes((folder / row["path"]).read_bytes(), str(row.get("url") or "")), row.get("id"))

    run.run(work)
    run.finish()


def clean_bytes(data: bytes, url: str) -> CleanPage:
    """HTML, a PDF or plain text, told apart by its beginning."""
    if is_pdf(data):
        return clean_pdf(data, url)
    if is_binary(data):
        return CleanPage(url=url, problem="binary data, not a text")
    if looks_like_markup(data):
        return clean_page(data, url)
    return clean_text(decode_text(data), url or None)


def is_binary(data: bytes) -> bool:
    """Has the beginning more control characters than any text? UTF-16 has NULs, which do not count."""
    head = data[:4096]
    return not head.startswith(UTF_16) and sum(map(head.count, CONTROLS)) > 0.02 * len(head)


def looks_like_markup(data: bytes) -> bool:
    """Has the beginning a tag that plain text would not have? Binary data go to the HTML side, which refuses them."""
    start = decode_text(data[:4096]).encode() if data.startswith(UTF_16) else data[:4096]
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return b"\x00" in head or head.startswith(b"%pdf") or any(tag in head for tag in MARKUP)


def clean_source(source: str, url: str, config: str, db: str) -> CleanPage:
    """The article of a file, of stdin (-) or of an address. Raises: DiplowatchError when it cannot be read."""
    if urlsplit(source).scheme in ("http", "https"):
        return _clean_url(source, config, db)
    return clean_bytes(read_source(source), url)


def read_source(source: str) -> bytes:
    """A file, or stdin (-). Raises: DiplowatchError when it cannot be read."""
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise DiplowatchError(f"{source}: {(error.strerror or 'cannot be read').lower()}") from None


def _clean_url(url: str, config: str, db: str) -> CleanPage:
    """Fetches as the crawler would, then cleans with the outlet's rules when the configuration knows its host."""
    answer = json.loads(fetch_probe(Crawler(config=config, db=db), f"url={url}", "page=1"))
    if answer.get("problem"):
        raise FetchError(f"{url}: {answer['problem']}")
    html = base64.b64decode(answer["html_b64"])
    if is_pdf(html):
        return clean_pdf(html, answer["final_url"], fetched_at=datetime.now(UTC))
    return clean_page(html, answer["final_url"], rules=_rules_of(url, config), fetched_at=datetime.now(UTC))


def _rules_of(url: str, config: str) -> CleaningRules | None:
    if not Path(config).is_dir():
        return None
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    for outlet in load_config(config).outlets:
        if (urlsplit(outlet.home).hostname or "").removeprefix("www.") == host:
            return outlet.cleaning
    return None


def _print_page(page: CleanPage, *, removed: bool) -> None:
    lines = [
        page.headline,
        "",
        *([page.standfirst, ""] if page.standfirst else []),
        page.body,
        "",
        f"published: {page.published_at.isoformat() if page.published_at else 'unknown'}",
        f"language:  {page.language or 'unknown'}",
    ]
    lines += [f"authors:   {', '.join(page.authors)}"] if page.authors else []
    lines += [f"credit:    {credit}" for credit in page.credits]
    lines += ["paywalled: yes"] if page.paywalled else []
    for line in lines:
        click.echo(line)
    if removed:
        click.echo(f"\nremoved: {len(page.removed)} blocks")
        for block in page.removed:
            click.echo(f"  [{block.rule}] {' '.join(block.text.split())}")

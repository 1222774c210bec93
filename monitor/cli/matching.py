"""`match` and `names suggest`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from monitor.cli.options import batch_options, config_option, db_option, json_option
from monitor.cli.output import Batch, print_json, print_table
from monitor.config import load_config
from monitor.errors import DiplowatchError, StoreError
from monitor.matching import Matcher, suggest_names
from monitor.model import CleanPage, Hit

# The cleaner and the store are imported where they are used: a batch that needs neither starts a second earlier.

SQLITE = "sqlite:///"


@click.command()
@click.argument("source", required=False)
@click.option("--learn", is_flag=True, help="With --batch: surname statistics also from the batch, in its order.")
@batch_options
@json_option
@config_option
@db_option
def match(
    source: str | None, learn: bool, batch: str | None, stats: str | None, as_json: bool, config: str, db: str
) -> None:
    """Print the watched people and topics of an article. SOURCE: a file of HTML or plain text, -, or a URL.

    \b
    Example: diplowatch match article.txt
    Example: diplowatch match --learn --batch in.jsonl    each line: {"id", "headline", "body", "language", "published_at"}
    """
    if batch is not None:
        run = Batch(batch, stats)
        with run.compiling():
            matcher = load_matcher(config, db)
            _prepare(matcher, [])
        run.run(lambda row: _match_row(matcher, row, learn=learn), lambda rows: _prepare(matcher, rows))
        run.finish()
        return
    if source is None:
        raise click.UsageError("name a SOURCE (a file, - or a URL), or --batch IN.jsonl")
    page = _read_source(source, config, db)
    if page.problem:
        raise DiplowatchError(f"{source}: no article: {page.problem}")
    hits = load_matcher(config, db).find(page.headline, page.body, language=page.language or None, at=page.published_at)
    if as_json:
        print_json({"id": source, "hits": [to_row(hit) for hit in hits]})
        return
    for hit in hits:
        click.echo(f"{hit.entry}  [{hit.rule}] {hit.field} {hit.start}–{hit.end} “{hit.text}”: {hit.sentence}")
    if not hits:
        click.echo("no watched entry in this text", err=True)


def _read_source(source: str, config: str, db: str) -> CleanPage:
    """The article; of plain text that is too short for one, the text itself: a note is matched as it stands."""
    from monitor.cleaning.decode import decode_text
    from monitor.cli.cleaning import clean_bytes, clean_source, is_binary, looks_like_markup, read_source
    from monitor.pdf import is_pdf

    if source.startswith(("http://", "https://")):
        return clean_source(source, "", config, db)
    data = read_source(source)
    page = clean_bytes(data, "")
    if page.problem and not (is_pdf(data) or is_binary(data) or looks_like_markup(data)):
        text = decode_text(data).strip()
        return CleanPage(body=text) if text else page
    return page


def load_matcher(config: str, db: str) -> Matcher:
    """People and topics of the configuration, with the surname statistics of the store when there is one."""
    loaded = load_config(config, only=("people", "topics"))
    matcher = Matcher.compile(loaded.people, loaded.topics)
    if db.startswith(SQLITE) and not Path(db.removeprefix(SQLITE)).exists():
        return matcher  # a first use: nothing learned yet
    from monitor.store import learned, open_store

    try:
        store = open_store(db, create=False)
    except StoreError:
        return matcher
    with store.read() as connection:
        matcher.load_counts(learned.load_counts(connection))
    store.close()
    return matcher


def to_row(hit: Hit) -> dict[str, Any]:
    """A hit in the shape that INTERFACES calls Match."""
    return {
        "entry": hit.entry,
        "kind": hit.kind,
        "rule": hit.rule,
        "field": hit.field,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "sentence": hit.sentence,
    }


def _prepare(matcher: Matcher, rows: list[dict[str, Any]]) -> None:
    """Shows the matcher the texts of rows that come next."""
    texts = (row.get(key) for row in rows for key in ("headline", "body"))
    matcher.prepare(text for text in texts if isinstance(text, str))


def _match_row(matcher: Matcher, row: dict[str, Any], *, learn: bool) -> dict[str, Any]:
    headline, body, language = text_of(row, "headline"), text_of(row, "body"), text_of(row, "language") or None
    at = datetime.fromisoformat(row["published_at"]) if row.get("published_at") else None
    hits = matcher.find(headline, body, language=language, at=at)
    if learn:
        matcher.learn(headline, body, language=language)
    return {"id": row["id"], "hits": [to_row(hit) for hit in hits]}


def text_of(row: dict[str, Any], key: str) -> str:
    """A text of a batch row; "" when absent. Raises: ValueError when it is no text."""
    value = row.get(key) or ""
    if not isinstance(value, str):
        raise ValueError(f"{key} is not a text")
    return value


@click.group()
def names() -> None:
    """Spellings of names."""


@names.command()
@click.argument("name")
@json_option
@config_option
def suggest(name: str, as_json: bool, config: str) -> None:
    """Propose spellings of NAME in other scripts, each with a score; nothing is added by itself.

    \b
    Example: diplowatch names suggest "Sergey Lavrov"
    """
    if not any(map(str.isalpha, name)):
        raise click.UsageError(f'{name!r} is no name: write one, as in diplowatch names suggest "Sergey Lavrov"')
    people = load_config(config, only=("people",)).people
    found = suggest_names(name, people)
    if as_json:
        print_json(
            [{"language": language, "spelling": spelling, "score": score} for language, spelling, score in found]
        )
    else:
        print_table(
            [(lang, spelling, f"{score:.2f}") for lang, spelling, score in found], ("language", "spelling", "score")
        )

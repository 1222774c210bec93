"""`stories`: a stream in a batch, or the stored ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from monitor.cli.options import Since, batch_options, config_option, db_option, json_option
from monitor.cli.output import Batch, print_json
from monitor.config import load_config
from monitor.matching import Matcher
from monitor.store import open_store, views
from monitor.stories import StoryStream


@click.command()
@click.option("--since", type=Since(), default="24h", show_default=True, help="24h, 30d, or a time.")
@click.option("--breadth", type=click.FloatRange(0, 1), help="With --batch: 0 = narrow stories, 1 = broad ones.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@batch_options
@json_option
@config_option
@db_option
def stories(
    since: datetime,
    breadth: float | None,
    limit: int,
    batch: str | None,
    stats: str | None,
    as_json: bool,
    config: str,
    db: str,
) -> None:
    """The stories of the archive, newest first; with --batch: puts a stream of articles, in time order, into stories.

    \b
    Example: diplowatch stories --since 24h
    Example: diplowatch stories --batch in.jsonl
             each line: {"id", "published_at", "outlet", "headline", "body", "language"}
    """
    if batch is not None:
        _run_batch(batch, stats, breadth, config)
        return
    loaded = load_config(config)
    with open_store(db, create=False).read() as connection:
        ids = views.find_stories(connection, since=since, limit=limit)
        found = views.load_story_views(connection, ids, loaded)
    if as_json:
        print_json(found)
        return
    for view in found:
        others = f"  also in {len(view.also_in)}" if view.also_in else ""
        click.echo(f"{view.story_id:6d}  {view.updated_at:%Y-%m-%d %H:%M}  {view.outlet}  {view.headline}{others}")
        if view.mentions:
            click.echo(f"        {', '.join(dict.fromkeys(mention.name for mention in view.mentions))}")
    if not found:
        click.echo("no story in this time", err=True)


def _run_batch(path: str, stats: str | None, breadth: float | None, config: str) -> None:
    run = Batch(path, stats)
    with run.compiling():
        loaded = load_config(config, only=("people", "topics"))
        matcher = Matcher.compile(loaded.people, loaded.topics)
        stream = StoryStream() if breadth is None else StoryStream(breadth=breadth)

    def work(row: dict[str, Any]) -> object:
        hits = matcher.find(row.get("headline") or "", row.get("body") or "", language=row.get("language") or None)
        return stream.place(row, frozenset(hit.entry for hit in hits))

    run.run(work)
    run.finish()

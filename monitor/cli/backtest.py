"""`backtest`: today's configuration over the archive, beside what it did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from monitor.backtest import Difference, backtest_archive
from monitor.cli.options import Since, config_option, db_option, json_option
from monitor.cli.output import print_json, progress
from monitor.config import load_config
from monitor.store import archive, open_store


@click.command()
@click.argument("watchlist", required=False)
@click.option("--since", type=Since(), default="30d", show_default=True, help="24h, 30d, or a time.")
@click.option("--examples", default=5, show_default=True, type=click.IntRange(0, 1000))
@json_option
@config_option
@db_option
def backtest(watchlist: str | None, since: datetime, examples: int, as_json: bool, config: str, db: str) -> None:
    """What today's configuration would have flagged in the archive, beside what it did. Sends nothing.

    \b
    Example: diplowatch backtest russia-us --since 30d
    """
    loaded = load_config(config)
    known = [item.slug for item in loaded.watchlists]
    if watchlist is not None and watchlist not in known:
        raise click.UsageError(f"no watchlist {watchlist!r} (there are: {', '.join(known) or 'none'})")
    chosen = [watchlist] if watchlist else known
    store = open_store(db, create=False)
    result = backtest_archive(store, loaded, since, progress=progress)
    shown = [difference for difference in result if difference.watchlist in chosen]
    if as_json:
        print_json([_to_row(difference, examples) for difference in shown])
        return
    for difference in shown:
        _print(difference, examples)
    with store.read() as connection:
        beginning = archive.find_beginning(connection)
    if beginning is None:
        click.echo("the archive is empty: there was nothing to look at", err=True)
    elif beginning > since:
        click.echo(f"the archive begins on {beginning:%Y-%m-%d}: nothing older was looked at", err=True)


def _print(difference: Difference, examples: int) -> None:
    d = difference
    click.echo(
        f"{d.watchlist}: {d.before} articles before, {d.after} now: {len(d.comes)} would come, {len(d.goes)} would go"
    )
    if d.judged:
        click.echo(f"  precision on {d.judged} verdicts: {d.good / d.judged:.2f}")
    for sign, group in (("+", d.comes), ("-", d.goes)):
        for example in group[:examples]:
            click.echo(f"  {sign} {example.headline}\n      {example.entries}: {example.sentence}\n      {example.url}")


def _to_row(difference: Difference, examples: int) -> dict[str, Any]:
    d = difference
    return {
        "watchlist": d.watchlist,
        "before": d.before,
        "after": d.after,
        "comes": len(d.comes),
        "goes": len(d.goes),
        "verdicts": d.judged,
        "precision": d.good / d.judged if d.judged else None,
        "examples": {"comes": d.comes[:examples], "goes": d.goes[:examples]},
    }

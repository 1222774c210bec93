"""`worker`: beyond one machine."""

from __future__ import annotations

import click

from monitor.cli.options import config_option, db_option
from monitor.workers import run_worker


@click.command()
@config_option
@db_option
@click.option("--name", default="", help="Must be its own among all workers; default: machine and process id.")
@click.option(
    "--shards",
    default=4,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Held at a time, of 20 to 50 outlets each.",
)
@click.option("--log", "level", default="info", show_default=True, type=click.Choice(["debug", "info", "warning"]))
def worker(config: str, db: str, name: str, shards: int, level: str) -> None:
    """One of any number of workers, on any machine, over one PostgreSQL. Ends on Ctrl-C or SIGTERM.

    \b
    Example: diplowatch worker --config my-config --db postgresql+psycopg://desk@db.example.org/diplowatch
    """
    run_worker(config, db, name=name, shards=shards, level=level)

"""`worker`, `reprocess`: beyond one machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from monitor.cli.options import Since, config_option, db_option, json_option, log_options
from monitor.cli.output import print_json, progress
from monitor.config import load_config
from monitor.logs import Form
from monitor.reprocess import Bench, do_ready
from monitor.store import open_store, presence, reruns
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
@log_options
def worker(config: str, db: str, name: str, shards: int, level: str, form: Form) -> None:
    """One of any number of workers, on any machine, over one PostgreSQL. Ends on Ctrl-C or SIGTERM.

    \b
    Example: diplowatch worker --config my-config --db postgresql+psycopg://desk@db.example.org/diplowatch
    """
    run_worker(config, db, name=name, shards=shards, level=level, form=form)


@click.command()
@click.option("--since", type=Since(), help="24h, 30d, or a time; default: all.")
@click.option(
    "--what", default="match", show_default=True, metavar="clean,match,stories", help="Which of them, with commas."
)
@json_option
@config_option
@db_option
def reprocess(since: datetime | None, what: str, as_json: bool, config: str, db: str) -> None:
    """Work the archive over with today's cleaner, watches and story rules. Sends nothing; run again after an interruption, it goes on.

    `clean` needs the page as it was fetched; this version keeps none, so such articles are counted as left alone.

    \b
    Example: diplowatch reprocess --since 30d --what clean,match,stories
    """
    words = [word for word in ("clean", "match", "stories") if word in what.split(",")]
    if not words or set(what.split(",")) - set(words):
        raise click.UsageError(f"--what {what}: any of clean, match, stories, with commas between")
    loaded = load_config(config)
    store = open_store(db, create=False)
    rerun = reruns.begin_rerun(store, words, since, loaded.version, datetime.now(UTC))
    with store.read() as connection:
        every = reruns.count_parts(connection, rerun)
    for _ in progress(_work_parts(Bench(store, loaded), rerun), every, "parts"):
        pass
    _, every, changed = reruns.sum_parts(store, rerun)
    reruns.end_rerun(store, rerun, datetime.now(UTC))
    if as_json:
        print_json({"rerun": rerun, "parts": every, "changed": changed})
        return
    for name, count in sorted(changed.items()):
        click.echo(f"{count:8d}  {name}")
    if not changed:
        click.echo("no article in that time", err=True)


def _work_parts(bench: Bench, rerun: int) -> Iterator[None]:
    """Yields once for each part that is done: by the workers, or here where there are none."""
    told = 0
    while True:
        done, every, _ = reruns.sum_parts(bench.store, rerun)
        for _ in range(told, done):
            yield
        told = done
        if done == every:
            return
        with bench.store.read() as connection:
            is_helped = not bench.store.is_sqlite and bool(presence.load_workers(connection))
        if is_helped:
            time.sleep(0.5)
        else:
            do_ready(bench, rerun, datetime.now(UTC))

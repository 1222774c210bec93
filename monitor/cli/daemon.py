"""`run`, `reload`, `crawl`: the processes."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.options import config_option, db_option, json_option, log_options
from monitor.cli.output import print_json
from monitor.config import load_config
from monitor.crawl import Crawler, crawl_once
from monitor.daemon import run_daemon
from monitor.errors import DiplowatchError
from monitor.logs import Form
from monitor.store import ledger, open_store


@click.command()
@config_option
@db_option
@click.option("--no-web", is_flag=True, help="Without the page.")
@log_options
def run(config: str, db: str, no_web: bool, level: str, form: Form) -> None:
    """The daemon: crawler worker, schedule, sender, page. Ends on Ctrl-C or SIGTERM.

    \b
    Example: diplowatch run --config my-config
    """
    run_daemon(config, db, web=not no_web, level=level, form=form)


@click.command()
@db_option
def reload(db: str) -> None:
    """Make a running daemon read its configuration again; a wrong one is refused and the old one stays.

    \b
    Example: diplowatch reload
    """
    store = open_store(db, create=False)
    pid = ledger.find_process(store, "monitor")
    if pid is None:
        raise DiplowatchError("no daemon runs on this database")
    os.kill(pid, signal.SIGHUP)
    click.echo(f"told process {pid} to read its configuration again", err=True)


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG…]")
@json_option
@config_option
@db_option
def crawl(slugs: tuple[str, ...], as_json: bool, config: str, db: str) -> None:
    """Poll these outlets (default: all enabled ones) once, now; then a summary by ledger state.

    \b
    Example: diplowatch crawl commonspace asianlite
    """
    loaded = load_config(config)
    known = {outlet.slug: outlet for outlet in loaded.outlets}
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        raise click.UsageError(f"no such outlet: {', '.join(unknown)} (see `diplowatch outlets`)")
    chosen = slugs or tuple(outlet.slug for outlet in loaded.outlets if outlet.enabled)
    if not chosen:
        raise DiplowatchError(f"{Path(config) / 'outlets.toml'}: no outlet is enabled")
    store = open_store(db)
    began = datetime.now(UTC)
    code = crawl_once(Crawler(config=config, db=db), slugs)
    states = ledger.count_states(store, began)
    polled, failures = ledger.summarise_polls(store, began, chosen)
    if as_json:
        print_json({"polled": polled, "failed": failures, "states": states})
    else:
        click.echo(f"{polled} of {len(chosen)} outlets polled")
        for state, count in sorted(states.items()):
            click.echo(f"{count:6d}  {state}")
    for slug, why in failures.items():
        click.echo(f"{slug}: {why}", err=True)
    if code != 0 or polled == 0:
        raise click.exceptions.Exit(1)

"""`init`, `check`, `schema`."""

from __future__ import annotations

from collections.abc import Sized
from datetime import UTC, datetime

import click

from monitor.browsers import find_missing
from monitor.cli.options import config_option
from monitor.config import (
    count_watched,
    find_empty,
    find_voids,
    find_warnings,
    load_config,
    write_schemas,
    write_starter,
)
from monitor.errors import ConfigError
from monitor.notify import check_channel


@click.command()
@click.argument("folder", metavar="DIR")
def init(folder: str) -> None:
    """Write a starter configuration: outlets, people, topics, watchlists, channels.

    \b
    Example: diplowatch init my-config && diplowatch check --config my-config
    """
    for path in write_starter(folder):
        click.echo(path)


@click.command()
@config_option
def check(config: str) -> None:
    """Validate the whole configuration; one line a problem: file:line: where: problem (hint).

    \b
    Example: diplowatch check --config my-config
    """
    try:
        loaded = load_config(config, check_channel=check_channel)
    except ConfigError:
        for void in find_empty(config):
            click.echo(f"warning: {void}", err=True)
        raise
    for warning in [*find_voids(loaded), *find_warnings(loaded, datetime.now(UTC).date())]:
        click.echo(f"warning: {warning}", err=True)
    if not loaded.settings.contact:
        click.echo(
            "warning: settings.toml: network.contact is empty: outlets like to know who asks (a URL or a mail address)",
            err=True,
        )
    missing = find_missing()
    for outlet in loaded.outlets if missing else ():
        if outlet.render and outlet.enabled:
            click.echo(
                f"warning: outlets.toml: {outlet.slug}.render: its pages are read without their scripts (render needs: {missing})",
                err=True,
            )
    enabled = sum(outlet.enabled for outlet in loaded.outlets)
    counts = (
        f"{_count(loaded.outlets, 'outlet')} ({enabled} enabled)",
        f"{len(loaded.people)} people ({count_watched(loaded)} in watchlists)",
        _count(loaded.topics, "topic"),
        _count(loaded.watchlists, "watchlist"),
        _count(loaded.channels, "channel"),
        _count(loaded.digests, "digest"),
    )
    click.echo(f"{config}: valid: {', '.join(counts)}")


def _count(items: Sized, name: str) -> str:
    return f"{len(items)} {name}{'' if len(items) == 1 else 's'}"


@click.command()
@click.argument("folder", metavar="DIR", default="schema")
def schema(folder: str) -> None:
    """Write the JSON Schemas of the configuration files, for editors.

    \b
    Example: diplowatch schema my-config/schema
    """
    for path in write_schemas(folder):
        click.echo(path)

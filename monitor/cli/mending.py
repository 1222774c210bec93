"""`outlets --fix`: new addresses for sources that are dead, proposed or written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from monitor.config.editing import draft_table, put_key, read_table, save_draft, write_key
from monitor.crawl import Crawler, fetch_probe
from monitor.errors import DiplowatchError, FetchError
from monitor.mending import Broken, Mend, find_broken, find_mends, find_values
from monitor.model import Config, Outlet, OutletHealth
from monitor.store import Store, visits


def mend_outlets(store: Store, loaded: Config, healths: list[OutletHealth], crawler: Crawler, chosen: str) -> None:
    """Prints what is proposed for each outlet with a dead source; with `chosen` writes what is proposed for that one."""
    states = {health.slug: health.state for health in healths}
    if chosen and chosen not in states:
        raise DiplowatchError(f"{chosen}: no such outlet (see diplowatch outlets --all)")
    count = 0
    for outlet in loaded.outlets:
        if not outlet.enabled or chosen not in ("", outlet.slug):
            continue
        with store.read() as connection:
            broken = find_broken(outlet, visits.load_outlet_sources(connection, outlet.slug), states[outlet.slug])
        if not broken:
            continue
        count += 1
        mends, problem = _find_mends(outlet, broken, crawler)
        _print(outlet, broken, mends, problem)
        if chosen and mends:
            _write(crawler.config, outlet, mends)
        elif mends:
            click.echo(f"    to write it: diplowatch outlets --fix --apply {outlet.slug}")
    if not count:
        click.echo(f"{chosen or 'all outlets'}: no source is dead or has moved", err=True)


def _find_mends(outlet: Outlet, broken: list[Broken], crawler: Crawler) -> tuple[list[Mend], str]:
    """What is proposed, and why no more is."""
    offered: list[dict[str, Any]] = []
    problem = ""
    if any(not one.moved_to for one in broken):
        try:
            answer = json.loads(fetch_probe(crawler, f"url={outlet.home}"))
            offered, problem = answer.get("sources", []), answer.get("problem", "")
        except FetchError as error:
            problem = str(error)
    return find_mends(outlet, broken, offered), problem


def _print(outlet: Outlet, broken: list[Broken], mends: list[Mend], problem: str) -> None:
    by_url = {mend.broken.url: mend for mend in mends}
    click.echo(f"{outlet.slug}: {len(mends)} of {len(broken)} dead sources could be mended")
    for one in broken:
        click.echo(f"  - {one.kind} {one.url}  ({one.why})")
        mend = by_url.get(one.url)
        if mend is None:
            why = f"{outlet.home}: {problem}" if problem else f"nothing else was found from {outlet.home}"
            click.echo(f"    no new address: {why}")
        else:
            entries = "" if mend.entries is None else f"  ({mend.entries} entries)"
            click.echo(f"  + {mend.kind} {mend.url}{entries}")
    for key, value in find_values(outlet, mends).items():
        click.echo(f"    {write_key(key, value)}")


def _write(config: str, outlet: Outlet, mends: list[Mend]) -> None:
    before = table = read_table(config, "outlets", outlet.slug)
    for key, value in find_values(outlet, mends).items():
        table = put_key(table, outlet.slug, key, value)
    save_draft(config, draft_table(config, "outlets", outlet.slug, table, before=before), before=before)
    click.echo(f"{Path(config) / 'outlets.toml'}: [{outlet.slug}] was changed", err=True)

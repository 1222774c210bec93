"""`proposals`: what readers' verdicts say should be changed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from monitor.backtest import Proposal, find_proposals
from monitor.cli.options import Since, config_option, db_option, json_option
from monitor.cli.output import print_json
from monitor.config import load_config
from monitor.config.editing import draft_table, put_key, read_table, save_draft, write_key
from monitor.errors import DiplowatchError
from monitor.store import open_store

LIMIT_S = 20.0  # of each back-test


@click.command()
@click.option("--since", type=Since(), default="30d", show_default=True, help="24h, 30d, or a time.")
@click.option("--apply", "chosen", metavar="SLUG", help="Write the change of this person or topic.")
@json_option
@config_option
@db_option
def proposals(since: datetime, chosen: str | None, as_json: bool, config: str, db: str) -> None:
    """What your verdicts say should be changed, each with its back-test. Nothing is written without --apply.

    A change is proposed when it ends hits that were judged wrong-person or off-topic and loses none that was judged good.

    \b
    Example: diplowatch proposals --since 30d
    """
    found = find_proposals(open_store(db, create=False), load_config(config), since, limit_s=LIMIT_S)
    if chosen is not None:
        _apply(found, chosen, config)
    elif as_json:
        print_json([asdict(proposal) for proposal in found])
    elif not found:
        click.echo("nothing: no verdicts, or none that a change would mend", err=True)
    else:
        for proposal in found:
            _print(proposal)


def _apply(found: list[Proposal], slug: str, config: str) -> None:
    proposal = next((one for one in found if one.slug == slug), None)
    if proposal is None:
        raise DiplowatchError(f"{slug}: nothing is proposed (there is: {', '.join(p.slug for p in found) or 'none'})")
    before = read_table(config, proposal.file, slug)
    table = put_key(before, slug, proposal.change.key, proposal.change.value)
    save_draft(config, draft_table(config, proposal.file, slug, table, before=before), before=before)
    click.echo(f"{Path(config) / proposal.file}.toml: [{slug}] {proposal.change.key} was changed", err=True)


def _print(proposal: Proposal) -> None:
    change = proposal.change
    click.echo(f"{proposal.slug}: ends {change.ended} of {change.wrong} wrong hits, keeps {change.good} good ones")
    click.echo(f"  {proposal.file}.toml: {write_key(change.key, change.value)}")
    click.echo(f"  of {proposal.looked_at} articles {proposal.before} are flagged, then {proposal.after}")
    for example in proposal.goes:
        click.echo(f"  - {example.headline}\n      {example.sentence}\n      {example.url}")

"""`deliveries`, `digest`, `silence`: what is owed and what is muted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.options import Id, Until, config_option, db_option, json_option
from monitor.cli.output import print_json, print_table
from monitor.config import load_config
from monitor.dispatch import Dispatch
from monitor.errors import DiplowatchError
from monitor.render.mail import show_alone
from monitor.store import open_store, outbox, silences

STATES = ("owed", "held", "sending", "sent", "failed", "dead")


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice(STATES))
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@json_option
@db_option
@click.pass_context
def deliveries(ctx: click.Context, state: str | None, limit: int, as_json: bool, db: str) -> None:
    """What is owed, sent, held, failed; newest first.

    \b
    Example: diplowatch deliveries --state failed
    """
    if ctx.invoked_subcommand is not None:
        return
    rows = outbox.list_deliveries(open_store(db, create=False), state=state, limit=limit)
    if as_json:
        print_json(rows)
        return
    keys = ("id", "channel", "kind", "state", "story", "attempts", "owed_at", "sent_at", "next_at", "problem")
    print_table([[row[key] for key in keys] for row in rows], [key.replace("_at", "") for key in keys])


@deliveries.command()
@click.argument("message_id", metavar="[ID]", type=Id("a message", "`diplowatch deliveries`"), required=False)
@click.option("--dead", metavar="CHANNEL", help="All dead letters of this channel instead of one message.")
@db_option
def retry(message_id: int | None, dead: str | None, db: str) -> None:
    """Send a failed or dead message again, now; or all dead letters of a channel.

    \b
    Example: diplowatch deliveries retry 17
    """
    if (message_id is None) == (dead is None):
        raise click.UsageError("name a message by its ID, or a channel with --dead")
    store, now = open_store(db, create=False), datetime.now(UTC)
    if dead is not None:
        if not outbox.is_channel_known(store, dead):
            raise DiplowatchError(f"{dead}: nothing was ever owed to such a channel (see `diplowatch deliveries`)")
        click.echo(f"{outbox.retry_dead(store, dead, now)} messages of {dead} are due", err=True)
        return
    assert message_id is not None
    if not outbox.retry(store, message_id, now):
        raise DiplowatchError(f"{message_id}: no such message, or it needs no retry (see `diplowatch deliveries`)")
    click.echo(f"message {message_id} is due", err=True)


@click.command()
@click.argument("name")
@click.option("--at", type=Until(), help="As if this window ended at that time; default: now.")
@click.option("--preview", metavar="FILE.html", help="Write the exact HTML of the mail there.")
@click.option("--send", is_flag=True, help="Owe it to the digest's channels; a running daemon sends it.")
@config_option
@db_option
def digest(name: str, at: datetime | None, preview: str | None, send: bool, config: str, db: str) -> None:
    """Render a digest without sending it, unless --send.

    \b
    Example: diplowatch digest morning --preview morning.html
    """
    loaded = load_config(config)
    plans = {plan.slug: plan for plan in loaded.digests}
    if name not in plans:
        known = ", ".join(sorted(plans)) or "none"
        raise click.UsageError(f"no digest {name!r} in channels.toml (there are: {known})")
    dispatch = Dispatch(open_store(db), loaded)
    now = at or datetime.now(UTC)
    messages = dispatch.preview_digest(plans[name], now, "mail" if preview else "plain")
    if preview:
        _write(preview, show_alone(messages[0]))
        click.echo(preview)
    else:
        click.echo("\n".join(message.body for message in messages))
    if send:
        dispatch.owe_digest(plans[name], now)
        dispatch.send_due(datetime.now(UTC))


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise DiplowatchError(f"{path}: {(error.strerror or 'cannot be written').lower()}") from None


@click.group()
def silence() -> None:
    """Mute a person, topic, story or outlet until a time, with a reason."""


@silence.command()
@click.option("--entry", metavar="SLUG")
@click.option("--story", metavar="ID", type=Id("a story", "`diplowatch stories`"))
@click.option("--outlet", metavar="SLUG")
@click.option("--until", type=Until(), required=True, help="A span (24h, 7d) or a time.")
@click.option("--reason", required=True)
@click.option("--preview", is_flag=True, help="Only show what it would have muted in the last seven days.")
@config_option
@db_option
def add(
    entry: str | None,
    story: int | None,
    outlet: str | None,
    until: datetime,
    reason: str,
    preview: bool,
    config: str,
    db: str,
) -> None:
    """Mute one thing; what it would have muted is shown.

    \b
    Example: diplowatch silence add --entry g20 --until 48h --reason "summit noise"
    """
    given = [(kind, str(value)) for kind, value in (("entry", entry), ("story", story), ("outlet", outlet)) if value]
    if len(given) != 1:
        raise click.UsageError("name exactly one of --entry, --story, --outlet")
    kind, value = given[0]
    loaded = load_config(config)
    entries = {person.slug for person in loaded.people} | {topic.slug for topic in loaded.topics}
    known = {"entry": entries, "outlet": {item.slug for item in loaded.outlets}, "story": {value}}
    if value not in known[kind]:
        raise click.UsageError(f"--{kind} {value}: not in the configuration")
    now = datetime.now(UTC)
    if until <= now:
        raise click.UsageError(f"--until {until:%Y-%m-%d %H:%M} UTC has passed: a silence ends in the future (24h, 7d)")
    store = open_store(db)
    muted = silences.find_muted(store, kind, value, now)
    for line in muted:
        click.echo(f"would have muted: {line}")
    click.echo(f"{len(muted)} alerts of the last seven days", err=True)
    if not preview:
        click.echo(
            f"silence {silences.add_silence(store, kind, value, until, reason, now)} until {until:%Y-%m-%d %H:%M} UTC"
        )


@silence.command(name="list")
@click.option("--all", "everything", is_flag=True, help="Ended ones too.")
@json_option
@db_option
def list_(everything: bool, as_json: bool, db: str) -> None:
    """The silences in force.

    \b
    Example: diplowatch silence list
    """
    rows = silences.list_silences(open_store(db), datetime.now(UTC), everything=everything)
    if as_json:
        print_json(rows)
    else:
        print_table(
            [(s.id, s.kind, s.value, s.until, s.reason) for s in rows], ("id", "kind", "value", "until", "reason")
        )


@silence.command()
@click.argument("silence_id", metavar="ID", type=Id("a silence", "`diplowatch silence list`"))
@db_option
def end(silence_id: int, db: str) -> None:
    """End a silence before its time.

    \b
    Example: diplowatch silence end 3
    """
    if not silences.end_silence(open_store(db), silence_id, datetime.now(UTC)):
        raise DiplowatchError(f"{silence_id}: no silence in force has this number")

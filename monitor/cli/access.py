"""`password`, `token`: who may see and change the desk."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.options import db_option, json_option
from monitor.cli.output import print_json
from monitor.errors import DiplowatchError
from monitor.store import open_store, tokens
from monitor.web.password import LEAST, hash_password


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False))
def password(path: str) -> None:
    """Ask for a password and write its hash to a file that only you can read, for web.password_file.

    \b
    Example: diplowatch password config/desk-password
    """
    given = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if len(given) < LEAST:
        raise click.UsageError(f"a password has {LEAST} characters at least")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(hash_password(given) + "\n")
        Path(path).chmod(0o600)
    except OSError as error:
        raise DiplowatchError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from None
    click.echo(f"{path}: written; name it in settings.toml: [web] password_file", err=True)


@click.group()
def token() -> None:
    """Tokens for programs that ask the desk's API (Authorization: Bearer …).

    \b
    Example: diplowatch token add dashboard --scope read
    """


@token.command()
@click.argument("name")
@click.option("--scope", type=click.Choice(tokens.SCOPES), default="read", show_default=True)
@db_option
def add(name: str, scope: tokens.Scope, db: str) -> None:
    """Make a token and print it: it cannot be shown again.

    \b
    Example: diplowatch token add dashboard --scope read
    """
    made = tokens.make_token(open_store(db), name, scope, datetime.now(UTC))
    if not made:
        raise DiplowatchError(f"{name}: there is a token of that name (diplowatch token end {name})")
    click.echo(made)


@token.command("list")
@json_option
@db_option
def list_all(as_json: bool, db: str) -> None:
    """The tokens by name, with their scopes.

    \b
    Example: diplowatch token list
    """
    found = tokens.list_tokens(open_store(db, create=False))
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(f"{one.name}  {one.scope}  since {one.made_at}")
    if not found:
        click.echo("no token", err=True)


@token.command()
@click.argument("name")
@db_option
def end(name: str, db: str) -> None:
    """Take a token back; it opens nothing from now on.

    \b
    Example: diplowatch token end dashboard
    """
    if not tokens.end_token(open_store(db, create=False), name):
        raise DiplowatchError(f"{name}: no such token (see `diplowatch token list`)")
    click.echo(f"{name}: taken back", err=True)

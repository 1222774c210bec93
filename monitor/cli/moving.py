"""`migrate`, `copy`, `forget`: a database is brought to this version, moved to another place, made smaller."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from monitor.cli.options import Since, db_option, json_option
from monitor.cli.output import print_json
from monitor.errors import StoreError
from monitor.store import open_store
from monitor.store.copying import copy_store
from monitor.store.database import open_migrated, shown
from monitor.store.migrate import head
from monitor.store.retention import forget_texts


@click.command()
@json_option
@db_option
def migrate(as_json: bool, db: str) -> None:
    """Bring the database to this version; refuses one that a newer diplowatch wrote. Others wait meanwhile.

    \b
    Example: diplowatch migrate --db postgresql+psycopg://desk@db.example.org/diplowatch
    """
    began = datetime.now(UTC)
    store, before = open_migrated(db)
    store.close()
    seconds = round((datetime.now(UTC) - began).total_seconds(), 2)
    if as_json:
        print_json({"database": shown(db), "before": before, "after": head(), "seconds": seconds})
    elif before == head():
        click.echo(f"{shown(db)}: schema {head()}, current")
    else:
        click.echo(f"{shown(db)}: schema {before or 'none'} → {head()} in {seconds} s")


@click.command()
@click.option("--from", "source_url", metavar="URL", required=True, help="The database that is read.")
@click.option("--to", "target_url", metavar="URL", required=True, help="An empty one, or the begun copy of the same.")
@json_option
def copy(source_url: str, target_url: str, as_json: bool) -> None:
    """Copy a whole database, then compare counts and hashes; run it again after an interruption and it goes on.

    \b
    Example: diplowatch copy --from sqlite:///data/diplowatch.db --to postgresql+psycopg://desk@db.example.org/diplowatch
    """
    source = open_store(source_url, create=False)
    target = open_store(target_url)
    try:
        tables = copy_store(source, target, datetime.now(UTC), lambda line: click.echo(line, err=True))
    except KeyboardInterrupt:
        raise StoreError("copy: interrupted; run it again and it goes on") from None
    finally:
        source.close()
        target.close()
    if as_json:
        names = ("table", "copied", "rows", "hash", "mended")
        print_json([{name: getattr(table, name) for name in names} for table in tables])
        return
    for table in tables:
        click.echo(f"{table.rows:10d}  {table.table:16} {table.hash}")
    click.echo(f"{sum(table.rows for table in tables)} rows, equal on both sides")


@click.command()
@click.option("--older-than", "before", type=Since(), required=True, help="400d, or a time.")
@json_option
@db_option
def forget(before: datetime, as_json: bool, db: str) -> None:
    """Let go of the texts of old articles. URLs, headlines, hits, stories, alerts and deliveries stay; nothing comes twice.

    \b
    Example: diplowatch forget --older-than 400d
    """
    store = open_store(db, create=False)
    count = forget_texts(store, before)
    store.close()
    if as_json:
        print_json({"articles": count, "before": before})
    else:
        click.echo(f"{count} articles seen before {before:%Y-%m-%d %H:%M} UTC lost their text")

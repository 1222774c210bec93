"""`story`: one story with its articles, voices and alerts; joined and parted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from monitor.cli.options import Id, config_option, db_option, json_option
from monitor.cli.output import print_json
from monitor.config import load_config
from monitor.errors import DiplowatchError
from monitor.model import Config
from monitor.store import Store, edits, happenings, open_store, outbox, views
from monitor.store import desk as moments
from monitor.stories import ReadOuts

Row = dict[str, Any]

STORY, ARTICLE = Id("a story", "`diplowatch stories`"), Id("an article", "`diplowatch story ID`")


class StoryGroup(click.Group):
    """`story 17` is `story show 17`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        first = args[0]
        if first.isdecimal():
            return super().resolve_command(ctx, ["show", *args])
        if self.get_command(ctx, first) is None:
            ctx.fail(
                f"{first!r} is neither the id of {STORY.thing} (a number, see {STORY.where}) "
                f"nor a command ({', '.join(self.list_commands(ctx))})"
            )
        return super().resolve_command(ctx, args)


@click.group(cls=StoryGroup)
def story() -> None:
    """One story; joined with another, or parted.

    \b
    Example: diplowatch story 17
    Example: diplowatch story merge 17 23
    Example: diplowatch story split 17 201 202
    """


@story.command()
@click.argument("story_id", metavar="ID", type=STORY)
@json_option
@config_option
@db_option
def show(story_id: int, as_json: bool, config: str, db: str) -> None:
    """The timeline of a story: its articles, voices, what was new when, alerts, read-outs, what was joined or parted.

    \b
    Example: diplowatch story show 17
    """
    found = load_story(open_store(db, create=False), load_config(config), story_id)
    if as_json:
        print_json(found)
        return
    for line in say_story(found):
        click.echo(line)


@story.command()
@click.argument("keep", type=STORY)
@click.argument("other", type=STORY, nargs=-1, required=True)
@db_option
def merge(keep: int, other: tuple[int, ...], db: str) -> None:
    """Put the articles of other stories into one: it keeps its number, headline and first-seen time.

    \b
    Example: diplowatch story merge 17 23
    """
    store = open_store(db, create=False)
    for drop in other:
        with store.write(alone=True) as connection:
            done = edits.merge_stories(connection, keep, drop, by="hand", now=datetime.now(UTC))
            root = edits.find_root(connection, drop)
        if not done:
            raise DiplowatchError(f"story {drop}: is part of story {root} already" if root != drop else f"story {keep}: cannot go into itself or into a story that was merged")  # fmt: skip
        click.echo(f"story {drop} is part of story {keep}", err=True)


@story.command()
@click.argument("story_id", metavar="ID", type=STORY)
@click.argument("article", type=ARTICLE, nargs=-1, required=True)
@db_option
def split(story_id: int, article: tuple[int, ...], db: str) -> None:
    """Make articles, and their copies, a story of their own; the two are not joined again. Prints the new story's number.

    \b
    Example: diplowatch story split 17 201 202
    """
    with open_store(db, create=False).write(alone=True) as connection:
        click.echo(edits.split_story(connection, story_id, article, now=datetime.now(UTC)))


def load_story(store: Store, config: Config, story_id: int) -> Row:
    """All that is known of a story. Raises: DiplowatchError when there is none."""
    with store.read() as connection:
        root = edits.find_root(connection, story_id)
        found = views.load_story_views(connection, [root], config)
        articles = views.load_story_articles(connection, root)
        alerts = moments.load_alert_moments(connection, root)
        changes = edits.load_story_edits(connection, root)
    if not found:
        raise DiplowatchError(f"story {story_id}: not in the archive (see `diplowatch stories`)")
    outlets = {outlet.slug: outlet for outlet in config.outlets}
    names = ("headline", "language", "first_seen_at", "updated_at", "voices", "event")
    return {
        "id": root,
        **{name: getattr(found[0], name) for name in names},
        "articles": [
            {
                "id": row.id,
                "seen_at": row.seen_at,
                "published_at": row.published_at,
                "outlet": row.outlet,
                "voice": (outlets[row.outlet].family or row.outlet) if row.outlet in outlets else row.outlet,
                "headline": row.headline,
                "url": row.link or row.url,
                "duplicate_of": row.duplicate_of,
                "version": row.version,
                "gone_at": row.gone_at,
                "new": list(row.new or ()),
            }
            for row in articles
        ],
        "alerts": [
            {"owed_at": at, "watchlist": watchlist, "kind": kind, "state": state}
            for at, watchlist, kind, state in alerts
        ],
        "deliveries": outbox.list_deliveries(store, story=root, limit=200),
        "readouts": [_readout(one) for one in happenings.find_readouts(articles, config)],
        "edits": [
            {"at": edit.at, "kind": edit.kind, "story": edit.story_id, "other": edit.other_id, "by": edit.by}
            for edit in changes
        ],
    }


def say_story(found: Row) -> Sequence[str]:
    """The same in lines."""
    lines = [f"{found['id']}  {found['headline']}"]
    facts = [f"first seen {found['first_seen_at']:%Y-%m-%d %H:%M}", f"updated {found['updated_at']:%Y-%m-%d %H:%M}"]
    facts += [f"{found['voices']} independent {'voice' if found['voices'] == 1 else 'voices'}"]
    lines.append("    " + ", ".join(facts + ([found["event"]] if found["event"] else [])))
    for row in found["articles"]:
        marks = [f"copy of {row['duplicate_of']}"] if row["duplicate_of"] else []
        marks += [f"changed {row['version'] - 1}×"] if row["version"] > 1 else []
        marks += [f"gone since {row['gone_at']:%Y-%m-%d %H:%M}"] if row["gone_at"] else []
        mark = f"  ({', '.join(marks)})" if marks else ""
        lines.append(
            f"  {row['seen_at']:%Y-%m-%d %H:%M}  {row['id']:>6}  {row['outlet']} [{row['voice']}]: {row['headline']}{mark}"
        )
        lines += [f"                            + {sentence}" for sentence in row["new"]]
    lines += [
        f"  {row['owed_at']:%Y-%m-%d %H:%M}  alert: {row['kind']} of {row['watchlist']}, {row['state']}"
        for row in found["alerts"]
    ]
    for one in found["readouts"]:
        missing = f"; {', '.join(one['missing'])} said nothing" if one["missing"] else ""
        lines.append(f"  read-outs: {', '.join(sorted(one['told']))} told{missing}")
    for edit in found["edits"]:
        what = "went into" if edit["kind"] == "merge" else "came out of"
        lines.append(
            f"  {edit['at']:%Y-%m-%d %H:%M}  story {edit['other']} {what} story {edit['story']}, by {edit['by']}"
        )
    return lines


def _readout(one: ReadOuts) -> Row:
    return {"states": sorted(one.states), "told": one.told, "missing": one.missing, "first_at": one.first_at}

"""Chooses the module of a channel kind, and gives every message its key. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from monitor.model import AlertKind, DigestView, Message, StoryView
from monitor.render import discord, mail, matrix, ntfy, plain, slack, teams, telegram, webhook
from monitor.render import wording as w
from monitor.render.chat import split_items
from monitor.render.custom import render_template

MARK = 20  # characters kept free for the id
LONGEST_PLAIN = 30_000  # characters, of a service that names no limit; a guess


class Renderer(Protocol):
    """One channel kind, a module or a chat service."""

    def render_alert(self, view: StoryView, kind: AlertKind, zone: str, desk: str, /) -> list[Message]: ...
    def render_digest(self, view: DigestView, desk: str, /) -> list[Message]: ...
    def render_notice(self, title: str, text: str, /) -> list[Message]: ...


RENDERERS: dict[str, Renderer] = {
    "mail": mail,
    "telegram": telegram.SERVICE,
    "slack": slack.SERVICE,
    "webhook": webhook,
    "matrix": matrix.SERVICE,
    "discord": discord.SERVICE,
    "teams": teams.SERVICE,
    "ntfy": ntfy,
}
PLAIN: Renderer = plain
# How an alert of a critical watchlist is marked, where there is a way. Source: RFC 4021, 2.1.54 (Importance); docs.ntfy.sh/publish/#message-priority.
URGENT: dict[str, dict[str, object]] = {
    "mail": {"importance": "high"},
    "ntfy": {"priority": 5},
    "webhook": {"severity": "critical"},
}
# Services that cannot tell a copy: the id of what was sent stands in the text. Mail has its Message-ID, a webhook its key, Matrix its transaction.
MARKS: dict[str, Callable[[Message, str], Message]] = {
    "telegram": telegram.mark,
    "slack": slack.mark,
    "discord": discord.mark,
    "teams": teams.mark,
    "ntfy": ntfy.mark,
    "plain": plain.mark,
}


def render_alert(
    view: StoryView,
    kind: AlertKind,
    channel_kind: str,
    *,
    key: str,
    zone: str,
    desk: str = "",
    thread: str = "",
    longest: int | None = None,
    template: str = "",
    is_critical: bool = False,
) -> list[Message]:
    """The parts of one alert for one channel, in order. `key` is stable for (alert, channel); `desk` the page's address.

    `thread`: key of the story's first message there. `longest`: characters that a service without a renderer takes in one message.
    `template`: the user's own text in place of ours. Raises: whatever that template does.
    """
    if template and channel_kind != "webhook":
        text = render_template(template, view, kind, zone, desk)
        title = w.KINDS[kind] + w.to_line(view.headline)
        parts = _renderer(channel_kind).render_notice(title, text)
    else:
        parts = _renderer(channel_kind).render_alert(view, kind, zone, desk)
    if is_critical and channel_kind in URGENT:
        parts = [_add(part, URGENT[channel_kind]) for part in parts]
    return _number(_fit(parts, channel_kind, longest), channel_kind, key, thread)


def render_digest(
    view: DigestView, channel_kind: str, *, key: str, desk: str = "", longest: int | None = None
) -> list[Message]:
    """The parts of one digest for one channel, in order."""
    parts = _renderer(channel_kind).render_digest(view, desk)
    return _number(_fit(parts, channel_kind, longest), channel_kind, key, "")


def render_held(
    stories: Sequence[StoryView],
    channel_kind: str,
    *,
    key: str,
    zone: str,
    now: datetime,
    more: int = 0,
    desk: str = "",
    longest: int | None = None,
) -> list[Message]:
    """Alerts that quiet hours or an hourly cap held, told together. `more`: how many beyond these."""
    view = DigestView(
        slug="",
        name="Held alerts",
        window_start=min((story.first_seen_at for story in stories), default=now),
        window_end=now,
        zone=zone,
        stories=tuple(stories),
        people=(),
        topics=(),
        corrections=(),
        health=(),
        more=more,
    )
    return render_digest(view, channel_kind, key=key, desk=desk, longest=longest)


def render_notice(title: str, text: str, channel_kind: str, *, key: str) -> list[Message]:
    """A message about diplowatch itself."""
    parts = _renderer(channel_kind).render_notice(title, text)
    return _number(_fit(parts, channel_kind, None), channel_kind, key, "")


def _renderer(channel_kind: str) -> Renderer:
    return RENDERERS.get(channel_kind, PLAIN)


def _fit(parts: list[Message], channel_kind: str, longest: int | None) -> list[Message]:
    """For services without a renderer: mentions are dead, and what is too long is split between its blocks."""
    if channel_kind != "plain":
        return parts
    fitted = []
    for part in parts:
        title, body = (w.kill_mentions(text) for text in (part.title, part.body))
        room = max((longest or LONGEST_PLAIN) - len(title) - 2 - MARK, 200)
        texts = split_items(body.split("\n\n"), room) or [""]
        fitted += [replace(part, title=title if number == 0 else "", body=text) for number, text in enumerate(texts)]
    return fitted


def _number(parts: list[Message], channel_kind: str, key: str, thread: str) -> list[Message]:
    total = len(parts)
    mark = MARKS.get(channel_kind, _leave)
    return [
        replace(
            mark(part, w.say_id(key, number, total)),
            key=key if total == 1 else f"{key}-{number}",
            part=number,
            parts=total,
            thread=thread,
        )
        for number, part in enumerate(parts, 1)
    ]


def _add(part: Message, more: dict[str, object]) -> Message:
    """A part with more in its document."""
    return replace(part, payload=json.dumps(json.loads(part.payload or "{}") | more, ensure_ascii=False))


def _leave(message: Message, short_id: str) -> Message:  # noqa: ARG001 (the signature is that of a mark)
    return message

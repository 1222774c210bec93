"""Chooses the module of a channel kind, and gives every message its key. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from monitor.model import AlertKind, DigestView, Message, StoryView
from monitor.render import mail, plain, slack, telegram, webhook

ALERTS: dict[str, Callable[[StoryView, AlertKind, str, str], list[Message]]] = {
    "mail": mail.render_alert,
    "telegram": telegram.render_alert,
    "slack": slack.render_alert,
    "webhook": webhook.render_alert,
}
DIGESTS: dict[str, Callable[[DigestView, str], list[Message]]] = {
    "mail": mail.render_digest,
    "telegram": telegram.render_digest,
    "slack": slack.render_digest,
    "webhook": webhook.render_digest,
}
NOTICES: dict[str, Callable[[str, str], list[Message]]] = {"mail": mail.render_notice, "webhook": webhook.render_notice}


def render_alert(
    view: StoryView, kind: AlertKind, channel_kind: str, *, key: str, zone: str, desk: str = "", thread: str = ""
) -> list[Message]:
    """The parts of one alert for one channel, in order. `key` is stable for (alert, channel); `desk` the page's address."""
    parts = ALERTS.get(channel_kind, plain.render_alert)(view, kind, zone, desk)
    return _number(parts, key, thread)


def render_digest(view: DigestView, channel_kind: str, *, key: str, desk: str = "") -> list[Message]:
    """The parts of one digest for one channel, in order."""
    return _number(DIGESTS.get(channel_kind, plain.render_digest)(view, desk), key, "")


def render_notice(title: str, text: str, channel_kind: str, *, key: str) -> list[Message]:
    """A message about diplowatch itself."""
    return _number(NOTICES.get(channel_kind, plain.render_notice)(title, text), key, "")


def _number(parts: list[Message], key: str, thread: str) -> list[Message]:
    total = len(parts)
    return [
        replace(part, key=key if total == 1 else f"{key}-{number}", part=number, parts=total, thread=thread)
        for number, part in enumerate(parts, 1)
    ]

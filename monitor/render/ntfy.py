"""ntfy: a title, plain text below 4,096 bytes, a link behind the tap and one to the desk. Pure.

Source: docs.ntfy.sh/publish/#publish-as-json and #limitations (a longer message becomes an attachment).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from monitor.model import AlertKind, DigestView, Message, StoryView
from monitor.render import plain
from monitor.render import wording as w

MOST_BYTES = 3900  # of 4,096: room for the short id
LONGEST_TITLE = 200


def render_alert(view: StoryView, kind: AlertKind, zone: str, desk: str) -> list[Message]:
    """One alert, split between its lines when it is long; a tap opens the article, a button the story."""
    (text,) = plain.render_alert(view, kind, zone, desk)
    links: dict[str, Any] = {"click": w.to_link(view.url)} if w.to_link(view.url) else {}
    if desk:
        links["actions"] = [{"action": "view", "label": "story", "url": f"{desk}/story/{view.story_id}"}]
    return _messages(text, links)


def render_digest(view: DigestView, desk: str) -> list[Message]:
    """The digest, split between its lines; a tap opens the desk."""
    (text,) = plain.render_digest(view, desk)
    return _messages(text, {"click": f"{desk}/"} if desk else {})


def render_notice(title: str, text: str) -> list[Message]:
    """The words as they are: ntfy knows no markup unless it is asked for."""
    return _messages(plain.render_notice(title, text)[0], {})


def mark(message: Message, short_id: str) -> Message:
    """With the id by which a copy is known."""
    document = json.loads(message.payload)
    document["message"] += f"\n{short_id}"
    return replace(message, payload=json.dumps(document, ensure_ascii=False))


def _messages(text: Message, links: dict[str, Any]) -> list[Message]:
    title = text.title if len(text.title) <= LONGEST_TITLE else text.title[: LONGEST_TITLE - 1] + "…"
    parts = list(_split(text.body.split("\n"))) or [""]
    return [
        Message(
            key="",
            title=title,
            body=part[:1000],
            body_format="text",
            text=part,
            payload=json.dumps({"title": title, "message": part} | links, ensure_ascii=False),
        )
        for part in parts
    ]


def _split(lines: Iterable[str]) -> Iterable[str]:
    """Lines joined into texts of few enough bytes; a line that alone is too long is cut."""
    kept: list[str] = []
    size = 0
    for line in lines:
        piece = line.encode()[: MOST_BYTES - 1].decode(errors="ignore")
        if kept and size + len(piece.encode()) + 1 > MOST_BYTES:
            yield "\n".join(kept)
            kept, size = [], 0
        kept.append(piece)
        size += len(piece.encode()) + 1
    if kept:
        yield "\n".join(kept)

"""Webhooks: one JSON document a message, `schema` 1. Pure. docs/delivery.md describes its fields."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from monitor.model import AlertKind, DigestView, Message, StoryView
from monitor.render import plain
from monitor.render import wording as w


def render_alert(view: StoryView, kind: AlertKind, zone: str, desk: str) -> list[Message]:
    """The story as JSON; title and text are those of the plain alert."""
    (text,) = plain.render_alert(view, kind, zone, desk)
    return [_message(text, {"schema": 1, "kind": kind, "story": story_json(view, desk)})]


def render_digest(view: DigestView, desk: str) -> list[Message]:
    """The digest as JSON."""
    (text,) = plain.render_digest(view, desk)
    document = {
        "schema": 1,
        "kind": "digest",
        "digest": view.slug,
        "window": [_moment(view.window_start), _moment(view.window_end)],
        "stories": [story_json(story, desk) for story in view.stories],
        "corrections": [w.to_line(line) for line in view.corrections],
        "one_sided": [w.to_line(line) for line in view.one_sided],
        "outlets": [{"slug": row.slug, "state": row.state, "why": row.why} for row in view.health],
    }
    return [_message(text, document)]


def render_notice(title: str, text: str) -> list[Message]:
    """A message about diplowatch itself."""
    (message,) = plain.render_notice(title, text)
    return [_message(message, {"schema": 1, "kind": "notice"})]


def story_json(view: StoryView, desk: str) -> dict[str, Any]:
    """A story's fields for machines."""
    return {
        "id": view.story_id,
        "headline": w.to_line(view.headline),
        "language": view.language,
        "outlet": view.outlet_slug,
        "outlet_name": w.to_line(view.outlet),
        "country": view.country,
        "orientation": view.orientation,
        "url": w.to_link(view.url),
        "published_at": _moment(view.published_at),
        "first_seen_at": _moment(view.first_seen_at),
        "updated_at": _moment(view.updated_at),
        "excerpt": w.to_line(view.excerpt),
        "event": w.to_line(view.event),
        "matched": [
            {
                "entry": m.entry,
                "name": m.name,
                "kind": m.kind,
                "sentence": w.to_line(m.sentence),
                "text": w.to_line(m.text),
            }
            for m in view.mentions
        ],
        "watchlists": [w.to_line(name) for name in view.watchlists],
        "also_in": [{"outlet": w.to_line(name), "url": w.to_link(url)} for name, url in view.also_in],
        "new": [w.to_line(sentence) for sentence in view.new],
        "desk": f"{desk}/story/{view.story_id}" if desk else "",
        "judge": f"{desk}/judge/{view.judge}" if desk and view.judge else "",
    }


def _message(text: Message, document: dict[str, Any]) -> Message:
    payload = json.dumps(document | {"title": text.title, "text": text.body}, ensure_ascii=False)
    return Message(key="", title=text.title, body=text.body, body_format="text", payload=payload)


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None

"""Teams, through a workflow: an adaptive card per message. Pure.

Source: learn.microsoft.com, "Post a workflow when a webhook request is received in Microsoft Teams" (28 KB a message) and adaptivecards.io.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from monitor.model import Message
from monitor.render import chat
from monitor.render.markdown import STYLE

LONGEST = 5000  # characters: up to 20 KB in scripts of four bytes, and as much again for the card's own words


def mark(message: Message, short_id: str) -> Message:
    """With the id by which a copy is known, in small print."""
    document = json.loads(message.payload)
    document["attachments"][0]["content"]["body"].append(_block(short_id, size="Small", isSubtle=True))
    return replace(message, payload=json.dumps(document, ensure_ascii=False))


def _messages(items: list[str]) -> list[Message]:
    return [_message(text) for text in chat.split_items(items, LONGEST)]


def _message(text: str) -> Message:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_block(item.replace("\n", "\n\n")) for item in text.split("\n\n")],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    payload = json.dumps({"type": "message", "attachments": [attachment]}, ensure_ascii=False)
    return Message(key="", title="", body=text, body_format="markdown", payload=payload)


def _block(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True} | more


SERVICE = chat.Service(style=STYLE, write=_messages)

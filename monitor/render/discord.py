"""Discord: an embed per message, in Markdown, with no mention allowed. Pure.

Source: discord.com/developers/docs/resources/message (an embed's description has 4,096 characters, all embeds of a message 6,000) and
"allowed mentions".
"""

from __future__ import annotations

import json
from dataclasses import replace

from monitor.model import Message
from monitor.render import chat
from monitor.render.markdown import STYLE

LONGEST = 4000


def mark(message: Message, short_id: str) -> Message:
    """With the id by which a copy is known, below the embed."""
    document = json.loads(message.payload)
    document["embeds"][0]["footer"] = {"text": short_id}
    return replace(message, payload=json.dumps(document, ensure_ascii=False))


def _messages(items: list[str]) -> list[Message]:
    return [_message(text) for text in chat.split_items(items, LONGEST)]


def _message(text: str) -> Message:
    document = {"content": "", "embeds": [{"description": text}], "allowed_mentions": {"parse": []}}
    payload = json.dumps(document, ensure_ascii=False)
    return Message(key="", title="", body=text[:1900], body_format="markdown", payload=payload)


SERVICE = chat.Service(style=STYLE, write=_messages)

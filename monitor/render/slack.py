"""Slack: mrkdwn with its three escapes, dead mentions, sections under 3,000 characters. Pure.

Source: docs.slack.dev, "Formatting message text" (escape & < >) and block limits.
"""

from __future__ import annotations

import json
from dataclasses import replace

from monitor.model import Message
from monitor.render import chat

LONGEST = 2900  # a section's text may have 3,000
BLOCKS = 20  # a message may have 50 blocks, and 40,000 characters in all


def mark(message: Message, short_id: str) -> Message:
    """With the id by which a copy is known, in small print."""
    document = json.loads(message.payload)
    document["blocks"].append({"type": "context", "elements": [{"type": "mrkdwn", "text": _escape(short_id)}]})
    return replace(message, payload=json.dumps(document, ensure_ascii=False))


def _messages(items: list[str]) -> list[Message]:
    texts = chat.split_items(items, LONGEST)
    return [_message(texts[start : start + BLOCKS]) for start in range(0, len(texts), BLOCKS)]


def _message(texts: list[str]) -> Message:
    """A section block for each text; `text` is what notifications and screen readers show."""
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in texts]
    payload = {"text": texts[0].split("\n")[0], "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
    return Message(
        key="",
        title="",
        body="\n\n".join(texts),
        body_format="markdown",
        payload=json.dumps(payload, ensure_ascii=False),
    )


def _link(label: str, url: str) -> str:
    return f"<{url.replace('|', '%7C').replace('>', '%3E').replace('<', '%3C')}|{label}>"


def _escape(text: str) -> str:
    """Escaped as Slack asks; <!channel> becomes text, @ and formatting signs lose their power."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "@*_~`":
        escaped = escaped.replace(sign, f"{sign}\u200b" if sign == "@" else f"\u200b{sign}\u200b")
    return escaped


STYLE = chat.Style(escape=_escape, bold=lambda text: f"*{text}*", link=_link)
SERVICE = chat.Service(style=STYLE, write=_messages)

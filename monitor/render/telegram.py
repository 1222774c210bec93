"""Telegram: HTML with few tags, at most 4,096 characters after entities, split at item borders. Pure.

Source: core.telegram.org/bots/api#sendmessage and #html-style.
"""

from __future__ import annotations

import html
import json
import re

from monitor.model import Message
from monitor.render import chat

LONGEST = 4000  # of 4,096: room for the short id
TAG = re.compile(r"<[^>]*>")
LINK = re.compile(r'<a href="([^"]*)">[^<]*</a>')


def mark(message: Message, short_id: str) -> Message:
    """With the id by which a copy is known."""
    return _message(f"{message.body}\n{_escape(short_id)}")


def _messages(items: list[str]) -> list[Message]:
    return [_message(body) for body in chat.split_items(items, LONGEST)]


def _message(body: str) -> Message:
    """Text and markup exactly as we wrote them; the plain twin is what is sent when Telegram cannot read the markup."""
    payload = {"text": body, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    plain = html.unescape(TAG.sub("", LINK.sub(r"\1", body)))
    return Message(
        key="", title="", body=body, body_format="html", text=plain, payload=json.dumps(payload, ensure_ascii=False)
    )


def _escape(text: str) -> str:
    """Escaped, and with mentions dead: a zero-width space after @ keeps it a letter."""
    return html.escape(text, quote=False).replace("@", "@\u200b")


STYLE = chat.Style(
    escape=_escape,
    bold=lambda text: f"<b>{text}</b>",
    link=lambda label, url: f'<a href="{html.escape(url)}">{label}</a>',
)
SERVICE = chat.Service(style=STYLE, write=_messages)

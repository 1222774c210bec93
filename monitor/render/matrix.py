"""Matrix: an event with HTML and its plain twin, which mentions nobody. Pure.

Source: spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes and #user-and-room-mentions (an event has 64 KiB).
"""

from __future__ import annotations

import html
import json
import re

from monitor.model import Message
from monitor.render import chat

LONGEST = 6000  # characters of HTML: twice in the event, four bytes each at most
TAG = re.compile(r"<[^>]*>")
LINK = re.compile(r'<a href="([^"]*)">[^<]*</a>')


def _messages(items: list[str]) -> list[Message]:
    return [_message(text) for text in chat.split_items(items, LONGEST)]


def _message(markup: str) -> Message:
    plain = html.unescape(TAG.sub("", LINK.sub(r"\1", markup)))
    formatted = markup.replace("\n", "<br>")
    document = {
        "msgtype": "m.text",
        "body": plain,
        "format": "org.matrix.custom.html",
        "formatted_body": formatted,
        "m.mentions": {},
    }
    payload = json.dumps(document, ensure_ascii=False)
    return Message(key="", title="", body=formatted, body_format="html", text=plain, payload=payload)


def _escape(text: str) -> str:
    """Escaped, and with @room dead."""
    return html.escape(text, quote=False).replace("@", "@\u200b")


STYLE = chat.Style(
    escape=_escape,
    bold=lambda text: f"<strong>{text}</strong>",
    link=lambda label, url: f'<a href="{html.escape(url)}">{label}</a>',
)
SERVICE = chat.Service(style=STYLE, write=_messages)

"""What services are sent in place of Apprise's document, and what their answers say. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from monitor.model import Message

# A call of Matrix that sends a message, and its transaction: a server knows a repeated one. Source: spec.matrix.org, "Transaction identifiers".
MATRIX_SEND = re.compile(r"(/rooms/[^/]+/send/m\.room\.message/)[^/?]+")
# Slack answers 200 with ok: false; these are worth another attempt. Source: docs.slack.dev/reference/methods/chat.postMessage#errors.
SLACK_PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
KEPT = {"discord": ("username", "avatar_url", "flags"), "ntfy": ("topic",), "teams": ()}


def write_document(kind: str, message: Message, method: str, url: str, body: Any) -> tuple[str, dict[str, Any]] | None:
    """(URL, document) to send, or None when this call is not the one that carries the message."""
    if method == "GET" or not message.payload or kind == "mail":
        return None
    ours = json.loads(message.payload)
    if kind == "webhook":
        return url, {"key": message.key} | ours
    if kind == "matrix":
        return _write_matrix(message, ours, url)
    theirs = _read_object(body)
    if theirs is None or (kind == "ntfy" and "topic" not in theirs):
        return None
    if kind in KEPT:
        return url, {name: theirs[name] for name in KEPT[kind] if name in theirs} | ours
    if "text" not in theirs and "attachments" not in theirs:
        return None  # another call of the same service, such as Telegram's getUpdates
    theirs.pop("attachments", None)
    return url, theirs | ours | _reply(kind, message, url)


def _write_matrix(message: Message, ours: dict[str, Any], url: str) -> tuple[str, dict[str, Any]] | None:
    if not MATRIX_SEND.search(url):
        return None  # login, join and the like; an encrypted room gets the text as Apprise writes it
    if message.reply_to:
        ours["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": message.reply_to,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": message.reply_to},
        }
    return MATRIX_SEND.sub(rf"\g<1>{message.key}", url), ours


def _reply(kind: str, message: Message, url: str) -> dict[str, Any]:
    """What makes a follow-up stand below the first message of its story."""
    if not message.reply_to:
        return {}
    if kind == "telegram" and message.reply_to.isdigit():
        return {"reply_parameters": {"message_id": int(message.reply_to), "allow_sending_without_reply": True}}
    if kind == "slack" and "chat.postMessage" in url:
        return {"thread_ts": message.reply_to}
    return {}


def read_receipt(kind: str, content: bytes) -> str:
    """The receiver's own id of the message that it took; "" when it gives none."""
    document = _read_object(content)
    if document is None:
        return ""
    result = document.get("result")
    found = {
        "telegram": result.get("message_id") if isinstance(result, dict) else None,
        "slack": document.get("ts"),
        "matrix": document.get("event_id"),
    }.get(kind)
    return str(found)[:200] if isinstance(found, str | int) else ""


def read_hidden_refusal(kind: str, content: bytes) -> tuple[int, str] | None:
    """(status that it stands for, words) of a refusal that came with 200; None when it is none."""
    document = _read_object(content) if kind == "slack" else None
    if document is None or document.get("ok") is not False:
        return None
    said = " ".join(str(document.get("error") or "unknown").split())[:80]
    return 503 if said in SLACK_PASSING else 400, f": {said}"


def read_refusal(headers: Mapping[str, str], content: bytes) -> tuple[float | None, str]:
    """Seconds to wait, from Retry-After or the receiver's document (the longest), and the receiver's own words."""
    wait_s = _read_retry_after(headers.get("Retry-After", ""))
    document = _read_object(content)
    if document is None:
        return wait_s, ""
    for wish_s in _wishes_s(document):
        wait_s = max(wait_s or 0.0, wish_s)
    words = " ".join(str(document.get("description") or "").split())[:160]
    return wait_s, f": {words}" if words else ""


def _wishes_s(document: dict[str, Any]) -> list[float]:
    """Telegram's parameters.retry_after and Discord's retry_after in seconds, Matrix's retry_after_ms."""
    parameters = document.get("parameters")
    found = [
        (parameters.get("retry_after") if isinstance(parameters, dict) else None, 1.0),
        (document.get("retry_after"), 1.0),
        (document.get("retry_after_ms"), 0.001),
    ]
    return [
        float(value) * unit for value, unit in found if isinstance(value, int | float) and not isinstance(value, bool)
    ]


def _read_retry_after(said: str) -> float | None:
    """Seconds, from a number or an HTTP date; None for anything else. Source: RFC 9110, 10.2.3."""
    if said.strip().isdigit():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _read_object(content: Any) -> dict[str, Any] | None:
    """A JSON object; None for anything else."""
    if not isinstance(content, str | bytes):
        return None
    try:
        document = json.loads(content)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None

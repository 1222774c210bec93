"""Apprise's only door: one message to one channel, with an honest outcome. Touches the network, the terminal, files."""

from __future__ import annotations

import json
import logging
import os
import re
import smtplib
import sys
import threading
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import apprise
import apprise.plugins.email.base as email_plugin
import requests
from apprise.plugins.email.smtp import AppriseSMTPController

from monitor.errors import DeliveryError
from monitor.model import Channel, Message

TIMEOUT_S = 20.0  # of one attempt; the lease on a message is longer
PERMANENT_HTTP = frozenset({400, 401, 403, 404, 405, 410, 413, 414, 415, 422})
SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.I)
MAIL = ("mailto", "mailtos")
WEBHOOK = ("json", "jsons")
OURS = ("console", "file")

# DEBUG of Apprise prints tokens; what we need to know we learn from the wire.
logging.getLogger("apprise").setLevel(logging.CRITICAL)
logging.getLogger("urllib3").setLevel(logging.WARNING)


class _Wire(threading.local):
    """What the attempt of this thread met on the wire."""

    status: int = 0
    retry_after_s: float | None = None
    detail: str = ""
    refused: dict[str, tuple[int, str]]
    accepted: int = 0
    message_id: str = ""

    def reset(self, message_id: str) -> None:
        self.status, self.retry_after_s, self.detail, self.accepted = 0, None, "", 0
        self.refused, self.message_id = {}, message_id


wire = _Wire()
delivered: dict[str, set[str]] = {}  # message key → recipients that took it, so that a retry skips them
delivered_lock = threading.Lock()


def kind_of(url: str) -> str:
    """Which renderer a channel wants: mail, telegram, slack, webhook, console, file or plain."""
    scheme = scheme_of(url)
    if scheme in MAIL:
        return "mail"
    if scheme in WEBHOOK:
        return "webhook"
    return {"tgram": "telegram", "slack": "slack", "console": "console", "file": "file"}.get(scheme, "plain")


def scheme_of(url: str) -> str:
    """The scheme of a channel's URL, lower case; "" when it has none."""
    match = SCHEME.match(url.strip())
    return match.group(1).lower() if match else ""


def check_channel(channel: Channel) -> str | None:
    """Why a channel's URL cannot work, or None. Sends nothing, shows no secret."""
    scheme = scheme_of(channel.url)
    if scheme in OURS:
        return "file: needs a path" if scheme == "file" and not channel.url.partition(":")[2].strip("/") else None
    if not scheme:
        return "its url has no scheme (console:, file:PATH, mailto://…, or any Apprise URL)"
    if apprise.Apprise.instantiate(channel.url, suppress_exceptions=True) is None:
        known = scheme in apprise.N_MGR.schemas() if hasattr(apprise, "N_MGR") else True
        return f"Apprise cannot read its {scheme}:// URL" + ("" if known else f" (it knows no service {scheme}://)")
    return None


def send(channel: Channel, message: Message, folder: str) -> str:
    """Hands a message to its channel; returns what is worth noting ("" mostly).

    `folder`: relative file: paths count from there. Raises: DeliveryError, without any secret in it.
    """
    kind = kind_of(channel.url)
    if kind == "console":
        return _print(message)
    if kind == "file":
        return _append(channel, message, folder)
    return _send_through_apprise(channel, message, kind)


def _print(message: Message) -> str:
    try:
        sys.stdout.write(as_text(message) + "\n")
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        raise DeliveryError(f"the terminal is gone: {error}") from None
    return ""


def _append(channel: Channel, message: Message, folder: str) -> str:
    """One line of JSON a message for *.jsonl, text otherwise; on disk when it returns."""
    path = Path(folder) / channel.url.partition(":")[2].removeprefix("//")
    line = _as_json_line(message) if path.suffix == ".jsonl" else as_text(message)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as handle:
            handle.write(line + "\n")
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        raise DeliveryError(f"{path}: {(error.strerror or 'cannot be written').lower()}") from None
    return ""


def as_text(message: Message) -> str:
    """A message on a terminal: a rule, the title, the text."""
    body = message.text if message.body_format == "html" and message.text else message.body
    return f"── {message.title}\n{body}\n" if message.title else f"──\n{body}\n"


def _as_json_line(message: Message) -> str:
    document = json.loads(message.payload) if message.payload else {"title": message.title, "text": message.body}
    return json.dumps({"key": message.key} | document, ensure_ascii=False)


def _send_through_apprise(channel: Channel, message: Message, kind: str) -> str:
    plugin = apprise.Apprise.instantiate(channel.url, suppress_exceptions=True)
    if plugin is None:
        raise DeliveryError(f"{channel.slug}: Apprise cannot read its URL", permanent=True)
    _stamp(plugin, message, kind)
    wire.reset(f"<{message.key}@diplowatch.invalid>")
    target = apprise.Apprise()
    target.add(plugin)
    try:
        # No timeout= here: it would move the attempt to another thread, whose wire we could not see.
        result = target.notify(
            body=message.body or " ", title=message.title, body_format=message.body_format, interpret_escapes=False
        )
    except Exception as error:  # a plugin's own bug must not stop the sender
        raise DeliveryError(f"{channel.slug}: {type(error).__name__}") from None
    if result:
        with delivered_lock:
            delivered.pop(message.key, None)
        return ""
    return _judge(channel.slug)


def _stamp(plugin: Any, message: Message, kind: str) -> None:
    """The stable key, where the receiver has a place for it; our own document for webhooks."""
    if hasattr(plugin, "headers") and isinstance(plugin.headers, dict):
        if kind == "mail":
            plugin.headers["X-Diplowatch-Key"] = message.key
            if message.thread:
                plugin.headers["References"] = f"<{message.thread}@diplowatch.invalid>"
        else:
            plugin.headers["Idempotency-Key"] = message.key
    if kind == "webhook" and message.payload:
        plugin.payload_extras = dict(json.loads(message.payload)) | {"key": message.key} | dict(plugin.payload_extras)


def _judge(slug: str) -> str:
    """What a failed attempt means. Raises: DeliveryError unless some took it and the others never will."""
    if wire.refused:
        names = ", ".join(f"{address} ({code})" for address, (code, _) in sorted(wire.refused.items()))
        lasting = all(code >= 500 for code, _ in wire.refused.values())
        if wire.accepted and lasting:
            return f"refused for {names}"
        raise DeliveryError(f"{slug}: refused for {names}", permanent=lasting)
    if wire.status:
        permanent = wire.status in PERMANENT_HTTP and wire.retry_after_s is None
        raise DeliveryError(
            f"{slug}: the receiver answered {wire.status}{wire.detail}",
            permanent=permanent,
            retry_after_s=wire.retry_after_s,
        )
    raise DeliveryError(f"{slug}: {wire.detail or 'the receiver cannot be reached'}")


class _Controller(AppriseSMTPController):
    """Makes the Message-ID stable (a mail sent twice is one mail to its reader) and keeps the server's codes."""

    def __enter__(self) -> Any:
        try:
            return super().__enter__()
        except smtplib.SMTPResponseException as error:
            wire.detail = f"the mail server says {error.smtp_code}"
            if isinstance(error, smtplib.SMTPAuthenticationError):
                wire.detail += " (user or password)"
            raise
        except OSError as error:
            wire.detail = f"the mail server cannot be reached ({error.strerror or type(error).__name__})"
            raise

    def sendmail(self, from_addr: str, to_addrs: list[str], message: str) -> bool:
        key = re.search(r"(?mi)^X-Diplowatch-Key:\s*(\S+)", message)
        done = delivered.setdefault(key.group(1), set()) if key else set()
        recipients = [address for address in to_addrs if address not in done]
        if not recipients:
            return True
        message = re.sub(r"(?mi)^Message-ID:.*$", f"Message-ID: {wire.message_id}", message, count=1)
        try:
            socket: Any = self._socket
            refused = socket.sendmail(from_addr, recipients, message)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPResponseException as error:
            refused = dict.fromkeys(recipients, (error.smtp_code, b""))
        except (OSError, smtplib.SMTPException) as error:
            wire.detail = f"the mail server broke off ({type(error).__name__})"
            return False
        wire.refused |= {address: (code, str(text)) for address, (code, text) in refused.items()}
        taken = set(recipients) - set(refused)
        wire.accepted += len(taken)
        done |= taken
        return not refused


class _Adapter(requests.adapters.HTTPAdapter):
    """Keeps status and Retry-After of what a service answered; Apprise tells neither."""

    def send(self, request: Any, *words: Any, **options: Any) -> Any:
        try:
            response = super().send(request, *words, **options)
        except requests.RequestException as error:
            wire.detail = f"the receiver cannot be reached ({type(error).__name__})"
            raise
        wire.status = 0 if response.status_code < 300 else response.status_code
        if wire.status:
            wire.retry_after_s, wire.detail = _read_refusal(response)
        return response


def _read_refusal(response: Any) -> tuple[float | None, str]:
    """Retry-After in seconds, from the header or Telegram's document, and the receiver's own words."""
    said = response.headers.get("Retry-After", "")
    wait_s = float(said) if said.strip().isdigit() else None
    if said and wait_s is None:
        try:
            wait_s = max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
        except (ValueError, TypeError):
            wait_s = None
    try:
        document = response.json()
    except ValueError:
        return wait_s, ""
    if not isinstance(document, dict):
        return wait_s, ""
    wish = (
        (document.get("parameters") or {}).get("retry_after") if isinstance(document.get("parameters"), dict) else None
    )
    words = " ".join(str(document.get("description") or "").split())[:160]
    return (float(wish) if isinstance(wish, int | float) else wait_s), (f": {words}" if words else "")


setattr(email_plugin, "AppriseSMTPController", _Controller)  # noqa: B010 (neither module exports the name)
setattr(requests.sessions, "HTTPAdapter", _Adapter)  # noqa: B010 (each Session mounts it anew)


__all__ = ["as_text", "check_channel", "kind_of", "scheme_of", "send"]

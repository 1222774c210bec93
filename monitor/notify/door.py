"""Sends one message to one channel and says what became of it. Touches the network, the terminal, files."""

from __future__ import annotations

import html
import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import apprise

from monitor.addresses import AddressPolicy
from monitor.errors import DeliveryError
from monitor.model import Channel, Message
from monitor.notify import mail
from monitor.notify.wire import Attempt, current

CONNECT_S, READ_S = 10.0, 20.0  # of one attempt; the lease on a message is longer
PERMANENT_HTTP = frozenset({400, 401, 403, 404, 405, 410, 413, 414, 415, 422})
SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.I)
SECRET = re.compile(r"[?&]secret=([^&]+)")
SHORTEST_SECRET = 8  # characters; a guess: shorter words of a URL are names and numbers
# A time limit of Apprise's own would move the attempt to another thread, whose wire we could not see.
ASSET = apprise.AppriseAsset(app_id="diplowatch", app_desc="diplowatch", service_timeout=0)
KINDS = {
    "mailto": "mail", "mailtos": "mail", "json": "webhook", "jsons": "webhook",
    "tgram": "telegram", "slack": "slack", "matrix": "matrix", "matrixs": "matrix", "discord": "discord",
    "workflows": "teams", "workflow": "teams", "ntfy": "ntfy", "ntfys": "ntfy", "console": "console", "file": "file",
}  # fmt: skip

# Apprise's DEBUG prints tokens and its warnings repeat what we say ourselves: what we need to know we learn on the wire.
for name in ("apprise", "urllib3"):
    logging.getLogger(name).setLevel(logging.CRITICAL)


def kind_of(url: str) -> str:
    """Which renderer a channel wants: mail, telegram, slack, matrix, discord, teams, ntfy, webhook, console, file or plain."""
    return KINDS.get(scheme_of(url), "plain")


def scheme_of(url: str) -> str:
    """The scheme of a channel's URL, lower case; "" when it has none."""
    match = SCHEME.match(url.strip())
    return match.group(1).lower() if match else ""


def limit_of(url: str) -> int | None:
    """The longest body in characters that a service takes; None for ours and for mail and webhooks, which split nothing."""
    if kind_of(url) != "plain":
        return None
    plugin = _make_plugin(url)
    return int(plugin.body_maxlen) if plugin is not None else None


def check_channel(channel: Channel) -> str | None:
    """Why a channel's URL cannot work, or None. Sends nothing, shows no secret."""
    scheme = scheme_of(channel.url)
    if scheme == "file" and not channel.url.partition(":")[2].strip("/"):
        return "file: needs a path"
    if scheme in ("console", "file"):
        return None
    if not scheme:
        return "its url has no scheme (console:, file:PATH, mailto://…, or any Apprise URL)"
    if scheme not in _schemes():
        return f"Apprise knows no service {scheme}://"
    plugin = _make_plugin(channel.url)
    if plugin is None:
        return f"Apprise cannot read its {scheme}:// URL (a part is missing or misspelt)"
    if KINDS.get(scheme) == "mail":
        return None if plugin.targets else "its url names no mail address"
    if len(plugin) > 1:
        return f"its url names {len(plugin)} receivers (give each a channel of its own: one that fails must not ring the others twice)"
    return None


def _schemes() -> set[str]:
    manager: Any = apprise.manager_plugins.NotificationManager
    return set(manager().schemas())


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was taken. `note`: what is worth saying, "" mostly; `receipt`: the receiver's own id of it, "" when it gives none."""

    note: str = ""
    receipt: str = ""


def send(channel: Channel, message: Message, folder: str, *, allow_private: Sequence[str] = ()) -> Sent:
    """Hands a message to its channel.

    `folder`: relative file: paths count from there. `allow_private`: networks that HTTP receivers may lie in though they are private.
    Raises: DeliveryError, without any secret in it.
    """
    kind = kind_of(channel.url)
    if kind == "console":
        return _print(message)
    if kind == "file":
        return _append(channel, message, folder)
    try:
        return _send_through_apprise(channel, message, kind, AddressPolicy.parse(allow_private))
    except DeliveryError as error:
        raise DeliveryError(
            hide_secrets(str(error), channel.url), permanent=error.permanent, retry_after_s=error.retry_after_s
        ) from None


def hide_secrets(text: str, url: str) -> str:
    """The text without any longer word of a channel's URL: a receiver may repeat its own address in a refusal."""
    for word in _words(url):
        text = text.replace(word, "…")
    return text


def _words(url: str) -> Iterator[str]:
    """What may be secret: all but the scheme and a host that looks like one; the longest first."""
    authority, _, rest = url.partition("://")[2].partition("/")
    user, _, host = authority.rpartition("@")
    raw = re.split(r"[/?&=]", rest) + user.split(":") + ([] if "." in host else host.split(":"))
    words = {form for word in raw for form in (word, unquote(word), *word.split(":"))}
    return (word for word in sorted(words, key=len, reverse=True) if len(word) >= SHORTEST_SECRET)


def _print(message: Message) -> Sent:
    try:
        sys.stdout.write(as_text(message) + "\n")
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        raise DeliveryError(f"the terminal is gone: {error}") from None
    return Sent()


def _append(channel: Channel, message: Message, folder: str) -> Sent:
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
    return Sent()


def as_text(message: Message) -> str:
    """A message on a terminal: a rule, the title, the text."""
    body = message.text if message.body_format == "html" and message.text else message.body
    return f"── {message.title}\n{body}\n" if message.title else f"──\n{body}\n"


def _as_json_line(message: Message) -> str:
    document = json.loads(message.payload) if message.payload else {"title": message.title, "text": message.body}
    return json.dumps({"key": message.key} | document, ensure_ascii=False)


def _send_through_apprise(channel: Channel, message: Message, kind: str, policy: AddressPolicy) -> Sent:
    secret = SECRET.search(channel.url) if kind == "webhook" else None
    plugin = _make_plugin(channel.url)
    if plugin is None:
        raise DeliveryError(f"{channel.slug}: Apprise cannot read its URL", permanent=True)
    word = unquote(secret.group(1)) if secret else ""
    attempt = Attempt(message=message, kind=kind, policy=policy, secret=word, unsubscribe=channel.unsubscribe)
    is_sent = _notify(channel, plugin, attempt)
    if not is_sent and kind == "telegram" and attempt.status == 400 and "entities" in attempt.detail:
        # Telegram cannot read our markup: the words matter more than the bold type.
        plain = json.dumps({"text": message.text or strip_tags(message.body), "parse_mode": None})
        attempt = replace(attempt, message=replace(message, payload=plain), status=0, detail="")
        is_sent = _notify(channel, plugin, attempt)
    if is_sent:
        mail.forget_delivered(message.key)
        return Sent(receipt=attempt.receipt)
    return Sent(note=judge(channel.slug, attempt))


def _make_plugin(url: str) -> Any:
    """Apprise's object for a URL, with our time limits; None when Apprise cannot read it."""
    try:
        plugin = apprise.Apprise.instantiate(SECRET.sub("", url), asset=ASSET, suppress_exceptions=True)
    except Exception:  # a plugin's own bug on an odd URL
        return None
    if plugin is not None:
        plugin.socket_connect_timeout, plugin.socket_read_timeout = CONNECT_S, READ_S
    return plugin


def _notify(channel: Channel, plugin: Any, attempt: Attempt) -> bool:
    """One target per call: only then is a True true of it."""
    message, target = attempt.message, apprise.Apprise()
    target.add(plugin)
    current.attempt = attempt
    try:
        result = target.notify(
            body=message.body or " ", title=message.title, body_format=message.body_format, interpret_escapes=False
        )
    except Exception as error:  # a plugin's own bug must not stop the sender
        raise DeliveryError(f"{channel.slug}: {type(error).__name__} in Apprise") from None
    finally:
        current.attempt = None
    return bool(result)


def judge(slug: str, attempt: Attempt) -> str:
    """What a failed attempt means. Raises: DeliveryError unless some took it and the others never will."""
    if attempt.refused:
        names = ", ".join(f"{address} ({code})" for address, (code, _) in sorted(attempt.refused.items()))
        lasting = all(code >= 500 for code, _ in attempt.refused.values())
        if attempt.accepted and lasting:
            return f"refused for {names}"
        raise DeliveryError(f"{slug}: refused for {names}", permanent=lasting)
    if attempt.status:
        raise DeliveryError(
            f"{slug}: the receiver answered {attempt.status}{attempt.detail}"
            if attempt.detail.startswith(":") or not attempt.detail
            else f"{slug}: {attempt.detail}",
            permanent=attempt.status in PERMANENT_HTTP and attempt.retry_after_s is None,
            retry_after_s=attempt.retry_after_s,
        )
    raise DeliveryError(f"{slug}: {attempt.detail or 'the receiver cannot be reached'}")


def strip_tags(text: str) -> str:
    """The words of our own small HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))

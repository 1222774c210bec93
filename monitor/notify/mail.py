"""Mail as we want it: a stable Message-ID, our own plain part, threads, and the server's codes. Touches the network (SMTP)."""

from __future__ import annotations

import base64
import email
import email.policy
import functools
import json
import smtplib
import socket
import ssl
import threading
import time
import warnings
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any
from urllib.parse import quote

from monitor.model import Message
from monitor.notify.wire import Attempt, current

with warnings.catch_warnings():  # it imports imghdr where Python still has it
    warnings.simplefilter("ignore", DeprecationWarning)
    import apprise.plugins.email.base as email_plugin
    from apprise.plugins.email.smtp import AppriseSMTPController, SMTPSecureMode

DOMAIN = "diplowatch.invalid"  # of our ids, which name no host: RFC 2606
CERTIFICATES_S = 3600.0
KEPT = ("From", "To", "Cc", "Reply-To", "Subject", "Date")

_delivered: dict[str, set[str]] = {}  # message key → addresses that took it, so that a retry skips them
_lock = threading.Lock()


def forget_delivered(key: str) -> None:
    """The message is done: nothing will be tried again."""
    with _lock:
        _delivered.pop(key, None)


def write_mail(apprise_mail: str, message: Message, unsubscribe: str = "") -> bytes:
    """Apprise's mail with our parts and ids; one that Apprise signed or encrypted keeps its parts.

    `unsubscribe`: mail or web address of who takes readers off; "" = the sender's.
    """
    theirs = email.message_from_string(apprise_mail, policy=email.policy.SMTP)
    ours = EmailMessage(policy=email.policy.SMTP)
    if theirs.get_content_type() in ("multipart/signed", "multipart/encrypted"):
        ours = theirs
        del ours["Message-ID"]
    else:
        for name in KEPT:
            if theirs[name]:
                ours[name] = " ".join(str(theirs[name]).split())
        is_html = message.body_format == "html"
        ours.set_content(message.text if is_html else message.body, cte="quoted-printable")
        if is_html:
            ours.add_alternative(message.body, subtype="html", cte="quoted-printable")
            _attach_pictures(ours, message)
    ours["Message-ID"] = f"<{message.key}@{DOMAIN}>"
    if message.thread:
        ours["In-Reply-To"] = ours["References"] = f"<{message.thread}@{DOMAIN}>"
    if json.loads(message.payload or "{}").get("importance") == "high":
        ours["Importance"] = "high"
    ours["List-Unsubscribe"] = _say_unsubscribe(unsubscribe or _sender_of(ours))
    ours["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    ours["X-Diplowatch-Key"] = message.key
    return ours.as_bytes()


def _attach_pictures(mail: EmailMessage, message: Message) -> None:
    """Beside the HTML part that shows them. Source: RFC 2392."""
    parts = mail.get_payload()
    html = parts[-1] if isinstance(parts, list) else None
    for picture in json.loads(message.payload or "{}").get("pictures", ()):
        if isinstance(html, EmailMessage):
            png = base64.b64decode(picture["png"])
            html.add_related(
                png, "image", "png", cid=f"<{picture['id']}>", filename=picture["name"], disposition="inline"
            )


def _say_unsubscribe(address: str) -> str:
    """The header's value. Source: RFC 2369, 3.2."""
    return f"<{address}>" if "://" in address else f"<mailto:{quote(address, safe='@+.')}?subject=unsubscribe>"


def _sender_of(mail: EmailMessage) -> str:
    return parseaddr(str(mail["From"] or ""))[1]


@functools.lru_cache(maxsize=4)
def _make_context(is_verified: bool, hour: int) -> ssl.SSLContext:  # noqa: ARG001 (a new hour reads them anew)
    context = ssl.create_default_context()
    if not is_verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@functools.cache
def _own_name() -> str:
    """What smtplib would look up for each mail; a name server that is away would cost seconds each time."""
    return socket.getfqdn()


class _Controller(AppriseSMTPController):
    """Keeps the server's codes, skips recipients that have the mail already, reads certificates once an hour and not for each mail."""

    def __enter__(self) -> Any:
        try:
            self._connect()
            return self
        except smtplib.SMTPResponseException as error:
            attempt = current.attempt
            if attempt is not None:
                attempt.detail = f"the mail server says {error.smtp_code}"
                if isinstance(error, smtplib.SMTPAuthenticationError):
                    attempt.detail += " (user or password)"
            raise
        except (OSError, smtplib.SMTPException) as error:
            if current.attempt is not None:
                reason = getattr(error, "strerror", None) or type(error).__name__
                current.attempt.detail = f"the mail server cannot be reached ({reason})"
            raise

    def _connect(self) -> None:
        """As Apprise does, but for the certificates: reading them takes 46 ms of the 84 ms that a mail does, and holds up all threads."""
        options: dict[str, Any] = {"local_hostname": _own_name(), "timeout": self.socket_connect_timeout}
        if self.secure_mode == SMTPSecureMode.SSL:
            session: Any = smtplib.SMTP_SSL(self.host, self.port, context=self._context(), **options)
        else:
            session = smtplib.SMTP(self.host, self.port, **options)
        try:
            if self.secure_mode == SMTPSecureMode.STARTTLS:
                session.starttls(context=self._context())
            if self.user and self.password:
                session.login(self.user, self.password)
        except (OSError, smtplib.SMTPException):
            session.close()
            raise
        self._socket = session

    def _context(self) -> ssl.SSLContext:
        return _make_context(self.verify_certificate, int(time.monotonic() // CERTIFICATES_S))

    def sendmail(self, from_addr: str, to_addrs: list[str], message: str) -> bool:
        attempt = current.attempt
        if attempt is None:
            return bool(super().sendmail(from_addr, to_addrs, message))
        with _lock:
            done = set(_delivered.get(attempt.message.key, ()))
        recipients = [address for address in to_addrs if address not in done]
        if not recipients:
            return True
        mail = write_mail(message, attempt.message, attempt.unsubscribe)
        refused = self._submit(from_addr, recipients, mail, attempt)
        if refused is None:
            return False
        attempt.refused |= {address: (code, str(text)) for address, (code, text) in refused.items()}
        taken = set(recipients) - set(refused)
        attempt.accepted += len(taken)
        with _lock:
            _delivered.setdefault(attempt.message.key, set()).update(taken)
        return not refused

    def _submit(
        self, from_addr: str, recipients: list[str], mail: bytes, attempt: Attempt
    ) -> dict[str, tuple[int, bytes]] | None:
        """The refused addresses with their codes; None when the connection broke."""
        session: Any = self._socket
        try:
            refused: dict[str, tuple[int, bytes]] = session.sendmail(from_addr, recipients, mail)
        except smtplib.SMTPRecipientsRefused as error:
            # Nobody got it: a 421 half-way names only the one at which the server went away.
            return {address: error.recipients.get(address, (421, b"")) for address in recipients}
        except smtplib.SMTPResponseException as error:
            return dict.fromkeys(recipients, (error.smtp_code, b""))
        except (OSError, smtplib.SMTPException) as error:
            attempt.detail = f"the mail server broke off ({type(error).__name__})"
            return None
        return refused


email_plugin.AppriseSMTPController = _Controller  # type: ignore[attr-defined]

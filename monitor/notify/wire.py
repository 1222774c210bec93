"""What an attempt met on the wire: status codes, waits and refusals, which Apprise does not tell. Touches the network.

Apprise posts with `requests`. Our adapter takes the place of requests' own for the time of an attempt: it sees the answer, writes our document
in place of Apprise's, signs it, and dials only addresses that the policy allows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from monitor.addresses import AddressPolicy
from monitor.model import Message
from monitor.notify.documents import read_hidden_refusal, read_receipt, read_refusal, write_document

MOST_ANSWER = 65536  # bytes of an answer that are read


@dataclass(slots=True)
class Attempt:
    """One attempt to hand over one message, and what became of it."""

    message: Message
    kind: str  # of the channel, as kind_of says
    policy: AddressPolicy
    secret: str = ""  # signs a webhook
    unsubscribe: str = ""  # of mails: the channel's address for it
    status: int = 0  # of a refusal; 0 = none
    retry_after_s: float | None = None
    detail: str = ""
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)  # mail address → code and the server's words
    accepted: int = 0  # mail addresses that took it
    carries: bool = False  # the call under way is the one with the message in it
    receipt: str = ""  # the receiver's own id of what it took


class _Current(threading.local):
    attempt: Attempt | None = None


current = _Current()  # of this thread: Apprise sends in the thread that calls it when it has one target


class _Adapter(requests.adapters.HTTPAdapter):
    """Requests' own adapter outside of an attempt."""

    def init_poolmanager(self, *words: Any, **options: Any) -> None:
        super().init_poolmanager(*words, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    def send(self, request: Any, *words: Any, **options: Any) -> Any:
        attempt = current.attempt
        if attempt is None:
            return super().send(request, *words, **options)
        _write_document(request, attempt)
        if options.get("proxies"):
            _check_before_proxy(request.url, attempt.policy)
        try:
            response = super().send(request, *words, **options)
        except requests.RequestException as error:
            attempt.detail = attempt.detail or f"the receiver cannot be reached ({type(error).__name__})"
            raise
        _read_answer(response, attempt)
        return response


def _write_document(request: Any, attempt: Attempt) -> None:
    """Our document in place of Apprise's, signed when there is a secret."""
    written = write_document(attempt.kind, attempt.message, request.method, request.url, request.body)
    attempt.carries = written is not None
    if written is None:
        return
    url, document = written
    body = json.dumps(document, ensure_ascii=False).encode()
    request.url, request.body = url, body
    request.headers["Content-Length"] = str(len(body))
    request.headers["Content-Type"] = "application/json; charset=utf-8"
    request.headers["Idempotency-Key"] = attempt.message.key
    if attempt.secret:
        signature = hmac.new(attempt.secret.encode(), body, hashlib.sha256).hexdigest()
        request.headers["X-Diplowatch-Signature"] = f"sha256={signature}"


def _read_answer(response: Any, attempt: Attempt) -> None:
    """What the receiver says. Raises: RequestException on 429, since plugins would wait and try again by themselves."""
    content = response.content[:MOST_ANSWER]
    hidden = read_hidden_refusal(attempt.kind, content)
    if hidden is not None:
        attempt.status, attempt.detail = hidden
    elif 200 <= response.status_code < 300:
        attempt.status, attempt.retry_after_s, attempt.detail = 0, None, ""
        if attempt.carries:
            attempt.receipt = read_receipt(attempt.kind, content)
    else:
        attempt.status = response.status_code
        attempt.retry_after_s, attempt.detail = read_refusal(response.headers, content)
    if response.status_code == 429:
        raise requests.exceptions.ConnectionError("429")


def _refuse(address: str, attempt: Attempt, policy: AddressPolicy) -> None:
    problem = policy.find_refusal(address)
    if problem:
        attempt.detail = problem
        attempt.status = 403
        raise requests.exceptions.ConnectionError(problem)


def _check_before_proxy(url: str, policy: AddressPolicy) -> None:
    """A proxy dials for us, so that we can only look at where the name leads from here."""
    attempt, host = current.attempt, urlsplit(url).hostname or ""
    if attempt is None:
        return
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return  # only the proxy knows the name
    for *_, where in found:
        _refuse(str(where[0]), attempt, policy)


class _Dial:
    """Resolves once, refuses what the policy does, dials exactly the addresses that it looked at."""

    host: str
    port: int
    timeout: Any
    source_address: Any
    socket_options: Any
    _dns_host: str

    def _new_conn(self) -> socket.socket:
        attempt = current.attempt
        if attempt is None:
            return super()._new_conn()  # type: ignore[misc,no-any-return]
        problem: OSError | None = None
        for *_, where in socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM):
            _refuse(str(where[0]), attempt, attempt.policy)
            try:
                return create_connection(
                    (str(where[0]), self.port),
                    self.timeout,
                    source_address=self.source_address,
                    socket_options=self.socket_options,
                )
            except OSError as error:
                problem = error
        raise requests.exceptions.ConnectionError(str(problem))


class _HTTPConnection(_Dial, HTTPConnection):
    pass


class _HTTPSConnection(_Dial, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


requests.sessions.HTTPAdapter = _Adapter  # type: ignore[attr-defined]  # each Session mounts it anew

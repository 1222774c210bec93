"""Real receivers on loopback: SMTP by aiosmtpd, HTTP in the shapes of webhooks, Telegram and Slack. Each keeps what it accepted."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """An SMTP server. `say` maps a recipient or "*" to a refusal of RCPT; `on_data` answers DATA ("" accepts)."""

    say: dict[str, str] = field(default_factory=dict)
    on_data: Callable[[], str] = lambda: ""
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    attempts: int = 0  # mails that were handed over, taken or not
    peers: set[Any] = field(default_factory=set)  # connections that came as far as a sender

    def start(self) -> Mailbox:
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()
        return self

    def start_on(self, port: int) -> Mailbox:
        """Starts again where senders know it."""
        self._controller = Controller(self, hostname="127.0.0.1", port=port)
        self._controller.start()
        return self

    @property
    def port(self) -> int:
        return int(self._controller.server.sockets[0].getsockname()[1])

    def url(self, *names: str) -> str:
        to = ",".join(f"{name}@desk.test" for name in names or ("reader",))
        return f"mailto://127.0.0.1:{self.port}/?from=watch@desk.test&to={to}&mode=insecure"

    def stop(self) -> None:
        self._controller.stop()

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.peers.add(session.peer)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        refusal = self.say.get(address) or self.say.get("*")
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.attempts += 1
        answer = self.on_data()
        if answer:
            return answer
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


@dataclass(frozen=True)
class Post:
    """One request that the hook accepted or refused."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class Hook:
    """An HTTP server. `answers` are used up in turn: (status, headers, document); then every request is accepted."""

    answers: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    always: tuple[int, dict[str, str], Any] | None = None
    posts: list[Post] = field(default_factory=list)
    refused: list[Post] = field(default_factory=list)
    host: str = "127.0.0.1"

    def start(self) -> Hook:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                post = Post(self.path, dict(self.headers), body, time.monotonic())
                status, headers, document = hook._answer()
                (hook.posts if status < 300 else hook.refused).append(post)
                content = document.encode() if isinstance(document, str) else json.dumps(document).encode()
                self.send_response(status)
                for name, value in (headers | {"Content-Length": str(len(content))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST

            def log_message(self, *words: Any) -> None:
                pass

        self._server = ThreadingHTTPServer((self.host, 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def _answer(self) -> tuple[int, dict[str, str], Any]:
        if self.answers:
            return self.answers.pop(0)
        return self.always or (200, {}, {"ok": True, "result": {"message_id": 1, "chat": {"id": 1}}})

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def url(self, rest: str = "hook") -> str:
        return f"json://{self.host}:{self.port}/{rest}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def free_port() -> int:
    """A port that nobody listens on now: aiosmtpd knocks at the very number that it was given, so 0 will not do."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

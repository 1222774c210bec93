"""Who may see the desk: signed visitor cookies, log-ins, form tokens, and the limit on guesses. In memory: a restart ends them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from collections import deque
from datetime import datetime, timedelta

from monitor.web.password import check_password

COOKIE = "diplowatch"
LASTS = timedelta(hours=12)  # a working day; a guess
GUESSES, WITHIN = 5, timedelta(minutes=1)  # of one address; OWASP ASVS 2.2.1 asks for under 100 an hour an account
GUESSES_OF_ALL = 60  # of all addresses together in that time
MOST_SESSIONS = 1000


class Sessions:
    """Visitors of one desk. `secret_hash` "" = no password is needed; `reader_hash`: of the password that only lets one read."""

    def __init__(self, secret_hash: str = "", reader_hash: str = "") -> None:
        self.secret_hash, self.reader_hash = secret_hash, reader_hash
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._until: dict[str, datetime] = {}
        self._guesses: dict[str, deque[datetime]] = {}
        self._basic: set[bytes] = set()
        self._readers: set[str] = set()  # visitors who may not change anything

    def make_visitor(self) -> tuple[str, str]:
        """A new visitor's id, and the cookie that proves it."""
        visitor = secrets.token_urlsafe(18)
        return visitor, f"{visitor}.{self._sign('visitor', visitor)}"

    def read_visitor(self, cookie: str) -> str:
        """The visitor that a cookie of ours names; "" for any other."""
        visitor, _, signature = cookie.rpartition(".")
        return visitor if visitor and hmac.compare_digest(signature, self._sign("visitor", visitor)) else ""

    def make_token(self, visitor: str) -> str:
        """What a form of this visitor must bring back."""
        return self._sign("form", visitor)

    def is_token(self, visitor: str, token: str) -> bool:
        return bool(visitor) and hmac.compare_digest(token.encode(), self._sign("form", visitor).encode())

    def is_in(self, visitor: str, now: datetime) -> bool:
        """Is this visitor logged in, or is no password needed?"""
        return not self.secret_hash or self._until.get(visitor, now) > now

    def log_in(self, password: str, address: str, now: datetime) -> str:
        """A new visitor's cookie when the password is right, else "". Guess by guess an address is made to wait."""
        if not self._may_guess(address, now):
            return ""
        is_editor = check_password(password, self.secret_hash)
        if not is_editor and not self._is_reader(password):
            return ""
        visitor, cookie = self.make_visitor()
        with self._lock:
            if len(self._until) >= MOST_SESSIONS:
                self._until = {key: until for key, until in self._until.items() if until > now}
                self._readers &= self._until.keys()
            self._until[visitor] = now + LASTS
            if not is_editor:
                self._readers.add(visitor)
            self._guesses.pop(address, None)
        return cookie

    def may_change(self, visitor: str) -> bool:
        """False for who came with the password of readers."""
        return visitor not in self._readers

    def log_out(self, visitor: str) -> None:
        with self._lock:
            self._until.pop(visitor, None)
            self._readers.discard(visitor)

    def _is_reader(self, password: str) -> bool:
        return bool(self.reader_hash) and check_password(password, self.reader_hash)

    def is_basic(self, header: str, address: str, now: datetime) -> bool:
        """Does an Authorization header carry the password? For feed readers and scripts; any user name."""
        digest = hashlib.sha256(self._key + header.encode()).digest()
        if digest in self._basic:
            return True
        kind, _, text = header.partition(" ")
        if kind.lower() != "basic" or not self._may_guess(address, now):
            return False
        try:
            _, _, password = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        if not (check_password(password, self.secret_hash) or self._is_reader(password)):
            return False
        with self._lock:
            if len(self._basic) < MOST_SESSIONS:
                self._basic.add(digest)
        return True

    def has_to_wait(self, address: str, now: datetime) -> bool:
        """Has this address, or have all together, guessed too often?"""
        with self._lock:
            return len(self._recent(address, now)) >= GUESSES or len(self._recent("", now)) >= GUESSES_OF_ALL

    def _may_guess(self, address: str, now: datetime) -> bool:
        if self.has_to_wait(address, now):
            return False
        with self._lock:
            if len(self._guesses) >= MOST_SESSIONS:
                self._guesses = {"": self._recent("", now)}
            self._recent(address, now).append(now)
            self._recent("", now).append(now)
        return True

    def _recent(self, address: str, now: datetime) -> deque[datetime]:
        guesses = self._guesses.setdefault(address, deque())
        while guesses and now - guesses[0] > WITHIN:
            guesses.popleft()
        return guesses

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()[:40]

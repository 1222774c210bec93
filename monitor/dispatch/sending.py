"""Claims what is due, sends it, a few at once, records what became of it. Touches store and channels."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from monitor import notify
from monitor.alerts import retry_at
from monitor.dispatch.watching import find_owner
from monitor.errors import DeliveryError, StoreAway, StoreError
from monitor.failpoints import pass_failpoint
from monitor.model import Channel, Config, Message
from monitor.store import Store, outbox, posted, sending

log = logging.getLogger(__name__)

SENDERS = 4  # messages under way at once; also the bound on duplicates after a crash
LEASE_S = 90.0  # longer than an attempt takes; a longer one is fenced
RECORD_S, RECORD_AGAIN_S = (
    60.0,
    1.0,
)  # how long an outcome waits for a database that is away: within the lease; and between two tries
MOST_ATTEMPTS = 200  # about two days at one attempt a quarter of an hour, then a dead letter
# Seconds between two messages to one receiver. Source: core.telegram.org/bots/faq (1 a second in a chat, 20 a minute in a group),
# docs.slack.dev/apis/web-api/rate-limits (1 a second).
TELEGRAM_CHAT_S, TELEGRAM_GROUP_S, SLACK_S = 1.05, 3.05, 1.05


class Sending:
    """Sends for one configuration."""

    def __init__(self, store: Store, config: Config, rng: random.Random) -> None:
        self.store, self.rng = store, rng
        self.owner = f"sender-{os.getpid()}"
        self._busy: set[str] = set()  # channels with a message under way
        self._free_at: dict[str, datetime] = {}  # channels that must be left alone until then
        self._changed = threading.Condition()
        self.adopt(config)

    def adopt(self, config: Config) -> None:
        """Makes this configuration the one in force; what is under way ends as it began."""
        self.config = config
        self.channels: dict[str, Channel] = {channel.slug: channel for channel in config.channels}

    def start_due(self, now: Callable[[], datetime]) -> int:
        """Starts a thread for each message that is due, as far as there is room; returns how many."""
        moment = now()
        with self._changed:
            room = SENDERS - len(self._busy)
            skip = self._busy | {slug for slug, free_at in self._free_at.items() if free_at > moment}
        if room <= 0:
            return 0
        rows = sending.claim_messages(self.store, self.owner, moment, lease_s=LEASE_S, limit=room, skip=skip)
        for row in rows:
            with self._changed:
                self._busy.add(row.channel)
            # Not a pool: its threads would keep a process that is to end waiting for a receiver that hangs.
            threading.Thread(target=self._work, args=(row, now), name=f"send-{row.channel}", daemon=True).start()
        return len(rows)

    def wait_for_change(self, timeout_s: float) -> None:
        """Returns when an attempt has ended, or after so long."""
        with self._changed:
            self._changed.wait(timeout_s)

    def wait_until_idle(self, timeout_s: float | None) -> bool:
        """Returns when nothing is under way; False when that took longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy, timeout_s)

    def _work(self, row: Any, now: Callable[[], datetime]) -> None:
        try:
            self._send(row, now)
        except StoreError as error:
            log.error("message %d: its outcome cannot be written: %s", row.id, error)  # its lease will end
        except Exception:
            log.exception("message %d", row.id)
        finally:
            with self._changed:
                self._busy.discard(row.channel)
                pause_s = find_pace(self.channels.get(row.channel))
                if pause_s:
                    self._free_at[row.channel] = now() + timedelta(seconds=pause_s)
                self._changed.notify_all()

    def _send(self, row: Any, now: Callable[[], datetime]) -> None:
        channel = self.channels.get(row.channel)
        if channel is None:
            self._record(row, state="dead", now=now(), detail="the channel is no longer configured")
            return
        message = Message(
            key=row.key, title=row.title, body=row.body, body_format=row.body_format, text=row.text,
            thread=row.thread, reply_to=self._find_first(row), payload=row.payload, part=row.part, parts=row.parts,
        )  # fmt: skip
        pass_failpoint("before-send")
        try:
            sent = notify.send(channel, message, self.config.folder, allow_private=self.config.settings.allow_private)
        except DeliveryError as error:
            self._record_failure(row, error, now())
            return
        pass_failpoint("after-send")
        self._record(row, state="sent", now=now(), detail=sent.note, receipt=sent.receipt)
        if sent.note:
            log.warning("%s: message %d: %s", row.channel, row.id, sent.note)
            title = f"{row.channel} takes messages only in part"
            self._owe_notice(row, f"partly-{row.channel}-{now():%Y%m%d}", title, sent.note, now())
        pass_failpoint("recorded")

    def _record(self, row: Any, **outcome: Any) -> bool:
        """Writes what became of an attempt; a database that is away for a moment must not make a sent message due again."""
        end = time.monotonic() + RECORD_S
        while True:
            try:
                return sending.record(self.store, row, **outcome)
            except StoreAway as error:
                if time.monotonic() > end:
                    raise
                log.warning("message %d: its outcome waits: %s", row.id, error)
                time.sleep(RECORD_AGAIN_S)

    def _find_first(self, row: Any) -> str:
        """What the receiver calls the first message of the story, for a follow-up."""
        if not row.thread or row.thread == row.key:
            return ""
        with self.store.read() as connection:
            return posted.find_receipt(connection, row.thread)

    def _record_failure(self, row: Any, error: DeliveryError, now: datetime) -> None:
        if error.permanent or row.attempts >= MOST_ATTEMPTS:
            if self._record(row, state="dead", now=now, detail=str(error)):
                log.error("%s: message %d is a dead letter: %s", row.channel, row.id, error)
                text = (
                    f"{error}\n“{row.title or row.body[:80]}” was not delivered.\n"
                    f"When it is mended: diplowatch deliveries retry {row.id}"
                )
                title = f"{row.channel} does not take messages"
                self._owe_notice(row, f"dead-{row.channel}-{now:%Y%m%d%H}", title, text, now)
            return
        next_at = retry_at(row.attempts, now, retry_after_s=error.retry_after_s, rng=self.rng)
        self._record(row, state="failed", now=now, detail=str(error), next_at=next_at)
        log.warning("%s: message %d: %s; again at %s UTC", row.channel, row.id, error, f"{next_at:%H:%M:%S}")

    def _owe_notice(self, row: Any, key: str, title: str, text: str, now: datetime) -> None:
        """Says it on another channel: the owner's, else any other one; once a key, so that a storm is one notice."""
        others = find_owner(self.config, besides=row.channel)
        if row.kind == "notice" or not others:
            return
        with self.store.write() as connection:
            outbox.owe_notice(connection, key, title=f"diplowatch: {title}", text=text, channels=others, now=now)


def find_pace(channel: Channel | None) -> float:
    """Seconds between two messages to a receiver: as configured, else what its service asks for; 0 when it asks for none."""
    if channel is None:
        return 0.0
    if channel.pace_s is not None:
        return channel.pace_s
    kind = notify.kind_of(channel.url)
    if kind == "telegram":
        is_group = any(word.startswith("-") for word in channel.url.split("?")[0].split("/")[3:])
        return TELEGRAM_GROUP_S if is_group else TELEGRAM_CHAT_S
    return SLACK_S if kind == "slack" else 0.0

"""An SMTP server that is down for two hours of virtual time, in five ways, and one bad recipient of three. Real SMTP on loopback."""

from __future__ import annotations

import contextlib
import random
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import delivery_world as world
from receivers import Mailbox

from monitor.dispatch import Dispatch
from monitor.model import Channel, Config, Outlet, Person, Settings, Watchlist
from monitor.notify import door
from monitor.store import Store, open_store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WAYS = ("451", "421", "421 half-way", "refused", "hang")
MOST_ATTEMPTS = 30  # of one channel in two hours: more would be a storm
READERS = "a@desk.test,b@desk.test,c@desk.test"
Found = tuple[str, float, str, str, bool]


def measure(mails: int, step_s: float) -> list[Found]:
    """Rows (measure, value, unit, bound, holds). `step_s`: how often the sender looks, in virtual seconds."""
    connect_s, door.CONNECT_S = door.CONNECT_S, 0.15  # a server that hangs costs real time
    try:
        return [found for way in WAYS for found in measure_way(way, mails, step_s)] + measure_bad_recipient(
            mails, step_s
        )
    finally:
        door.CONNECT_S = connect_s


def measure_way(way: str, mails: int, step_s: float) -> list[Found]:
    """Everything is owed while the server is down; afterwards it must come in order, once to each reader."""
    with desk(mails) as (mailbox, store, dispatch):
        with down(mailbox, way) as count:
            play(dispatch, NOON, timedelta(hours=2), step_s)
            attempts = count()
        play(dispatch, NOON + timedelta(hours=2), timedelta(minutes=25), step_s)
        titles = [
            mail["Subject"] for mail, to in zip(mailbox.mails, mailbox.recipients, strict=True) if "a@desk.test" in to
        ]
        sent = world.count_sent(store)
    readers = {name: sum(name in to for to in mailbox.recipients) for name in READERS.split(",")}
    holds = titles == [f"Torvik visits town {number}" for number in range(mails)] and set(readers.values()) == {mails}
    return [
        (f"SMTP down two hours ({way}): mails afterwards, in order, once to each of three", len(titles), "mails", f"{mails}", holds and sent == mails),
        (f"the same ({way}): connections while down", attempts, "connections", f"≤ {MOST_ATTEMPTS}", attempts <= MOST_ATTEMPTS),
    ]  # fmt: skip


def measure_bad_recipient(mails: int, step_s: float) -> list[Found]:
    """One of three is refused for good: the two others get each mail once, and a notice says it."""
    with desk(mails) as (mailbox, _, dispatch):
        mailbox.say = {"b@desk.test": "550 5.1.1 no such user"}
        play(dispatch, NOON, timedelta(minutes=5), step_s)
        notice = (Path(dispatch.config.folder) / "out.txt").read_text(encoding="utf-8")
    readers = {name: sum(name in to for to in mailbox.recipients) for name in READERS.split(",")}
    holds = readers == {"a@desk.test": mails, "b@desk.test": 0, "c@desk.test": mails}
    return [
        ("one bad recipient of three: mails that the two others got", sum(readers.values()), "mails", f"{2 * mails}", holds),
        ("the same: notices that name it", notice.count("b@desk.test (550)"), "notices", "1", notice.count("b@desk.test (550)") == 1),
    ]  # fmt: skip


@contextlib.contextmanager
def desk(mails: int) -> Iterator[tuple[Mailbox, Store, Dispatch]]:
    """A mailbox, and a sender that owes so many alerts to three readers."""
    mailbox = Mailbox().start()
    with tempfile.TemporaryDirectory() as name:
        url = f"mailto://127.0.0.1:{mailbox.port}/?from=watch@desk.test&to={READERS}&mode=insecure"
        config = Config(
            folder=name,
            version="1",
            outlets=(Outlet(slug="gazette", name="The Gazette", home="https://gazette.test/"),),
            people=(Person(slug="ilan-torvik", name="Ilan Torvik"),),
            watchlists=(Watchlist(slug="north", name="The north", match="ilan-torvik", instant=("mail",)),),
            channels=(
                Channel(slug="mail", url=url, per_minute=10**6, per_hour=10**6),
                Channel(slug="log", url="file:out.txt"),
            ),
            settings=Settings(allow_private=("127.0.0.0/8",), owner_channel="log"),
        )
        store = open_store(f"sqlite:///{name}/d.db")
        for number in range(mails):
            world.tell_story(store, number, NOON, channels=("mail",))
        yield mailbox, store, Dispatch(store, config, random.Random(1))
        store.close()
    mailbox.stop()


@contextlib.contextmanager
def down(mailbox: Mailbox, way: str) -> Iterator[Callable[[], int]]:
    """Puts the server down; yields what counts the connections that it saw (none where it refuses them)."""
    port, started = mailbox.port, len(mailbox.peers)
    if way == "421 half-way":
        mailbox.say = {"b@desk.test": "421 4.3.2 shutting down"}
    elif way in ("451", "421"):
        mailbox.on_data = lambda: f"{way} 4.3.0 later"
    else:
        mailbox.stop()
        with hanging(port) if way == "hang" else contextlib.nullcontext(lambda: 0) as count:
            yield count
        mailbox.start_on(port)
        return
    yield lambda: len(mailbox.peers) - started
    mailbox.say, mailbox.on_data = {}, lambda: ""


@contextlib.contextmanager
def hanging(port: int) -> Iterator[Callable[[], int]]:
    """A server that takes connections and never says a word."""
    listener = socket.create_server(("127.0.0.1", port), backlog=200)
    listener.setblocking(False)
    taken: list[socket.socket] = []

    def count() -> int:
        with contextlib.suppress(BlockingIOError):
            while True:
                taken.append(listener.accept()[0])
        return len(taken)

    yield count
    for one in (*taken, listener):
        one.close()


def play(dispatch: Dispatch, start: datetime, span: timedelta, step_s: float) -> None:
    """Lets virtual time pass."""
    now = start
    while now < start + span:
        while dispatch.render_owed(now) + dispatch.send_due(now):
            pass
        now += timedelta(seconds=step_s)

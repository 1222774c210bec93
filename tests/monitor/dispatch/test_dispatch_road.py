"""ROAD 2 end to end: owed, rendered, sent to real receivers, recorded."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from newsroom import NOON, drain, make_config, states, tell_story
from receivers import Hook, Mailbox

from monitor.dispatch import Dispatch
from monitor.model import Channel, Config, Settings
from monitor.notify import door
from monitor.store import Store, links, outbox, schema, sending


def play(dispatch: Dispatch, start: datetime, hours: float, step_s: float = 5) -> datetime:
    """Lets virtual time pass."""
    now, end = start, start + timedelta(hours=hours)
    while now < end:
        drain(dispatch, now)
        now += timedelta(seconds=step_s)
    return now


@contextmanager
def down(mailbox: Mailbox, way: str) -> Iterator[Callable[[], int]]:
    """An SMTP server that is down in one way; yields what counts the connections that it saw."""
    port, listener = mailbox.port, None
    if way == "421 half-way":
        mailbox.say = {"b@desk.test": "421 4.3.2 shutting down"}
    elif way in ("451", "421"):
        mailbox.on_data = lambda: f"{way} 4.3.0 later"
    else:
        mailbox.stop()
        listener = socket.create_server(("127.0.0.1", port), backlog=200) if way == "hang" else None
    yield lambda: len(mailbox.peers)
    if listener is not None:
        listener.close()
    if way in ("hang", "refused"):
        mailbox.start_on(port)
    mailbox.say, mailbox.on_data = {}, lambda: ""


def make(store: Store, config: Config) -> Dispatch:
    return Dispatch(store, config, random.Random(1))


def test_an_alert_reaches_every_channel_once(store: Store, mailbox: Mailbox, hook: Hook, tmp_path: Path) -> None:
    channels = (
        Channel(slug="mail", url=mailbox.url()),
        Channel(slug="hook", url=hook.url()),
        Channel(slug="log", url="file:out.jsonl"),
    )
    dispatch = make(store, make_config(str(tmp_path), channels))
    tell_story(store, 1, NOON, channels=("mail", "hook", "log"))

    drain(dispatch, NOON)
    drain(dispatch, NOON + timedelta(hours=1))

    assert states(store) == {"sent": 3}
    assert [mail["Subject"] for mail in mailbox.mails] == ["Torvik visits town 1"]
    (post,) = hook.posts
    assert post.document["story"]["matched"][0]["name"] == "Ilan Torvik"
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_a_mail_carries_both_parts_and_a_stable_id(store: Store, mailbox: Mailbox, tmp_path: Path) -> None:
    dispatch = make(store, make_config(str(tmp_path), [Channel(slug="mail", url=mailbox.url())]))
    tell_story(store, 1, NOON, channels=("mail",))

    drain(dispatch, NOON)

    (mail,) = mailbox.mails
    text = mail.get_body(("plain",)).get_content()
    assert "Ilan Torvik came to town 1" in text and "https://gazette.test/1" in text and "UTC" in text
    assert "<b>Ilan Torvik</b>" in mail.get_body(("html",)).get_content()
    assert mail["Message-ID"].endswith("-a1-mail@diplowatch.invalid>")
    assert mail["List-Unsubscribe"] == "<mailto:watch@desk.test?subject=unsubscribe>"


@pytest.mark.parametrize("way", ["451", "421", "421 half-way", "refused", "hang"])
def test_mail_that_was_down_for_two_hours_gets_all_in_order_without_a_storm(
    sqlite_store: Store, mailbox: Mailbox, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = ("a", "b", "c")
    channels = [Channel(slug="mail", url=mailbox.url(*readers), per_minute=100)]
    dispatch = make(sqlite_store, make_config(str(tmp_path), channels))
    for number in range(12):
        tell_story(sqlite_store, number, NOON + timedelta(minutes=number), channels=("mail",))

    with down(mailbox, way) as count, monkeypatch.context() as patched:
        patched.setattr(door, "CONNECT_S", 0.2)  # a server that hangs costs real time
        now = play(dispatch, NOON + timedelta(minutes=12), hours=2, step_s=60)
        attempts = count()
    play(dispatch, now, hours=0.4, step_s=60)

    assert attempts <= 20
    for name in readers:
        got = [
            mail["Subject"]
            for mail, to in zip(mailbox.mails, mailbox.recipients, strict=True)
            if to == [f"{name}@desk.test"]
        ]
        assert got == [f"Torvik visits town {number}" for number in range(12)]
    assert states(sqlite_store) == {"sent": 12}


def test_a_bad_recipient_among_three_is_said_and_the_others_get_their_mail(
    sqlite_store: Store, mailbox: Mailbox, tmp_path: Path
) -> None:
    mailbox.say = {"gone@desk.test": "550 5.1.1 no such user"}
    channels = [Channel(slug="mail", url=mailbox.url("a", "gone", "b")), Channel(slug="log", url="file:out.txt")]
    dispatch = make(sqlite_store, make_config(str(tmp_path), channels))
    tell_story(sqlite_store, 1, NOON, channels=("mail",))

    drain(dispatch, NOON)

    assert sorted(mailbox.recipients) == [["a@desk.test"], ["b@desk.test"]]
    assert "gone@desk.test (550)" in (tmp_path / "out.txt").read_text(encoding="utf-8")


def test_a_dead_letter_makes_a_notice_on_another_channel_and_can_be_sent_again(
    store: Store, hook: Hook, tmp_path: Path
) -> None:
    hook.always = (410, {}, {})
    channels = [Channel(slug="hook", url=hook.url()), Channel(slug="log", url="file:out.txt")]
    dispatch = make(store, make_config(str(tmp_path), channels))
    for number in range(5):
        tell_story(store, number, NOON, channels=("hook",))
    drain(dispatch, NOON)
    assert states(store) == {"dead": 5, "sent": 1}
    assert (tmp_path / "out.txt").read_text(encoding="utf-8").count("hook does not take messages") == 1

    hook.always = None
    (dead, *_) = [row for row in outbox.list_deliveries(store, state="dead")]
    assert outbox.retry(store, dead["id"], NOON)
    drain(dispatch, NOON)
    assert len(hook.posts) == 1

    assert outbox.retry_dead(store, "hook", NOON) == 4
    drain(dispatch, NOON)
    assert len(hook.posts) == 5


def test_retry_after_is_obeyed(sqlite_store: Store, hook: Hook, tmp_path: Path) -> None:
    hook.answers = [(429, {"Retry-After": "3600"}, {})]
    dispatch = make(sqlite_store, make_config(str(tmp_path), [Channel(slug="hook", url=hook.url())]))
    tell_story(sqlite_store, 1, NOON, channels=("hook",))

    play(dispatch, NOON, hours=0.98, step_s=60)
    assert hook.posts == [] and len(hook.refused) == 1
    play(dispatch, NOON + timedelta(hours=1, seconds=2), hours=0.01)

    assert len(hook.posts) == 1


def test_a_webhook_on_a_private_address_is_refused_before_it_is_dialled(
    sqlite_store: Store, hook: Hook, tmp_path: Path
) -> None:
    config = make_config(str(tmp_path), [Channel(slug="hook", url=hook.url())], settings=Settings())
    dispatch = make(sqlite_store, config)
    tell_story(sqlite_store, 1, NOON, channels=("hook",))

    drain(dispatch, NOON)

    assert hook.posts + hook.refused == []
    assert states(sqlite_store) == {"dead": 1}


def test_a_digest_is_sent_once_a_window_and_says_when_it_is_empty(
    store: Store, mailbox: Mailbox, tmp_path: Path
) -> None:
    dispatch = make(store, make_config(str(tmp_path), [Channel(slug="mail", url=mailbox.url())]))
    dispatch.owe_windows(NOON)
    tell_story(store, 1, NOON + timedelta(hours=1), channels=())
    for hours in (20, 20.01, 44):
        dispatch.owe_windows(NOON + timedelta(hours=hours))
        drain(dispatch, NOON + timedelta(hours=hours))

    first, second = (mail.get_body(("plain",)).get_content() for mail in mailbox.mails)
    assert "1 story;" in first and "Torvik visits town 1" in first
    assert second.startswith("0 stories; 0 of 0 outlets healthy")


def test_a_digest_by_mail_shows_the_week_in_a_picture_that_lies_beside_its_html(
    sqlite_store: Store, mailbox: Mailbox, tmp_path: Path
) -> None:
    channel = Channel(slug="mail", url=mailbox.url(), unsubscribe="https://desk.test/leave")
    dispatch = make(sqlite_store, make_config(str(tmp_path), [channel]))
    dispatch.owe_windows(NOON)
    tell_story(sqlite_store, 1, NOON + timedelta(hours=1), channels=())
    dispatch.owe_windows(NOON + timedelta(hours=20))
    drain(dispatch, NOON + timedelta(hours=20))

    (mail,) = mailbox.mails
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture.get_content().startswith(b"\x89PNG")
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in mail.get_body(("html",)).get_content()
    assert mail["List-Unsubscribe"] == "<https://desk.test/leave>"


def test_an_article_whose_transaction_ended_after_the_window_stands_in_the_next_digest(
    sqlite_store: Store, mailbox: Mailbox, tmp_path: Path
) -> None:
    dispatch = make(sqlite_store, make_config(str(tmp_path), [Channel(slug="mail", url=mailbox.url())]))
    dispatch.owe_windows(NOON)
    edition = NOON.replace(hour=6) + timedelta(days=1)  # 07:00 in Brussels
    dispatch.owe_windows(edition)
    drain(dispatch, edition)
    tell_story(sqlite_store, 1, edition - timedelta(seconds=2), channels=())

    for days in (1, 2):
        dispatch.owe_windows(edition + timedelta(days=days))
        drain(dispatch, edition + timedelta(days=days))

    told = ["Torvik visits town 1" in mail.get_body(("plain",)).get_content() for mail in mailbox.mails]
    assert told == [False, True, False]


def test_a_sender_that_lost_its_lease_writes_nothing(store: Store, tmp_path: Path) -> None:
    dispatch = make(store, make_config(str(tmp_path), [Channel(slug="log", url="file:out.txt")]))
    tell_story(store, 1, NOON, channels=("log",))
    dispatch.render_owed(NOON)
    (stopped,) = sending.claim_messages(store, "one", NOON, lease_s=60, limit=4)
    later = NOON + timedelta(seconds=61)
    (taken,) = sending.claim_messages(store, "two", later, lease_s=60, limit=4)
    assert sending.record(store, taken, state="sent", now=later)

    assert not sending.record(store, stopped, state="failed", now=later, next_at=later)

    assert states(store) == {"sent": 1}


def test_a_message_is_claimed_by_one_of_two_senders(store: Store, tmp_path: Path) -> None:
    dispatch = make(store, make_config(str(tmp_path), [Channel(slug="log", url="file:out.txt")]))
    tell_story(store, 1, NOON, channels=("log",))
    dispatch.render_owed(NOON)

    first = sending.claim_messages(store, "one", NOON, lease_s=60, limit=4)
    second = sending.claim_messages(store, "two", NOON, lease_s=60, limit=4)

    assert (len(first), len(second)) == (1, 0)


def test_an_update_stands_in_the_thread_of_its_alert(sqlite_store: Store, mailbox: Mailbox, tmp_path: Path) -> None:
    dispatch = make(sqlite_store, make_config(str(tmp_path), [Channel(slug="mail", url=mailbox.url())]))
    story_id = tell_story(sqlite_store, 1, NOON, channels=("mail",))
    drain(dispatch, NOON)
    with sqlite_store.write() as connection:
        connection.execute(
            sa.insert(schema.alert).values(
                story_id=story_id, article_id=1, watchlist="north", kind="update", reason="signed", channels=["mail"],
                owed_at=NOON,
            )
        )  # fmt: skip
    drain(dispatch, NOON)

    first, second = mailbox.mails
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["Subject"].startswith("Update: ")


def test_an_alert_brings_a_link_by_which_it_is_judged(store: Store, hook: Hook, tmp_path: Path) -> None:
    config = make_config(str(tmp_path), (Channel(slug="hook", url=hook.url()),))
    config = replace(config, settings=replace(config.settings, web_url="https://desk.test/"))
    tell_story(store, 1, NOON, channels=("hook",))

    drain(make(store, config), NOON)

    address, _, link = hook.posts[0].document["story"]["judge"].rpartition("/judge/")
    assert address == "https://desk.test"
    assert f"right or wrong: https://desk.test/judge/{link}" in hook.posts[0].document["text"]
    with store.read() as connection:
        assert links.read_link(links.load_key(connection), link, NOON)[1]

"""What is held and told together, and alerts in the reader's own words."""

from __future__ import annotations

import random
from datetime import time, timedelta
from pathlib import Path

from newsroom import NOON, drain, make_config, states, tell_story
from receivers import Hook, Mailbox

from monitor.dispatch import Dispatch
from monitor.model import Channel, Config, QuietHours, Watchlist
from monitor.store import Store


def make(store: Store, config: Config) -> Dispatch:
    return Dispatch(store, config, random.Random(1))


def test_quiet_hours_hold_and_then_tell_all_in_one_message(store: Store, mailbox: Mailbox, tmp_path: Path) -> None:
    quiet = QuietHours(start=time(11), end=time(15), zone="UTC")
    dispatch = make(store, make_config(str(tmp_path), [Channel(slug="mail", url=mailbox.url(), quiet=quiet)]))
    for number in range(3):
        tell_story(store, number, NOON, channels=("mail",))
    drain(dispatch, NOON)
    assert states(store) == {"held": 3}

    drain(dispatch, NOON + timedelta(hours=3))

    assert states(store) == {"sent": 4}
    (mail,) = mailbox.mails
    text = mail.get_body(("plain",)).get_content()
    assert all(f"Torvik visits town {number}" in text for number in range(3))


def test_a_holiday_holds_until_midnight_and_the_quiet_hours_after_it(
    sqlite_store: Store, mailbox: Mailbox, tmp_path: Path
) -> None:
    quiet = QuietHours(start=time(22), end=time(7), zone="UTC", holidays=(NOON.date(),))
    dispatch = make(sqlite_store, make_config(str(tmp_path), [Channel(slug="mail", url=mailbox.url(), quiet=quiet)]))
    for number in range(2):
        tell_story(sqlite_store, number, NOON, channels=("mail",))

    for hours in (0, 11, 13, 18.9):
        drain(dispatch, NOON + timedelta(hours=hours))
    assert mailbox.mails == []
    drain(dispatch, NOON + timedelta(hours=19))

    (mail,) = mailbox.mails
    assert mail["Subject"].startswith("Held alerts")


def test_a_critical_watchlist_passes_quiet_hours_and_holidays(
    sqlite_store: Store, mailbox: Mailbox, tmp_path: Path
) -> None:
    quiet = QuietHours(start=time(11), end=time(15), zone="UTC", holidays=(NOON.date(),))
    channel = Channel(slug="mail", url=mailbox.url(), quiet=quiet)
    watchlist = Watchlist(slug="north", name="The north", match="ilan-torvik", instant=("mail",), severity="critical")
    dispatch = make(sqlite_store, make_config(str(tmp_path), [channel], watchlists=(watchlist,)))
    tell_story(sqlite_store, 1, NOON, channels=("mail",))

    drain(dispatch, NOON)

    (mail,) = mailbox.mails
    assert mail["Importance"] == "high"


def test_an_alert_in_the_readers_own_words_is_escaped_like_ours(
    sqlite_store: Store, mailbox: Mailbox, hook: Hook, tmp_path: Path
) -> None:
    words = "{{ outlet }} <b>{% for m in mentions %}{{ m.name }}{% endfor %}</b> {{ link }}"
    channels = [
        Channel(slug="mail", url=mailbox.url(), template=words),
        Channel(slug="hook", url=hook.url(), template=words),
    ]
    dispatch = make(sqlite_store, make_config(str(tmp_path), channels))
    tell_story(sqlite_store, 1, NOON, channels=("mail", "hook"))

    drain(dispatch, NOON)

    (mail,) = mailbox.mails
    assert mail.get_body(("plain",)).get_content().strip() == "The Gazette <b>Ilan Torvik</b> https://gazette.test/1"
    assert "The Gazette &lt;b&gt;Ilan Torvik" in mail.get_body(("html",)).get_content()
    assert hook.posts[0].document["story"]["url"] == "https://gazette.test/1", "a webhook keeps its schema"


def test_a_template_that_fails_on_a_story_gives_way_to_our_words(
    sqlite_store: Store, mailbox: Mailbox, tmp_path: Path
) -> None:
    channel = Channel(slug="mail", url=mailbox.url(), template="{{ also_in[3].link }}")
    dispatch = make(sqlite_store, make_config(str(tmp_path), [channel]))
    tell_story(sqlite_store, 1, NOON, channels=("mail",))

    drain(dispatch, NOON)

    assert "Ilan Torvik came to town 1" in mailbox.mails[0].get_body(("plain",)).get_content()


def test_a_burst_over_the_hourly_cap_is_told_together_when_the_hour_has_passed(
    sqlite_store: Store, mailbox: Mailbox, tmp_path: Path
) -> None:
    dispatch = make(sqlite_store, make_config(str(tmp_path), [Channel(slug="mail", url=mailbox.url(), per_hour=5)]))
    for number in range(120):
        tell_story(sqlite_store, number, NOON, channels=("mail",))
    drain(dispatch, NOON)
    assert len(mailbox.mails) == 5

    drain(dispatch, NOON + timedelta(hours=1, seconds=1))

    assert len(mailbox.mails) == 6
    text = mailbox.mails[-1].get_body(("plain",)).get_content()
    assert "115 stories" in text and "and 65 more" in text
    assert set(states(sqlite_store)) == {"sent"}

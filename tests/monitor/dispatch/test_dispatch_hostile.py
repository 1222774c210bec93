"""An article that tries to be markup, a mention, a header or a line of the log, on its way through real receivers."""

from __future__ import annotations

import json
import logging
import random
import re
from collections.abc import Iterator
from pathlib import Path

import apprise.plugins.discord
import apprise.plugins.slack
import apprise.plugins.telegram
import pytest
import sqlalchemy as sa
from newsroom import NOON, make_config, tell_story
from receivers import Hook, Mailbox

from monitor.dispatch import Dispatch
from monitor.model import Channel, Outlet
from monitor.store import Store, schema

EVIL = (
    "Talks\r\nBcc: all@evil.test\r\n\r\n<script>alert(1)</script> <img src=x onerror=alert(1)> <svg onload=x> {{7*7}} ${HOME} "
    "<!channel> <@U123> @everyone @room </b></a> <https://evil.test|safe> [x](javascript:alert(1)) \u202egnp.exe \x1b[31m"
)
CHANNELS = (
    Channel(slug="chat", url="tgram://123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawAB/42"),
    Channel(slug="team", url="slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general"),
    Channel(slug="disc", url="discord://123456789012345678/abcdefghijklmnopqrstuvwxyz0123456789"),
    Channel(slug="log", url="file:out.txt"),
)


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Hook]]:
    """A receiver each for Telegram, Slack, Discord and webhooks."""
    servers = {name: Hook().start() for name in ("chat", "team", "disc", "hook")}
    servers["team"].always = (200, {}, "ok")
    monkeypatch.setattr(apprise.plugins.telegram.NotifyTelegram, "notify_url", f"{servers['chat'].address}/bot")
    monkeypatch.setattr(apprise.plugins.slack.NotifySlack, "webhook_url", f"{servers['team'].address}/services")
    monkeypatch.setattr(apprise.plugins.discord.NotifyDiscord, "notify_url", f"{servers['disc'].address}/webhooks")
    yield servers
    for server in servers.values():
        server.stop()


def tell_evil(store: Store, folder: Path, *channels: Channel) -> None:
    """An alert of an article whose every field is hostile, sent."""
    outlet = Outlet(slug="gazette", name=f"The Gazette {EVIL}", home="https://gazette.test/")
    config = make_config(str(folder), channels, outlets=(outlet,))
    tell_story(store, 1, NOON, channels=tuple(channel.slug for channel in channels))
    with store.write() as connection:
        connection.execute(sa.update(schema.article).values(headline=EVIL, standfirst=EVIL, link="javascript:alert(1)"))
        connection.execute(sa.update(schema.hit).values(sentence=EVIL))
    dispatch = Dispatch(store, config, random.Random(1))
    for _ in range(50):
        if not dispatch.render_owed(NOON) + dispatch.send_due(NOON):
            return


def test_a_hostile_article_is_text_on_every_channel(
    sqlite_store: Store, mailbox: Mailbox, hooks: dict[str, Hook], tmp_path: Path
) -> None:
    mail_channel, hook_channel = Channel(slug="mail", url=mailbox.url()), Channel(slug="hook", url=hooks["hook"].url())
    tell_evil(sqlite_store, tmp_path, mail_channel, hook_channel, *CHANNELS)

    (mail,) = mailbox.mails
    assert mailbox.recipients == [["reader@desk.test"]]
    assert mail["Bcc"] is None and "\n" not in mail["Subject"] and "Bcc: all@evil.test" in mail["Subject"]
    page = mail.get_body(("html",)).get_content()
    assert not re.search(r"<(script|img|svg)", page) and "javascript:" not in re.findall(r'href="([^"]*)', page)
    assert "{{7*7}}" in page and "${HOME}" in page

    text = hooks["chat"].posts[0].document["text"]
    assert all(re.fullmatch(r'</?b>|</a>|<a href="http[^"<>]*">', tag) for tag in re.findall(r"<[^>]*>", text))
    team = hooks["team"].posts[0].document["blocks"]
    assert all(link.startswith("<http://127.0.0.1:8484/") for link in re.findall(r"<[^>]*>", json.dumps(team)))
    disc = hooks["disc"].posts[0].document
    assert disc["allowed_mentions"] == {"parse": []}
    for post in (hooks["chat"].posts[0], hooks["team"].posts[0], hooks["disc"].posts[0]):
        assert not re.search(r"@(everyone|room)", json.dumps(post.document))
    story = hooks["hook"].posts[0].document["story"]
    assert story["url"] == "" and "\r" not in story["headline"] and "\u202e" not in story["headline"]
    paper = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert "\x1b" not in paper and "\u202e" not in paper and "\r" not in paper


def test_no_line_of_the_log_is_written_by_a_headline_or_a_receiver(
    sqlite_store: Store, hooks: dict[str, Hook], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hooks["hook"].always = (400, {}, {"description": "no\r\n2026-01-01 ERROR all is lost"})
    caplog.set_level(logging.DEBUG)
    tell_evil(sqlite_store, tmp_path, Channel(slug="hook", url=hooks["hook"].url()), CHANNELS[-1])

    assert any("dead letter" in record.getMessage() for record in caplog.records)
    assert all(not re.search(r"[\r\n\x1b]", record.getMessage()) for record in caplog.records)

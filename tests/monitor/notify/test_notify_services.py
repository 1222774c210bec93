"""What Discord, Matrix, ntfy, Teams, Slack and Telegram are sent, and how follow-ups find the first message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import apprise.plugins.discord
import apprise.plugins.slack
import apprise.plugins.telegram
import pytest
from newsroom import make_story
from receivers import Hook

from monitor.errors import DeliveryError
from monitor.model import Channel, Message
from monitor.notify import send
from monitor.notify.documents import read_hidden_refusal, read_refusal, write_document
from monitor.render import render_alert

LOOPBACK = ("127.0.0.0/8",)
TELEGRAM = Channel(slug="chat", url="tgram://123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawAB/-1001234")
DISCORD = Channel(slug="disc", url="discord://123456789012345678/abcdefghijklmnopqrstuvwxyz0123456789")
SLACK_BOT = Channel(slug="team", url="slack://xoxb-1234-1234-abcdef/#general")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    server = Hook().start()
    monkeypatch.setattr(apprise.plugins.telegram.NotifyTelegram, "notify_url", f"{server.address}/bot")
    monkeypatch.setattr(apprise.plugins.discord.NotifyDiscord, "notify_url", f"{server.address}/webhooks")
    monkeypatch.setattr(apprise.plugins.slack.NotifySlack, "api_url", f"{server.address}/api/{{}}")
    yield server
    server.stop()


def alert(kind: str, **more: str) -> Message:
    (message,) = render_alert(make_story(), "instant", kind, key="x-a1-chat", zone="UTC", desk="http://desk.test")
    return replace(message, **more)  # type: ignore[arg-type]


def matrix_of(hook: Hook) -> Channel:
    return Channel(slug="room", url=f"matrix://watcher:secret-word@127.0.0.1:{hook.port}/!room:home.test?version=3")


def answer_matrix(hook: Hook) -> None:
    hook.always = (
        200,
        {},
        {
            "access_token": "token-of-a-session",
            "home_server": "home.test",
            "user_id": "@watcher:home.test",
            "device_id": "D",
            "room_id": "!room:home.test",
            "event_id": "$event-1",
        },
    )


def test_discord_gets_an_embed_and_may_mention_nobody(hook: Hook) -> None:
    send(DISCORD, alert("discord"), ".", allow_private=LOOPBACK)

    (post,) = hook.posts
    assert post.document["allowed_mentions"] == {"parse": []}
    assert "[story](http://desk.test/story/1)" in post.document["embeds"][0]["description"]
    assert post.document["embeds"][0]["footer"] == {"text": "#a1"}


def test_discords_wish_to_wait_is_passed_on_and_the_plugin_does_not_try_again_by_itself(hook: Hook) -> None:
    hook.answers = [(429, {}, {"message": "You are being rate limited.", "retry_after": 7.5})]
    with pytest.raises(DeliveryError) as caught:
        send(DISCORD, alert("discord"), ".", allow_private=LOOPBACK)

    assert caught.value.retry_after_s == 7.5
    assert len(hook.refused) == 1 and hook.posts == []


def test_ntfy_gets_title_words_and_links(hook: Hook) -> None:
    channel = Channel(slug="phone", url=f"ntfy://127.0.0.1:{hook.port}/desk")
    send(channel, alert("ntfy"), ".", allow_private=LOOPBACK)

    (post,) = hook.posts
    assert post.document["topic"] == "desk"
    assert post.document["title"] == "Torvik visits Vestria (1)"
    assert post.document["click"] == "https://gazette.test/1?a=1&b=2"
    assert post.document["message"].endswith("#a1")


def test_matrix_gets_our_event_under_our_transaction_so_that_it_knows_a_copy(hook: Hook) -> None:
    answer_matrix(hook)
    receipts = [send(matrix_of(hook), alert("matrix"), ".", allow_private=LOOPBACK).receipt for _ in range(2)]

    events = [post for post in hook.posts if "/send/m.room.message/" in post.path]
    assert [post.path.rsplit("/", 1)[1] for post in events] == ["x-a1-chat", "x-a1-chat"]
    assert events[0].document["m.mentions"] == {}
    assert "<strong>Torvik visits Vestria (1)</strong>" in events[0].document["formatted_body"]
    assert receipts == ["$event-1", "$event-1"]


def test_a_follow_up_stands_in_the_thread_of_matrix(hook: Hook) -> None:
    answer_matrix(hook)
    send(matrix_of(hook), alert("matrix", reply_to="$event-0"), ".", allow_private=LOOPBACK)

    (event,) = [post for post in hook.posts if "/send/m.room.message/" in post.path]
    assert event.document["m.relates_to"]["event_id"] == "$event-0"


def test_a_follow_up_answers_the_first_message_in_telegram(hook: Hook) -> None:
    hook.answers = [(200, {}, {"ok": True, "result": {"message_id": 4711, "chat": {"id": 1}}})]
    receipt = send(TELEGRAM, alert("telegram"), ".", allow_private=LOOPBACK).receipt
    send(TELEGRAM, alert("telegram", reply_to=receipt), ".", allow_private=LOOPBACK)

    assert receipt == "4711"
    assert "reply_parameters" not in hook.posts[0].document
    assert hook.posts[1].document["reply_parameters"]["message_id"] == 4711


def test_a_follow_up_stands_in_the_thread_of_slack_where_a_bot_posts(hook: Hook) -> None:
    hook.always = (200, {}, {"ok": True, "ts": "1573694689.003700", "channel": "C1"})
    receipt = send(SLACK_BOT, alert("slack"), ".", allow_private=LOOPBACK).receipt
    send(SLACK_BOT, alert("slack", reply_to=receipt), ".", allow_private=LOOPBACK)

    posts = [post for post in hook.posts if "chat.postMessage" in post.path]
    assert receipt == "1573694689.003700"
    assert [post.document.get("thread_ts") for post in posts] == [None, "1573694689.003700"]


@pytest.mark.parametrize(("said", "is_permanent"), [("channel_not_found", True), ("internal_error", False)])
def test_a_refusal_of_slack_that_comes_with_200_is_one(hook: Hook, said: str, is_permanent: bool) -> None:
    hook.always = (200, {}, {"ok": False, "error": said})
    with pytest.raises(DeliveryError, match=said) as caught:
        send(SLACK_BOT, alert("slack"), ".", allow_private=LOOPBACK)
    assert caught.value.permanent is is_permanent


def test_teams_gets_our_card() -> None:
    written = write_document(
        "teams", alert("teams"), "POST", "https://x.test/workflows/1", json.dumps({"type": "message"})
    )

    assert written is not None
    (attachment,) = written[1]["attachments"]
    assert attachment["content"]["type"] == "AdaptiveCard"
    assert any("[read](https://gazette.test/1?a=1&b=2)" in block["text"] for block in attachment["content"]["body"])


def test_a_call_that_carries_no_message_is_left_as_it_is() -> None:
    assert write_document("telegram", alert("telegram"), "POST", "https://x.test/getUpdates", "{}") is None
    assert write_document("matrix", alert("matrix"), "POST", "https://x.test/_matrix/client/v3/login", "{}") is None
    assert write_document("ntfy", alert("ntfy"), "POST", "https://x.test/desk", b"\xff\xfe") is None


def test_a_wait_in_milliseconds_is_read() -> None:
    assert read_refusal({"Retry-After": "1"}, b'{"retry_after_ms": 2500}')[0] == 2.5
    assert read_hidden_refusal("slack", b"ok") is None

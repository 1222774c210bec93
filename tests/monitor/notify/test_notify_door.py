"""One message to one channel: what receivers get, what refusals mean, and that no secret shows."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator

import apprise.plugins.slack
import apprise.plugins.telegram
import pytest
from newsroom import make_story
from receivers import Hook, Mailbox

from monitor.errors import DeliveryError
from monitor.model import Channel, Message
from monitor.notify import check_channel, kind_of, limit_of, send
from monitor.notify.documents import read_refusal
from monitor.render import render_alert

LOOPBACK = ("127.0.0.0/8",)
TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawAB"
TELEGRAM = Channel(slug="chat", url=f"tgram://{TOKEN}/-1001234")
SLACK = Channel(slug="team", url="slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """A receiver that also stands in for Telegram's and Slack's hosts."""
    server = Hook().start()
    monkeypatch.setattr(apprise.plugins.telegram.NotifyTelegram, "notify_url", f"{server.address}/bot")
    monkeypatch.setattr(apprise.plugins.slack.NotifySlack, "webhook_url", f"{server.address}/services")
    yield server
    server.stop()


def alert(kind: str) -> Message:
    (message,) = render_alert(make_story(), "instant", kind, key="x-a1-chat", zone="UTC")
    return message


def test_telegram_gets_our_markup_as_we_wrote_it(hook: Hook) -> None:
    send(TELEGRAM, alert("telegram"), ".", allow_private=LOOPBACK)

    (post,) = hook.posts
    assert post.document["text"] == alert("telegram").body
    assert post.document["parse_mode"] == "HTML"
    assert post.document["chat_id"] == -1001234


def test_telegrams_wish_to_wait_is_passed_on(hook: Hook) -> None:
    hook.answers = [(429, {}, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 30}})]
    with pytest.raises(DeliveryError) as caught:
        send(TELEGRAM, alert("telegram"), ".", allow_private=LOOPBACK)
    assert (caught.value.permanent, caught.value.retry_after_s) == (False, 30)


def test_markup_that_telegram_cannot_read_is_sent_as_plain_words(hook: Hook) -> None:
    hook.answers = [(400, {}, {"ok": False, "description": "Bad Request: can't parse entities: no end tag"})]
    send(TELEGRAM, alert("telegram"), ".", allow_private=LOOPBACK)

    (post,) = hook.posts
    assert post.document["parse_mode"] is None
    assert "<b>" not in post.document["text"] and "https://gazette.test/1?a=1&b=2" in post.document["text"]


def test_a_bot_that_was_blocked_is_permanent_and_its_token_does_not_show(hook: Hook) -> None:
    hook.answers = [(403, {}, {"ok": False, "description": f"Forbidden: bot {TOKEN} was blocked by the user"})]
    with pytest.raises(DeliveryError) as caught:
        send(TELEGRAM, alert("telegram"), ".", allow_private=LOOPBACK)
    assert caught.value.permanent
    assert "blocked by the user" in str(caught.value) and "AAHdqTcv" not in str(caught.value)


def test_slack_gets_our_blocks(hook: Hook) -> None:
    hook.answers = [(200, {}, "ok")]
    send(SLACK, alert("slack"), ".", allow_private=LOOPBACK)

    (post,) = hook.posts
    assert post.document["blocks"][0]["text"]["type"] == "mrkdwn"
    assert "attachments" not in post.document
    assert post.document["channel"] == "#general"


def test_a_webhook_carries_its_key_and_a_signature(hook: Hook) -> None:
    channel = Channel(slug="hook", url=hook.url("hook?secret=long-shared-word"))
    send(channel, alert("webhook"), ".", allow_private=LOOPBACK)

    (post,) = hook.posts
    expected = hmac.new(b"long-shared-word", post.body, hashlib.sha256).hexdigest()
    assert post.headers["X-Diplowatch-Signature"] == f"sha256={expected}"
    assert post.headers["Idempotency-Key"] == post.document["key"] == "x-a1-chat"
    assert post.document["title"] == "Torvik visits Vestria (1)"
    assert "long-shared-word" not in post.path


@pytest.mark.parametrize(
    ("status", "is_permanent"), [(400, True), (404, True), (410, True), (500, False), (503, False)]
)
def test_a_refusal_is_permanent_when_trying_again_cannot_help(hook: Hook, status: int, is_permanent: bool) -> None:
    hook.answers = [(status, {}, {})]
    with pytest.raises(DeliveryError) as caught:
        send(Channel(slug="hook", url=hook.url()), alert("webhook"), ".", allow_private=LOOPBACK)
    assert caught.value.permanent is is_permanent


def test_a_redirect_to_another_private_address_is_not_followed(hook: Hook) -> None:
    other = Hook().start()
    hook.answers = [(307, {"Location": other.address.replace("127.0.0.1", "localhost")}, {})]
    with pytest.raises(DeliveryError):
        send(Channel(slug="hook", url=hook.url()), alert("webhook"), ".", allow_private=("127.0.0.9/32",))
    other.stop()
    assert other.posts + hook.posts + hook.refused == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "0x7f000001", "2130706433"]
)
def test_a_private_receiver_is_refused_at_the_address_that_is_dialled(host: str) -> None:
    with pytest.raises(DeliveryError, match=r"not a public address|cannot"):
        send(Channel(slug="hook", url=f"json://{host}:9/"), alert("webhook"), ".")


def test_no_secret_shows_in_problems_or_logs(hook: Hook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = hook.url("CANARY-path-1?+X-Token=CANARY-header-2&secret=CANARY-key-3").replace("//", "//user:CANARY-pass-4@")
    hook.always = (400, {}, {"description": f"what is {url}"})
    channel = Channel(slug="hook", url=url)
    with pytest.raises(DeliveryError) as caught:
        send(channel, alert("webhook"), ".", allow_private=LOOPBACK)
    assert "CANARY" not in str(caught.value) + repr(channel) + caplog.text
    assert hook.refused[0].headers["X-Token"] == "CANARY-header-2"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("console:", None),
        ("file:alerts.jsonl", None),
        ("file:", "needs a path"),
        ("mailto://user:word@example.org", None),
        ("nothing", "no scheme"),
        ("tgramm://x/y", "no service tgramm"),
        ("tgram://x", "cannot read"),
        (TELEGRAM.url, None),
    ],
)
def test_a_channel_is_checked_without_sending(url: str, problem: str | None) -> None:
    found = check_channel(Channel(slug="c", url=url))
    assert found is None if problem is None else found is not None and problem in found


def test_a_service_without_a_renderer_names_its_own_limit() -> None:
    gotify = "gotify://127.0.0.1/abcdefghijklmno"
    pushover = "pover://uabcdefghijklmnopqrstuvwxyzabc@tabcdefghijklmnopqrstuvwxyzabc"
    assert (kind_of(pushover), limit_of(pushover), limit_of("console:")) == ("plain", 1024, None)
    assert kind_of(gotify) == "plain"


def test_a_url_with_two_receivers_is_refused_since_one_that_fails_would_ring_the_other_twice() -> None:
    assert "names 2 receivers" in (check_channel(Channel(slug="c", url=f"{TELEGRAM.url}/-1005678")) or "")


@pytest.mark.parametrize(
    ("said", "wait_s"), [("3", 3.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("soon", None), ("-5", None), ("", None)]
)
def test_retry_after_is_a_number_a_date_or_nothing(said: str, wait_s: float | None) -> None:
    assert read_refusal({"Retry-After": said}, b"")[0] == wait_s


def test_a_refusal_that_is_odd_json_is_no_surprise() -> None:
    for document in ([], 3, None, {"parameters": 4}, {"parameters": {"retry_after": True}}, {"description": None}):
        assert read_refusal({}, json.dumps(document).encode())[0] is None


def test_a_421_half_way_through_the_recipients_is_a_mail_that_nobody_has() -> None:
    mailbox = Mailbox().start()
    mailbox.say = {"b@desk.test": "421 4.3.2 shutting down"}
    # One mail for all: Apprise sends one for each address of `to`, and one for an address with its copies.
    channel = Channel(slug="mail", url=mailbox.url("a") + "&cc=b@desk.test,c@desk.test")
    with pytest.raises(DeliveryError) as caught:
        send(channel, alert("mail"), ".")
    assert not caught.value.permanent

    mailbox.say = {}
    send(channel, alert("mail"), ".")
    mailbox.stop()
    assert [sorted(to) for to in mailbox.recipients] == [["a@desk.test", "b@desk.test", "c@desk.test"]]

"""What comes from an article is text in every channel: no markup, no mention, no header of its own."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import make_digest, make_story

from monitor.model import Mention, Message
from monitor.render import render_alert, render_digest

EVIL = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> {{7*7}} ${HOME} <!channel> <@U123> @everyone *b* _i_ `c` "
    "\r\nBcc: all@x.test\u202egnp.exe \x1b[31m &amp; </b></a> <https://evil.test|safe>"
)
STORY = make_story(
    headline=EVIL,
    outlet=EVIL,
    excerpt=EVIL,
    url="javascript:alert(1)",
    mentions=(Mention(entry="x", name="X", kind="person", sentence=EVIL),),
    also_in=((EVIL, "data:text/html,x"),),
    watchlists=(EVIL,),
)
KINDS = ("mail", "telegram", "slack", "matrix", "discord", "teams", "ntfy", "webhook", "plain", "console")


def everything(kind: str) -> list[Message]:
    return [
        *render_alert(STORY, "instant", kind, key="k", zone="UTC", desk="http://127.0.0.1:8484"),
        *render_digest(make_digest(STORY, corrections=(EVIL,)), kind, key="k"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_title_is_one_line_and_nothing_turns_or_hides(kind: str) -> None:
    for message in everything(kind):
        assert not re.search(r"[\r\n\x1b\u202e]", message.title)
        assert not re.search(r"[\x1b\u202e\r]", message.body + message.text + message.payload)
        assert "javascript:" not in message.body + message.payload and "data:text" not in message.body + message.payload


def test_mail_holds_no_tag_of_an_article() -> None:
    for message in everything("mail"):
        ours = re.sub(r'<img src="cid:week@[^>]*>', "", message.body)
        assert "<script" not in ours and "<img" not in ours and "49" not in ours
        assert "&lt;script&gt;" in message.body


def test_telegram_holds_only_our_tags() -> None:
    for message in everything("telegram"):
        tags = set(re.findall(r"<[^>]*>", message.body))
        assert all(re.fullmatch(r'</?b>|</a>|<a href="http[^"<>]*">', tag) for tag in tags)
        assert "@everyone" not in message.body


def test_slack_mentions_and_links_are_dead() -> None:
    for message in everything("slack"):
        links = re.findall(r"<[^>]*>", message.body)
        assert all(link.startswith("<http://127.0.0.1:8484/") for link in links)
        assert "@everyone" not in message.body
        assert json.loads(message.payload)["blocks"]


def test_matrix_holds_only_our_tags_and_mentions_nobody() -> None:
    for message in everything("matrix"):
        document = json.loads(message.payload)
        tags = set(re.findall(r"<[^>]*>", document["formatted_body"]))
        assert all(re.fullmatch(r'<br>|</?strong>|</a>|<a href="http[^"<>]*">', tag) for tag in tags)
        assert document["m.mentions"] == {} and "@everyone" not in message.payload


def test_discord_allows_no_mention_and_shows_no_markup_of_an_article() -> None:
    for message in everything("discord"):
        document = json.loads(message.payload)
        text = document["embeds"][0]["description"]
        assert document["allowed_mentions"] == {"parse": []} and "@everyone" not in text
        assert not re.search(r"(?<!\\)[<`]", text)
        assert all(url.startswith("http://127.0.0.1:8484/") for url in re.findall(r"(?<!\\)\]\(([^)]*)", text))


def test_teams_shows_no_markup_of_an_article() -> None:
    for message in everything("teams"):
        card = json.loads(message.payload)["attachments"][0]["content"]
        assert all(not re.search(r"(?<!\\)[<`]", block["text"]) for block in card["body"])
        assert "@everyone" not in message.payload


def test_services_without_a_renderer_get_no_live_mention() -> None:
    for message in everything("plain"):
        assert "@everyone" not in message.title + message.body and "<!channel>" not in message.title + message.body


@given(text=st.text(max_size=6000), count=st.integers(1, 40))
def test_no_telegram_or_slack_part_is_too_long(text: str, count: int) -> None:
    stories = [make_story(number, headline=f"{number} {text}") for number in range(1, count + 1)]
    view = make_digest(*stories)
    for message in render_digest(view, "telegram", key="k"):
        assert len(message.body) <= 4096 and message.body.count("<b>") == message.body.count("</b>")
    for message in render_digest(view, "slack", key="k"):
        blocks = json.loads(message.payload)["blocks"]
        texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
        assert len(blocks) <= 50 and all(0 < len(text) <= 3000 for text in texts)


@given(text=st.text(max_size=6000), count=st.integers(1, 20))
def test_no_part_for_discord_teams_matrix_or_ntfy_is_too_long(text: str, count: int) -> None:
    view = make_digest(*(make_story(number, headline=f"{number} {text}") for number in range(1, count + 1)))
    for message in render_digest(view, "discord", key="k"):
        assert len(json.loads(message.payload)["embeds"][0]["description"]) <= 4096
    for message in render_digest(view, "teams", key="k"):
        assert len(message.payload.encode()) <= 28_000
    for message in render_digest(view, "matrix", key="k"):
        assert len(message.payload.encode()) <= 60_000
    for message in render_digest(view, "ntfy", key="k"):
        assert len(json.loads(message.payload)["message"].encode()) <= 4096


@given(longest=st.integers(300, 3000), count=st.integers(0, 30))
def test_a_plain_digest_is_split_between_its_blocks_and_loses_nothing(longest: int, count: int) -> None:
    view = make_digest(*(make_story(number) for number in range(1, count + 1)))
    parts = render_digest(view, "plain", key="k", longest=longest)
    assert all(len(part.title) + len(part.body) <= longest for part in parts)
    assert [part.part for part in parts] == list(range(1, len(parts) + 1))
    whole = "\n\n".join(part.body for part in parts)
    assert all(f"{number}. Torvik visits Vestria ({number})" in whole for number in range(1, count + 1))


def test_words_in_mail_come_back_as_they_were() -> None:
    (message,) = render_alert(make_story(headline="A & B <C> “D”"), "instant", "mail", key="k", zone="UTC")
    assert "A & B <C> “D”" in html.unescape(message.body) and message.title == "A & B <C> “D”"

"""Every channel's alert and digest against its golden file. UPDATE_GOLDEN=1 writes them anew: look at the difference."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from newsroom import NOON, make_digest, make_story

from monitor.model import Mention, Message
from monitor.render import render_alert, render_digest, render_held, render_notice

GOLDEN = Path(__file__).parent / "golden"
ARABIC = make_story(
    2,
    headline="وزير الخارجية إيلان تورفيك يزور فيستريا",
    language="ar",
    outlet="وكالة نورلاند",
    mentions=(
        Mention(entry="ilan-torvik", name="Ilan Torvik", kind="person", sentence="وصل إيلان تورفيك يوم الاثنين."),
    ),
    also_in=(("The Herald", "https://herald.test/9"),),
    is_update=True,
    voices=2,
    new=("وقّع الاتفاق.",),
)
KINDS = ("mail", "telegram", "slack", "matrix", "discord", "teams", "ntfy", "webhook", "plain", "console")


def show(messages: list[Message]) -> str:
    blocks = []
    for message in messages:
        document = json.loads(message.payload) if message.payload else ""
        for picture in document.get("pictures", ()) if document else ():
            picture["png"] = "…"  # its bytes are those of the library's version
        payload = json.dumps(document, ensure_ascii=False, indent=1) if document else ""
        blocks.append(
            f"key: {message.key}\ntitle: {message.title}\n\n{message.body}\n\n--- text\n{message.text}\n--- payload\n{payload}\n"
        )
    return "\n======\n".join(blocks)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", ["alert", "digest", "empty", "held", "notice"])
def test_a_channel_shows_what_its_golden_file_holds(kind: str, what: str) -> None:
    desk = "http://127.0.0.1:8484"
    messages = {
        "alert": lambda: render_alert(ARABIC, "update", kind, key="k", zone="Europe/Brussels", desk=desk),
        "digest": lambda: render_digest(make_digest(ARABIC, make_story()), kind, key="k", desk=desk),
        "empty": lambda: render_digest(make_digest(), kind, key="k", desk=desk),
        "held": lambda: render_held([make_story()], kind, key="k", zone="UTC", now=NOON, more=3, desk=desk),
        "notice": lambda: render_notice("mail is dead", "It said 550.\nLook at it.", kind, key="k"),
    }[what]()
    shown, path = show(messages), GOLDEN / f"{what}-{kind}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")

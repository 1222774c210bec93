"""Telegram: HTML with few tags, at most 4,096 characters after entities, split at item borders. Pure.

Source: core.telegram.org/bots/api#sendmessage and #html-style.
"""

from __future__ import annotations

import html
import json
import re

from monitor.model import AlertKind, DigestView, Message, StoryView
from monitor.render import wording as w

LONGEST = 4000  # of 4,096: Apprise adds a title line of its own in some versions
LONGEST_SENTENCE = 350
TAG = re.compile(r"<[^>]*>")
LINK = re.compile(r'<a href="([^"]*)">[^<]*</a>')


def render_alert(view: StoryView, kind: AlertKind, zone: str, desk: str) -> list[Message]:
    """One alert; long ones are split between mentions."""
    head = f"<b>{_text(w.KINDS[kind] + _short(view.headline))}</b>\n{_text(w.say_source(view))}\n{_text(w.say_published(view, zone))}"
    items = [head]
    items += [_text(w.say_others(view))] if view.also_in else []
    items += [f"• <b>{_text(mention.name)}</b>: {_text(_short(mention.sentence))}" for mention in view.mentions]
    items += [f"+ {_text(_short(sentence))}" for sentence in view.new[:3]] if kind == "update" else []
    items += [_text(w.say_why(view))] if view.watchlists else []
    items.append(_links(view, desk))
    return _messages(items)


def render_digest(view: DigestView, desk: str) -> list[Message]:
    """The digest, split between stories."""
    items = [f"<b>{_text(w.say_subject(view))}</b>\n{_text(w.say_state(view))}"]
    for number, story in enumerate(view.stories, 1):
        update = "[update] " if story.is_update else ""
        lines = [
            f"<b>{number}. {update}{_text(_short(story.headline))}</b>",
            _text(f"{w.say_source(story)}, {w.say_published(story, view.zone)}"),
        ]
        lines += [_text(w.say_others(story))] if story.also_in else []
        lines += [f"• {_text(mention.name)}: {_text(_short(mention.sentence))}" for mention in story.mentions[:3]]
        lines.append(_links(story, desk))
        items.append("\n".join(lines))
    items += [_text(w.say_more(view))] if view.more else []
    items += [f"Corrected: {_text(w.isolate(line))}" for line in view.corrections]
    items.append(_text(f"Window: {w.say_window(view)}."))
    items += [_text(line) for line in w.list_sick(view.health)[:20]]
    return _messages(items)


def _messages(items: list[str]) -> list[Message]:
    return [_message(body) for body in split_items(items)]


def _message(body: str) -> Message:
    """Text and markup exactly as we wrote them; the plain twin is what is sent when Telegram cannot read the markup."""
    payload = {"text": body, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    plain = html.unescape(TAG.sub("", LINK.sub(r"\1", body)))
    return Message(
        key="", title="", body=body, body_format="html", text=plain, payload=json.dumps(payload, ensure_ascii=False)
    )


def split_items(items: list[str], longest: int = LONGEST) -> list[str]:
    """Items joined by lines into as few texts as fit; an item that alone is too long is cut, between its own lines if it can be."""
    texts: list[str] = []
    current = ""
    for item in items:
        piece = item if len(item) <= longest else _cut(item, longest)
        if current and len(current) + 2 + len(piece) > longest:
            texts.append(current)
            current = piece
        else:
            current = f"{current}\n\n{piece}" if current else piece
    return [*texts, current] if current else texts


def _cut(item: str, longest: int) -> str:
    kept: list[str] = []
    for line in item.split("\n"):
        if sum(map(len, kept)) + len(kept) + len(line) > longest - 2:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])


def _links(view: StoryView, desk: str) -> str:
    link = w.to_link(view.url)
    shown = f'<a href="{html.escape(link)}">read</a>' if link else ""
    if desk:
        shown += f' · <a href="{html.escape(desk)}/story/{view.story_id}">story</a>'
    return shown


def _text(text: str) -> str:
    """Escaped, and with mentions dead: a zero-width space after @ keeps it a letter."""
    return html.escape(text, quote=False).replace("@", "@\u200b")


def _short(text: str) -> str:
    line = w.isolate(text)
    return line if len(line) <= LONGEST_SENTENCE else line[: LONGEST_SENTENCE - 1] + "…"

"""Slack: mrkdwn with its three escapes, dead mentions, sections under 3,000 characters. Pure.

Source: docs.slack.dev, "Formatting message text" (escape & < >) and block limits.
"""

from __future__ import annotations

import json

from monitor.model import AlertKind, DigestView, Message, StoryView
from monitor.render import wording as w
from monitor.render.telegram import split_items

LONGEST = 2900  # a section's text may have 3,000
LONGEST_SENTENCE = 350
BLOCKS = 20  # a message may have 50 blocks, and 40,000 characters in all


def render_alert(view: StoryView, kind: AlertKind, zone: str, desk: str) -> list[Message]:
    """One alert; long ones are split between mentions."""
    items = [
        f"*{_text(w.KINDS[kind] + _short(view.headline))}*\n{_text(w.say_source(view))}\n{_text(w.say_published(view, zone))}"
    ]
    items += [_text(w.say_others(view))] if view.also_in else []
    items += [f"• *{_text(mention.name)}*: {_text(_short(mention.sentence))}" for mention in view.mentions]
    items += [f"+ {_text(_short(sentence))}" for sentence in view.new[:3]] if kind == "update" else []
    items += [_text(w.say_why(view))] if view.watchlists else []
    items.append(_links(view, desk))
    return _messages(items)


def render_digest(view: DigestView, desk: str) -> list[Message]:
    """The digest, split between stories."""
    items = [f"*{_text(w.say_subject(view))}*\n{_text(w.say_state(view))}"]
    for number, story in enumerate(view.stories, 1):
        update = "[update] " if story.is_update else ""
        lines = [
            f"*{number}. {update}{_text(_short(story.headline))}*",
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
    texts = split_items(items, LONGEST)
    return [_message(texts[start : start + BLOCKS]) for start in range(0, len(texts), BLOCKS)]


def _message(texts: list[str]) -> Message:
    """A section block for each text; `text` is what notifications and screen readers show."""
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in texts]
    payload = {"text": texts[0].split("\n")[0], "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
    return Message(
        key="",
        title="",
        body="\n\n".join(texts),
        body_format="markdown",
        payload=json.dumps(payload, ensure_ascii=False),
    )


def _links(view: StoryView, desk: str) -> str:
    link = w.to_link(view.url).replace("|", "%7C").replace(">", "%3E").replace("<", "%3C")
    shown = f"<{link}|read>" if link else ""
    return shown + (f" · <{desk}/story/{view.story_id}|story>" if desk else "")


def _text(text: str) -> str:
    """Escaped as Slack asks; <!channel> becomes text, @ and formatting signs lose their power."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "@*_~`":
        escaped = escaped.replace(sign, f"{sign}\u200b" if sign == "@" else f"\u200b{sign}\u200b")
    return escaped


def _short(text: str) -> str:
    line = w.isolate(text)
    return line if len(line) <= LONGEST_SENTENCE else line[: LONGEST_SENTENCE - 1] + "…"

"""Plain text: console, file, and every Apprise service without a renderer of its own. Pure."""

from __future__ import annotations

import textwrap
from dataclasses import replace

from monitor.model import AlertKind, DigestView, Message, StoryView
from monitor.render import wording as w


def render_alert(view: StoryView, kind: AlertKind, zone: str, desk: str) -> list[Message]:
    """One message: headline, outlet, time, why with the sentences, links."""
    lines = [w.say_source(view), w.say_published(view, zone), *([w.say_others(view)] if view.also_in else [])]
    lines += [f"• {mention.name}: {w.isolate(mention.sentence)}" for mention in view.mentions]
    lines += [f"+ {w.isolate(sentence)}" for sentence in view.new[:3]] if kind == "update" else []
    lines += [w.say_why(view), w.to_link(view.url), f"{desk}/story/{view.story_id}" if desk else ""]
    lines += [f"right or wrong: {desk}/judge/{view.judge}"] if desk and view.judge else []
    title = w.KINDS[kind] + w.to_line(view.headline)
    return [Message(key="", title=title, body="\n".join(line for line in lines if line), body_format="text")]


def render_digest(view: DigestView, desk: str) -> list[Message]:
    """One message with the whole digest."""
    return [Message(key="", title=w.say_subject(view), body=digest_text(view, desk), body_format="text")]


def render_notice(title: str, text: str) -> list[Message]:
    """The words as they are."""
    return [Message(key="", title=w.to_line(title), body=text, body_format="text")]


def mark(message: Message, short_id: str) -> Message:
    """With the id by which a copy is known."""
    return replace(message, body=f"{message.body}\n{short_id}".lstrip())


def digest_text(view: DigestView, desk: str) -> str:
    """The digest as text; also the plain part of the mail."""
    blocks = [w.say_state(view)]
    if view.stories:
        blocks.append(
            "AT A GLANCE\n"
            + "\n".join(
                f"{number}. {w.isolate(s.headline)} ({w.to_line(s.outlet)})"
                for number, s in enumerate(view.stories[:5], 1)
            )
        )
    blocks += [group for group in (_group("PEOPLE", view, view.people), _group("TOPICS", view, view.topics)) if group]
    if view.stories:
        blocks.append(
            "STORIES\n\n"
            + "\n\n".join(_story(number, story, view.zone) for number, story in enumerate(view.stories, 1))
        )
    if view.more:
        blocks.append(w.say_more(view))
    if view.corrections:
        blocks.append("CORRECTIONS\n" + "\n".join(f"• {w.to_line(line)}" for line in view.corrections))
    if view.one_sided:
        blocks.append("ONE SIDE ONLY\n" + "\n".join(f"• {w.to_line(line)}" for line in view.one_sided))
    if view.week:
        blocks.append(
            "THE WEEK (stories a day, today last)\n"
            + "\n".join(f"{w.to_line(name)}: {' '.join(map(str, days))}" for name, days in view.week)
        )
    blocks.append(_footer(view, desk))
    return "\n\n".join(blocks)


def _group(title: str, view: DigestView, groups: tuple[tuple[str, tuple[int, ...]], ...]) -> str:
    if not groups:
        return ""
    numbers = {story.story_id: number for number, story in enumerate(view.stories, 1)}
    full = [f"{w.to_line(name)}: {', '.join(str(numbers[id]) for id in ids)}" for name, ids in groups if ids]
    empty = [w.to_line(name) for name, ids in groups if not ids]
    lines = full + ([f"nothing on: {', '.join(empty)}"] if empty else [])
    return f"{title}\n" + "\n".join(textwrap.fill(line, 110, break_long_words=False) for line in lines)


def _story(number: int, story: StoryView, zone: str) -> str:
    update = "[update] " if story.is_update else ""
    lines = [
        f"{number}. {update}{w.isolate(story.headline)}",
        f"   {w.say_source(story)}, {w.say_published(story, zone)}",
    ]
    lines += [f"   {w.say_others(story)}"] if story.also_in else []
    lines += [f"   “{w.isolate(story.excerpt)}”"] if story.excerpt else []
    lines += [f"   • {mention.name}: {w.isolate(mention.sentence)}" for mention in story.mentions[:5]]
    lines += [f"   + {w.isolate(sentence)}" for sentence in story.new[:2] if story.is_update]
    lines.append(f"   {w.to_link(story.url)}")
    return "\n".join(lines)


def _footer(view: DigestView, desk: str) -> str:
    lines = [f"Window: {w.say_window(view)}."]
    lines += [f"Outlets: {w.say_health(view.health)}."] if view.slug else []
    lines += [f"  {line}" for line in w.list_sick(view.health)]
    lines += [f"The desk: {desk}/"] if desk else []
    if view.slug:
        lines.append(f"To stop this digest, take its channel out of [digest.{view.slug}] in channels.toml.")
    return "-- \n" + "\n".join(lines)

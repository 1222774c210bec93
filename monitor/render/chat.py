"""What chat services share: the items of an alert, a digest or a notice in a service's own markup, split at their borders. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.model import AlertKind, DigestView, Message, StoryView
from monitor.render import wording as w

LONGEST_SENTENCE = 350
MENTIONS = 3  # of one story in a digest
SICK = 20  # outlets that need a look, in one digest


@dataclass(frozen=True, slots=True)
class Style:
    """A service's markup: `escape` makes any text harmless, `bold` takes escaped text, `link` our label and an http(s) address."""

    escape: Callable[[str], str]
    bold: Callable[[str], str]
    link: Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Service:
    """A chat service: its markup, and how items become messages that are short enough for it."""

    style: Style
    write: Callable[[list[str]], list[Message]]

    def render_alert(self, view: StoryView, kind: AlertKind, zone: str, desk: str) -> list[Message]:
        """One alert; long ones are split between mentions."""
        return self.write(list_alert(view, kind, zone, desk, self.style))

    def render_digest(self, view: DigestView, desk: str) -> list[Message]:
        """The digest, split between stories."""
        return self.write(list_digest(view, desk, self.style))

    def render_notice(self, title: str, text: str) -> list[Message]:
        """The words, escaped."""
        return self.write(list_notice(title, text, self.style))


def list_alert(view: StoryView, kind: AlertKind, zone: str, desk: str, style: Style) -> list[str]:
    """Head, further outlets, a line per mention, what is new, why it came, links."""
    text = style.escape
    head = style.bold(text(w.KINDS[kind] + _short(view.headline)))
    items = [f"{head}\n{text(w.say_source(view))}\n{text(w.say_published(view, zone))}"]
    items += [text(w.say_others(view))] if view.also_in else []
    items += [f"• {style.bold(text(mention.name))}: {text(_short(mention.sentence))}" for mention in view.mentions]
    items += [f"+ {text(_short(sentence))}" for sentence in view.new[:3]] if kind == "update" else []
    items += [text(w.say_why(view))] if view.watchlists else []
    return [*items, links(view, desk, style)]


def list_digest(view: DigestView, desk: str, style: Style) -> list[str]:
    """Subject and state, an item per story, corrections, the window, outlets that need a look."""
    text = style.escape
    items = [f"{style.bold(text(w.say_subject(view)))}\n{text(w.say_state(view))}"]
    for number, story in enumerate(view.stories, 1):
        update = "[update] " if story.is_update else ""
        lines = [
            style.bold(f"{number}. {text(update)}{text(_short(story.headline))}"),
            text(f"{w.say_source(story)}, {w.say_published(story, view.zone)}"),
        ]
        lines += [text(w.say_others(story))] if story.also_in else []
        lines += [f"• {text(m.name)}: {text(_short(m.sentence))}" for m in story.mentions[:MENTIONS]]
        lines += [f"+ {text(_short(sentence))}" for sentence in story.new[:1] if story.is_update]
        items.append("\n".join([*lines, links(story, desk, style)]))
    items += [text(w.say_more(view))] if view.more else []
    items += [f"Corrected: {text(w.isolate(line))}" for line in view.corrections]
    items += [f"One side only: {text(w.isolate(line))}" for line in view.one_sided]
    items.append(text(f"Window: {w.say_window(view)}."))
    return items + [text(line) for line in w.list_sick(view.health)[:SICK]]


def list_notice(title: str, text: str, style: Style) -> list[str]:
    """The title, then the words line by line."""
    head = [style.bold(style.escape(w.to_line(title)))] if title else []
    return [*head, *(style.escape(w.to_line(line)) for line in text.splitlines() if line.strip())]


def links(view: StoryView, desk: str, style: Style) -> str:
    """The article and, where there is a desk, its story there."""
    link = w.to_link(view.url)
    shown = style.link("read", link) if link else ""
    shown += " · " + style.link("story", f"{desk}/story/{view.story_id}") if desk else ""
    return shown + (" · " + style.link("right or wrong?", f"{desk}/judge/{view.judge}") if desk and view.judge else "")


def split_items(items: list[str], longest: int) -> list[str]:
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


def _short(text: str) -> str:
    line = w.isolate(text)
    return line if len(line) <= LONGEST_SENTENCE else line[: LONGEST_SENTENCE - 1] + "…"

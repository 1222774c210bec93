"""Alerts in the user's own words: Jinja in a sandbox that knows nothing but the story. Pure.

What comes out is text: each channel escapes it like any other. Loops are nested twice at most, and there is nothing to call, so that a template
ends soon whatever it holds. Source: jinja.palletsprojects.com/en/stable/sandbox, "Security Considerations".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.model import AlertKind, Mention, StoryView
from monitor.render import wording as w

LONGEST = 20_000  # characters of one alert; a guess
DEEPEST = 2  # loops in loops
FILTERS = ("capitalize", "count", "default", "e", "first", "join", "last", "length", "lower", "reverse", "sort", "title",
           "trim", "truncate", "unique", "upper", "wordcount")  # fmt: skip
REFUSED = (nodes.Macro, nodes.CallBlock, nodes.Call, nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends,
           nodes.Block, nodes.Mul, nodes.Pow, nodes.Mod, nodes.FilterBlock, nodes.Assign, nodes.AssignBlock)  # fmt: skip


class _Sandbox(ImmutableSandboxedEnvironment):
    """Keys of our own values, and no attribute of anything."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ARG002 (the signature is Jinja's)
        return False


def _make_environment() -> _Sandbox:
    found = _Sandbox(autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, cache_size=32)
    found.globals.clear()
    found.filters = {name: found.filters[name] for name in FILTERS}
    found.tests = {name: found.tests[name] for name in ("defined", "undefined", "none", "string", "number", "eq", "ne")}
    return found


environment = _make_environment()


def check_template(source: str) -> str | None:
    """ "line 3: …" when a template cannot be read or does not render; None when it does."""
    try:
        _refuse(environment.parse(source))
        for view, kind in _samples():
            render_template(source, view, kind, "UTC", "http://127.0.0.1:8484")
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {_tidy(error.message or '')}"
    except TemplateError as error:
        return f"line {_line_of(error)}: {_tidy(error)}"
    except Exception as error:  # a filter on a value that it does not know, and the like
        return f"line {_line_of(error)}: {_tidy(error)}"
    return None


def render_template(source: str, view: StoryView, kind: AlertKind, zone: str, desk: str) -> str:
    """The alert's text. Raises: whatever the template does; jinja2's SecurityError when it becomes too long."""
    template = environment.from_string(source)
    text, size = [], 0
    for piece in template.generate(**list_values(view, kind, zone, desk)):
        size += len(piece)
        if size > LONGEST:
            raise SecurityError(f"its text is longer than {LONGEST} characters")
        text.append(piece)
    return "".join(text).strip()


def list_values(view: StoryView, kind: AlertKind, zone: str, desk: str) -> dict[str, Any]:
    """What a template may name: texts on one line each, lists of them, and true or false."""
    return {
        "kind": kind,
        "is_update": kind == "update",
        "headline": w.to_line(view.headline),
        "language": view.language,
        "outlet": w.to_line(view.outlet),
        "country": view.country,
        "orientation": view.orientation,
        "source": w.say_source(view),
        "time": w.say_published(view, zone),
        "excerpt": w.to_line(view.excerpt),
        "event": w.to_line(view.event),
        "mentions": [
            {"name": w.to_line(m.name), "kind": m.kind, "sentence": w.to_line(m.sentence)} for m in view.mentions
        ],
        "watchlists": [w.to_line(name) for name in view.watchlists],
        "also_in": [{"outlet": w.to_line(name), "link": w.to_link(url)} for name, url in view.also_in],
        "others": w.say_others(view),
        "new": [w.to_line(sentence) for sentence in view.new],
        "voices": view.voices,
        "link": w.to_link(view.url),
        "story": f"{desk}/story/{view.story_id}" if desk else "",
    }


def _refuse(node: nodes.Node, depth: int = 0) -> None:
    """Raises: TemplateSyntaxError for what could run long, call something or read a file."""
    for child in node.iter_child_nodes():
        if isinstance(child, REFUSED):
            raise TemplateSyntaxError(f"{type(child).__name__.lower()} is not allowed in a template", child.lineno)
        is_loop = isinstance(child, nodes.For)
        if is_loop and (depth == DEEPEST or getattr(child, "recursive", False)):
            raise TemplateSyntaxError("a loop within a loop within a loop is not allowed", child.lineno)
        _refuse(child, depth + is_loop)


def _line_of(error: BaseException) -> int:
    """The line of the template in which it happened; 1 when nobody knows."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _tidy(error: BaseException | str) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words[0].lower() + words[1:160].rstrip(".")


def _samples() -> Iterator[tuple[StoryView, AlertKind]]:
    """A story with everything, and one with as little as there can be."""
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    mention = Mention(entry="a", name="A", kind="person", sentence="A spoke.", text="A")
    full = StoryView(
        story_id=1, headline="A speaks", language="en", outlet="B", outlet_slug="b", country="NL", orientation="official",
        url="https://example.org/", published_at=moment, first_seen_at=moment, updated_at=moment, excerpt="A spoke.",
        mentions=(mention, mention), watchlists=("C",), also_in=(("D", "https://example.org/d"),), new=("A spoke.",),
    )  # fmt: skip
    bare = StoryView(
        story_id=2, headline="", language="", outlet="", outlet_slug="", country="XX", orientation="independent", url="",
        published_at=None, first_seen_at=moment, updated_at=moment, excerpt="", mentions=(),
    )  # fmt: skip
    yield full, "update"
    yield bare, "instant"

"""A page as a list of text blocks in the tree of its elements, from one pass over lexbor's serialisation. Pure.

Source: a walk of the tree from Python took 13 times as long as one expression over its serialisation.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable

from monitor.cleaning.cues import tokenize

MOST_ELEMENTS = 60_000  # a guess; the longest news page seen has 9,000
# An attribute's name may hold a quote; text behind a comment is text.
TAG = re.compile(r'<(/?)([a-z][^\s>/]*)((?: [^\s=>]+="[^"]*")*)[^>]*>([^<]*)')
COMMENT = re.compile(r"<!--.*?-->", re.S)
BLOCK_TAGS = """
    address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr
    legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul button label caption
""".split()  # noqa: SIM905 - reads as a list
FLAGS = {
    name: 1 << place
    for place, name in enumerate(
        [
            "nav",
            "header",
            "footer",
            "aside",
            "article",
            "main",
            "figure",
            "figcaption",
            "form",
            "table",
            "blockquote",
            "li",
            "heading",
            "link",
            "hidden",
        ]
    )
}
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
HIDDEN = re.compile(r' (?:hidden="|aria-hidden="true"|style="[^"]*(?:display:\s*none|visibility:\s*hidden))', re.I)


class Blocks:
    """Texts with their words, their element, their link and bold characters; elements with tag, parent, attributes, flags, depth.

    Elements are in document order: those below element e are e + 1 … ends[e] - 1.
    """

    __slots__ = (
        "attributes",
        "bold",
        "depths",
        "elements",
        "ends",
        "flags",
        "link",
        "links",
        "parents",
        "tags",
        "texts",
        "tokens",
        "wrapped",
    )

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.tokens: list[list[str]] = []
        self.elements: list[int] = []
        self.link: list[int] = []
        self.links: list[int] = []
        self.bold: list[int] = []
        self.wrapped: list[int] = []  # begins behind a <br>
        self.tags = ["body"]
        self.parents = [-1]
        self.attributes = [""]
        self.flags = [0]
        self.depths = [0]
        self.ends = [0]

    def __len__(self) -> int:
        return len(self.texts)


def read_blocks(source: str) -> Blocks:
    """The blocks of a body as lexbor writes it: attributes quoted, scripts stripped."""
    if "<!--" in source:
        source = COMMENT.sub("", source)
    return _Reader().read(source)


class _Reader:
    def __init__(self) -> None:
        self.blocks = Blocks()
        self.stack: list[tuple[str, int]] = [("body", 0)]
        self.top = 0
        self.current: list[str] = []
        self.link = self.links = self.bold = 0
        self.in_link = self.in_bold = self.after_break = 0

    def read(self, source: str) -> Blocks:
        for close, tag, attributes, text in TAG.findall(source):
            act = ACTIONS.get(tag)
            if act is not None:
                act(self, close, tag, attributes)
            if text and (self.current or not text.isspace()):
                self.current.append(text)
                if self.in_link:
                    self.link += len(text)
                if self.in_bold:
                    self.bold += len(text)
        self._end_block(0)
        for _, element in self.stack:
            self.blocks.ends[element] = len(self.blocks.tags)
        return _finish(self.blocks)

    def on_block(self, close: str, tag: str, attributes: str) -> None:
        if self.current or self.after_break:
            self._end_block(0)
        self.link = self.links = self.bold = 0
        if close:
            stack = self.stack
            if len(stack) > 1 and stack[-1][0] == tag:  # lexbor closes what it opened: nearly always the last one
                self.blocks.ends[stack.pop()[1]] = len(self.blocks.tags)
                self.top = stack[-1][1]
            else:
                self._close(tag)
        elif tag not in ("hr", "body") and len(self.blocks.tags) < MOST_ELEMENTS:
            self._open(tag, attributes)

    def on_break(self, _close: str, _tag: str, _attributes: str) -> None:
        if self.current:
            self._end_block(1)
            self.link = self.links = self.bold = 0
        self.after_break = 1

    def on_link(self, close: str, _tag: str, _attributes: str) -> None:
        self.in_link = 0 if close else 1
        self.links += self.in_link

    def on_bold(self, close: str, _tag: str, _attributes: str) -> None:
        self.in_bold = 0 if close else 1

    def _open(self, tag: str, attributes: str) -> None:
        blocks, top = self.blocks, self.top
        flags = blocks.flags[top] | FLAGS.get(tag, 0)
        if tag in HEADINGS:
            flags |= FLAGS["heading"]
        if self.in_link:
            flags |= FLAGS["link"]
        if attributes and ("idden" in attributes or "none" in attributes) and HIDDEN.search(attributes):
            flags |= FLAGS["hidden"]
        self.top = len(blocks.tags)
        blocks.parents.append(top)
        blocks.depths.append(blocks.depths[top] + 1)
        blocks.tags.append(tag)
        blocks.attributes.append(attributes)
        blocks.flags.append(flags)
        blocks.ends.append(0)
        self.stack.append((tag, self.top))

    def _close(self, tag: str) -> None:
        while len(self.stack) > 1:
            name, element = self.stack.pop()
            self.blocks.ends[element] = len(self.blocks.tags)
            if name == tag:
                break
        self.top = self.stack[-1][1]

    def _end_block(self, at_break: int) -> None:
        if self.current:
            blocks = self.blocks
            blocks.texts.append("".join(self.current))
            blocks.elements.append(self.top)
            blocks.link.append(self.link)
            blocks.links.append(self.links)
            blocks.bold.append(self.bold)
            blocks.wrapped.append(at_break or self.after_break)
            self.current = []
        self.after_break = 0


Action = Callable[[_Reader, str, str, str], None]
ACTIONS: dict[str, Action] = dict.fromkeys(BLOCK_TAGS, _Reader.on_block)
ACTIONS |= {"br": _Reader.on_break, "a": _Reader.on_link}
ACTIONS |= dict.fromkeys(("b", "strong", "em", "i"), _Reader.on_bold)


def _finish(blocks: Blocks) -> Blocks:
    """Entities read, white space folded, blocks without a word left out."""
    texts = [" ".join((entities.unescape(text) if "&" in text else text).split()) for text in blocks.texts]
    tokens = [tokenize(text) for text in texts]
    kept = [place for place, words in enumerate(tokens) if words]
    blocks.texts = [texts[place] for place in kept]
    blocks.tokens = [tokens[place] for place in kept]
    for name in ("elements", "link", "links", "bold", "wrapped"):
        values = getattr(blocks, name)
        setattr(blocks, name, [values[place] for place in kept])
    return blocks

"""A page as a list of text blocks in the tree of its elements, from one pass over lexbor's serialisation. Pure.

Source: a walk of the tree from Python took 13 times as long as one pass over its serialisation.
"""

from __future__ import annotations

import re

from monitor.cleaning.cues import tokenize

MOST_ELEMENTS = 60_000  # a guess; the longest news page seen has 9,000
COMMENT = re.compile(r'<!--(?![^\s>"=]*="[^"]*"[ >]).*?-->', re.S)  # not an attribute's name that begins so
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
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TAG_FLAGS = FLAGS | dict.fromkeys(HEADINGS, FLAGS["heading"])
INLINE, LINK, BOLD, BREAK, OPEN, CLOSE, RULE = range(7)
KINDS = {"": INLINE, "span": INLINE, "/span": INLINE, "a": LINK, "/a": LINK, "br": BREAK}
KINDS |= dict.fromkeys(("b", "/b", "strong", "/strong", "em", "/em", "i", "/i"), BOLD)
KINDS |= (
    dict.fromkeys(BLOCK_TAGS, OPEN)
    | dict.fromkeys((f"/{tag}" for tag in BLOCK_TAGS), CLOSE)
    | {"hr": RULE, "body": RULE}
)
Found = tuple[str, int, int, int, int, int]
Element = tuple[str, int, str, int, int]  # tag, parent, attributes, flags, depth
LINK_FLAG, HIDDEN_FLAG = FLAGS["link"], FLAGS["hidden"]
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
    """The blocks of a body as lexbor writes it: scripts stripped, no < and > but those of tags, no entity but those four that stand for <, >, & and a space."""
    if "<!--" in source:
        source = COMMENT.sub("", source)
    blocks = Blocks()
    kept: list[Found] = []
    for found in _read_tags(source, blocks):
        text = found[0]
        text = " ".join((_unescape(text) if "&" in text else text).split())
        tokens = tokenize(text)
        if tokens and not _is_load(blocks, found[1], text):
            blocks.texts.append(text)
            blocks.tokens.append(tokens)
            kept.append(found)
    if kept:
        _, blocks.elements, blocks.link, blocks.links, blocks.bold, blocks.wrapped = map(list, zip(*kept, strict=True))
    return blocks


def _unescape(text: str) -> str:
    return text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _read_tags(source: str, blocks: Blocks) -> list[Found]:  # noqa: C901 - one loop: half of its time were calls out of it
    """Fills in the elements; the text of each block as it is written, its element, link, links, bold, wrapped."""
    known_kind, known_flags = KINDS.get, TAG_FLAGS.get
    elements: list[Element] = [("body", -1, "", 0, 0)]
    ends = blocks.ends
    found: list[Found] = []
    current: list[str] = []
    top = link = links = bold = after_break = 0
    in_link = in_bold = False
    for piece in _split(source):
        tag, _, text = piece.partition(">")
        attributes = ""
        kind = known_kind(tag)
        if kind is None:
            head = tag
            tag = (head.split(None, 1) or ("",))[0]
            attributes = head[len(tag) :]
            kind = known_kind(tag, INLINE)
        if kind >= OPEN:
            if current:
                found.append(("".join(current), top, link, links, bold, after_break))
                current = []
            link = links = bold = after_break = 0
            if kind == CLOSE:
                closed = elements[top]
                if top and closed[0] == tag[1:]:  # lexbor closes what it opened: nearly always the last one
                    ends[top] = len(elements)
                    top = closed[1]
                else:
                    top = _close(elements, ends, top, tag[1:])
            elif kind == OPEN and len(elements) < MOST_ELEMENTS:
                above = elements[top]
                flags = above[3] | known_flags(tag, 0)
                if in_link:
                    flags |= LINK_FLAG
                if attributes and ("idden" in attributes or "none" in attributes) and HIDDEN.search(attributes):
                    flags |= HIDDEN_FLAG
                elements.append((tag, top, attributes, flags, above[4] + 1))
                ends.append(0)
                top = len(ends) - 1
        elif kind == LINK:
            in_link = tag == "a"
            links += in_link
        elif kind == BOLD:
            in_bold = tag[0] != "/"
        elif kind == BREAK:
            if current:
                found.append(("".join(current), top, link, links, bold, 1))
                current, link, links, bold = [], 0, 0, 0
            after_break = 1
        if text and (current or not text.isspace()):
            current.append(text)
            if in_link:
                link += len(text)
            if in_bold:
                bold += len(text)
    if current:
        found.append(("".join(current), top, link, links, bold, after_break))
    _close(elements, ends, top, "")
    ends[0] = len(elements)
    columns = zip(*elements, strict=True)
    blocks.tags, blocks.parents, blocks.attributes, blocks.flags, blocks.depths = map(list, columns)
    return found


def _split(source: str) -> list[str]:
    """What stands behind each < that begins a tag: names of tags and of attributes may hold one too."""
    pieces = source.split("<")
    if len(pieces) - 1 == source.count(">"):
        return pieces
    joined, begun = [], ""
    for piece in pieces[1:]:
        if ">" in piece:
            joined.append(begun + piece)
            begun = ""
        else:
            begun += piece + "<"
    return joined


def _close(elements: list[Element], ends: list[int], top: int, tag: str) -> int:
    """The element that is open once this one is closed, and all open ones below it."""
    while top:
        ends[top] = len(elements)
        closed, top = elements[top][:2]
        if closed == tag:
            break
    return top


def _is_load(blocks: Blocks, element: int, text: str) -> bool:
    """Is a block an address in a hidden element, which a script reads? A block without a word is none either."""
    return text[:4] == "http" and " " not in text and blocks.flags[element] & FLAGS["hidden"] > 0

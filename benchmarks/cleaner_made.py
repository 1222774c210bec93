"""Made-up pages for the classifier's training, with their true text: guides, lists of the best, handbooks, short news. Pure.

No sentence is anybody's: content words are syllables drawn by chance, between function words of five languages. What the pages teach
is form: that lists, steps, tables, code and headings among paragraphs are text, and that a note on the author, a letter's box, a
teaser or a comment is none, however much it reads like prose.
"""

from __future__ import annotations

import html
import random
from dataclasses import dataclass, field

from cleaner_made_around import NAMES, Around
from cleaner_made_text import Voice

KINDS = {"guide": 4, "best": 2, "steps": 2, "handbook": 2, "news": 3, "essay": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePage:
    """A page's source and its true text, a line a block."""

    id: str
    html: str
    body: str


def make_pages(count: int, seed: int = 0) -> list[MadePage]:
    """The same pages for the same seed; each is a site of its own."""
    return [_make_page(f"made-{seed}-{number}") for number in range(count)]


def _make_page(name: str) -> MadePage:
    chance = random.Random(name)
    writer = _Writer(
        chance=chance, voice=Voice(chance), style=chance.choice(("named", "named", "hashed", "utility", "bare"))
    )
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    around = Around(chance, writer.voice, writer.attribute)
    writer.around = around
    writer.write_article(kind)
    return MadePage(
        id=name, html=around.frame(writer.title, writer.parts, is_news=kind == "news"), body="\n".join(writer.lines)
    )


@dataclass(slots=True)
class _Writer:
    """The article in the making: pieces of source, true lines."""

    chance: random.Random
    voice: Voice
    style: str
    title: str = ""
    parts: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    around: Around | None = None
    box: str = ""  # tags around each section
    paragraph: str = "p"
    is_wrapped_item: bool = False

    def attribute(self, role: str) -> str:
        """A class by the site's style: the names that systems give, hashes, utilities or none."""
        if self.style == "bare" or (self.style != "named" and self.chance.random() < 0.3):
            return ""
        if self.style == "named":
            name = self.chance.choice(NAMES[role])
        elif self.style == "hashed":
            name = f"css-{self.chance.randrange(16**6):x}"
        else:
            name = " ".join(self.chance.sample(("mt-4", "flex", "mb-8", "text-lg", "px-6", "w-full", "grid"), 3))
        return f' class="{name}"'

    def write_article(self, kind: str) -> None:
        voice, chance = self.voice, self.chance
        self.title = voice.title()
        self.box = chance.choice(("", "", "section", "div", "div div"))
        self.paragraph = chance.choices(("p", "div", "p in div"), (8, 1, 1))[0]
        self.is_wrapped_item = chance.random() < 0.2
        for _ in range(chance.randint(2, 7) if kind == "news" else chance.randint(1, 4)):
            self.write_paragraph()
        if kind == "essay":
            self.write_many(chance.randint(8, 50))
        elif kind == "news":
            self.write_few()
        else:
            for number in range(chance.randint(3, 16)):
                self.write_section(kind, number + 1)
        if chance.random() < 0.3:
            self.write_paragraph()

    def write_many(self, count: int) -> None:
        for _ in range(count):
            if self.chance.random() < 0.1:
                self.say("h2", self.voice.phrase(2, 8))
            self.write_paragraph(self.chance.choice((1, 1, 2, 4)))

    def write_few(self) -> None:
        if self.chance.random() < 0.25:
            self.write_list()
            self.write_paragraph()

    def write_section(self, kind: str, number: int) -> None:
        """A heading and what stands below it, in a box of its own where the page has such."""
        chance = self.chance
        for tag in self.box.split():
            self.parts.append(f"<{tag}{self.attribute('section')}>")
        lead = f"{number}. " if kind in ("best", "steps") and chance.random() < 0.5 else ""
        self.say(chance.choice(("h2", "h2", "h3")), lead + self.voice.phrase(1, 9))
        forms = {
            "guide": (self.write_paragraph, self.write_list, self.write_subsection, self.write_table, self.write_quote),
            "best": (self.write_paragraph, self.write_product, self.write_list),
            "steps": (self.write_list, self.write_paragraph, self.write_steps),
            "handbook": (self.write_paragraph, self.write_code, self.write_list, self.write_terms, self.write_table),
        }[kind]
        if chance.random() < 0.8:
            self.write_paragraph()
        for _ in range(chance.randint(0, 4)):
            chance.choice(forms)()
        if chance.random() < 0.25 and self.around is not None:
            self.parts.append(self.around.interrupt())
        self.parts += [f"</{tag}>" for tag in reversed(self.box.split())]

    def say(self, tag: str, text: str, inside: str = "") -> None:
        """A true line."""
        self.lines.append(text)
        self.parts.append(f"<{tag}>{inside or html.escape(text)}</{tag}>")

    def write_paragraph(self, sentences: int = 0) -> None:
        text = self.voice.prose(sentences or self.chance.choice((1, 2, 3, 4, 5)))
        inside = html.escape(text)
        if self.chance.random() < 0.15:
            words = inside.split()
            at = self.chance.randrange(len(words))
            inside = " ".join([*words[:at], f'<a href="/{at}">{words[at]}</a>', *words[at + 1 :]])
        if self.paragraph == "p in div":
            self.parts.append(f"<div{self.attribute('section')}>")
        self.say("div" if self.paragraph == "div" else "p", text, inside)
        if self.paragraph == "p in div":
            self.parts.append("</div>")

    def write_list(self) -> None:
        """Short items, items that begin with a term, or items that are sentences; some with links."""
        form = self.chance.choice(("short", "short", "middle", "term", "long", "linked"))
        tag = self.chance.choice(("ul", "ul", "ol"))
        self.parts.append(f"<{tag}>")
        for _ in range(self.chance.randint(2, 12)):
            self.write_item(form)
        self.parts.append(f"</{tag}>")

    def write_item(self, form: str) -> None:
        voice, inside = self.voice, ""
        if form == "short":
            text = voice.phrase(1, 6)
        elif form == "middle":
            text = voice.phrase(5, 16)
        elif form == "linked":
            name, rest = voice.phrase(1, 3), voice.phrase(4, 14)
            text, inside = f"{name} {rest}", f'<a href="/x">{html.escape(name)}</a> {html.escape(rest)}'
        elif form == "term":
            name, rest = voice.phrase(1, 4), voice.prose(1)
            text, inside = f"{name}: {rest}", f"<strong>{html.escape(name)}:</strong> {html.escape(rest)}"
        else:
            text = voice.prose(self.chance.choice((1, 2)))
        tags = ("<li><p>", "</p></li>") if self.is_wrapped_item else ("<li>", "</li>")
        self.lines.append(text)
        self.parts.append(tags[0] + (inside or html.escape(text)) + tags[1])

    def write_steps(self) -> None:
        for number in range(self.chance.randint(2, 6)):
            self.say(self.chance.choice(("h3", "h4")), f"{self.voice.step()} {number + 1}: {self.voice.phrase(2, 7)}")
            self.write_paragraph()

    def write_subsection(self) -> None:
        self.say(self.chance.choice(("h3", "h4")), self.voice.phrase(1, 8))
        self.write_paragraph()
        if self.chance.random() < 0.4:
            self.write_list()

    def write_product(self) -> None:
        """A box with a name, facts, what is good and what is not; its button is no text."""
        self.parts.append(f"<div{self.attribute('product')}>")
        self.say("h3", self.voice.phrase(1, 5))
        tag = self.chance.choice(("div", "li", "p"))
        self.parts.append("<ul>" if tag == "li" else "<div>")
        for _ in range(self.chance.randint(2, 7)):
            self.say(tag, f"{self.voice.phrase(1, 2)}: {self.voice.phrase(1, 4)}")
        self.parts.append("</ul>" if tag == "li" else "</div>")
        if self.around is not None and self.chance.random() < 0.6:
            self.parts.append(self.around.button())
        self.write_paragraph()
        self.parts.append("</div>")

    def write_table(self) -> None:
        columns = self.chance.randint(2, 5)
        self.parts.append("<table><tbody>")
        for row in range(self.chance.randint(2, 12)):
            self.parts.append("<tr>")
            for column in range(columns):
                text = self.voice.phrase(1, 4) if column == 0 or self.chance.random() < 0.6 else self.voice.number()
                self.say("th" if row == 0 else "td", text)
            self.parts.append("</tr>")
        self.parts.append("</tbody></table>")

    def write_terms(self) -> None:
        self.parts.append("<dl>")
        for _ in range(self.chance.randint(2, 6)):
            self.say("dt", self.voice.phrase(1, 3))
            self.say("dd", self.voice.prose(1))
        self.parts.append("</dl>")

    def write_code(self) -> None:
        self.say("pre", self.voice.code())

    def write_quote(self) -> None:
        self.parts.append("<blockquote>")
        self.write_paragraph(1)
        self.parts.append("</blockquote>")

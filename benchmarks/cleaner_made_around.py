"""What stands around and between a made-up article (cleaner_made.py) and is none of it. Pure."""

from __future__ import annotations

import html
import random
from collections.abc import Callable

from cleaner_made_text import Voice

NAMES = {
    "article": ("entry-content", "post-content", "article-body", "post-body", "content", "article__body", "rich-text", "page-content", "story-body"),
    "section": ("section", "content-block", "wp-block-group", "row", "text-block", "component", "wrapper"),
    "product": ("product", "review-box", "product-card", "item", "card"),
    "author": ("author-box", "author-bio", "about-author", "author-info", "contributor", "bio"),
    "letter": ("newsletter", "signup", "subscribe-box", "cta", "optin", "newsletter-form"),
    "related": ("related-posts", "read-next", "more-stories", "recommended", "related", "post-grid"),
    "side": ("sidebar", "widget-area", "secondary", "rail", "column-right"),
    "notice": ("cookie-banner", "consent", "notice", "gdpr", "cookie-notice"),
    "menu": ("menu", "navigation", "site-nav", "navbar", "breadcrumbs"),
    "foot": ("site-footer", "footer", "colophon", "footer-widgets"),
    "comments": ("comments-area", "comment-list", "discussion", "responses"),
    "contents": ("toc", "table-of-contents", "contents", "jump-links"),
    "share": ("social-share", "share-buttons", "post-meta", "entry-meta"),
}  # fmt: skip
LETTER = (
    "Subscribe to our newsletter",
    "Sign up for the weekly email",
    "Get our stories in your inbox",
    "Join {} readers",
    "Stay up to date",
)
OTHERS = ("Related articles", "Read next", "You may also like", "More from {}", "Recommended", "Latest posts", "{}")
LABELS = (
    "Advertisement",
    "Photo: {}",
    "Share",
    "Updated {} days ago",
    "{} min read",
    "Affiliate links",
    "Print",
    "Loading",
)
NOTICE = ("We use cookies to {}.", "By continuing you accept our privacy policy and {}.", "This site uses cookies; {}.")
AUTHOR = ("{name} is {rest}", "About {name}: {rest}", "Written by {name}, {rest}", "{rest}")
RIGHTS = ("© 2024 {}. All rights reserved.", "Copyright {}", "{} is a registered trademark.")


class Around:
    """Furniture by chance; `attribute` names an element by its role."""

    def __init__(self, chance: random.Random, voice: Voice, attribute: Callable[[str], str]) -> None:
        self.chance, self.voice, self.attribute = chance, voice, attribute
        self.is_semantic = chance.random() < 0.6
        self.author = voice.name()

    def frame(self, title: str, article: list[str], *, is_news: bool) -> str:
        """The whole page."""
        inside = [
            *article,
            *self._some(0.5 if is_news else 0.35, self.write_author, self.write_letter, self.write_call),
        ]
        main = "".join([self._head(title), self._box("div", "article", "".join(inside)), *self._below(is_news=is_news)])
        tag = self.chance.choice(("article", "main", "div")) if self.is_semantic else "div"
        parts = [*self._some(0.4, self.write_notice, self.write_letter), self._menus(), f"<{tag}>{main}</{tag}>"]
        if self.chance.random() < 0.5:
            parts.insert(self.chance.choice((1, len(parts))), self._side())
        parts += [self._foot(), *self._some(0.2, self.write_notice, self.write_letter)]
        body = "".join(parts)
        for _ in range(self.chance.randint(0, 4)):
            body = f"<div{self.attribute('section')}>{body}</div>"
        return f"<html><head>{self._meta(title)}</head><body>{body}</body></html>"

    def interrupt(self) -> str:
        """What breaks an article off in its middle."""
        write = self.chance.choice(
            (self.write_letter, self.write_figure, self.write_label, self.write_teaser, self.write_call)
        )
        return write()

    def button(self) -> str:
        return f'<div><a href="/buy">{self.voice.phrase(1, 4)}</a></div>'

    def write_author(self) -> str:
        rest = self.voice.prose(self.chance.choice((1, 1, 2, 3)))
        text = self.chance.choice(AUTHOR).format(name=self.author, rest=rest[:1].lower() + rest[1:])
        head = self.chance.choice(("", f"<h4>{self.author}</h4>", "<h3>About the author</h3>"))
        link = self.chance.choice(("", f' <a href="/author">{self.voice.phrase(1, 3)}</a>'))
        return self._box(
            self.chance.choice(("div", "div", "aside")), "author", f"{head}<p>{html.escape(text)}{link}</p>"
        )

    def write_letter(self) -> str:
        head = self.chance.choice(LETTER).format(self.chance.randint(100, 90000))
        text = html.escape(self.voice.prose(self.chance.choice((1, 1, 2))))
        tag = self.chance.choice(("h2", "h3", "p", "div"))
        return self._box(self.chance.choice(("div", "aside", "form")), "letter", f"<{tag}>{head}</{tag}><p>{text}</p>")

    def write_call(self) -> str:
        """An offer: a heading, a sentence, a button."""
        head, text = self.voice.phrase(2, 7), html.escape(self.voice.prose(1))
        return self._box("div", "letter", f'<h3>{head}</h3><p>{text}</p><a href="/go">{self.voice.phrase(1, 3)}</a>')

    def write_notice(self) -> str:
        text = " ".join(
            self.chance.choice(NOTICE).format(self.voice.phrase(4, 16)) for _ in range(self.chance.randint(1, 3))
        )
        return self._box("div", "notice", f"<p>{html.escape(text)}</p><button>{self.voice.phrase(1, 2)}</button>")

    def write_figure(self) -> str:
        return f'<figure><img src="/i.jpg"><figcaption>{html.escape(self.voice.prose(1))}</figcaption></figure>'

    def write_label(self) -> str:
        tag = self.chance.choice(("div", "p", "span"))
        return f"<div><{tag}>{self.chance.choice(LABELS).format(self.chance.randint(1, 20))}</{tag}></div>"

    def write_teaser(self) -> str:
        head = self.chance.choice(("Related: ", "Read more: ", "See also: ", ""))
        tag = self.chance.choice(("p", "div", "h4"))
        return f'<{tag}>{head}<a href="/other">{self.voice.phrase(4, 12)}</a></{tag}>'

    def _head(self, title: str) -> str:
        share = "".join(f'<li><a href="/s">{self.voice.word()}</a></li>' for _ in range(self.chance.randint(0, 5)))
        by = f"<div{self.attribute('share')}><span>By {self.author}</span> <span>{self.chance.randint(1, 28)} May 2024</span><ul>{share}</ul></div>"
        dek = f"<p>{self.voice.prose(1)}</p>" if self.chance.random() < 0.15 else ""
        contents = self._contents() if self.chance.random() < 0.2 else ""
        return f"<h1>{html.escape(title)}</h1>{dek}{by}{contents}"

    def _contents(self) -> str:
        items = "".join(
            f'<li><a href="#{n}">{self.voice.phrase(1, 7)}</a></li>' for n in range(self.chance.randint(3, 12))
        )
        return self._box("div", "contents", f"<p>Contents</p><ul>{items}</ul>")

    def _below(self, *, is_news: bool) -> list[str]:
        share = 0.55 if is_news else 0.4
        found = self._some(share, self.write_author, self.write_letter, self._related, self._comments, self._related)
        self.chance.shuffle(found)
        return found

    def _related(self) -> str:
        """Teasers: titles, some with the beginning of a text, some without a link around it."""
        form, parts = self.chance.choice(("title", "text", "text", "whole")), []
        for _ in range(self.chance.randint(2, 9)):
            head = self.voice.phrase(4, 12)
            head = head if form == "whole" else f'<a href="/p">{head}</a>'
            text = f"<p>{html.escape(self.voice.prose(self.chance.choice((1, 1, 2))))}</p>" if form != "title" else ""
            parts.append(f"<div{self.attribute('product')}><h3>{head}</h3>{text}</div>")
        label = self.chance.choice(OTHERS).format(self.voice.word())
        return self._box(
            self.chance.choice(("div", "section", "aside")), "related", f"<h2>{label}</h2>{''.join(parts)}"
        )

    def _comments(self) -> str:
        parts = []
        for _ in range(self.chance.randint(1, 10)):
            text = html.escape(self.voice.prose(self.chance.choice((1, 2, 4))))
            parts.append(
                f"<li><div><b>{self.voice.name()}</b> <span>{self.chance.randint(1, 28)} June 2024</span></div><p>{text}</p></li>"
            )
        return self._box("div", "comments", f"<h3>{len(parts)} comments</h3><ol>{''.join(parts)}</ol>")

    def _menus(self) -> str:
        def menu(least: int, most: int) -> str:
            return "".join(
                f'<li><a href="/m">{self.voice.phrase(1, 3)}</a></li>' for _ in range(self.chance.randint(least, most))
            )

        tag = "nav" if self.is_semantic else "div"
        crumbs = f"<ul>{menu(2, 4)}</ul>" if self.chance.random() < 0.4 else ""
        return f"<{tag}{self.attribute('menu')}><ul>{menu(4, 40)}</ul></{tag}>{crumbs}"

    def _side(self) -> str:
        parts = self._some(0.5, self.write_letter, self._related, self.write_author, self._contents, self.write_call)
        return self._box("aside" if self.is_semantic else "div", "side", "".join(parts))

    def _foot(self) -> str:
        about = (
            f"<p>{html.escape(self.voice.prose(self.chance.randint(1, 3)))}</p>" if self.chance.random() < 0.6 else ""
        )
        rights = f"<p>{self.chance.choice(RIGHTS).format(self.voice.name())}</p>"
        return self._box("footer" if self.is_semantic else "div", "foot", about + self._menus() + rights)

    def _box(self, tag: str, role: str, inside: str) -> str:
        return f"<{tag}{self.attribute(role)}>{inside}</{tag}>"

    def _some(self, share: float, *writers: Callable[[], str]) -> list[str]:
        return [write() for write in writers if self.chance.random() < share]

    def _meta(self, title: str) -> str:
        site = self.voice.word().capitalize()
        told = html.escape(self.voice.prose(1))
        parts = [f"<title>{html.escape(title)} | {site}</title>"]
        if self.chance.random() < 0.8:
            parts.append(f'<meta property="og:title" content="{html.escape(title)}">')
        if self.chance.random() < 0.8:
            parts.append(f'<meta name="description" content="{told}">')
        return "".join(parts)

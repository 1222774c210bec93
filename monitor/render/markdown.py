"""Markdown as Discord and Teams read it: what is ours is bold and linked, what is not is letters. Pure."""

from __future__ import annotations

import re

from monitor.render.chat import Style

SIGNS = re.compile(r"([\\*_~`|\[\]()<>#])")


def escape(text: str) -> str:
    """A backslash before each sign of markup; mentions are dead: a zero-width space after @ keeps it a letter."""
    return SIGNS.sub(r"\\\1", text).replace("@", "@\u200b")


def link(label: str, url: str) -> str:
    """A link whose address cannot end the markup."""
    quoted = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    return f"[{label}]({quoted})"


STYLE = Style(escape=escape, bold=lambda text: f"**{text}**", link=link)

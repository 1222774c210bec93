"""Which elements hold readers' comments, by what their classes and ids say. Pure.

Comments are cruft, always: of 107 bad pages of an old blog collection 64 were comment threads taken for the article.
"""

from __future__ import annotations

import functools
import re

import re2

from monitor.cleaning.blocks import Blocks

NAMES = re.compile(r' (?:class|id|itemprop|itemtype|data-component|data-testid|data-role|aria-label)="([^"]*)"', re.I)
# The attributes, between NULs, that may name a comment area.
MARKED = re2.compile(
    "[^\0]*(?:omment|isqus|espond|eplies|cmt|alkback|ivefyre|uestbook|iscussion|oral-|oral_|oralTalk|yvor|iscourse|pot-im|penweb|isso-|cackle)[^\0]*"
)
PART = (
    "s?[-_]?(?:list|lists|area|body|content|contents|thread|threads|container|wrapper|wrap|section|block|blocks|text|box|holder|main|inner|item|items|author|meta|"
    "tree|listing|feed|stream|widget|form|template|title|heading|header|reply|children|node|entry|row|panel|module|app|root|view|embed|count|counter|message)"
)
AREA = re.compile(
    rf"^(?:(?:user|post|blog|article|page|wp|reader|readers|fb|the|all|disqus|view|news|story|site|entry|node|single|section|block|js|c|m|l|o|depth|id|react|app|web|public)s?[-_]*)*comments?(?:{PART})*(?:[-_]?\d+)?$"
    r"|disqus|livefyre|^respond$|^replies$|^usercomments?|^cmts?$|^cmt[-_]|^talkback|^guestbook|^coral[-_]|^hyvor|^discourse-comments|^commento|^isso-|^openweb|^spot-?im|^graphcomment|^hypercomments|^cackle|"
    r"^comment[-_]+(?:body|content|text|author|meta|list|area|thread|wrap|respond)|(?:^|[-_])comments?[-_](?:list|thread|section|area|container|wrapper|block|body|content|text|box|tree|item)s?(?:$|[-_])|usercomment",
    re.I,
)
NO_AREA = re.compile(
    r"no-?comment|comments?-?(?:open|closed|off|link|number|icon|enabled|disabled|btn|button|toggle|status)s?|has-?comment|with-?comment|(?:link|icon|num|btn)s?[-_]comment",
    re.I,
)
NEVER = frozenset(("body", "main", "article"))
LEAST = 20  # words that must remain, else the page's article is marked as a comment


def find_comment_elements(blocks: Blocks) -> bytearray:
    """One byte an element: 1 when it is, or lies in, a comment area."""
    found = bytearray(len(blocks.tags))
    marked = {attributes for attributes in MARKED.findall("\0".join(set(blocks.attributes))) if _is_area(attributes)}
    if not marked:
        return found
    for element, attributes in enumerate(blocks.attributes):
        if element and (found[blocks.parents[element]] or (attributes in marked and blocks.tags[element] not in NEVER)):
            found[element] = 1
    return found


@functools.lru_cache(maxsize=20_000)
def _is_area(attributes: str) -> bool:
    for value in NAMES.findall(attributes):
        for name in value.split():
            name = name.rsplit("/", 1)[-1]
            plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
            if AREA.search(plain) and not NO_AREA.search(plain):
                return True
    return False

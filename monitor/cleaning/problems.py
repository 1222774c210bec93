"""Why a page has no article: a login, a cookie wall, an error page, a listing. Pure."""

from __future__ import annotations

import re

from monitor.cleaning.cues import has_words, tokenize
from monitor.cleaning.parse import Parsed
from monitor.text import fold

ERROR = re.compile(
    r"\b(?:404|403|410|500|502|503|page not found|not found|access denied|forbidden|just a moment|attention required|are you a robot|verify you are human|service unavailable|"
    r"bad gateway|internal server error|error|seite nicht gefunden|page introuvable|pagina no encontrada|pagina non trovata|страница не найдена|сторінку не знайдено|strona nie znaleziona|"
    r"sayfa bulunamadi|الصفحه غير موجوده)\b|页面不存在|ページが見つかりません|페이지를 찾을 수"
)
COOKIES = re.compile(
    r"\b(?:cookies?|consent|gdpr|your privacy|we value your privacy|datenschutz|einwilligung|zustimmung|vie privee)\b"
)
LOGIN = re.compile(
    r"\b(?:log ?in|sign ?in|forgot(?:ten)? (?:your )?password|password|anmelden|passwort|connexion|mot de passe|iniciar sesion|contrasena|войти|пароль|zaloguj|haslo)\b"
)
SCRIPTS = re.compile(
    r"\b(?:enable|turn on|requires?|activate) (?:your )?javascript|javascript (?:is )?(?:disabled|required)"
)
FEW = 350  # words; a longer text is no wall


def describe_missing(parsed: Parsed, paywalled: bool) -> str:
    """In words, why there is no article on a page that has none."""
    wall = find_wall(parsed, "\n".join(parsed.blocks.texts))
    if wall:
        return wall
    if paywalled:
        return "only a teaser: the text is behind a paywall"
    if is_listing(parsed):
        return "a listing, not an article"
    return "no article text on the page" if parsed.metadata.headline else "no article on the page"


def find_wall(parsed: Parsed, text: str) -> str:
    """An error page, a login, a cookie wall or a page that wants a script: short texts that say so."""
    if has_words(text, FEW + 1):
        return ""
    plain = len(tokenize(text))
    title = fold(f"{parsed.metadata.title} {parsed.metadata.headline}")
    text = fold(text[:6000])
    if ERROR.search(title):
        return "an error page"
    if parsed.metadata.has_password and LOGIN.search(text) and plain < FEW / 4:
        return "a login, not an article"
    if LOGIN.search(title):
        return "a login, not an article"
    if len(COOKIES.findall(text)) >= 4 and COOKIES.search(text[:400]):
        return "a cookie wall, not an article"
    if SCRIPTS.search(text) and plain < 120:
        return "a page that needs a script to show its text"
    return ""


def is_listing(parsed: Parsed) -> bool:
    """Does the page link to many texts and say nothing of an article of its own?"""
    metadata, blocks = parsed.metadata, parsed.blocks
    if metadata.is_article:
        return False
    titles = sum(
        len(tokens) >= 5 and link > 0.8 * len(text)
        for tokens, link, text in zip(blocks.tokens, blocks.link, blocks.texts, strict=True)
    )
    return (titles >= 8 and titles * 4 >= len(blocks.texts) * 0.8) or (titles >= 15 and not _has_headline(parsed))


def _has_headline(parsed: Parsed) -> bool:
    said = tokenize(parsed.metadata.said_headline)
    return len(said) > 3

"""Round-ups and live blogs: articles of many events, which must not glue stories. Pure."""

from __future__ import annotations

import re
from typing import Literal

from monitor.text import fold

Kind = Literal["news", "round-up", "live"]
LIVE = re.compile(
    r"\blive (?:updates?|blog|coverage)\b|^live\b\s*[:|-]|\bas it happened\b|\ben direct\b|^direct\b|\bliveblog\b|\blive-?ticker\b|\bnewsblog\b|\ben vivo\b|\bminuto a minuto\b|"
    r"\bонлайн\b|хроника дня|\bнаживо\b|текстова трансляція|\bتغطيه مباشره\b|لحظه بلحظه|直播|实时更新|滚动更新"
)
ROUND_UP = re.compile(
    r"\b(?:morning|evening|daily|weekly|week'?s) (?:briefing|brief|digest|round-?up|wrap|news)\b|\bround-?up\b|\bnews (?:in brief|digest|wrap|summary)\b|\bthe week in\b|"
    r"\b(?:things|stories) (?:to know|you need)\b|\bwhat to know (?:today|this)\b|\btop (?:\d+ )?(?:stories|headlines|news)\b|\bpress review\b|\bworld in brief\b|"
    r"\brevue de (?:la )?presse\b|\bl'essentiel de l'actu|\bles titres (?:du|de)\b|\btour d'horizon\b|\bpresseschau\b|\bnachrichtenuberblick\b|\bdas wichtigste (?:am|vom|des)\b|\bder tag im uberblick\b|"
    r"\bresumen de (?:noticias|prensa|la semana)\b|\blas noticias del dia\b|\bclaves del dia\b|\bобзор (?:прессы|новостей|сми|дня)\b|\bглавное за (?:день|неделю|сутки|ночь)\b|\bитоги (?:дня|недели)\b|"
    r"\bогляд (?:преси|новин|змі)\b|\bголовне за (?:день|добу|тиждень|ніч)\b|\bпідсумки (?:дня|тижня)\b|\bجوله الصحافه\b|\bموجز\b|\bابرز (?:الاخبار|عناوين|احداث)|新闻摘要|要闻|一周回顾|早报|晚报|简报"
)
# A word or a part of one that stands in whatever the two find; read in one pass, it spares most headlines the rest.
TOLD = re.compile(
    r"live|as it|direct|blog|vivo|minuto|онл|хрон|нажи|текст|تغط|لحظ|直|实|滚|"
    r"brief|digest|round|wrap|news|the week|to know|you need|top|press|revue|essentiel|titres|tour|wichtig|uberblick|"
    r"resumen|noticias|claves|обзор|главн|итоги|огляд|голов|підсум|جول|موجز|ابرز|新|要|一周|早|晚|简"
)
LISTED = re.compile(r"\s[;|]\s|;\s")
STAMP = re.compile(r"(?m)^\s*(?:[01]?\d|2[0-3])[:.h][0-5]\d\b")
LEAST_ITEMS = 3


def find_kind(headline: str, body: str) -> Kind:
    """What sort of article it is, by its headline; a body of many short unrelated items under times is a live blog."""
    folded = fold(headline)
    is_told = TOLD.search(folded) is not None
    if is_told and LIVE.search(folded):
        return "live"
    if (is_told and ROUND_UP.search(folded)) or len(LISTED.findall(headline)) >= LEAST_ITEMS - 1:
        return "round-up"
    return "live" if len(STAMP.findall(body[:20000])) >= 5 else "news"  # five entries with a time: a guess

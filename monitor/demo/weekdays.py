"""The weekdays that the articles of the two days name, moved so that the first of them is today. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from monitor.demo.archive import Archive, DemoArticle

FIRST = 1  # Tuesday: the first of the two days as the articles have it
NAMES = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "ru": "понедельник вторник среду четверг пятницу субботу воскресенье",
    "ar": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "zh": "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
}
BEFORE = {"ru": r"\b[Вв]о? "}  # a word that changes with the day: во вторник, в среду


def move_weekdays(archive: Archive, today: date) -> Archive:
    """The archive as if its first day were today; what is older than the two days keeps its own."""
    steps = (today.weekday() - FIRST) % 7
    articles = (article if article.is_old else _move(article, steps) for article in archive.articles)
    return replace(archive, articles=tuple(articles))


def _move(article: DemoArticle, steps: int) -> DemoArticle:
    move = _make_mover(article.language, steps)
    return replace(
        article,
        headline=move(article.headline),
        standfirst=move(article.standfirst),
        body=tuple(map(move, article.body)),
        captions=tuple(map(move, article.captions)),
        edit_headline=move(article.edit_headline),
        edit_body=tuple(map(move, article.edit_body)),
    )


def _make_mover(language: str, steps: int) -> Callable[[str], str]:
    names = NAMES.get(language, "").split()
    if not names or not steps:
        return str
    form = re.compile(rf"({BEFORE.get(language, '')})({'|'.join(names)})", re.I)
    places = {name.lower(): place for place, name in enumerate(names)}

    def move(match: re.Match[str]) -> str:
        name = names[(places[match[2].lower()] + steps) % 7]
        name = name[0].upper() + name[1:] if match[2][0].isupper() else name
        before = match[1]
        if before:
            before = f"{before[0]}о " if name == "вторник" else f"{before[0]} "
        return before + name

    return lambda text: form.sub(move, text)

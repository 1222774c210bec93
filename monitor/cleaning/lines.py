"""What a line of text is by its form: a date, a reading time, a credit, a heading that ends the article. Pure.

No rule names an outlet. Words are folded.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from monitor.text import fold

# Headings behind which an article has ended: navigation, teasers, comments.
TAIL_TEXT = """
related articles|related stories|related posts|related news|related content|related topics|related coverage|related reading|related|you may also like|you might also like|you may like|read more|read next|read also|more stories|
more from|more on this|more news|more in|latest from|latest news|latest stories|latest articles|recent posts|recent articles|recent news|popular|most popular|most read|popular posts|popular articles|popular news|trending|
trending now|top stories|top news|don't miss|dont miss|editor's choice|editors' choice|editors choice|editor's pick|editor's picks|editors picks|previous story|next story|previous post|next post|previous article|next article|
leave a comment|leave a reply|comments|share this|share this article|tags|about the author|newsletter|subscribe|sign up|advertisement|sponsored|recommended|recommended for you|also read|see also|in other news|what to read next|
go to top|back to top|follow us|join the conversation|
a lire aussi|lire aussi|sur le meme sujet|articles lies|les plus lus|a lire egalement|dans la meme rubrique|commentaires|partager|
mehr zum thema|das konnte sie auch interessieren|lesen sie auch|meistgelesen|weitere artikel|verwandte artikel|auch interessant|kommentare|
noticias relacionadas|te puede interesar|lo mas leido|mas noticias|articulos relacionados|lea tambien|comentarios|le puede interesar|
leia tambem|mais lidas|veja tambem|noticias relacionadas|leggi anche|articoli correlati|potrebbe interessarti|piu letti|
читайте также|по теме|другие новости|похожие материалы|самое читаемое|популярное|последние новости|новости по теме|комментарии|еще по теме|материалы по теме|смотрите также|
читайте також|також читайте|популярні новини|останні новини|новини за темою|коментарі|схожі новини|
czytaj tez|czytaj takze|zobacz takze|przeczytaj takze|najnowsze|najpopularniejsze|polecamy|komentarze|
ilgili haberler|bunlar da ilginizi cekebilir|cok okunanlar|son haberler|
اقرا ايضا|اقرا المزيد|مواضيع ذات صله|اخبار ذات صله|الاكثر قراءه|موضوعات متعلقه|شاهد ايضا|قد يهمك ايضا|
相关新闻|相关阅读|延伸阅读|推荐阅读|热门新闻|更多新闻|上一篇|下一篇|相关文章|関連記事|おすすめ記事|人気記事|あわせて読みたい|관련기사|많이 본 뉴스|인기기사|관련 기사
"""
TAILS = frozenset(fold(word.strip()) for word in TAIL_TEXT.replace("\n", "").split("|") if word.strip())
TAIL_OPENINGS = tuple(
    fold(word)
    for word in (
        "latest from",
        "more from",
        "more in",
        "more on",
        "recent posts",
        "related",
        "mehr zu",
        "mehr aus",
        "más sobre",
        "plus de",
        "go to",
    )
)
CREDIT = re.compile(
    r"^(?:source|sources|photo|photos|photo credit|image|images|picture|pictures|video|credit|credits|by|foto|fotos|quelle|quellen|bild|bilder|crédit|credit photo|fuente|fonte|źródło|zdroj|источник|фото|джерело|المصدر|تصوير|来源|图片|資料來源|写真|사진)\s*[:：©]\s*\S",
    re.I,
)
READING = re.compile(
    r"^(?:\d+\s*min(?:ute)?s?\s*read|reading time:?\s*\d+.*|lesezeit:?\s*\d+.*|temps de lecture\s*:?\s*\d+.*|читать \d+ мин.*|\d+\s*分钟阅读)$",
    re.I,
)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero janvier januar января января",
            "february feb febrero fevrier februar февраля",
            "march mar marzo mars marz марта",
            "april apr abril avril апреля",
            "may mayo mai мая",
            "june jun junio juin juni июня",
            "july jul julio juillet juli июля",
            "august aug agosto aout августа",
            "september sep sept septiembre septembre сентября",
            "october oct octubre octobre oktober октября",
            "november nov noviembre novembre ноября",
            "december dec diciembre decembre dezember декабря",
        ),
        1,
    )
    for name in names.split()
}
DATE_FORMS = (
    re.compile(r"^(?:[a-zа-я]+,?\s+)?([a-zа-яё]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:[,\s].{0,20})?$"),
    re.compile(
        r"^(?:[a-zа-я]+,?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:de\s+)?([a-zа-яё]+)\.?,?\s+(?:de\s+)?(\d{4})(?:[,\s].{0,20})?$"
    ),
    re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[t\s].{0,20})?$"),
    re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日"),
)
SUBSCRIBE = re.compile(
    r"^(?:subscribe|sign up|register|log in|sign in|follow us|join us|download our|get our|click here|tap here|abonnez|abonnieren|suscríbe|подписывайтесь|підписуйтесь|subscribe to)\b.{0,160}$",
    re.I,
)
LEGAL = re.compile(
    r"^(?:©|\(c\)\s|copyright\b|all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|все права защищены).{0,200}$",
    re.I,
)
MORE = re.compile(
    r"^(?:read more|read also|see also|also read|more|related|watch|listen|don't miss|lire aussi|lesen sie auch|mehr|lea también|читайте также|читайте також|czytaj też|leggi anche|اقرأ أيضا|相关阅读|延伸阅读|関連)\s*[:：|>»–-].{1,250}$",
    re.I,
)


def is_tail_heading(line: str) -> bool:
    """Does a line say that the article is over? Short lines only: a sentence that begins so is text."""
    folded = fold(line).strip(" :：.…>»|-–—!?#*\u00a0")
    folded = " ".join(folded.split())
    if not folded or len(folded) > 60:
        return False
    if folded in TAILS:
        return True
    short = len(folded.split()) <= 5 and not re.search(r"[.!?,;]", folded)
    return short and folded.startswith(TAIL_OPENINGS)


def is_credit(line: str) -> bool:
    """ "photo: Agency", "source: X with agencies"."""
    return len(line) <= 160 and CREDIT.match(line.strip()) is not None


def is_reading_time(line: str) -> bool:
    """ "4 min read"."""
    return READING.match(line.strip()) is not None


def is_promotion(line: str) -> bool:
    """Asks to subscribe, says whose rights are reserved, or points to another article."""
    text = line.strip()
    return any(rule.match(text) for rule in (SUBSCRIBE, LEGAL, MORE))


def parse_date_line(line: str) -> datetime | None:
    """The date that a whole line is, as midnight UTC; None when it is anything else."""
    text = fold(" ".join(line.split()))
    if len(text) > 48:
        return None
    for number, form in enumerate(DATE_FORMS):
        match = form.match(text)
        if match is None:
            continue
        parts = match.groups()
        if number == 0:
            year, month, day = parts[2], MONTHS.get(parts[0]), parts[1]
        elif number == 1:
            year, month, day = parts[2], MONTHS.get(parts[1]), parts[0]
        else:
            year, month, day = parts[0], int(parts[1]), parts[2]
        try:
            return datetime(int(year), month or 0, int(day), tzinfo=UTC)
        except ValueError:
            continue
    return None

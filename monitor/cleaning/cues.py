"""Words by which a block of text shows what it is: prose, a pointer to another article, a heading that ends one, a service line. Pure.

They are features of the block classifier, no verdicts. No word names an outlet.
"""

from __future__ import annotations

import re

from monitor.cleaning.words import TAILS, WORDS

UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f"
ASCII_TOKENS = re.compile(r"[a-z0-9]+").findall
LETTER = rf"[^\W_{UNSPACED}]"
TOKENS = re.compile(
    rf"[a-z0-9]++(?:{LETTER}++)?|{LETTER}++|[{UNSPACED}]"
).findall  # a word; in unspaced scripts a character
MARKS = "’‘“”–—…\u00a0"  # all that keeps most English texts from being ASCII
PUNCTUATION = re.compile("[,.;:!?…，。、；：？！،؟]").findall
LONG_WORD = 12  # characters with the space behind it, more than the mean of any language
SENTENCE_ENDS = frozenset(".!?…。！？؟।")

# The commonest words of the languages in which news is read; one of them stands in nearly every sentence and rarely in a menu.
STOP_WORDS = frozenset(WORDS["stop_words"].split())

# Text after such a beginning points elsewhere. These two read text in lower case: six times as quick as expressions that ignore case.
POINTER = re.compile(
    r"^(?:read (?:more|also|next|the|on|now|full)|see (?:also|more|all)|also (?:read|on|see)|more (?:on|from|about|stories|news|:)|more:|related|don.?t miss|"
    r"watch(?: (?:more|now|the|live))?:|video:|photos?:|gallery:|listen:|click|explore|recommended|à lire|lire (?:aussi|plus|la suite|également)|voir aussi|"
    r"lesen sie|mehr (?:zum|dazu|:)|lees (?:ook|meer)|bekijk|les (?:også|mer)|läs (?:mer|också|även)|lue (?:myös|lisää)|katso|leer (?:más|también)|lea (?:también|más)|te puede|ver (?:más|también)|"
    r"leia (?:também|mais)|veja (?:também|mais)|leggi (?:anche|tutto)|guarda|czytaj|zobacz|przeczytaj|více|čtěte|přečtěte|olvassa|citește|čítajte|ayrıca|ilgili|devam[ıi]n[ıi]|"
    r"читайте|читать|смотрите|подробнее|також читайте|дивіться|ранее по теме|δείτε|διαβάστε|اقرأ|شاهد|بیشتر|baca (?:juga|selengkapnya)|xem thêm|延伸|相关|相關|更多|阅读|点击|関連|もっと|続きを|관련|더보기)",
)
POINTER_STARTS = frozenset(WORDS["pointer_starts"].split())
# A service line: subscribing, sharing, printing, rights.
SERVICE = re.compile(
    r"\b(?:subscri\w*|newsletter|sign (?:up|in)|log ?in|register(?:ed)?|follow (?:us|me|him|her|@)|download (?:our|the)|facebook|twitter|instagram|telegram|whatsapp|linkedin|youtube|pinterest|share|"
    r"copyright|all rights|terms (?:of|and)|privacy|cookies?|advert\w*|sponsored|print|e-?mail (?:us|this)|contact us|comments?|abonn\w*|abonné\w*|anmeld\w*|werbung|anzeige|datenschutz|"
    r"suscr\w*|regístr\w*|publicidad|assin\w*|iscri\w*|pubblicità|prenumer\w*|reklam\w*|zapisz|подпиш\w*|подписывай\w*|подписк\w*|реклам\w*|комментар\w*|поделиться|підпиш\w*|підписуй\w*|підписк\w*|abone|συνδρομ\w*|اشترك|订阅|關注|关注|扫码|登录|分享|広告|購読|구독|광고)\b|©",
)
SERVICE_STARTS = frozenset(WORDS["service_starts"].split())


def tokenize(text: str) -> list[str]:
    """Words of a text without case; in scripts without spaces, characters."""
    if text.isascii():
        return ASCII_TOKENS(text.lower())
    for mark in MARKS:
        text = text.replace(mark, " ")
    return ASCII_TOKENS(text.lower()) if text.isascii() else TOKENS(text.casefold())


def has_words(text: str, least: int) -> bool:
    """Has a text so many words at least?"""
    start = text[: least * LONG_WORD]
    return len(tokenize(start)) >= least or (len(start) < len(text) and len(tokenize(text)) >= least)


def count_punctuation(text: str) -> int:
    """How many commas, stops and the like a text has."""
    return len(PUNCTUATION(text))


TAIL_TOKENS = frozenset(" ".join(tokenize(phrase)) for phrase in TAILS)

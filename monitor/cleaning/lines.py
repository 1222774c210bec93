"""What a line of text is by its form: a reading time, a credit, a heading that ends the article. Pure.

No rule names an outlet. Words are folded.
"""

from __future__ import annotations

import functools
import re

from monitor.cleaning.cues import tokenize
from monitor.cleaning.words import TAILS
from monitor.text import fold

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
COUNTER = re.compile(
    r"^[\d.,\s]+[kKmM]?\s*(?:views?|shares?|comments?|likes?|reads?|times read|vues|partages|aufrufe|kommentare|visitas|lecturas|просмотр\w*|комментари\w*|перегляд\w*|wyświetle\w*|مشاهدة|次浏览|阅读|回視聴)$",
    re.I,
)
BYLINE = re.compile(
    r"^(?:by|von|par|por|di|автор|текст)\s*:?\s+(?:[A-ZÀ-ÞА-Я][\w.'’-]+[,\s]*(?:and |und |et |y )?){1,6}$"
)
SUBSCRIBE = re.compile(
    r"^(?:subscribe|sign up|register|log in|sign in|follow us|join us|download our|get our|click here|tap here|abonnez|abonnieren|suscríbe|подписывайтесь|підписуйтесь|subscribe to)\b.{0,160}$|"
    r"^(?:get|order)\b.{0,140}\bclick here\b.{0,60}$|"
    r"^(?:get|receive)\b.{0,100}\binbox\b.{0,80}$|^if you (?:liked|enjoyed) this (?:story|article|post)\b.{0,120}$|"
    r"^do you have (?:a story|a tip|memories|information)\b.{0,120}\b(?:e-?mail|write to|contact|get in touch)\b.{0,80}$|"
    r"^(?:follow|ακολουθήστε|síguenos|puedes seguir|siga|seguici|suivez|folgen sie|śledź|obserwuj)\b.{0,80}\b(?:google news|whatsapp|telegram|facebook|instagram|twitter)\b.{0,80}$",
    re.I,
)
LEGAL = re.compile(
    r"^(?:©|\(c\)\s|copyright\b|all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|все права защищены).{0,200}$",
    re.I,
)
SHARE = re.compile(
    r"^(?:(?:like|liked|love|loved|enjoy|enjoyed) this|share this) (?:story|article|post|page)\b.{0,100}$", re.I
)
ALSO = (
    "read also|see also|also read|also see|(?:à )?lire aussi|(?:à )?voir aussi|à lire également|lesen sie auch|lesen sie dazu|siehe auch|lees ook|lea también|lee también|ver también|vea también|"
    "leia também|veja também|leggi anche|guarda anche|czytaj (?:też|także|również)|zobacz (?:też|także|również)|přečtěte si (?:také|též)|čtěte (?:také|též)|čítajte (?:tiež|aj)|olvassa el ezt is|"
    "citește și|vezi și|lue myös|katso myös|läs (?:också|även)|les også|læs også|loe ka|lasi arī|skaitykite taip pat|ayr[ıi]ca (?:okuyun|bak[ıi]n)|baca juga|đọc thêm|xem thêm|διαβάστε επίσης|δείτε επίσης|διαβάστε ακόμα|"
    "читайте (?:также|також|еще|ещё)|смотрите также|дивіться також|чытайце таксама|прочетете още|вижте още|прочитајте још|pročitajte i|preberite tudi|اقرأ أيضا|اقرأ أيضًا|شاهد أيضا|相关阅读|延伸阅读|相關閱讀|関連記事|관련기사"
)
# Behind these words stands another article, however much the line looks like text.
POINTS_ELSEWHERE = re.compile(rf"^(?:{ALSO})\s*[:：|»>–-].{{1,250}}$", re.I)
POINTER = re.compile("[:：|»>–-]")
LONGEST_POINTER = 30  # characters up to which it stands
MORE = re.compile(
    rf"^(?:{ALSO}|read more|more|related|watch|listen|don't miss|mehr|leer más|شاهد|関連)\s*[:：|»>–-].{{1,250}}$",
    re.I,
)

TAIL_STARTS = frozenset(fold(tokenize(phrase)[0])[:3] for phrase in (*TAILS, *TAIL_OPENINGS))
LONGEST_ASIDE = 300  # characters; no rule for a promotion matches more
LONG = 200  # characters beyond which a line is prose, whatever marks and spaces are folded away


@functools.lru_cache(maxsize=10_000)
def may_open_tail(word: str) -> bool:
    """Can a heading that ends the article begin with this word? To look closer at few lines only."""
    return fold(word)[:3] in TAIL_STARTS


def is_tail_heading(line: str) -> bool:
    """Does a line say that the article is over? Short lines only: a sentence that begins so is text."""
    if len(line) > LONG:
        return False
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
    """Asks to subscribe or to share, says whose rights are reserved, or points to another article."""
    text = line.strip()
    return len(text) <= LONGEST_ASIDE and any(rule.match(text) for rule in (SUBSCRIBE, LEGAL, SHARE, MORE))


def points_elsewhere(line: str) -> bool:
    """ "Read also: …", in many languages."""
    if len(line) > LONGEST_ASIDE or POINTER.search(line, 0, LONGEST_POINTER) is None:
        return False
    return POINTS_ELSEWHERE.match(line.strip()) is not None


def is_counter(line: str) -> bool:
    """ "1,204 views"."""
    return len(line) <= 40 and COUNTER.match(line.strip()) is not None


def is_byline(line: str) -> bool:
    """ "By Jane Doe", and nothing else."""
    return len(line) <= 60 and BYLINE.match(line.strip()) is not None

"""Who really speaks: outlets of one family, and copies of one wire, are one voice. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.stories.piece import Piece
from monitor.text import fold

# Agency → how it is named in credits and datelines, folded.
AGENCIES = {
    "tass": r"tass|тасс|تاس|塔斯社",
    "ria": r"ria novosti|риа новости|ріа новини",
    "interfax": r"interfax|интерфакс|інтерфакс",
    "ukrinform": r"ukrinform|укринформ|укрінформ",
    "afp": r"afp|agence france-presse|فرانس برس|ا ف ب|法新社|афп",
    "reuters": r"reuters|رويترز|路透社?|рейтер|рейтерс",
    "ap": r"ap|associated press|اسوشيتد برس|美联社",
    "ani": r"ani|asian news international",
    "pti": r"pti|press trust of india",
    "ians": r"ians",
    "dpa": r"dpa|deutsche presse-agentur|德新社|د ب ا",
    "apa": r"apa|austria presse agentur",
    "efe": r"efe|agencia efe|埃菲社",
    "europa-press": r"europa press",
    "ansa": r"ansa|安莎社",
    "xinhua": r"xinhua|синьхуа|сіньхуа|شينخوا|新华社",
    "anadolu": r"anadolu|aa|анадолу|الاناضول|阿纳多卢通讯社",
    "irna": r"irna|ирна|ارنا|伊通社",
    "spa": r"spa|واس|saudi press agency",
    "wam": r"wam|وام",
    "qna": r"qna|قنا",
    "kyodo": r"kyodo|киодо|共同社",
    "yonhap": r"yonhap|ренхап|韩联社",
    "pap": r"pap|polska agencja prasowa",
    "upi": r"upi",
    "bloomberg": r"bloomberg|блумберг|彭博社?",
    "lusa": r"lusa",
    "belga": r"belga",
    "anp": r"anp",
    "armenpress": r"armenpress",
    "azertac": r"azertac|azertag",
}
UNSPACED = {
    agency: re.compile("|".join(part for part in names.split("|") if part >= "\u4e00"))
    for agency, names in AGENCIES.items()
    if any(part >= "\u4e00" for part in names.split("|"))
}
CREDIT = {agency: re.compile(rf"(?<!\w)(?:{names})(?!\w)") for agency, names in AGENCIES.items()}
# A wire names itself in its dateline, "MOSCOW, March 3 (TASS) —" or "/TASS/", or in its last line; a body that only cites it ("told TASS") is no copy.
DATELINE = re.compile(r"[(/（\[]\s*([^()/（）\[\]]{2,40})\s*[)/）\]]")
HAN_DATELINE = re.compile(r"^\W{0,3}([\u4e00-\u9fff]{2,8}社)")
HEAD, TAIL = 160, 160  # characters in which an agency names itself; a guess


def independent_voices(pieces: Iterable[Piece]) -> int:
    """How many independent voices tell a story."""
    return len({find_voice(piece) for piece in pieces})


def find_voice(piece: Piece) -> str:
    """The agency whose text it is, else the publisher's family, else the outlet."""
    return find_agency(piece) or f"family:{piece.family or piece.outlet}"


def find_agency(piece: Piece) -> str:
    """The agency named in credits, dateline or last line; "" when there is none."""
    for credit in piece.credits:
        if not _is_picture(credit) and (agency := _match(credit)):
            return agency
    head = piece.body[:HEAD]
    for match in DATELINE.finditer(head):
        if len(match[1].split()) <= 4 and (agency := _match(match[1])):
            return agency
    if (dateline := HAN_DATELINE.match(head)) and (agency := _match(dateline[1])):
        return agency
    last = piece.body.rstrip().rpartition("\n")[2]
    if len(last) <= TAIL and len(last.split()) <= 6 and (agency := _match(last)):
        return agency
    return ""


def _match(text: str) -> str:
    folded = fold(text)
    for agency, pattern in CREDIT.items():
        if pattern.search(folded) or (agency in UNSPACED and UNSPACED[agency].search(folded)):
            return agency
    return ""


def _is_picture(credit: str) -> bool:
    """A photo of an agency does not make the text its own."""
    return re.match(r"\W*(?:photo|picture|image|video|foto|bild|imagen|фото|صوره|图片|图)", fold(credit)) is not None

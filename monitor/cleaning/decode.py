"""Bytes of a page → text: byte order mark, declared character set, guesses; what is no page is said. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resiliparse.parse.encoding import detect_encoding

MOST = 3_000_000  # characters; the longest news page seen has 2.1 million
DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)")
XML = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9_.:-]+)")
# UTF-8 that was taken for Latin-1 and encoded again shows the second byte of quotes and dashes, "р", "π" or "、" as this control character.
TWICE = "\u0080"
TWICE_ENCODED = re.compile(
    "[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}"
)
ALONE = re.compile("[\u00c2-\u00f4]")
TAG = re.compile(rb"<[^>]*>")
GUESSED = 200_000  # bytes from which a character set is guessed
# Guesses at a Latin alphabet, which a few marks in an English text bring about, and the share of such letters in a text from which they count.
LATIN = frozenset(("cp1250", "cp1254", "cp1257", "cp1258", *(f"iso8859-{n}" for n in (2, 3, 4, 9, 10, 13, 14, 16))))
LEAST_ACCENTS = 0.02
OLD = "windows-1252"
WESTERN = frozenset(("cp1252", "iso8859-1", "iso8859-15"))  # windows-1252 has all that the others are used for
HANGUL = re.compile("[\uac00-\ud7a3]")
SIGNS = (
    (b"%PDF", "a PDF, not a page"),
    (b"\x89PNG", "a picture, not a page"),
    (b"\xff\xd8\xff", "a picture, not a page"),
    (b"GIF8", "a picture, not a page"),
    (b"PK\x03\x04", "an archive, not a page"),
    (b"\x1f\x8b", "compressed bytes, not a page"),
)


def find_bytes_problem(html: bytes | str) -> str:
    """Why these bytes are no page; "" when they may be one."""
    if not html or not html.strip():
        return "an empty page"
    start = html[:100_000].encode("utf-8", "replace") if isinstance(html, str) else html[:100_000]
    for sign, words in SIGNS:
        if start.startswith(sign):
            return words
    head = start[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(
        rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?[^>]*>\s*)*<(?:rss|feed|rdf:rdf|urlset|sitemapindex|opml)\b",
        head,
        re.S,
    ):
        return "a feed or a sitemap, not a page"
    if head.startswith((b"{", b"[")) and b"</" not in start:
        return "JSON, not a page"
    if b"<" not in start.replace(b"\x00", b""):
        return "not HTML"
    return ""


def decode_page(html: bytes | str) -> str:
    """The text of a page without NULs, at most MOST characters."""
    if isinstance(html, str):
        return html[:MOST].replace("\x00", "")
    text = _decode(html[: 2 * MOST])[:MOST]
    if "\x00" in text:
        text = text.replace("\x00", "")
    text = text.lstrip("\ufeff")
    return _mend_twice(text) if TWICE in text else text


def decode_text(data: bytes) -> str:
    """A whole plain text, its character set as that of a page."""
    return _decode(data).replace("\x00", "").lstrip("\ufeff")


def _mend_twice(text: str) -> str:
    """The text as it was meant, if all of it was encoded twice: a letter with an accent that stands alone says that it was not."""
    return text if ALONE.search(TWICE_ENCODED.sub("", text)) else TWICE_ENCODED.sub(_decode_again, text)


def _decode_again(match: re.Match[str]) -> str:
    """A character that was encoded twice, as it was meant."""
    try:
        return match[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8", errors="replace")
    if data[:200].count(b"\x00") > 40:  # UTF-16 without a mark: every second byte of markup is a NUL
        return data.decode("utf-16-le" if data[1:2] == b"\x00" else "utf-16-be", errors="replace")
    declared = XML.match(data[:500]) or DECLARED.search(data[:4096])
    for name in _list_sets(data, declared[1].decode("ascii", "replace") if declared else ""):
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return _decode_mostly(data, declared[1].decode("ascii", "replace") if declared else "")


def _list_sets(data: bytes, declared: str) -> Iterator[str]:
    """Character sets in which a page may be written, the likeliest first; the guess is made last, as it is seldom needed."""
    yield "utf-8"
    yield _real_name(declared) if declared else _guess(data)
    yield OLD


def _guess(data: bytes) -> str:
    """The character set of a page that declares none and is no UTF-8."""
    text = TAG.sub(b" ", data[:GUESSED])
    name = detect_encoding(text) or OLD
    if name in WESTERN:
        return OLD
    if name == "utf-8":  # it knows no Korean one, and says this of what it does not know
        korean, plain = (text.decode(one, errors="replace") for one in ("cp949", "utf-8"))
        is_korean = 2 * len(HANGUL.findall(korean)) > sum(char > "\x7f" for char in korean)
        is_broken = 2 * plain.count("\ufffd") > sum(char > "\x7f" for char in plain)  # else a few wrong bytes in UTF-8
        return "cp949" if is_korean and is_broken else OLD
    accents = sum(byte > 0x7F for byte in text)
    letters = accents + sum(map(text.count, b"etaoinsr"))
    return OLD if name in LATIN and accents < LEAST_ACCENTS * letters else name


def _real_name(declared: str) -> str:
    """What browsers read for a declared name. Source: WHATWG Encoding Standard, labels."""
    name = declared.lower()
    return {
        "iso-8859-1": "windows-1252", "latin1": "windows-1252", "latin-1": "windows-1252", "us-ascii": "windows-1252", "gb2312": "gb18030", "gbk": "gb18030",
        "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "iso-8859-9": "cp1254",
    }.get(name, name)  # fmt: skip


def _decode_mostly(data: bytes, declared: str) -> str:
    """Text with broken bytes: the declared set where it is one, else UTF-8; wrong bytes become replacement characters."""
    text = data.decode("utf-8", errors="replace")
    name = _real_name(declared)
    if name and text.count("\ufffd") > len(text) / 100:
        try:
            return data.decode(name, errors="replace")
        except LookupError:
            pass
    return text

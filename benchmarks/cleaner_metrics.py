"""How a cleaned page is judged against the true one.

F1: 4-gram shingles of words, precision and recall averaged over pages (the arithmetic of scrapinghub/article-extraction-benchmark).
Leaked: words of the output in no 4-gram of the true body or the headline. Lost: words of the true body in no 4-gram of the output.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter

UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f"
TOKEN = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
OG_TITLE = re.compile(rb"<meta[^>]+property=[\"']og:title[\"'][^>]*content=(\"[^\"]*\"|'[^']*')", re.I)
SIZE = 4


def tokens(text: str) -> list[str]:
    return TOKEN.findall(unicodedata.normalize("NFKC", text or "").casefold())


def covered(words: list[str], reference: list[str]) -> list[bool]:
    """Of each word: does it stand in a 4-gram that the reference has too?"""
    if len(words) < SIZE or len(reference) < SIZE:
        known = set(reference)
        return [word in known for word in words]
    grams = {tuple(reference[i : i + SIZE]) for i in range(len(reference) - SIZE + 1)}
    flags = [False] * len(words)
    for i in range(len(words) - SIZE + 1):
        if tuple(words[i : i + SIZE]) in grams:
            flags[i : i + SIZE] = [True] * SIZE
    return flags


def longest_gap(flags: list[bool]) -> int:
    longest = run = 0
    for flag in flags:
        run = 0 if flag else run + 1
        longest = max(longest, run)
    return longest


def og_title(page: bytes) -> str:
    match = OG_TITLE.search(page[:300_000])
    return html.unescape(match[1][1:-1].decode("utf-8", "replace")) if match else ""


def cruft(output: str, body: str, allowed: str = "") -> dict:
    out, true, title = tokens(output), tokens(body), tokens(allowed)
    flags = covered(out, true)
    if title:
        flags = [a or b for a, b in zip(flags, covered(out, title), strict=True)]
    back = covered(true, [*out, "\0", *title])
    return {
        "run": longest_gap(flags),
        "leak_share": flags.count(False) / len(out) if out else 0.0,
        "lost_share": back.count(False) / len(true) if true else 0.0,
    }


def shingles(true: str, output: str) -> tuple[float, float, float]:
    """(both, only in the output, only in the truth) as shares of their sum."""
    words = [re.findall(r"\w+", unicodedata.normalize("NFC", text or "")) for text in (true, output)]
    left, right = (Counter(tuple(w[i : i + SIZE]) for i in range(max(1, len(w) - SIZE + 1)) if w) for w in words)
    both, more, less = sum((left & right).values()), sum((right - left).values()), sum((left - right).values())
    total = both + more + less or 1
    return both / total, more / total, less / total


def shingle_average(pages: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    precision = [1.0 if fp == fn == 0 else tp / (tp + fp) if tp else 0.0 for tp, fp, fn in pages if tp + fp > 0]
    recall = [1.0 if fp == fn == 0 else tp / (tp + fn) if tp else 0.0 for tp, fp, fn in pages if tp + fn > 0]
    p = sum(precision) / len(precision) if precision else 0.0
    r = sum(recall) / len(recall) if recall else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0

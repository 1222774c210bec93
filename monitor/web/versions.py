"""How an article read before: each version beside the next, sentence by sentence. Pure."""

from __future__ import annotations

import difflib

from monitor.sentences import split_sentences
from monitor.store.reading import OldVersion, Reading

LONGEST_DIFF = 400  # sentences; comparing costs the square of it

Lines = list[tuple[str, str]]


def diff_versions(article: Reading) -> list[tuple[OldVersion, Lines]]:
    """Each old version, newest first, with the lines that changed after it."""
    return [(old, diff_sentences(old, newer)) for old, newer in _pairs(article)]


def diff_sentences(old: OldVersion, newer: tuple[str, str]) -> Lines:
    """("same" | "gone" | "new", sentence) from an old version to the next one; only around what changed."""
    before, after = _sentences(old.headline, old.body), _sentences(*newer)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    lines: Lines = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            lines += [("same", sentence) for sentence in after[b1:b2][:1] + after[b1:b2][-1:]][: b2 - b1]
            continue
        lines += [("gone", sentence) for sentence in before[a1:a2]]
        lines += [("new", sentence) for sentence in after[b1:b2]]
    return lines


def _sentences(headline: str, body: str) -> list[str]:
    found = [headline]
    for paragraph in body.split("\n\n"):
        found += [paragraph[start:end].strip() for start, end in split_sentences(paragraph)]
    return found[:LONGEST_DIFF]


def _pairs(article: Reading) -> list[tuple[OldVersion, tuple[str, str]]]:
    """Each old version with what came after it, newest first."""
    nexts = [(article.page.headline, article.page.body)]
    nexts += [(version.headline, version.body) for version in article.versions]
    return list(zip(article.versions, nexts, strict=False))

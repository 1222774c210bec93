"""A judge of blocks whose chances a test chooses, in the classifier's place, and what the cleaner keeps by it."""

from __future__ import annotations

import numpy as np

from monitor.cleaning.body import find_body
from monitor.cleaning.classifier import Classifier
from monitor.cleaning.containers import NameScores
from monitor.cleaning.features import measure_blocks
from monitor.cleaning.parse import parse_page


class Judge(Classifier):
    """Gives each block the chance that a test wants; 0.95 where it says nothing."""

    def __init__(self, chances: dict[str, float]) -> None:
        self.chances = chances

    def judge(self, blocks, said):  # type: ignore[no-untyped-def]
        rows = measure_blocks(blocks, said, NameScores({}))
        return rows, np.array([self.chances.get(text, 0.95) for text in blocks.texts], np.float32)


def keep_blocks(html: str, url: str, chances: dict[str, float]) -> tuple[list[str], dict[str, str]]:
    """The kept texts, and the rule that cut each other one."""
    parsed = parse_page(html, url)
    body = find_body(parsed, html, Judge(chances))
    texts = parsed.blocks.texts
    return [text for text, kept in zip(texts, body.kept, strict=True) if kept], {
        texts[place]: rule for place, rule in body.rules.items()
    }

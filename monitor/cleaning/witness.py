"""A second opinion on doubtful pages: when the classifier is unsure, another extractor's text counts too. Pure.

Source: 1 − mean probability of what is kept + probability thrown away finds the pages where another extractor is better by .1 with an
area under the curve of .925; from .15 on a page is doubtful: 8–10 % of news pages.
"""

from __future__ import annotations

import numpy as np
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from monitor.cleaning.blocks import Blocks
from monitor.cleaning.classifier import Mask, choose_blocks
from monitor.cleaning.containers import Floats
from monitor.cleaning.cues import tokenize

DOUBTFUL = 0.15
WEIGHT = 0.3  # of the witness beside the classifier
HOPELESS = 0.05  # chance below which no witness saves a block; a guess
GRAM = 4
MOST = 1_000_000  # characters of a page that the witness reads


def measure_doubt(chances: Floats, words: Floats, kept: Mask) -> float:
    """0 = sure; 2 when nothing is kept."""
    mass = chances * words
    total, text = float(mass.sum()) + 1e-6, float(words[kept].sum())
    return 2.0 if not text else 1 - float(mass[kept].sum()) / text + float(mass[~kept].sum()) / total


def ask_witness(html: str) -> str:
    """The main text as the second extractor sees it; "" when it fails."""
    try:
        tree = HTMLTree.parse(html[:MOST])
        return str(
            extract_plain_text(
                tree,
                main_content=True,
                alt_texts=False,
                preserve_formatting=True,
                list_bullets=False,
                links=False,
                form_fields=False,
                noscript=False,
            )
            or ""
        )
    except (ValueError, RuntimeError, UnicodeError):
        return ""


def decide_again(blocks: Blocks, rows: Floats, chances: Floats, text: str) -> Mask:
    """The choice with the witness's text counted in: a block that it has too is likelier."""
    seen = cover_blocks(blocks, tokenize(text))
    mixed = (1 - WEIGHT) * chances + WEIGHT * seen * (chances >= HOPELESS)
    return choose_blocks(rows, mixed, own=chances)


def cover_blocks(blocks: Blocks, reference: list[str]) -> Floats:
    """The share of each block's words that stand in a 4-gram of the reference."""
    words = [word for tokens in blocks.tokens for word in tokens]
    grams = set(zip(*(reference[start:] for start in range(GRAM)), strict=False))
    hits = np.zeros(len(words) + 1, np.int32)
    for place, gram in enumerate(zip(*(words[start:] for start in range(GRAM)), strict=False)):
        if gram in grams:
            hits[place : place + GRAM] = 1
    ends = np.cumsum([len(tokens) for tokens in blocks.tokens])
    total = np.concatenate([[0], np.cumsum(hits)])
    starts = np.concatenate([[0], ends[:-1]])
    return np.asarray((total[ends] - total[starts]) / (ends - starts), np.float32)

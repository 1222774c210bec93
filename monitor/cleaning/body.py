"""Which blocks of a parsed page are its body, and by which rule each other block was cut. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.cleaning.blocks import FLAGS
from monitor.cleaning.classifier import PLACE, Classifier, Mask, choose_blocks
from monitor.cleaning.comments import find_comment_elements
from monitor.cleaning.containers import Floats
from monitor.cleaning.parse import Parsed
from monitor.cleaning.witness import DOUBTFUL, ask_witness, decide_again, measure_doubt

LEAST = 20  # words that must remain when a whole kind of block is cut
HIDDEN_SHARE = 0.3  # of the kept words; more hidden text than that is a body that a script shows
TEASER = 0.35  # the text in JSON-LD is taken when the page shows less than this share of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A verdict on each block: kept, or the rule that cut it; `doubt` of the classifier before it was mended."""

    kept: Mask
    rules: dict[int, str]
    chances: Floats
    doubt: float
    sureness: float  # mean chance of the kept words


def find_body(parsed: Parsed, html: str, classifier: Classifier) -> Body:
    """The blocks of the article. `html` is for the second extractor, which is asked on doubtful pages."""
    blocks = parsed.blocks
    if not len(blocks):
        none = np.zeros(0, bool)
        return Body(kept=none, rules={}, chances=np.zeros(0, np.float32), doubt=2.0, sureness=0.0)
    rows, chances = classifier.judge(blocks, parsed.said)
    kept = choose_blocks(rows, chances)
    words = rows[:, PLACE["words"]]
    doubt = measure_doubt(chances, words, kept)
    if doubt >= DOUBTFUL and (text := ask_witness(html)):
        kept = decide_again(blocks, rows, chances, text)
    rules: dict[int, str] = {}
    kept = _cut_kind(kept, _mark_comments(parsed), words, "comment", rules)
    hidden = (np.array(blocks.flags)[np.array(blocks.elements)] & FLAGS["hidden"]) > 0
    if float(words[hidden & kept].sum()) < HIDDEN_SHARE * float(words[kept].sum()):
        kept = _cut_kind(kept, hidden, words, "hidden", rules)
    mass = float(words[kept].sum())
    sureness = float((chances * words)[kept].sum()) / mass if mass else 0.0
    return Body(kept=kept, rules=rules, chances=chances, doubt=doubt, sureness=sureness)


def _mark_comments(parsed: Parsed) -> Mask:
    marked = np.frombuffer(bytes(find_comment_elements(parsed.blocks)), np.uint8)
    return np.asarray(marked[np.array(parsed.blocks.elements)] > 0)


def _cut_kind(kept: Mask, kind: Mask, words: Floats, rule: str, rules: dict[int, str]) -> Mask:
    """Without these blocks, unless nothing of the article would remain."""
    rest = np.asarray(kept & ~kind)
    if not (kept & kind).any() or float(words[rest].sum()) < LEAST:
        return kept
    rules.update(dict.fromkeys(np.flatnonzero(kind).tolist(), rule))
    return rest

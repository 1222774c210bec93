"""What the classifier sees of each block: its words, its place in the tree, its neighbours, its page. Pure.

No feature is a site's or a page's name. One row a block, float32; `COLUMNS` names the columns in order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from monitor.cleaning.blocks import FLAGS, Blocks
from monitor.cleaning.comments import find_comment_elements
from monitor.cleaning.containers import (
    LINKED,
    MENU_WORDS,
    Containers,
    Floats,
    Ints,
    NameScores,
    measure_containers,
    score_elements,
    to_ints,
)
from monitor.cleaning.cues import (
    POINTER,
    POINTER_STARTS,
    SENTENCE_ENDS,
    SERVICE,
    SERVICE_STARTS,
    STOP_WORDS,
    TAIL_TOKENS,
    count_punctuation,
    tokenize,
)
from monitor.cleaning.neighbours import (
    OTHER_TAG,
    TAG_NUMBERS,
    Column,
    Row,
    describe_kind,
    describe_neighbours,
    describe_page,
    describe_place,
)

SHORT = 40  # words; longer blocks are never looked at for cues
LONGEST_DESCRIBED = 120  # words of a block that is compared with the description
LEAST_TOLD = 200  # characters of a text in JSON-LD that is compared
READ, COMPARED = (
    np.array([[0, 1, 3, 4, 5, 6, 7, 8, 9]]).T,
    np.array([[6, 7, 8, 9]]).T,
)  # lines of what is read of a text
FIGURE = FLAGS["figure"] | FLAGS["figcaption"]
MENU = FLAGS["nav"] | FLAGS["footer"] | FLAGS["aside"]
COLUMNS: list[str] = """
words_log words link links bold stops stops_any marks ends_sentence word_length pointer tail service title_share title_cover described in_json digits
repeated quoted tag parent_tag depth wrapped own_name parent_name grand_name lowest_name highest_name path_names figure menu header hidden comment
table item hops in_best depth_to_best best_name parent_prose grand_prose parent_link grand_link own_link parent_words grand_words parent_blocks
grand_blocks parent_purity grand_purity kind_count kind_prose kind_purity kind_link kind_length place words_before prose_before from_headline
prose_from_headline is_headline behind_tail near_prose near_prose_6 near_link near_link_6 near_long near_names length_1 length1 length_2 length2
link_1 link1 link_2 link2 names_1 names1 tag_1 tag1 sentence_1 sentence1 prose_1 prose1 tail_1 tail1 same_1 same1 sibling_1 sibling1 depth_1 depth1
page_words page_prose page_blocks page_link page_length page_paragraphs page_best page_json
""".split()  # noqa: SIM905 - reads as a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the page says of its article outside of the body: titles, description, text in JSON-LD."""

    titles: str = ""
    description: str = ""
    body: str = ""


def measure_blocks(blocks: Blocks, said: Said, names: NameScores) -> Floats:
    """The matrix of features: a row a block, a column a feature (COLUMNS)."""
    size = len(blocks)
    if not size:
        return np.zeros((0, len(COLUMNS)), np.float32)
    words = to_ints(list(map(len, blocks.tokens))).astype(np.float32)
    characters = to_ints(list(map(len, blocks.texts))).astype(np.float32)
    link = np.minimum(1, to_ints(blocks.link).astype(np.float32) / (characters + 1e-6))
    is_menu = (link > LINKED) & (words < MENU_WORDS)
    reader = _Reader(said)
    text = _read_texts(blocks, reader, link, is_menu)
    element = to_ints(blocks.elements)
    scores = score_elements(blocks, names)
    tag_of = np.array([TAG_NUMBERS.get(tag, OTHER_TAG) for tag in blocks.tags], np.float32)
    prose = words * (1 - link) * ((text[0] > 0.1) | (text[1] > 0.05)) * (words >= 8)
    containers = measure_containers(blocks, element, words, words * link, prose)
    _compare_menu(blocks, reader, text, np.flatnonzero(is_menu & containers.is_near(element, float(prose.sum()) + 1)))
    row = Row(
        element=element,
        words=words,
        link=link,
        prose=prose,
        tail=text[4],
        ends=text[2],
        tags=tag_of[element],
        names=scores[3][element],
        depth=to_ints(blocks.depths)[element].astype(np.float32),
    )
    columns = [
        *_describe_text(blocks, row, text, characters),
        *_describe_element(blocks, row, containers, scores, tag_of),
        *_describe_containers(blocks, row, containers, scores),
        *describe_kind(blocks, row),
        *describe_place(row, text),
        *describe_neighbours(row, containers),
        *describe_page(row, containers, characters, bool(said.body)),
    ]
    table = np.empty((len(COLUMNS), size), np.float32)  # a column's values side by side, as they are written and read
    for place, column in enumerate(columns):
        table[place] = column
    return table.T


class _Reader:
    """Reads blocks' words beside what the page says of itself."""

    def __init__(self, said: Said) -> None:
        self._titles = set(tokenize(said.titles))
        self._described = _triples(tokenize(said.description))
        self._told = _triples(tokenize(said.body)) if len(said.body) > LEAST_TOLD else set()

    def read(self, text: str, tokens: list[str], share: float) -> tuple[float, ...]:
        """The lines of `_read_texts` but the third, for one block."""
        count = len(tokens)
        is_plain = share <= LINKED
        pointer, tail, service = _find_cues(text, tokens) if is_plain and count <= SHORT else (0, 0, 0)
        return (
            sum(map(_is_stop_word, tokens)) / count if is_plain or count > SHORT else 0.0,
            count_punctuation(text) / count if is_plain else 0.0,
            pointer,
            tail,
            service,
            *self.compare(tokens),
        )

    def compare(self, tokens: list[str]) -> tuple[float, float, float, float]:
        """Its share of the titles' words, the titles' share in it, agreement with description and JSON-LD."""
        count = len(tokens)
        own = covered = 0.0
        titles = self._titles
        if count <= SHORT and not titles.isdisjoint(tokens):
            common = len(titles.intersection(tokens))
            own, covered = common / len(set(tokens)), common / len(titles)
        described = _agree(tokens, self._described) if self._described and count <= LONGEST_DESCRIBED else 0.0
        return own, covered, described, _agree(tokens, self._told) if self._told else -1.0


def _read_texts(blocks: Blocks, reader: _Reader, link: Floats, is_menu: NDArray[np.bool_]) -> Floats:
    """Rows: stop words, punctuation, ends a sentence, pointer, tail, service, shares of the title, agreement with description and JSON-LD.

    Of short text that is all links only the third is read.
    """
    texts, tokens, shares = blocks.texts, blocks.tokens, link.tolist()
    found = np.zeros((10, len(texts)), np.float32)
    found[2] = [text[-1] in SENTENCE_ENDS for text in texts]
    read = np.flatnonzero(~is_menu)
    if len(read):
        rows = [reader.read(texts[place], tokens[place], shares[place]) for place in read.tolist()]
        found[READ, read] = np.array(rows, np.float32).T
    return found


def _compare_menu(blocks: Blocks, reader: _Reader, text: Floats, places: Ints) -> None:
    """Reads the rest of the link text that stands near the article."""
    if len(places):
        rows = [reader.compare(blocks.tokens[place]) for place in places.tolist()]
        text[COMPARED, places] = np.array(rows, np.float32).T


def _find_cues(text: str, tokens: list[str]) -> tuple[int, int, int]:
    start = tokens[0][:4]
    pointer = start in POINTER_STARTS and POINTER.match(text.lower()) is not None
    tail = len(tokens) <= 12 and " ".join(tokens) in TAIL_TOKENS
    service = "©" in text or (
        not SERVICE_STARTS.isdisjoint(map(_cut_start, tokens)) and SERVICE.search(text.lower()) is not None
    )
    return int(pointer), int(tail), int(service)


_cut_start = itemgetter(slice(4))
_is_stop_word = STOP_WORDS.__contains__


def _triples(tokens: list[str]) -> set[tuple[str, str, str]]:
    return set(zip(tokens, tokens[1:], tokens[2:], strict=False))


def _agree(tokens: list[str], reference: set[tuple[str, str, str]]) -> float:
    size = len(tokens) - 2
    if size < 1:
        return 0.0
    return sum(map(reference.__contains__, zip(tokens, tokens[1:], tokens[2:], strict=False))) / size


def _describe_text(blocks: Blocks, row: Row, text: Floats, characters: Floats) -> list[Column]:
    counts = Counter(blocks.texts)
    stops, marks, ends, pointer, tail, service, own, covered, described, told = text
    return [
        np.log1p(row.words),
        np.minimum(row.words, 200),
        row.link,
        np.minimum(to_ints(blocks.links), 20),
        np.minimum(1, to_ints(blocks.bold).astype(np.float32) / (characters + 1e-6)),
        stops,
        stops > 0,
        marks,
        ends,
        characters / row.words,
        pointer,
        tail,
        service,
        own,
        covered,
        described,
        told,
        np.array([line[0].isdigit() for line in blocks.texts]),
        np.array([counts[line] > 1 for line in blocks.texts]),
        np.array([line[0] in "\"“„«'‘「『–—-" for line in blocks.texts]),
    ]


def _describe_element(blocks: Blocks, row: Row, containers: Containers, scores: Floats, tag_of: Floats) -> list[Column]:
    element = row.element
    parent = containers.parents[element]
    grand = containers.parents[parent]
    flags = to_ints(blocks.flags)[element]
    comment = np.frombuffer(bytes(find_comment_elements(blocks)), np.uint8)[element]
    own, lowest, highest, _ = scores
    return [
        row.tags,
        tag_of[parent],
        row.depth,
        to_ints(blocks.wrapped),
        own[element],
        own[parent],
        own[grand],
        lowest[element],
        highest[element],
        row.names,
        (flags & FIGURE) > 0,
        (flags & MENU) > 0,
        (flags & FLAGS["header"]) > 0,
        (flags & FLAGS["hidden"]) > 0,
        comment,
        (flags & FLAGS["table"]) > 0,
        (flags & FLAGS["li"]) > 0,
    ]


def _describe_containers(blocks: Blocks, row: Row, of: Containers, scores: Floats) -> list[Column]:
    element, best = row.element, of.best
    parent = of.parents[element]
    grand = of.parents[parent]
    total = float(row.prose.sum()) + 1
    linked = of.linked / (of.words + 1)
    purity = of.prose / (of.words + 1)
    size, count = np.log1p(of.words), np.log1p(of.count)
    return [
        of.hops[element],
        of.inside_best()[element],
        row.depth - blocks.depths[best],
        scores[0][best],
        of.prose[parent] / total,
        of.prose[grand] / total,
        linked[parent],
        linked[grand],
        linked[element],
        size[parent],
        size[grand],
        count[parent],
        count[grand],
        purity[parent],
        purity[grand],
    ]

"""Stored queries through the index give what a plain evaluator gives: over 100,000 random pairs of query and article."""

from __future__ import annotations

import random
import unicodedata

from monitor.matching import Matcher, compile_query
from monitor.model import Topic

WORDS = [
    "treaty",
    "envoy",
    "Ministry",
    "summit",
    "note",
    "Österreich",
    "accord",
    "visa",
    "naïve",
    "talks",
    "Договор",
    "посол",
    "встреча",
    "نووي",
    "معاهدة",
    "42",
    "G20",
    "état",
    "peace",
]
HAN = "外交部长条约会谈"
PUNCTUATION = [" ", " ", " ", ", ", ". ", " – ", "\n\n", "-"]
ARTICLES, QUERIES = 240, 440
Node = tuple  # (kind, …), as the functions below make them


def test_the_index_and_a_plain_evaluator_agree_on_a_hundred_thousand_pairs() -> None:
    rnd = random.Random(20260101)
    trees = [make_query(rnd) for _ in range(QUERIES)]
    topics = [Topic(slug=str(i), name="q", query=write(tree, rnd)) for i, tree in enumerate(trees)]
    matcher = Matcher.compile((), topics)
    wrong: list[tuple[str, str, str]] = []
    agreed = true = 0
    for _ in range(ARTICLES):
        headline, body, language = make_text(rnd, 8), make_text(rnd, rnd.randint(5, 60)), rnd.choice(["en", "ru", None])
        hits = matcher.find(headline, body, language)
        found = {hit.entry for hit in hits}
        fields = [plain_words(headline), plain_words(body)]
        for number, tree in enumerate(trees):
            expected = holds(tree, fields, language, (0, 1))
            true += expected
            agreed += 1
            if expected != (str(number) in found):
                wrong.append((topics[number].query, headline, body))
        assert all((headline if hit.field == "headline" else body)[hit.start : hit.end] == hit.text for hit in hits)

    assert wrong == []
    assert agreed >= 100_000
    assert true >= 0.02 * agreed


def test_a_query_alone_and_in_the_index_agree() -> None:
    rnd = random.Random(7)
    for _ in range(300):
        text = write(make_query(rnd), rnd)
        headline, body = make_text(rnd, 6), make_text(rnd, 40)

        alone = compile_query(text).matches(headline, body, "en")
        stored = Matcher.compile((), [Topic(slug="q", name="q", query=text)]).find(headline, body, "en")

        assert (alone is not None) == bool(stored)
        if alone is not None and alone[2]:
            assert (alone[0], alone[1], alone[2]) == (stored[0].field, stored[0].start, stored[0].end)


def make_text(rnd: random.Random, size: int) -> str:
    parts = []
    for _ in range(size):
        word = rnd.choice(WORDS) if rnd.random() < 0.9 else "".join(rnd.choices(HAN, k=rnd.randint(1, 4)))
        parts.append(rnd.choice([word, word.upper(), unicodedata.normalize("NFD", word)]) + rnd.choice(PUNCTUATION))
    return "".join(parts)


def make_leaf(rnd: random.Random) -> Node:
    kind = rnd.random()
    if kind < 0.5:
        return ("phrase", [rnd.choice(WORDS)])
    if kind < 0.7:
        return ("phrase", [rnd.choice(WORDS) for _ in range(rnd.randint(2, 3))])
    if kind < 0.85:
        word = rnd.choice([word for word in WORDS if len(word) > 3])
        return ("prefix", word[: rnd.randint(2, len(word))])
    return ("phrase", list("".join(rnd.choices(HAN, k=rnd.randint(1, 2)))))


def make_query(rnd: random.Random) -> Node:
    kind = rnd.random()
    if kind < 0.2:
        return ("or", [make_leaf(rnd) for _ in range(rnd.randint(2, 4))])
    if kind < 0.4:
        return ("and", [make_leaf(rnd), make_leaf(rnd)])
    if kind < 0.65:
        left = ("or", [make_leaf(rnd), make_leaf(rnd)]) if rnd.random() < 0.4 else make_leaf(rnd)
        return ("near", rnd.randint(0, 6), left, make_leaf(rnd))
    if kind < 0.8:
        return ("and", [make_leaf(rnd), ("not", make_leaf(rnd))])
    if kind < 0.88:
        return ("headline", make_leaf(rnd))
    return ("and", [("lang", rnd.choice(["en", "ru"])), make_leaf(rnd)])


def write(tree: Node, rnd: random.Random, inside: bool = False) -> str:
    kind = tree[0]
    if kind == "phrase":
        words = tree[1]
        is_han = all(word in HAN for word in words)
        if len(words) == 1 or is_han:
            return "".join(words)
        return rnd.choice(['"{}"', "“{}”"]).format(" ".join(words))
    if kind == "prefix":
        return f"{tree[1]}*"
    if kind == "lang":
        return f"lang:{tree[1]}"
    if kind == "headline":
        return f"headline:({write(tree[1], rnd)})"
    if kind == "not":
        return rnd.choice(["NOT ", "-"]) + write(tree[1], rnd, True)
    if kind == "near":
        operator = rnd.choice(["NEAR/", "w/", "/"]) + str(tree[1])
        text = f"{write(tree[2], rnd, True)} {operator} {write(tree[3], rnd, True)}"
    else:
        joint = rnd.choice([" OR ", " | "]) if kind == "or" else rnd.choice([" AND ", " "])
        text = joint.join(write(part, rnd, True) for part in tree[1])
    return f"({text})" if inside else text


def plain_words(text: str) -> list[str]:
    """Words by the letter of the language: no index, no code of the product."""
    words, run = [], ""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not "\u0300" <= c <= "\u036f")
    for char in folded + " ":
        if char.isalnum() and char not in HAN:
            run += char
            continue
        words += [run] if run else []
        run = ""
        words += [char] if char in HAN else []
    return words


def spans(tree: Node, words: list[str]) -> list[tuple[int, int]]:
    if tree[0] == "phrase":
        parts = [word for part in tree[1] for word in plain_words(part)]
        size = len(parts)
        return [(i, i + size - 1) for i in range(len(words) - size + 1) if words[i : i + size] == parts]
    if tree[0] == "prefix":
        start = plain_words(tree[1])[0]
        return [(i, i) for i, word in enumerate(words) if word.startswith(start)]
    if tree[0] == "or":
        return [span for part in tree[1] for span in spans(part, words)]
    left, right = spans(tree[2], words), spans(tree[3], words)
    return [(min(a, c), max(b, d)) for a, b in left for c, d in right if 0 <= max(a, c) - min(b, d) - 1 <= tree[1]]


def holds(tree: Node, fields: list[list[str]], language: str | None, within: tuple[int, ...]) -> bool:
    kind = tree[0]
    if kind == "and":
        return all(holds(part, fields, language, within) for part in tree[1])
    if kind == "or":
        return any(holds(part, fields, language, within) for part in tree[1])
    if kind == "not":
        return not holds(tree[1], fields, language, within)
    if kind == "headline":
        return holds(tree[1], fields, language, (0,))
    if kind == "lang":
        return language == tree[1]
    return any(spans(tree, fields[field]) for field in within)

"""Why a watched entry was found in an article, or was not. Pure."""

from __future__ import annotations

from datetime import datetime

from monitor.matching.article import Article
from monitor.matching.document import Document, Surname
from monitor.matching.matcher import FIELDS, Matcher
from monitor.matching.query import compile_query, holds
from monitor.matching.rules import find_all_surnames
from monitor.matching.syntax import And, Headline, Lang, Near, Node, Not, Or, Word
from monitor.model import Topic

REASONS = {
    "unless": "stands in a name that `unless` lists",
    "generation": "is followed by Junior, Senior or a numeral",
    "other-initial": "has another initial before it",
    "other-given": "has another given name before it",
    "other-name": "has another capitalised word before it",
    "hyphen": "is the second half of a double name",
    "thing": "names a street, a ship, a prize or the like",
    "particle": "lacks the particle that belongs to it",
}


def explain(
    matcher: Matcher, headline: str, body: str, entry: str, language: str | None = None, at: datetime | None = None
) -> list[str]:
    """One line a mention or near miss of an entry: its rule, or why it does not count."""
    hits = [hit for hit in matcher.find(headline, body, language, at) if hit.entry == entry]
    told = _tell_counts(matcher, entry, language)
    lines = [
        f"{hit.rule}: “{hit.text}” at {hit.start} of the {hit.field}{told if hit.rule == 'archive' else ''}"
        for hit in hits
    ]
    for topic in matcher.topics:
        if topic.slug == entry:
            return lines or _explain_topic(topic, Article(headline, body, language))
    for index, person in enumerate(matcher.people):
        if person.slug == entry:
            counted: set[tuple[str, int]] = {(hit.field, hit.end) for hit in hits}
            return lines + _explain_person(matcher, index, headline, body, language, counted)
    return [f"no person or topic is called {entry}"]


def _explain_person(
    matcher: Matcher, index: int, headline: str, body: str, language: str | None, counted: set[tuple[str, int]]
) -> list[str]:
    document = matcher.read(headline, body, language)
    lines = []
    for surname in find_all_surnames(document):
        token = document.token(surname.place)
        where = (FIELDS[surname.place[0]], token.end)
        if surname.name.person == index and where not in counted:
            said = f"surname {token.raw} at {token.start} of the {where[0]}"
            lines.append(f"{said}{_why_not(matcher, document, surname, language)}")
    for field, text in zip(FIELDS, (headline, body), strict=True):
        for one in matcher.unspaced.find(text):
            if one.person == index and (field, one.end) not in counted:
                why = "another given name stands before it" if one.is_blocked else "but no full name in the document"
                lines.append(f"surname {text[one.start : one.end]} at {one.start} of the {field}, {why}")
    if not lines and not counted:
        lines.append("neither the name nor the surname stands in the text")
    return list(dict.fromkeys(lines))


def _why_not(matcher: Matcher, document: Document, surname: Surname, language: str | None) -> str:
    person = matcher.people[surname.name.person]
    if surname.kind in REASONS:
        return f": {REASONS[surname.kind]}"
    if surname.place in document.taken:
        return ": is part of somebody else's full name"
    if person.surname == "never":
        return ": its surname rule is never"
    if surname.name.person in document.explicit:
        return ": the nearest bearer before it is somebody else"
    if surname.around.next_name:
        return f", but no full name in the document, and a capitalised word ({surname.around.next_name}) follows"
    return f", but no full name in the document{_tell_counts(matcher, person.slug, language)}"


def _tell_counts(matcher: Matcher, entry: str, language: str | None) -> str:
    """By what a bare surname is judged."""
    seen, full, other = matcher.counts.of(entry, language or "")
    return f" (archive in this language: {seen} documents with the surname, {full} with the full name, {other} with another given name)"


def _explain_topic(topic: Topic, article: Article) -> list[str]:
    """The parts of the query that hold and those that do not."""
    lines: list[str] = []
    _walk(compile_query(topic.query).node, article, lines, 0)
    return lines[:40]


def _walk(node: Node, article: Article, lines: list[str], depth: int) -> None:
    held = holds(node, article, (0, 1))
    lines.append(f"{'  ' * depth}{'holds' if held else 'fails'}: {describe(node)}")
    if not held and isinstance(node, And):
        for child in node.nodes:
            _walk(child, article, lines, depth + 1)


def describe(node: Node) -> str:
    """A node as a query."""
    if isinstance(node, Word):
        words = " ".join(node.tokens) + ("*" if node.is_prefix else "")
        return f'"{words}"' if len(node.tokens) > 1 else words
    if isinstance(node, Near):
        return f"{describe(node.left)} NEAR/{node.distance} {describe(node.right)}"
    if isinstance(node, Not):
        return f"NOT {describe(node.node)}"
    if isinstance(node, Headline):
        return f"headline:({describe(node.node)})"
    if isinstance(node, Lang):
        return f"lang:{node.code}"
    joint = " OR " if isinstance(node, Or) else " AND "
    return "(" + joint.join(map(describe, node.nodes)) + ")"

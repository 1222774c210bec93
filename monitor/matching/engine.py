"""People and topics over one article. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.matching.query import BODY, Article, Presearcher, compile_query, spans_of
from monitor.matching.syntax import Word
from monitor.matching.tokens import tokenize
from monitor.model import Hit, Person, Topic
from monitor.text import sentence_at

Count = tuple[str, str, int, int, int]


class Matcher:
    """Compiled people and topics."""

    def __init__(self, people: list[Person], topics: list[Topic]) -> None:
        self.topics = topics
        self.names = [(person, [_words(s) for s in _spellings(person)]) for person in people]
        self.presearch = Presearcher(compile_query(topic.query) for topic in topics)

    @classmethod
    def compile(cls, people: Iterable[Person], topics: Iterable[Topic]) -> Matcher:
        """Raises: QueryError on a topic that cannot be read."""
        return cls(list(people), list(topics))

    def find(self, headline: str, body: str, language: str | None = None, at: datetime | None = None) -> list[Hit]:  # noqa: ARG002
        """Every mention of a person, and every topic once per field."""
        article = Article(headline, body, language)
        hits = []
        for number in sorted(self.presearch.find_candidates(article)):
            spans = self.presearch.queries[number].find(article)
            if spans is not None:
                topic = self.topics[number]
                found = [(field, span) for field, span in enumerate(spans) if span is not None] or [(0, (0, 0))]
                hits += [_hit(topic.slug, "topic", "query", article, field, span) for field, span in found]
        for person, spellings in self.names:
            hits += self._find_person(person, spellings, article)
        return hits

    def _find_person(self, person: Person, spellings: list[Word], article: Article) -> list[Hit]:
        spans: dict[tuple[int, int, int], str] = {}
        for word in spellings:
            if word.tokens[0] not in article.words:
                continue
            for field in (0, BODY):
                for first, last in spans_of(word, article.fields[field]):
                    spans[(field, first, last)] = "full"
        if spans and person.surname != "never":
            for word in spellings:
                bare = Word(word.tokens[-1:])
                for field in (0, BODY):
                    for first, last in spans_of(bare, article.fields[field]):
                        if not any(f == field and a <= first <= b for f, a, b in spans):
                            spans[(field, first, last)] = "after-full-name"
        return [
            _hit(person.slug, "person", rule, article, field, article.fields[field].span(first, last))
            for (field, first, last), rule in sorted(spans.items())
        ]

    def learn(self, headline: str, body: str, language: str | None = None) -> tuple[Count, ...]:  # noqa: ARG002
        """Increments of the surname counts."""
        return ()

    def load_counts(self, rows: Iterable[Count]) -> None:
        """Sets the surname counts."""


def explain(
    matcher: Matcher, headline: str, body: str, entry: str, language: str | None = None, at: datetime | None = None
) -> list[str]:
    """Why an entry was found, or was not."""
    hits = [hit for hit in matcher.find(headline, body, language, at) if hit.entry == entry]
    return [f"{hit.rule}: “{hit.text}” in {hit.field} at {hit.start}" for hit in hits] or ["no mention found"]


def suggest_names(name: str, people: Iterable[Person]) -> list[tuple[str, str, float]]:
    """Spellings in other scripts of a name that a shipped person bears."""
    return [
        (language, spelling, 1.0)
        for person in people
        if name in _spellings(person)
        for language, found in person.names.items()
        for spelling in found
    ]


def _spellings(person: Person) -> list[str]:
    return [person.name, *(s for found in person.names.values() for s in found), *person.also]


def _words(spelling: str) -> Word:
    return Word(tuple(token for token, _, _ in tokenize(spelling)))


def _hit(entry: str, kind: str, rule: str, article: Article, field: int, span: tuple[int, int]) -> Hit:
    text = article.fields[field].text
    start, end = span
    return Hit(
        entry=entry,
        kind="person" if kind == "person" else "topic",
        rule=rule,
        field="body" if field == BODY else "headline",
        start=start,
        end=end,
        text=text[start:end],
        sentence=sentence_at(text, start, end) if end else "",
    )

"""People and topics of a configuration over one article. Pure, but for the counts that `learn` adds."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate

from monitor.matching.article import Article
from monitor.matching.counts import Count, Counts, Trust
from monitor.matching.document import Document
from monitor.matching.lexicon import Lexicon
from monitor.matching.mentions import find_mentions
from monitor.matching.morphology import language_bit
from monitor.matching.offices import Offices
from monitor.matching.query import Presearcher, compile_query
from monitor.matching.rules import RIVALS, Mention, find_all_surnames
from monitor.matching.scan import Field, Tokens, find_tokens, scan_field
from monitor.matching.unspaced import Sighting, Unspaced, decide_sightings
from monitor.model import Hit, Person, Topic
from monitor.sentences import sentence_at

FIELDS = ("headline", "body")
MOST_AHEAD = 2_000_000  # characters whose words are read together; of Arabic, where every word counts, some 120 MB
MOST_BLOCKS, LONGEST_BLOCK = 8192, 600  # that are remembered, and their characters: some 2 MB


class Matcher:
    """Compiled people and topics. Made by `compile`; safe to share between threads that only find."""

    def __init__(self, people: tuple[Person, ...], topics: tuple[Topic, ...], *, offices: bool = False) -> None:
        self.people, self.topics = people, topics
        self.offices = Offices(people) if offices else None
        self.counts = Counts()
        self.lexicon = Lexicon()
        self.unspaced = Unspaced()
        for index, person in enumerate(people):
            self.lexicon.add_person(index, person)
            self.unspaced.add_person(index, person)
        self.lexicon.freeze()
        self.unspaced.freeze()
        self._slugs = [person.slug for person in people]
        self._rules = [person.surname for person in people]
        self._indexes = {slug: index for index, slug in enumerate(self._slugs)}
        self._blocks: dict[tuple[str, str | None], tuple[Hit, ...] | None] = {}
        self._ahead: dict[str, Tokens] = {}
        self._scanned: tuple[str, str, int, tuple[Field, Field]] | None = None
        self._presearch = Presearcher(compile_query(topic.query) for topic in topics)

    @classmethod
    def compile(cls, people: Iterable[Person], topics: Iterable[Topic], *, offices: bool = False) -> Matcher:
        """`offices`: also find "the Russian foreign minister", as a weaker rule. Raises: QueryError on a topic that cannot be read."""
        with _without_collection():
            return cls(tuple(people), tuple(topics), offices=offices)

    def find(self, headline: str, body: str, language: str | None = None, at: datetime | None = None) -> list[Hit]:
        """Every mention of a person, and every topic once per field. `at`: the publication date, for offices."""
        hits: list[Hit] = []
        texts = (headline, body)

        def make(entry: str, kind: str, rule: str, field: int, start: int, end: int) -> Hit:
            text = texts[field]
            return Hit(
                entry=entry,
                kind=kind,  # type: ignore[arg-type]
                rule=rule,
                field=FIELDS[field],  # type: ignore[arg-type]
                start=start,
                end=end,
                text=text[start:end],
                sentence=sentence_at(text, start, end),
            )

        if self.people:
            for mention in (*self.find_mentions(headline, body, language), *self._find_offices(texts, at)):
                slug = self.people[mention.person].slug
                hits.append(make(slug, "person", mention.rule, mention.field, mention.start, mention.end))
        if self.topics:
            for topic, field, start, end in self._find_topics(headline, body, language):
                hits.append(make(topic.slug, "topic", "query", field, start, end))
        return hits

    def prepare(self, texts: Iterable[str]) -> None:
        """Reads the words of many headlines and bodies that `find` gets next: a third faster, with the same hits."""
        if self.people:
            texts = list(dict.fromkeys(texts))
            texts = [text for text, end in zip(texts, accumulate(map(len, texts)), strict=True) if end <= MOST_AHEAD]
            self._ahead = dict(zip(texts, find_tokens(self.lexicon, texts), strict=True))

    def find_in_blocks(self, texts: Sequence[str], language: str | None = None) -> list[Hit]:
        """The hits of the blocks that were cut from a page, in their order, those of new blocks last.

        Menus and teasers come again on every page: from the second time on their hits are remembered.
        """
        hits: list[Hit] = []
        new = []
        for text in texts:
            key = (text, language)
            known = self._blocks.get(key, ())
            if known is None:  # met once
                known = self._blocks[key] = tuple(self.find("", text, language))
            elif key not in self._blocks:
                new.append(text)
            hits += known
        if new:
            hits += self.find("", "\n\n".join(new), language)
            if len(self._blocks) > MOST_BLOCKS:
                self._blocks.clear()
            self._blocks.update({(text, language): None for text in new if len(text) <= LONGEST_BLOCK})
        return hits

    def find_mentions(self, headline: str, body: str, language: str | None) -> list[Mention]:
        """The mentions of persons that count."""
        document = self.read(headline, body, language)
        sightings = (self.unspaced.find(headline), self.unspaced.find(body))
        trust = Trust(self.counts, self._slugs, self._rules, language or "")
        explicit = {one.person for found in sightings for one in found if one.kind == "full" and not one.is_blocked}
        for person in explicit:
            document.explicit.setdefault(person, []).insert(0, (0, -1))
        mentions = find_mentions(document, trust)
        explicit |= document.explicit.keys()
        for field, found in enumerate(sightings):
            for one, rule in decide_sightings(found, explicit, trust):
                mentions.append(Mention(one.person, rule, field, one.start, one.end))
        return mentions

    def _find_offices(self, texts: tuple[str, str], at: datetime | None) -> list[Mention]:
        """Offices as their holders of that day, where the matcher was compiled to look for them."""
        if self.offices is None or at is None:
            return []
        return [
            Mention(person, "office", field, start, end)
            for field, text in enumerate(texts)
            for person, start, end in self.offices.find(text, at)
        ]

    def learn(self, headline: str, body: str, language: str | None = None) -> tuple[Count, ...]:
        """Counts the surnames of a document, once it is new; returns the increments, for a store."""
        rows = self.count(headline, body, language)
        self.add_counts(rows)
        return rows

    def count(self, headline: str, body: str, language: str | None = None) -> tuple[Count, ...]:
        """The increments of a document, not yet added."""
        sightings = (*self.unspaced.find(headline), *self.unspaced.find(body))
        return count_surnames(self.read(headline, body, language), sightings, self.people, language)

    def load_counts(self, rows: Iterable[Count]) -> None:
        """Sets the surname counts to what a store has."""
        self.counts = Counts()
        self.add_counts(rows)

    def add_counts(self, rows: Iterable[Count]) -> None:
        """Adds increments, of this process or of others."""
        rows = tuple(rows)
        self.counts.add(rows)
        for slug, _, _, full, _ in rows:
            if full and slug in self._indexes:
                self.lexicon.mark(self._indexes[slug])
                self._scanned = None

    def read(self, headline: str, body: str, language: str | None) -> Document:
        """The document with its full names."""
        bits = language_bit(language)
        last = self._scanned  # `count` follows `find`
        if last is not None and last[0] is headline and last[1] is body and last[2] == bits:
            return Document(self.lexicon, last[3], bits)
        title, content = (
            scan_field(self.lexicon, text, bits, self._ahead.pop(text, None)) for text in (headline, body)
        )
        fields = (title, content)
        self._scanned = (headline, body, bits, fields)
        return Document(self.lexicon, fields, bits)

    def _find_topics(self, headline: str, body: str, language: str | None) -> list[tuple[Topic, int, int, int]]:
        article = Article(headline, body, language)
        found = []
        for number in sorted(self._presearch.find_candidates(article)):
            spans = self._presearch.queries[number].find(article)
            if spans is not None:
                places = [(field, span) for field, span in enumerate(spans) if span is not None] or [(0, (0, 0))]
                found += [(self.topics[number], field, *span) for field, span in places]
        return found


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """A lexicon is a million objects and no garbage: collecting while it grows takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def count_surnames(
    document: Document, sightings: tuple[Sighting, ...], people: tuple[Person, ...], language: str | None
) -> tuple[Count, ...]:
    """One row a person whose surname stands in the document."""
    full = {*document.explicit, *(one.person for one in sightings if one.kind == "full" and not one.is_blocked)}
    other = {one.person for one in sightings if one.is_blocked}
    seen = full | {one.person for one in sightings}
    for surname in find_all_surnames(document):
        person = surname.name.person
        seen.add(person)
        if surname.kind == "initials":
            full.add(person)
        elif surname.kind in RIVALS or surname.kind == "hyphen":
            other.add(person)
    return tuple((people[p].slug, language or "", 1, int(p in full), int(p in other)) for p in sorted(seen))

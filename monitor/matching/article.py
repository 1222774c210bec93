"""An article as stored queries see it: its two fields, its words, its language. Pure."""

from __future__ import annotations

from monitor.matching.tokens import HEAD, Field


class Article:
    """Headline and body as fields, and the language, lower case."""

    __slots__ = ("_heads", "fields", "language", "words")

    def __init__(self, headline: str, body: str, language: str | None) -> None:
        self.fields = (Field(headline), Field(body))
        self.language = (language or "").lower()
        self.words = self.fields[0].words | self.fields[1].words
        self._heads: frozenset[str] | None = None

    @property
    def heads(self) -> frozenset[str]:
        """The first letters of its words."""
        if self._heads is None:
            self._heads = frozenset(word[:HEAD] for word in self.words)
        return self._heads

"""One error class per edge; every message reads `where: problem`. Pure."""

from __future__ import annotations


class DiplowatchError(Exception):
    """What a user may see as one line; never shown as a traceback."""


class ConfigError(DiplowatchError):
    """The configuration was refused as a whole; `problems` has one line each, `file:line: where: problem (hint)`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class QueryError(DiplowatchError):
    """A topic or search query that cannot be read; `line` and `column` count from 1."""

    def __init__(self, problem: str, *, line: int = 1, column: int = 1, hint: str = "") -> None:
        super().__init__(f"line {line}, column {column}: {problem}" + (f" ({hint})" if hint else ""))
        self.problem, self.line, self.column, self.hint = problem, line, column, hint


class FetchError(DiplowatchError):
    """An address that could not be fetched, or that the guard refused."""


class ExtractionError(DiplowatchError):
    """A page that the cleaner cannot read at all (not a page without an article: that is an outcome)."""


class StoreError(DiplowatchError):
    """The database is missing, locked for too long, read-only, or of another version."""


class StoreAway(StoreError):
    """The database server does not answer: it may be back in a while."""


class ClaimLost(StoreError):
    """Another worker holds the outlet now: nothing was written."""


class DeliveryError(DiplowatchError):
    """A message that a receiver did not take.

    `permanent`: trying again cannot help. `retry_after_s`: the receiver's own wish, None when it named none.
    """

    def __init__(self, problem: str, *, permanent: bool = False, retry_after_s: float | None = None) -> None:
        super().__init__(problem)
        self.permanent, self.retry_after_s = permanent, retry_after_s

"""How broad a story is: one number for the user, the thresholds that follow from it for us. Pure."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_BREADTH = 0.3
# Scores at breadth 0, at the default and at 1; tuned on our own stream (0, default) and for broad topics (1).
SAME_LANGUAGE = (0.40, 0.27, 0.04)
OTHER_LANGUAGE = (0.40, 0.19, 0.15)
MERGE = (0.70, 0.45, 0.16)  # cosine; only broad stories merge within a language
MERGE_LANGUAGES = (0.75, 0.55, 0.35)  # cosine of the signs alone
TOPICS = 0.7  # from here on stories are topics: days and round-ups no longer part them


@dataclass(frozen=True, slots=True)
class Breadth:
    """The least scores to join a story in its language, across languages, and for two stories to be one."""

    same_language: float
    other_language: float
    merge: float
    merge_languages: float
    parts_events: bool

    @classmethod
    def of(cls, breadth: float) -> Breadth:
        """Thresholds of a breadth between 0 (narrow) and 1 (broad). Raises: ValueError outside of it."""
        if not 0.0 <= breadth <= 1.0:
            raise ValueError(f"breadth: {breadth} is not between 0 and 1")
        return cls(
            _between(SAME_LANGUAGE, breadth),
            _between(OTHER_LANGUAGE, breadth),
            _between(MERGE, breadth),
            _between(MERGE_LANGUAGES, breadth),
            breadth < TOPICS,
        )


def _between(values: tuple[float, float, float], breadth: float) -> float:
    low, middle, high = values
    if breadth <= DEFAULT_BREADTH:
        return low + (middle - low) * breadth / DEFAULT_BREADTH
    return middle + (high - middle) * (breadth - DEFAULT_BREADTH) / (1 - DEFAULT_BREADTH)

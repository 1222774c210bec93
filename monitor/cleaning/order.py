"""Where in the article a removed block stood. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.model import Removed

LONGEST = 2000  # characters of a removed block that are kept


def place_removed(blocks: Iterable[str], removed: Iterable[Removed], paragraphs: Sequence[str]) -> tuple[Removed, ...]:
    """The removed blocks in their own order, each with how many paragraphs stand above it on the page; -1 = not known."""
    places = {paragraph: number for number, paragraph in reversed(list(enumerate(paragraphs)))}
    above: dict[str, list[int]] = {}
    passed = 0
    for text in blocks:
        number = places.get(text, -1)
        if number >= passed:
            passed = number + 1
        else:
            text = text[:LONGEST]
            if text in above:
                above[text].append(passed)
            else:
                above[text] = [passed]
    for found in above.values():
        if len(found) > 1:
            found.reverse()
    placed = []
    for block in removed:
        numbers = above.get(block.text)
        number = numbers.pop() if numbers else -1
        placed.append(block if number == block.above else Removed(block.rule, block.text, number))
    return tuple(placed)

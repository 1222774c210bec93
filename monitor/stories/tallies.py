"""What the members of a story have said, counted: an article that comes or goes costs the same however many they are. Values that grow; no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from monitor.stories.said import NOTHING, Codes


class CodeCounts:
    """Codes, sorted, and how many articles have each."""

    __slots__ = ("_uses", "codes")

    def __init__(self) -> None:
        self.codes: Codes = NOTHING
        self._uses: npt.NDArray[np.uint32] = NOTHING

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: int) -> bool:
        place = int(self.codes.searchsorted(np.uint32(code)))
        return place < len(self.codes) and int(self.codes[place]) == code

    def add(self, codes: Codes) -> None:
        """An article has these, sorted and each once."""
        if not len(self.codes):
            self.codes, self._uses = codes, np.ones(len(codes), dtype=np.uint32)
            return
        places = self.codes.searchsorted(codes)
        is_known = self.codes[np.minimum(places, len(self.codes) - 1)] == codes
        self._uses[places[is_known]] += 1
        fresh = ~is_known
        if fresh.any():
            self.codes = np.insert(self.codes, places[fresh], codes[fresh])
            self._uses = np.insert(self._uses, places[fresh], 1)

    def take(self, codes: Codes) -> None:
        """An article that had these has gone."""
        places = self.codes.searchsorted(codes)
        self._uses[places] -= 1
        if not self._uses[places].all():
            is_used = self._uses > 0
            self.codes, self._uses = self.codes[is_used], self._uses[is_used]


@dataclass(slots=True)
class Known:
    """What articles have said, all together."""

    stems: CodeCounts = field(default_factory=CodeCounts)  # of all words
    sentences: CodeCounts = field(default_factory=CodeCounts)  # hashes
    places: Counter[str] = field(default_factory=Counter)  # states and cities; those of copies are their original's

    def add(self, stems: Codes, sentences: Codes, places: Iterable[str]) -> None:
        """An article has said this, each once."""
        self.stems.add(stems)
        self.sentences.add(sentences)
        self.places.update(places)

    def take(self, stems: Codes, sentences: Codes, places: Iterable[str]) -> None:
        """An article that has said this has gone."""
        self.stems.take(stems)
        self.sentences.take(sentences)
        take_all(self.places, places)


def take_all(counts: Counter[str], gone: Iterable[str]) -> None:
    """One less of each, nothing where none is left."""
    for one in gone:
        counts[one] -= 1
        if not counts[one]:
            del counts[one]

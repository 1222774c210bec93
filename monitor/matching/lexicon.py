"""The watched names as words, and which of them a word of a text may be. Pure.

A name is a pair of words, given name and surname. Words are numbered; words that are spelled alike share a class (a skeleton
without vowels' quality, voicing and doubled letters), and a pair is looked up by its two classes, then verified.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Iterable
from itertools import accumulate, compress, filterfalse
from operator import ne
from typing import NamedTuple

from monitor.matching.context import fold_name, load_context
from monitor.matching.many_words import ManyReader
from monitor.matching.morphology import NAME, STEM, Reading, find_readings, find_stems, language_bit
from monitor.matching.name_words import find_name_words
from monitor.matching.spelling import ALIKE, DOUBLED, find_particle, find_skeleton, respell, split_name
from monitor.model import Person

JOINT = re.compile("['’ʼ`´‐‑-]")
LEAST_INFLECTED = 3  # letters of a word in capitals up to which it is an acronym
LEAST_ALIKE, LEAST_ALIKE_MANY = 3, 5  # letters of words that may be alike by sound; with many names watched
EVERY = language_bit("")
NO_IDS: dict[int, int] = {}  # of the many words that only sound like a name
FEW = 40  # new words that are read one by one: columns would take as long
MEMORY = 120_000  # words whose readings are kept; a guess: some 20 MB
SMALL = 5_000  # spellings up to which a surname may be one edit off; a guess


class Name(NamedTuple):
    """One spelling of one person. `given` is 0 for a single word; `is_unless` marks what must not count as the person."""

    person: int
    given: int
    surname: int
    mids: tuple[str, ...]
    bit: int  # languages whose endings it takes, beside those of the text
    particle: str  # "bin" of bin Salman: the surname does not stand without it
    generation: str  # "j", "s", a numeral, ""
    surname_first: bool
    is_unless: bool
    needs: tuple[str, str]  # beginning of the word before and behind a single word: пророк Мухаммед, Свят отец


Partners = dict[int, tuple[Name, ...]]  # class of a surname → names that it makes with one given name


class Word(NamedTuple):
    """What a word of a text may be. `ids`: word of the lexicon → languages in which this is one of its forms."""

    ids: dict[int, int]
    partners: tuple[Partners, ...]  # what stands beside it where it is a given name
    surname_classes: tuple[int, ...]
    length: int  # of the part that is the name: without 's or -led


class _Memory(dict[str, Word | None]):
    """Word of a text → what it may be, read when it is met first."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = weakref.ref(lexicon)  # no cycle: a lexicon that is replaced goes at once

    def __missing__(self, raw: str) -> Word | None:
        lexicon = self._lexicon()
        assert lexicon is not None
        if len(self) >= MEMORY:
            self.clear()
        word = self[raw] = lexicon.read_new(raw)
        return word


class Lexicon:
    """All spellings of all persons in scripts that write spaces."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.lemmas: list[str] = [""]
        self.class_of: list[int] = [0]
        self.partners: dict[int, Partners] = {}  # by class of the given name
        self.by_surname: dict[int, list[Name]] = {}
        self.by_given: dict[int, list[Name]] = {}
        self.by_person: list[list[Name]] = []
        self.singles: dict[int, list[Name]] = {}  # names of one word
        self.alone: dict[int, list[Name]] = {}  # by surname, where it counts alone
        self.marked: dict[int, list[Name]] = {}  # by surname, of persons whom the archive knows
        self.speaking = (self.singles, self.alone, self.marked)  # tables of words that may count without a full name
        self._known: set[int] = set()
        self._classes: dict[str, int] = {}
        self._stems: dict[str, tuple[int, ...]] = {}
        self._soft: dict[str, tuple[int, ...]] = {}  # given name → classes of those that it stands for: Joe, Joseph
        self._surnames: set[int] = set()
        self._memory = _Memory(self)
        self._reader: ManyReader | None = None  # made when many words are to be read at once
        self.read: Callable[[str], Word | None] = self._memory.__getitem__
        self._folded: dict[str, int] = {}
        self.is_small = True

    def add_person(self, index: int, person: Person) -> None:
        """All spellings of a person, and what must not count; persons come in the order of their index."""
        self.by_person.append([])
        found: dict[Name, int] = {}
        written: dict[tuple[str, bool], int] = {}  # each spelling once, with the languages that share it
        for spelling in (person.name, *person.also):
            written[spelling, False] = 0
        for language, spellings in person.names.items():
            for spelling in spellings:
                key = (spelling, language == "hu")
                written[key] = written.get(key, 0) | language_bit(language)
        for (spelling, surname_first), bit in written.items():
            for way in respell(spelling):
                self._collect(found, index, way, bit, surname_first=surname_first)
        for spelling in person.unless:
            self._collect(found, index, spelling, 0, is_unless=True)
        is_alone = person.surname == "alone"
        for name, bits in found.items():
            self._file(name._replace(bit=bits) if bits else name, is_alone)

    def _collect(
        self,
        found: dict[Name, int],
        person: int,
        spelling: str,
        bit: int,
        *,
        surname_first: bool = False,
        is_unless: bool = False,
    ) -> None:
        """Adds the names of one spelling with its languages; none when it has no word in a script that writes spaces."""
        words = find_name_words(spelling)
        if not words:
            return
        generation, words, needs = split_name(spelling, words)
        numbers = [self._number(word) for word in words]
        if len(numbers) == 1:
            name = Name(person, 0, numbers[0], (), 0, "", generation, False, is_unless, needs)
            found[name] = found.get(name, 0) | bit
            return
        first, last = numbers[0], numbers[-1]
        surname_first = surname_first or (len(numbers) <= 3 and self.lemmas[first] in load_context().family_first)
        if surname_first:
            first, last = last, first
        particles = load_context().particles
        mids = tuple(word for number in numbers[1:-1] if (word := self.lemmas[number]) not in particles)
        particle = find_particle(spelling)
        name = Name(person, first, last, mids, 0, particle, generation, surname_first, is_unless, ("", ""))
        found[name] = found.get(name, 0) | bit
        is_named = len(numbers) == 3 and self.lemmas[numbers[1]] not in particles  # no Bin Farhan, no Abd al-Ati
        if is_named and not surname_first and not is_unless:
            second = name._replace(given=numbers[1], mids=())  # Tayyip Erdoğan
            found[second] = found.get(second, 0) | bit

    def freeze(self) -> None:
        """Ends building: forgets what only that needs."""
        self._folded.clear()
        for word, others in load_context().variants.items():
            classes = tuple(self.class_of[self.ids[other]] for other in others if other in self.ids)
            if classes:
                self._soft[word] = classes
        self.is_small = sum(map(len, self.partners.values())) <= SMALL

    def read_many(self, raws: Iterable[str]) -> None:
        """Reads words that `read` may be asked for: many at once in two fifths of the time."""
        if self._reader is None:
            self._reader = ManyReader(self.ids, self._stems, self._soft, self._classes, self.class_of)
        new = list(filterfalse(self._memory.__contains__, set(raws)))
        if len(new) < FEW:
            return
        if len(self._memory) + len(new) > MEMORY:
            self._memory.clear()
        memory = self._memory
        for easy, found in self._reader.read(new, LEAST_ALIKE if self.is_small else LEAST_ALIKE_MANY):
            memory.update(dict.fromkeys(easy))
            for raw, ids, classes in found:
                word = self._make_word(ids or NO_IDS, classes, len(raw))
                memory[raw] = None if word and _is_acronym(raw, word) else word

    def read_new(self, raw: str) -> Word | None:
        """What a word of a text may be, worked out anew; None for most words."""
        word = self._read_plain(fold_name(raw), len(raw))
        if word and _is_acronym(raw, word):
            return None
        if word is None and JOINT.search(raw, 1):
            for joint in reversed([match.start() for match in JOINT.finditer(raw, 1)]):
                word = self._read_plain(fold_name(raw[:joint]), joint)
                if word is not None:
                    return word
        return word

    def _read_plain(self, folded: str, length: int) -> Word | None:
        readings = find_readings(folded)
        ids = self._find_ids(readings)
        classes = self._find_classes(folded, {len(reading) for reading, kind, _ in readings if kind & NAME})
        classes.update([self.class_of[number] for number in ids])
        for reading, kind, _ in readings:
            if reading in self._soft and kind & NAME:
                classes.update(self._soft[reading])
        return self._make_word(ids, sorted(classes), length) if classes else None

    def _make_word(self, ids: dict[int, int], classes: list[int], length: int) -> Word | None:
        """A word from what it reads as, and from the classes of that and of what it sounds like."""
        partners = tuple([self.partners[one] for one in classes if one in self.partners])
        surnames = tuple([one for one in classes if one in self._surnames])
        return Word(ids, partners, surnames, length) if partners or surnames else None

    def _find_ids(self, readings: list[Reading]) -> dict[int, int]:
        """The words of the lexicon that a word is a form of, with the languages."""
        ids: dict[int, int] = {}
        known, stems = self.ids, self._stems
        for reading, kind, languages in readings:
            if kind & STEM and reading in stems:
                for number in stems[reading]:
                    ids[number] = ids.get(number, 0) | languages
            if kind & NAME and reading in known:
                number = known[reading]
                ids[number] = ids.get(number, 0) | languages
        return ids or NO_IDS

    def _find_classes(self, folded: str, lengths: set[int]) -> set[int]:
        """Classes of the names that a word sounds like, when it is cut to one of these lengths."""
        sounds, classes = folded.translate(ALIKE), self._classes
        if DOUBLED.search(sounds) is None:
            least = LEAST_ALIKE if self.is_small else LEAST_ALIKE_MANY
            heads = [sounds[:length] for length in lengths if length >= least]
        else:
            is_new = [True, *map(ne, sounds, sounds[1:])]
            sizes, last = list(accumulate(is_new, initial=0)), len(folded)
            sounds = "".join(compress(sounds, is_new))
            heads = [sounds[: sizes[min(length, last)]] for length in lengths]
        return {classes[head] for head in heads if head in classes}

    def _number(self, word: str) -> int:
        number = self._folded.get(word)
        if number is None:
            folded = fold_name(word)
            number = self.ids.get(folded)
            if number is None:
                number = self.ids[folded] = len(self.lemmas)
                self.lemmas.append(folded)
                self.class_of.append(self._classes.setdefault(find_skeleton(folded), len(self._classes) + 1))
                for stem in find_stems(folded):
                    self._stems[stem] = (*self._stems.get(stem, ()), number)
            self._folded[word] = number
        return number

    def _file(self, name: Name, is_alone: bool) -> None:
        if not name.given:
            self.singles.setdefault(name.surname, []).append(name)
        elif not name.is_unless:
            self.by_surname.setdefault(name.surname, []).append(name)
            self.by_given.setdefault(name.given, []).append(name)
            self.by_person[name.person].append(name)
            if is_alone:
                self.alone.setdefault(name.surname, []).append(name)
        self._pair(name)

    def mark(self, person: int) -> None:
        """Notes that the archive knows a person: the surname is worth a look wherever it stands."""
        if person not in self._known:
            self._known.add(person)
            for name in self.by_person[person]:
                self.marked.setdefault(name.surname, []).append(name)

    def has_one_bearer(self, word: int) -> bool:
        """Does one watched person alone bear this surname?"""
        return len({name.person for name in self.by_surname[word]}) == 1

    def _pair(self, name: Name) -> None:
        given, surname = self.class_of[name.given], self.class_of[name.surname]
        self._surnames.add(surname)
        partners = self.partners.setdefault(given, {})
        partners[surname] = (*partners.get(surname, ()), name)


def _is_acronym(raw: str, word: Word) -> bool:
    """Is this no form of a name, but МГУ?"""
    return len(raw) <= LEAST_INFLECTED and raw.isupper() and max(word.ids.values(), default=0) < EVERY

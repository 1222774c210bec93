"""All mentions of a document that count: full names, surnames, and given names or own spellings alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.matching.context import fold_name
from monitor.matching.document import Document
from monitor.matching.lexicon import Lexicon, Name, Word
from monitor.matching.name_words import NAME_WORD
from monitor.matching.rules import Mention, Trust, find_surname_mentions
from monitor.matching.scan import SPACE, Full, Token
from monitor.matching.surroundings import is_given_word

NOTHING = Word({}, (), (), 0)
LEAST_GIVEN = 4  # letters of a given name that counts alone: Ali is also a word
LONGEST_GROWTH = 5  # letters by which an inflected form may be longer than the beginning of a spelling


def find_mentions(document: Document, trust: Trust) -> list[Mention]:
    """The mentions that count, without doubles, in order."""
    found: dict[tuple[int, int, int], Mention] = {}
    for number, full in document.fulls:
        rule = "full-name" if full.exact else "variant"
        _keep(found, Mention(full.name.person, rule, number, full.start, full.end))
    for mention in find_surname_mentions(document, trust):
        _keep(found, mention)
    if document.fulls:
        for mention in (*_find_given(document, trust), *_find_variants(document, trust)):
            _keep(found, mention)
    return sorted(found.values(), key=lambda mention: (mention.field, mention.start, mention.person))


def _keep(found: dict[tuple[int, int, int], Mention], mention: Mention) -> None:
    """One mention a person and place: the longest, a full name before anything else."""
    key = (mention.person, mention.field, mention.end)
    old = found.get(key)
    if old is None or (
        (mention.rule == "full-name" or old.rule != "full-name")
        and (
            (mention.rule == "full-name" and old.rule != "full-name")
            or mention.end - mention.start > old.end - old.start
        )
    ):
        found[key] = mention


def _find_given(document: Document, trust: Trust) -> Iterator[Mention]:
    """Given names alone, of persons whose full name stands in the document and whose given name nobody else there bears."""
    bearers: dict[int, set[int]] = {}
    names: dict[int, Name] = {}
    for _, full in document.fulls:
        if len(document.lexicon.lemmas[full.name.given]) >= LEAST_GIVEN and trust.rule(full.name.person) != "never":
            bearers.setdefault(full.name.given, set()).add(full.name.person)
            names[full.name.given] = full.name
    wanted = names.keys()
    for (number, index), spoken in document.find_words(wanted):
        for word in wanted & spoken.keys():
            fits = spoken[word] & (document.languages | names[word].bit)
            is_free = len(bearers[word]) == 1 and (number, index) not in document.taken
            if fits and is_free:
                token = document.token((number, index))
                if stands_alone(document, number, token):
                    yield Mention(names[word].person, "given-name", number, token.start, token.end)


def stands_alone(document: Document, number: int, token: Token) -> bool:
    """Is a word neither before nor behind another name?"""
    text = document.fields[number].text
    after, before = text[token.stop : token.stop + 2], text[max(0, token.start - 40) : token.start]
    if len(after) == 2 and after[0] in SPACE + "-‐‑" and after[1].isalpha() and not after[1].islower():
        return False
    if not before or before[-1] not in SPACE + "-‐‑":
        return True
    words = before[before.rfind("\n") + 1 :].split()
    if not words or not words[-1][:1].isupper() or words[-1][-1] in ".!?:":
        return True
    starts = len(words) == 1 or words[-2][-1] in ".!?:"
    return starts and not is_given_word(fold_name(words[-1]))


def _find_variants(document: Document, trust: Trust) -> Iterator[Mention]:
    """Words of a name that the document spells in its own way, alone: Азия after Азия Биби, watched as Асия Биби."""
    own = {
        word: full.name.person
        for number, full in document.fulls
        if not full.exact and trust.rule(full.name.person) != "never"
        for word in _find_own_words(document, number, full)
    }
    if not own:
        return
    spans = [(number, full.start, full.end) for number, full in document.fulls]
    for number in (0, 1):
        for match in NAME_WORD.finditer(document.fields[number].text):
            person = _match_beginning(own, fold_name(match[0]))
            if person is None or any(n == number and a <= match.start() < b for n, a, b in spans):
                continue
            if stands_alone(document, number, Token(match.start(), match.end(), match.end(), match[0], NOTHING)):
                yield Mention(person, "variant", number, match.start(), match.end())


def _find_own_words(document: Document, number: int, full: Full) -> Iterator[str]:
    """Beginnings of the words of a name that no watched spelling has."""
    words = document.fields[number].text[full.start : full.end].split()
    for word in (words[0], words[-1]):
        folded = fold_name(word)
        if len(folded) >= LEAST_GIVEN and not _is_known(document.lexicon, word):
            yield folded[: max(LEAST_GIVEN, len(folded) - 2)]


def _match_beginning(own: dict[str, int], folded: str) -> int | None:
    for beginning, person in own.items():
        if folded.startswith(beginning) and len(folded) <= len(beginning) + LONGEST_GROWTH:
            return person
    return None


def _is_known(lexicon: Lexicon, raw: str) -> bool:
    """Is a word of the text a form of a watched name as it is spelled there?"""
    word = lexicon.read(raw)
    return word is not None and bool(word.ids)

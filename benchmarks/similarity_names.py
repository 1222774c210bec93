"""Name parts in many scripts, read from a package, and full names made of them: the training data of train_similarity.py.

A group is one name part in all its spellings, by script. Made names vary as those in news do; beside each stand a near one and a random one.
"""

from __future__ import annotations

import contextlib
import random
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import zstandard
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from monitor.matching.sounds import LATIN, SCRIPTS, sound_out

FRAME = b"\x28\xb5\x2f\xfd"  # a text compressed by zstd begins so
KANA, HAN, HANGUL = (SCRIPTS.index(name) for name in ("kana", "han", "hangul"))
LONE = 0.04  # share of mentions that are a surname alone: a namesake stands beside each
SUFFIXES = ("姓", "氏", "家")
TITLES = {
    LATIN: ("Dr.", "Mr.", "Sir", "Hon."),
    2: ("Др.", "Г-н"),
    6: ("डा.", "श्री", "मा."),
    5: ("د.", "السيد"),
    4: ("ד״ר",),
    1: ("κ.", "Δρ"),
}
LATER = ("Jr.", "Baron", "III", "MP", "Khan", "Lord")
SHARE = {LATIN: 5, 1: 3, 2: 7, 3: 1, 4: 3, 5: 5, 6: 3, 7: 1, KANA: 3, HAN: 5, HANGUL: 3}
NO_LATIN = re.compile(r"[^A-Za-z\u00c0-\u024f\u1e00-\u1eff '’-]")
HIRAGANA = re.compile("[\u3040-\u309f]")
Group = dict[int, list[str]]
Name = tuple[Group, ...]
PARTICLES: tuple[Group, ...] = (
    {LATIN: ["al", "el"], 1: ["αλ"], 2: ["аль", "эль", "ал"], 4: ["אל"], 5: ["ال"], KANA: ["アル"], 6: ["अल"], 7: ["ალ"], 3: ["ալ"], HANGUL: ["알"], HAN: ["阿尔"]},
    {LATIN: ["bin", "ibn", "ben"], 1: ["μπιν"], 2: ["бин", "бен", "ибн"], 4: ["בן"], 5: ["بن"], KANA: ["ビン"], 6: ["बिन"], 7: ["ბინ"], 3: ["բին"], HANGUL: ["빈"], HAN: ["本"]},
    {LATIN: ["de"], 1: ["ντε"], 2: ["де"], 4: ["דה"], 5: ["دي"], KANA: ["デ"], 6: ["डे"], 7: ["დე"], 3: ["դե"], HANGUL: ["데"], HAN: ["德"]},
    {LATIN: ["van"], 1: ["φαν"], 2: ["ван"], 4: ["ואן"], 5: ["فان"], KANA: ["ファン"], 6: ["वान"], 7: ["ვან"], 3: ["վան"], HANGUL: ["반"], HAN: ["范"]},
)  # fmt: skip


def read_groups(wheel: Path) -> list[Group]:
    """Name parts of rigour's wheel (MIT; from Wikidata, CC0): place of the script → spellings."""
    with zipfile.ZipFile(wheel) as archive:
        library = next(name for name in archive.namelist() if "_core" in name and name.endswith(".so"))
        data = archive.read(library)
    place, best = data.find(FRAME), b""  # the list of name parts is the longest of the compressed texts
    while place >= 0:
        with contextlib.suppress(zstandard.ZstdError):
            best = max(best, zstandard.ZstdDecompressor().decompressobj().decompress(data[place:]), key=len)
        place = data.find(FRAME, place + 1)
    return [
        group for group in map(_read_group, best.decode().splitlines()) if LATIN in group and len(group[LATIN][0]) > 1
    ]


def _read_group(line: str) -> Group:
    group: Group = defaultdict(list)
    for form in line.rpartition(" => ")[0].split(", "):
        sounded = sound_out(form)
        is_known = sounded.script != LATIN or not NO_LATIN.search(form)
        if is_known and 0 < len(sounded.words) <= 3 and not form.endswith(SUFFIXES):
            group[sounded.script].append(form)
    for forms in group.values():
        forms.sort(key=lambda form: sum(1 - Indel.normalized_similarity(form, other) for other in forms[:20]))
    return dict(group)


def has_hiragana(group: Group) -> bool:
    return any(HIRAGANA.search(form) for form in group.get(KANA, ()))


def is_short(group: Group) -> bool:
    """Of one Chinese character?"""
    return any(len(form) == 1 for form in group.get(HAN, ()))


class Maker:
    """Makes names of groups: pairs (mention, canonical, label)."""

    def __init__(self, groups: list[Group], seed: int) -> None:
        self.random = random.Random(seed)
        self.by_script = {script: [group for group in groups if script in group] for script in range(len(SCRIPTS))}
        self.by_script[LATIN] = [group for group in groups if len(group[LATIN]) > 1 or len(group) > 2]
        self.given = {
            script: sorted(some, key=lambda group: -sum(map(len, group.values())))[: max(200, len(some) // 12)]
            for script, some in self.by_script.items()
        }
        self.native_surnames = {
            script: [g for g in self.by_script[script] if any(len(form) == 1 for form in g[script])]
            for script in (HAN, HANGUL)
        }
        self.native_given = {
            HAN: self.native_surnames[HAN],
            HANGUL: [g for g in self.by_script[HANGUL] if any(len(form) == 2 for form in g[HANGUL])],
        }

    def zipf(self, some: list[Group]) -> Group:
        """One of those that stand in front, rather."""
        return some[min(int(len(some) * self.random.random() ** 2.2), len(some) - 1)]

    def draw(self, some: list[Group], *, front: bool) -> Group:
        """A group; Japanese and Chinese ones, of which the package has most, less often than they are there."""
        while True:
            group = self.zipf(some) if front else self.random.choice(some)
            if self.random.random() < 0.15 or not (has_hiragana(group) or is_short(group)):
                return group

    def pick(self, forms: list[str]) -> str:
        """The spelling that is most like the others, or any."""
        return forms[0] if self.random.random() < 0.6 else self.random.choice(forms)

    def make(self, script: int) -> tuple[Name, bool]:
        """The parts of a name (surname last), and whether it is a native one of China or Korea."""
        chance = self.random.random
        if script in self.native_surnames and chance() < 0.45:
            given = [self.zipf(self.native_given[script])]
            if script == HAN and chance() < 0.8:
                given.append(self.zipf(self.native_given[script]))
            return (*given, self.zipf(self.native_surnames[script])), True
        parts = [self.draw(self.given[script], front=True)]
        if chance() < 0.3:
            parts.append(self.draw(self.given[script], front=True))
        surname = self.draw(self.by_script[script], front=chance() < 0.3)
        if chance() < 0.1:
            parts.append(self.random.choice(PARTICLES))
        return (*parts, surname), False

    def write_native(self, name: Name, script: int) -> str:
        size = 1 if script == HAN else 2
        *given, surname = name
        pick = self.random.choice
        one = pick([form for form in surname[script] if len(form) == 1])
        return one + "".join(pick([form for form in group[script] if len(form) == size]) for group in given)

    def write_native_latin(self, name: Name) -> str:
        chance, pick = self.random.random, self.random.choice
        *given, surname = (self.pick(group[LATIN]) for group in name)
        joined = pick(("-", "", " ")).join(given)
        return f"{surname} {joined}" if chance() < 0.8 else f"{joined} {surname}"

    def write(self, name: Name, script: int, *, is_mention: bool) -> str:
        """A spelling as it stands in news, or in a list of members."""
        pick, chance = self.random.choice, self.random.random
        words = [self.pick(group[script]) for group in name]
        has_particle = len(name) > 1 and name[-2] in PARTICLES
        given, surname = words[: -1 - has_particle], " ".join(words[-1 - has_particle :])
        if len(given) > 1 and chance() < 0.45:
            given = given[:1] if chance() < 0.8 else given[1:]
        if len(given) > 1 and chance() < 0.3:
            given[1] = given[1][0] + "."
        elif chance() < (0.05 if is_mention else 0.02) and script < KANA:
            given = [word[0] + "." for word in given]
        if chance() < 0.04 and script < KANA:
            surname = f"{surname}{pick('- ')}{pick(pick(self.by_script[script])[script])}"
        return self._dress(given, surname, script, is_mention)

    def _dress(self, given: list[str], surname: str, script: int, is_mention: bool) -> str:
        pick, chance = self.random.choice, self.random.random
        gap = {KANA: "・", HAN: "·"}.get(script, " ")
        surname = surname.replace("ال ", "ال")
        text = gap.join((*given, surname.replace(" ", gap)))
        if script < KANA and chance() < (0.12 if script == 2 and is_mention else 0.03):
            text = f"{surname}, {' '.join(given)}"
        elif script < KANA and chance() < 0.08:
            text = f"{surname} {' '.join(given)}"
        if script in TITLES and is_mention and chance() < 0.05:
            text = f"{pick(TITLES[script])} {text}"
        if script == LATIN and chance() < 0.03:
            text = (
                f"{text}, {pick(LATER)}" if chance() < 0.6 else f"{text} ({pick(pick(self.by_script[LATIN])[LATIN])})"
            )
        if script == LATIN and chance() < 0.03:
            cut = self.random.randrange(len(text))
            text = text[:cut] + text[cut + 1 :]
        return text.title()

    def spell(self, name: Name, script: int, is_native: bool, *, is_mention: bool) -> str:
        if is_native:
            return self.write_native(name, script) if script != LATIN else self.write_native_latin(name)
        return self.write(name, script, is_mention=is_mention)

    def near(self, name: Name, script: int, is_native: bool, is_lone: bool) -> Name:
        """A namesake: the surname or the given name of somebody else."""
        other = self.make(script)
        while other[1] != is_native:
            other = self.make(script)
        kept = name[-2:] if len(name) > 1 and name[-2] in PARTICLES else name[-1:]
        given = tuple(part for part in other[0][:-1] if part not in PARTICLES)
        return (*given, *kept) if is_lone or self.random.random() < 0.5 else (*name[:-1], other[0][-1])


def make_pairs(groups: list[Group], count: int, seed: int) -> Iterator[tuple[int, str, str, int]]:
    """(script, mention, canonical, label): the true name, a near one and a random one for each mention."""
    maker = Maker(groups, seed)
    scripts = [script for script, share in SHARE.items() for _ in range(count * share // sum(SHARE.values()))]
    people: list[Any] = [(script, *maker.make(script)) for script in scripts]
    mentions = [maker.spell(name, script, native, is_mention=True) for script, name, native in people]
    truths = [maker.spell(name, LATIN, native, is_mention=False) for script, name, native in people]
    nearest = find_nearest(mentions, truths, seed)
    for i, (script, name, native) in enumerate(people):
        near = truths[nearest[i]]
        if is_lone := not native and maker.random.random() < LONE:
            mentions[i] = maker.pick(name[-1][script])
        if is_lone or maker.random.random() < 0.35:
            near = maker.spell(maker.near(name, script, native, is_lone), LATIN, native, is_mention=False)
        yield script, mentions[i], truths[i], 1
        yield script, mentions[i], near, 0
        other = maker.random.randrange(len(people))
        while people[other][0] != script or other == i:
            other = maker.random.randrange(len(people))
        yield script, mentions[i], truths[other], 0


def find_nearest(mentions: list[str], truths: list[str], seed: int, pool: int = 4000) -> list[int]:
    """For each mention the place of the other name that looks most like it, of `pool` random ones."""
    chosen = random.Random(seed).sample(range(len(truths)), min(pool, len(truths)))
    plain = [" ".join(sound_out(name).words).lower() for name in mentions]
    latin = [" ".join(sound_out(truths[i]).words).lower() for i in chosen]
    found: list[int] = []
    for start in range(0, len(plain), 1000):
        part = plain[start : start + 1000]
        scorer = fuzz.token_sort_ratio if (start // 1000) % 3 else fuzz.token_set_ratio
        scores = process.cdist(part, latin, scorer=scorer, workers=2, dtype=np.uint8)
        for row, i in zip(scores, range(start, start + len(part)), strict=True):
            best = next(
                chosen[k]
                for k in sorted(np.argpartition(row, -5)[-5:], key=lambda k: -int(row[k]))
                if truths[chosen[k]] != truths[i]
            )
            found.append(best)
    return found

"""Text by chance for cleaner_made.py: content words of syllables between function words of a language. Pure."""

from __future__ import annotations

import random

FUNCTION = {
    "en": "the of and to in a is that for it on with as are be this by at from or you can an have your not if will which their more when they we has but its",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la ou avec son aux cette ses mais comme on tout nous sa",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser",
    "ru": "и в не на что с он по это как из у к за от так о же но для бы был все его до если уже или когда при только мы они также этого после",
}
LANGUAGES = {"en": 8, "de": 1, "fr": 1, "es": 1, "ru": 1}
SYLLABLES = "ba co de fi go lu ma ne pi ro sa ti vu ka ler min tor ran sel dit ver con al en or ist per tan mo ray"
CYRILLIC = "ба ко де фи го лу ма не пи ро са ти ву ка лер мин тор ран сел дит вер кон ал ен ор ист пер тан мо рай"
STEPS = {"en": "Step", "de": "Schritt", "fr": "Étape", "es": "Paso", "ru": "Шаг"}
# A guide may begin a line, or speak, like a pointer or a service line.
COMMANDS = (
    "Click",
    "Read",
    "Watch",
    "Explore",
    "Follow",
    "Sign up",
    "Share",
    "Download",
    "Print",
    "Log in",
    "Subscribe",
)
SERVICE = ("newsletter", "email", "comments", "Facebook", "privacy", "cookies", "advertising", "share", "print")


class Voice:
    """One author: a language, a stock of words, some of which the page is about."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.language = chance.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        syllables = (CYRILLIC if self.language == "ru" else SYLLABLES).split()
        self.small = FUNCTION[self.language].split()
        self.stock = ["".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(600)]
        self.subject = chance.sample(self.stock, 5)
        self.is_service = self.language == "en" and chance.random() < 0.2

    def word(self) -> str:
        if self.chance.random() < 0.12:
            return self.chance.choice(self.subject)
        if self.is_service and self.chance.random() < 0.03:
            return self.chance.choice(SERVICE)
        return self.stock[int(len(self.stock) * self.chance.random() ** 2)]

    def words(self, count: int) -> list[str]:
        return [
            self.chance.choice(self.small) if self.chance.random() < 0.42 else self.word() for _ in range(max(1, count))
        ]

    def phrase(self, least: int, most: int) -> str:
        """Some words without an end: a heading, an item."""
        found = self.words(self.chance.randint(least, most))
        if self.language == "en" and least >= 2 and self.chance.random() < 0.04:
            found.insert(0, self.chance.choice(COMMANDS))
        text = " ".join(found)
        return text[:1].upper() + text[1:] + ("?" if most > 6 and self.chance.random() < 0.1 else "")

    def sentence(self) -> str:
        found = self.words(min(45, max(4, int(self.chance.gauss(17, 8)))))
        for place in range(2, len(found) - 2):
            if self.chance.random() < 0.07:
                found[place] += ","
        text = " ".join(found)
        return text[:1].upper() + text[1:] + self.chance.choices((".", "!", "?", ":"), (30, 1, 1, 1))[0]

    def prose(self, sentences: int) -> str:
        return " ".join(self.sentence() for _ in range(sentences))

    def title(self) -> str:
        text = " ".join([*self.words(self.chance.randint(1, 6)), *self.chance.sample(self.subject, 3)])
        return text[:1].upper() + text[1:]

    def step(self) -> str:
        return STEPS[self.language]

    def number(self) -> str:
        return self.chance.choice(("{}", "{} %", "${}", "{}.5")).format(self.chance.randint(1, 9999))

    def name(self) -> str:
        return f"{self.word().capitalize()} {self.word().capitalize()}"

    def code(self) -> str:
        lines = [
            f"{self.word()}.{self.word()}({self.word()}={self.chance.randint(0, 99)})"
            for _ in range(self.chance.randint(1, 12))
        ]
        return " ".join(lines)

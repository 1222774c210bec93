"""Inflected forms of names: which endings a surname or given name takes in which language. Pure.

Endings are kept as sets beside a few stems per name: materialised, one name has over two thousand forms.
Source: school grammars of each language; the Slavic lists were measured on annotated news (docs/matching.md).
"""

from __future__ import annotations

import re

from monitor.text import fold

ENDINGS_TEXT = {
    "ru": "а у ом ым е ы ой ою и я ю ем ём ей ого ому им ий ый ая ую ых ыми ами ям ах ь ью о его ему яя юю",
    "uk": "а у ом им ем і и ої ій ою я ю єм ею єю ові еві єві ого ому ий ім ї о ів ами ам ах ь е ього ьому их",
    "bg": "а я о е и й ия ият ата ът",
    "mk": "а о е и от та ва",
    "sr": "а у ом ем е и ов ова ово ове ову ев ева ом ой ог ом им их ка ка ку",
    "pl": "a u owi em ie e y i ę ą o ego emu im ym iego iemu ej ów om ami ach iem ia iowi iu ową owej owa owie",
    "cs": "a u ovi em e i y ou ě o ové ová ovou ův ova ovo ovy ovu ově ého ému ým ém ovým ových ím ho mu é á ů ům ech m ovými ii",
    "sk": "a u ovi om em e i y ou o ové ová ovou ov ova ovo ovy ej ého ému ým om ovho ovmu im ím mi ých mu",
    "sl": "a u om em i o e ov ova ovo ove ovi ovega ovemu ovih ovim ovem ev eva evo eve evi evega evem evemu evih ja ju jem jev jeva jevo jeve jevega jevi ega emu im in ina ino ini ine jo ta tom tu tov tova to",
    "hr": "a u om em e i ov ova ovo ove ovu ovi ovoj ovog ovom ev eva og oga ome im ih ju jem ja in ina",
    "lt": "as o ui ą u e ai ų ams ais uose is io iui į iu y us aus ei ės ei ę ė os ai a",
    "lv": "s a am u ā i us iem os is im ī e es ei ē as ai",
    "fi": "n a ä ta tä ssa ssä sta stä an en in on un yn hin lla llä lta ltä lle na nä ksi tta ttä kaan kään kin ko kö n's issa sta iin ia iä",
    "et": "i a u e t d s st sse l lt le ks ga ni na ta ist isse il ilt ile iks iga",
    "hu": "t ot et at ban ben ba be ból ből nak nek nál nél tól től hoz hez höz ra re ról ről on en ön val vel ért ig ul ül ként é i ék al el",
    "tr": "i ı u ü yi yı yu yü in ın un ün nin nın nun nün e a ye ya de da te ta den dan ten tan le la yle yla",
    "el": "ς υ ν α ο ι η ος ου ον ε ης ας ες ων",
    "hy": "ը ն ի ին ից ով ում երը երի ու",
    "ro": "ul ului ei e i lui a",
    "de": "s es ens sche schen scher",
    "en": "s",
}
ENDINGS = {language: frozenset(map(fold, text.split())) | {""} for language, text in ENDINGS_TEXT.items()}
CYRILLIC = ENDINGS["ru"] | ENDINGS["uk"] | ENDINGS["bg"] | ENDINGS["sr"] | ENDINGS["mk"]
LATIN = frozenset({"", "s"})  # where the language is not known or takes no endings
LANGUAGES_OF = {"bs": "hr", "sh": "hr", "me": "hr", "be": "uk", "cnr": "hr"}
LATIN_SERBIAN = "hr"
LONGEST_ENDING = 6
VOWELS = "aeiouyаеиоуыэюяіїєα ε η ι ο υ ω".replace(" ", "")
CHANGES = {
    "pl": [("k", "c"), ("ka", "c"), ("ga", "dz"), ("da", "dzi"), ("ta", "ci"), ("ra", "rz"), ("r", "rz"), ("t", "ci"), ("d", "dzi"), ("cha", "sz"), ("ch", "sz"), ("a", "i"), ("st", "sci"), ("ek", "k"), ("ec", "c"), ("iec", "c")],
    "cs": [("ka", "c"), ("k", "c"), ("ga", "z"), ("g", "z"), ("ra", "r"), ("ch", "s"), ("ha", "z"), ("h", "z"), ("ek", "k"), ("ec", "c"), ("en", "n"), ("es", "s")],
    "sk": [("ek", "k"), ("ec", "c"), ("k", "c")],
    "uk": [("ка", "ц"), ("га", "з"), ("ха", "с"), ("ко", "к"), ("ій", "і")],
    "ru": [("ий", ""), ("ой", "")],
    "sl": [("ek", "k"), ("ec", "c"), ("er", "r"), ("y", "ij"), ("y", "yj"), ("i", "ij"), ("e", "ej"), ("o", "oj")],
    "hr": [("ak", "k"), ("ac", "c"), ("ec", "c"), ("k", "c"), ("y", "ij"), ("i", "ij")],
    "fi": [("nen", "se"), ("i", "e"), ("kk", "k"), ("pp", "p"), ("tt", "t")],
    "et": [("", "i")],
    "el": [("ος", "ο"), ("ος", ""), ("ης", "η"), ("ης", ""), ("ας", "α"), ("ας", ""), ("ς", "")],
    "lt": [("as", ""), ("is", ""), ("us", ""), ("ys", ""), ("a", "")],
    "lv": [("s", ""), ("is", ""), ("is", "j"), ("a", ""), ("e", "")],
    "hu": [("a", "á"), ("e", "é")],
}  # fmt: skip
FLEETING = re.compile(r"(.*[^aeiouyаеиоуыэюяіїє])([eеoоъaё])([^aeiouyаеиоуыэюяіїє])$")


def endings_of(language: str | None, is_cyrillic: bool) -> frozenset[str]:
    """The endings that names take in a text of this language; all of a script's when it is not known."""
    if is_cyrillic:
        return CYRILLIC
    code = (language or "").split("-")[0].lower()
    code = LATIN_SERBIAN if code == "sr" else LANGUAGES_OF.get(code, code)
    return ENDINGS.get(code, LATIN) | LATIN


def make_stems(name: str) -> dict[str, frozenset[str] | None]:
    """Folded stems of one word of a name, each with the languages in which it may stand (None = all).

    The word itself is the first; each stem is followed by an ending of the text's language.
    """
    word = fold(name)
    stems: dict[str, frozenset[str] | None] = {word: None}
    if len(word) >= 4 and word[-1] in VOWELS:
        stems.setdefault(word[:-1], None)
    if len(word) >= 5 and word.endswith(("ии", "ий", "ый", "ой", "ая", "ия", "ey", "ei", "ій", "ja", "ia", "ij")):
        stems.setdefault(word[:-2], None)
    for changed in _fleeting(word):
        stems.setdefault(changed, None)
    for language, changes in CHANGES.items():
        for old, new in changes:
            if len(word) >= 4 and word.endswith(old):
                stem = word[: len(word) - len(old)] + new
                known = stems.get(stem, frozenset())
                if known is not None:
                    stems[stem] = known | {language}
    return {stem: languages for stem, languages in stems.items() if len(stem) >= 2}


def _fleeting(word: str) -> list[str]:
    """Павел → Павл-, Marek → Mark-, Медведев stays; -лен → -льн-, -аец → -айц-."""
    match = FLEETING.match(word)
    found = []
    if match and len(word) >= 4 and match.group(2) not in ("a",):
        found.append(match.group(1) + match.group(3))
        if match.group(2) in "еe" and match.group(1)[-1:] in "лн":
            found.append(match.group(1) + "ь" + match.group(3))
    if re.search("[аеиоуіє](ец|єць)$", word):
        found.append(re.sub("(ец|єць)$", "йц", word))
    return found


def fits(stem_languages: frozenset[str] | None, language: str | None) -> bool:
    """May a stem that belongs to some languages stand in a text of this one? An unknown language takes all."""
    if stem_languages is None or not language:
        return True
    code = language.split("-")[0].lower()
    return LANGUAGES_OF.get(code, code) in stem_languages

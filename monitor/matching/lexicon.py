"""Words around names: offices, titles, particles, streets and ships, common given names. Data only.

Written from general knowledge of each language; prefixes of folded words.
"""

from __future__ import annotations

import re

from monitor.text import fold

OFFICES_TEXT = """
president premier prime minister ministr secretar chancellor ambassador envoy senator governor speaker spokes chair chief leader king queen prince emir sultan pope general
admiral director commissioner deputy representative diplomat mr mrs ms dr sir lord lady former ex- state justice judge congress attorney mayor colonel captain professor
außenminister minister bundeskanzler kanzler präsident sprecher botschafter regierungschef staatschef generalsekretär herr frau
président présidente ministre chancelier secrétaire ambassadeur porte-parole roi reine monsieur madame chef émissaire député
presidente ministro ministra canciller secretario embajador portavoz rey reina señor senador papa enviado
presidente ministro segretario ambasciatore portavoce cancelliere signor inviato primo
prezydent premier minister szef kancler sekretarz senator pose posl ambasador rzeczni generał przewodnicz wice były pan lider
prezident ministr předsed kancléř tajemn velvyslan mluvčí šéf generál vůdce bývalý pan predsed minister veľvyslan hovorca
predsedni minist kancler sekretar veleposlani tiskov general vodj nekdanj podpredsedni gospod zunanj šef
predsjedni ministar premijer kancelar tajnik veleposlanik glasnogovornik general voda
президент премьер министр глав канцлер секретар сенатор депутат посол посл губернатор спикер председател мэр представител генерал адмирал лидер экс- вице госсекретар король королев
пап директор советник комиссар господин спецпредставител спецпосланник руководител шеф мидовск дипломат
прем міністр голов канцлер держсекретар представни генерал лідер речни очільни керівник пан
премиер министър председател говорител ръководител посланик пратеник външн господин
cumhurbaşkanı bakan başbakan sözcü büyükelçi lider bakanı
presidentti ministeri pääministeri ulkoministeri president minister välisminister ministrs prezidents prezidentas ministras ministru ministrul președinte
elnök miniszter kancellár nagykövet szóvivő πρόεδρος υπουργός πρωθυπουργός
"""
OFFICES = tuple(sorted({fold(word) for word in OFFICES_TEXT.split()}))
OFFICE = re.compile("^(?:" + "|".join(map(re.escape, OFFICES)) + ")")
PARTICLES = frozenset(
    [
        "von",
        "der",
        "van",
        "de",
        "den",
        "di",
        "da",
        "del",
        "della",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "ben",
        "bint",
        "abu",
        "ter",
        "te",
        "du",
        "dos",
        "das",
        "do",
        "af",
        "av",
        "zu",
        "zur",
        "ul",
        "ur",
        "e",
        "y",
        "фон",
        "дер",
        "ван",
        "де",
        "ден",
        "ди",
        "да",
        "дел",
        "ла",
        "ль",
        "аль",
        "эль",
        "ал",
        "ел",
        "бин",
        "ибн",
        "бен",
        "абу",
    ]
)
JUNIOR = frozenset(
    map(
        fold,
        [
            "jr",
            "junior",
            "jnr",
            "sr",
            "senior",
            "ii",
            "iii",
            "iv",
            "mladší",
            "mlajši",
            "młodszy",
            "starszy",
            "ml",
            "мл",
            "младший",
            "старший",
            "молодший",
            "старший",
        ],
    )
)
# A thing that bears a name: after it (Lavrov Street) or before it (улица Лаврова).
THINGS_AFTER = tuple(
    map(fold, ["street", "avenue", "road", "boulevard", "square", "university", "college", "school", "library", "airport", "stadium", "arena", "tower", "hotel", "prize", "award", "foundation", "institute", "museum", "center", "centre", "class", "bridge", "park", "hospital", "cup", "group", "holding", "bank", "company", "corporation", "inc", "ltd", "llc", "studio", "theatre", "theater", "straße", "strasse", "platz", "allee", "preis", "stiftung", "шоссе", "fc"])
)  # fmt: skip
THINGS_BEFORE = tuple(
    map(fold, ["улиц", "площад", "проспект", "бульвар", "переулк", "шоссе", "набережн", "музей", "театр", "университет", "институт", "имени", "им", "завод", "фирм", "компан", "корабл", "крейсер", "фрегат", "клуб", "стади", "аэропорт", "преми", "фонд", "вулиц", "площ", "проспект", "університет", "інститут", "імені", "rue", "avenue", "boulevard", "place", "pont", "lycée", "calle", "avenida", "plaza", "via", "piazza", "ulica", "ulicy", "aleja", "ulice", "náměstí", "most", "uss", "hms"])
)  # fmt: skip
CITY_ENDS = ("burg", "ville", "city", "town")
GIVEN_TEXT = """
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua kenneth kevin brian george edward ronald
timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose
adam nathan henry douglas zachary peter kyle walter ethan jeremy harold keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jordan billy bruce
mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa betty margaret sandra ashley kimberly emily donna michelle carol amanda dorothy melissa deborah
stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine christine debra rachel carolyn janet catherine maria heather
diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara madison frances kathryn
janice jean abigail alice julia judy sophia grace denise amber doris marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori hunter jill melania ivanka
сергей александр дмитрий андрей алексей максим евгений иван михаил николай владимир виктор юрий олег игорь павел роман антон константин илья кирилл борис анатолий валерий василий
григорий георгий леонид станислав вячеслав артем денис мария анна елена ольга татьяна наталья ирина екатерина светлана людмила юлия анастасия галина виктория валентина
олександр андрій сергій дмитро володимир іван микола віктор юрій олег ігор павло роман василь петро олексій марія олена наталія ірина оксана
jan piotr andrzej krzysztof tomasz paweł marcin michał marek jerzy adam anna maria katarzyna małgorzata agnieszka barbara ewa jiří petr pavel martin tomáš jaroslav miroslav jana eva hana
marko ivan luka petar nikola ana jure janez franc jean pierre michel philippe françois nicolas bernard louis marie claire isabelle luis carlos juan miguel antonio manuel pedro pablo
hans peter klaus wolfgang jürgen dieter günter horst heinz petra sabine monika ursula mehmet mustafa ahmet ali hüseyin hasan emine fatma ayşe kate kiril кирил
"""
GIVEN = frozenset(map(fold, GIVEN_TEXT.split()))
# Short and long forms of one given name.
VARIANTS_TEXT = """
joe joseph joey|don donald|mike michael|tony anthony|bill william will|bob robert rob|jim james jimmy|tom thomas|steve steven stephen|dan daniel danny|ed edward|ben benjamin|sam samuel|
alex alexander aleksandr|nick nicholas|chris christopher|matt matthew|andy andrew|dave david|greg gregory|ken kenneth|larry lawrence|pete peter|ron ronald|tim timothy|vlad vladimir|
саша александр александра|миша михаил|володя владимир|дима дмитрий|женя евгений евгения|коля николай|леша алексей|сережа сергей|паша павел|юра юрий|ваня иван|катя екатерина|
sergey sergei serguei sergej sergii|dmitry dmitri dmitrij dmitriy|yuri yury jurij iouri|mikhail michail michael|nikolai nikolay nikolaj|alexei alexey aleksei aleksej|
volodymyr wolodymyr vladimir|andriy andrii andrij|mohammed muhammad mohamed mohammad|yevgeny evgeny jewgeni|maria mariya marija|antony anthony|джо джозеф|энтони антони|стив стивен|майк майкл
"""
VARIANTS: dict[str, frozenset[str]] = {}
for _group in VARIANTS_TEXT.replace("\n", "").split("|"):
    _names = frozenset(map(fold, _group.split()))
    for _name in _names:
        VARIANTS[_name] = VARIANTS.get(_name, frozenset()) | _names
# Romanised family names that stand first.
FAMILY_FIRST = frozenset(
    [
        "xi",
        "wang",
        "li",
        "zhang",
        "liu",
        "chen",
        "yang",
        "huang",
        "zhao",
        "wu",
        "zhou",
        "xu",
        "sun",
        "ma",
        "zhu",
        "hu",
        "guo",
        "he",
        "lin",
        "gao",
        "luo",
        "zheng",
        "liang",
        "xie",
        "song",
        "tang",
        "han",
        "feng",
        "deng",
        "cao",
        "peng",
        "zeng",
        "xiao",
        "tian",
        "dong",
        "pan",
        "yuan",
        "cai",
        "jiang",
        "yu",
        "du",
        "ye",
        "cheng",
        "wei",
        "su",
        "lu",
        "ding",
        "ren",
        "kim",
        "lee",
        "park",
        "choi",
        "jung",
        "kang",
        "cho",
        "yoon",
        "jang",
        "lim",
        "shin",
        "seo",
        "kwon",
        "hwang",
        "ahn",
        "moon",
        "ri",
        "pak",
        "choe",
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "vu",
        "bui",
        "do",
        "ngo",
        "to",
        "qin",
        "qian",
        "hua",
        "lai",
        "tsai",
    ]
)


def is_office(word: str) -> bool:
    """Does a folded word name an office or a title?"""
    return OFFICE.match(word) is not None

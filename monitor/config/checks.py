"""Words of the configuration as values: spans of time, clocks, zones, patterns, selectors. Pure.

A check raises ValueError with `problem (hint)`; pydantic collects them.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import time
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import re2
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from monitor.config.codes import COUNTRIES, LANGUAGES, MEANT_COUNTRIES, MEANT_LANGUAGES
from monitor.urls import canonical_url, host_of

SLUG = r"^[a-z0-9][a-z0-9-]*$"
SPAN = r"^\d+(\.\d+)?\s*(s|m|h|d)$"
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKLY = rf"^({'|'.join(WEEKDAYS)}) ([01]\d|2[0-3]):[0-5]\d$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
MOST_SPAN_S = 36_500 * 86_400  # calendars end beyond
LEAST_LETTERS = 2  # of a name: one letter stands in every text
LEAST_EVERY_S = 1  # between two polls: a slip of the pen is refused, haste on a loopback server is not


def parse_span_s(text: object) -> float:
    """Seconds of "15m", "1s", "24h", "7d". Raises: ValueError."""
    if not isinstance(text, str) or not re.match(SPAN, text.strip()):
        raise ValueError(f"{_show(text)} is no span of time (write 30s, 15m, 24h or 7d, in quotes)")
    seconds = float(text.strip()[:-1]) * UNITS_S[text.strip()[-1]]
    if seconds > MOST_SPAN_S:
        raise ValueError(f"{_show(text)} is longer than a hundred years")
    return seconds


def show_span(seconds: float) -> str:
    """ "1s", "15m", "72h": what parse_span_s reads back."""
    unit = "h" if seconds >= 3600 and seconds % 3600 == 0 else "m" if seconds >= 60 and seconds % 60 == 0 else "s"
    return f"{seconds / UNITS_S[unit]:g}{unit}"


def parse_every(text: object) -> float | None:
    """Seconds between polls; None for "auto". Raises: ValueError."""
    if text == "auto" or text is None:
        return None
    if isinstance(text, str) and difflib.get_close_matches(text.lower(), ["auto"], 1, 0.7):
        raise ValueError(f"{text!r} is no span of time (do you mean auto?)")
    seconds = parse_span_s(text)
    if seconds < LEAST_EVERY_S:
        raise ValueError(f"an outlet is not polled more often than every {LEAST_EVERY_S}s")
    return seconds


def parse_pace(text: object) -> float | None:
    """Seconds between two messages; None for "auto". Raises: ValueError."""
    return None if text == "auto" or text is None else parse_span_s(text)


def parse_weekly(text: object) -> tuple[str, time] | None:
    """A day and a local time of day, "mon 09:00". Raises: ValueError."""
    if text is None or text == "":
        return None
    day, _, clock = text.partition(" ") if isinstance(text, str) else ("", "", "")
    if day not in WEEKDAYS:
        raise ValueError(f'{_show(text)} is no day and time (write "mon 09:00")')
    return day, parse_clock(clock.strip())


def parse_clock(text: object) -> time:
    """A local time of day, "07:00". Raises: ValueError."""
    if isinstance(text, time):  # TOML has times of its own: 07:00:00 without quotes
        return text.replace(second=0, microsecond=0)
    if not isinstance(text, str) or not re.match(CLOCK, text):
        raise ValueError(f'{_show(text)} is no time of day (write "07:00", from "00:00" to "23:59")')
    return time.fromisoformat(text)


def check_zone(name: str) -> str:
    """Raises: ValueError when the zone is unknown."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = find_near(name.replace(" ", "_"), available_timezones())
        raise ValueError(f"{name!r} is no time zone ({near or 'an IANA name, like Europe/Brussels'})") from None
    return name


def check_pattern(pattern: str) -> str:
    """Raises: ValueError when RE2 refuses the pattern, with the place where it can be found."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        words, _, part = said.partition(": ")
        at = pattern.find(part) + 1 if part else 0
        place = f" at column {at}" if at and part != pattern else ""
        hint = "RE2 has no look-around and no back-reference" if "perl operator" in words or "escape" in words else ""
        words += f" in {part}" if place and not hint else ""
        raise ValueError(f"{pattern!r} is no pattern: {words}{place}" + (f" ({hint})" if hint else "")) from None
    return pattern


def check_selector(selector: str) -> str:
    """Raises: ValueError when either parser that applies selectors refuses it."""
    import soupsieve  # slow to import, and most configurations hold no selector

    try:
        soupsieve.compile(selector)
        LexborHTMLParser("<p>").css(selector)
    except soupsieve.SelectorSyntaxError as error:
        words = re.sub(r" (at )?position \d+,?", "", str(error).splitlines()[0].split(". ")[0])
        place = f", at column {error.col}" if error.col and selector else ""
        raise ValueError(f"{selector!r} is no CSS selector{place} ({words[0].lower() + words[1:]})") from None
    except SelectolaxError:
        raise ValueError(f"{selector!r} is no CSS selector (only standard CSS is read)") from None
    return selector


def check_url(url: str) -> str:
    """Raises: ValueError unless it is an http(s) address with a host and without a password."""
    if "@" in urlsplit(url).netloc:
        raise ValueError("the address of an outlet must not hold a user or a password")
    if not canonical_url(url) or url != url.strip():
        hint = f"do you mean https://{url}?" if host_of(f"https://{url}") and ":" not in url else "https://host/…"
        raise ValueError(f"{url!r} is no http(s) address ({hint})")
    return url


def check_slug(slug: str) -> str:
    """Raises: ValueError."""
    if not re.match(SLUG, slug):
        plain = unicodedata.normalize("NFKD", slug.lower()).encode("ascii", "ignore").decode()
        better = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
        hint = f"do you mean {better}?" if better else "like sergey-lavrov"
        raise ValueError(f"is no slug: lower-case letters, digits and hyphens ({hint})")
    return slug


def check_country(code: str) -> str:
    """Raises: ValueError."""
    if code not in COUNTRIES:
        meant = MEANT_COUNTRIES.get(code.upper(), code.upper())
        hint = f"do you mean {meant}?" if meant in COUNTRIES else "ISO 3166-1 alpha-2, or EU, UN, XX"
        raise ValueError(f"{code!r} is no country ({hint})")
    return code


def check_holder(name: str) -> str:
    """Whose office it is: two letters must be a country, all else is an organisation. Raises: ValueError."""
    return check_country(name) if re.fullmatch(r"[A-Za-z]{2}", name) else check_text(name)


def check_language(code: str) -> str:
    """Raises: ValueError unless BCP 47 with a language of ISO 639-1, or any of three letters."""
    first = re.split("[-_]", code.lower())[0]
    if re.match(LANGUAGE, code) and (len(first) == 3 or first in LANGUAGES):
        return code
    meant = MEANT_LANGUAGES.get(first, first)
    better = "-".join((meant, *re.split("[-_]", code)[1:]))
    is_better = better != code and meant in LANGUAGES
    raise ValueError(
        f"{code!r} is no language ({f'do you mean {better}?' if is_better else 'BCP 47, like en or zh-Hant'})"
    )


def check_tag(code: str) -> str:
    """Raises: ValueError unless it has the form of a language; a spelling is found whatever language it is said to be in."""
    if not re.match(LANGUAGE, code):
        check_language(code)
    return code


def check_network(text: str) -> str:
    """Raises: ValueError."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is no network (like 127.0.0.0/8 or fd00::/8)") from None
    return text


def check_address(text: str) -> str:
    """Raises: ValueError."""
    try:
        ip_address(text)
    except ValueError:
        raise ValueError(f"{text!r} is no network address (like 127.0.0.1)") from None
    return text


def check_listen(text: str) -> str:
    """Raises: ValueError unless host:port."""
    host, _, port = text.rpartition(":")
    if not re.fullmatch(r"[\w.-]+|\[[0-9a-fA-F:]+\]", host) or not re.fullmatch(r"\d{1,5}", port) or int(port) > 65535:
        raise ValueError(f"{text!r} is no host:port (like 127.0.0.1:8484)")
    return text


def check_contact(text: str) -> str:
    """Raises: ValueError unless empty, an http(s) address or a mail address: it goes into a header."""
    is_mail = re.fullmatch(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+", text) and text.isascii()
    is_address = re.fullmatch(r"https?://[!-~]+", text) and canonical_url(text)
    if text and not is_mail and not is_address:
        raise ValueError(f"{text!r} is no contact (a mail address, or https://… of a page about you)")
    return text


def check_text(text: str) -> str:
    """Raises: ValueError."""
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def check_spelling(text: str) -> str:
    """Raises: ValueError for a name that would ring everywhere."""
    if (
        len(text) >= LEAST_LETTERS and text[:LEAST_LETTERS].isalpha()
    ):  # nearly all: 100,000 spellings are checked at once
        return text
    if sum(unicodedata.category(c)[0] in "LM" for c in text) < LEAST_LETTERS:
        raise ValueError(f"{text!r} is too short a name ({LEAST_LETTERS} letters at least)")
    return text


def to_tuple(value: object) -> object:
    """TOML has lists; the models hold tuples."""
    return tuple(value) if isinstance(value, list) else value


def to_spellings(value: object) -> object:
    """One text stands for a list of one."""
    return (value,) if isinstance(value, str) else to_tuple(value)


def find_near(name: str, known: Iterable[str]) -> str:
    """A question with the nearest of the known names, "" when none is near."""
    by_folded = {one.casefold(): one for one in sorted(known)}
    near = difflib.get_close_matches(name.casefold(), by_folded, 1, 0.6)
    return f"do you mean {by_folded[near[0]]}?" if near else ""


def _show(value: object) -> str:
    return f"{value!r}" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)

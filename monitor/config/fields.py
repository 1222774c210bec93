"""Words of the configuration as values: spans of time, clocks, zones, patterns, selectors. Pure."""

from __future__ import annotations

import re
from datetime import time
from ipaddress import ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import re2
import soupsieve
from pydantic import AfterValidator, BeforeValidator, Field

from monitor.urls import canonical_url

SLUG = re.compile(r"^[a-z0-9][a-z0-9-]*$")
SPAN = re.compile(r"^(\d+(?:\.\d+)?)\s*(s|m|h|d)$")
UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
COUNTRIES = frozenset(
    [
        "AD",
        "AE",
        "AF",
        "AG",
        "AI",
        "AL",
        "AM",
        "AO",
        "AQ",
        "AR",
        "AS",
        "AT",
        "AU",
        "AW",
        "AX",
        "AZ",
        "BA",
        "BB",
        "BD",
        "BE",
        "BF",
        "BG",
        "BH",
        "BI",
        "BJ",
        "BL",
        "BM",
        "BN",
        "BO",
        "BQ",
        "BR",
        "BS",
        "BT",
        "BV",
        "BW",
        "BY",
        "BZ",
        "CA",
        "CC",
        "CD",
        "CF",
        "CG",
        "CH",
        "CI",
        "CK",
        "CL",
        "CM",
        "CN",
        "CO",
        "CR",
        "CU",
        "CV",
        "CW",
        "CX",
        "CY",
        "CZ",
        "DE",
        "DJ",
        "DK",
        "DM",
        "DO",
        "DZ",
        "EC",
        "EE",
        "EG",
        "EH",
        "ER",
        "ES",
        "ET",
        "FI",
        "FJ",
        "FK",
        "FM",
        "FO",
        "FR",
        "GA",
        "GB",
        "GD",
        "GE",
        "GF",
        "GG",
        "GH",
        "GI",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GR",
        "GS",
        "GT",
        "GU",
        "GW",
        "GY",
        "HK",
        "HM",
        "HN",
        "HR",
        "HT",
        "HU",
        "ID",
        "IE",
        "IL",
        "IM",
        "IN",
        "IO",
        "IQ",
        "IR",
        "IS",
        "IT",
        "JE",
        "JM",
        "JO",
        "JP",
        "KE",
        "KG",
        "KH",
        "KI",
        "KM",
        "KN",
        "KP",
        "KR",
        "KW",
        "KY",
        "KZ",
        "LA",
        "LB",
        "LC",
        "LI",
        "LK",
        "LR",
        "LS",
        "LT",
        "LU",
        "LV",
        "LY",
        "MA",
        "MC",
        "MD",
        "ME",
        "MF",
        "MG",
        "MH",
        "MK",
        "ML",
        "MM",
        "MN",
        "MO",
        "MP",
        "MQ",
        "MR",
        "MS",
        "MT",
        "MU",
        "MV",
        "MW",
        "MX",
        "MY",
        "MZ",
        "NA",
        "NC",
        "NE",
        "NF",
        "NG",
        "NI",
        "NL",
        "NO",
        "NP",
        "NR",
        "NU",
        "NZ",
        "OM",
        "PA",
        "PE",
        "PF",
        "PG",
        "PH",
        "PK",
        "PL",
        "PM",
        "PN",
        "PR",
        "PS",
        "PT",
        "PW",
        "PY",
        "QA",
        "RE",
        "RO",
        "RS",
        "RU",
        "RW",
        "SA",
        "SB",
        "SC",
        "SD",
        "SE",
        "SG",
        "SH",
        "SI",
        "SJ",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SR",
        "SS",
        "ST",
        "SV",
        "SX",
        "SY",
        "SZ",
        "TC",
        "TD",
        "TF",
        "TG",
        "TH",
        "TJ",
        "TK",
        "TL",
        "TM",
        "TN",
        "TO",
        "TR",
        "TT",
        "TV",
        "TW",
        "TZ",
        "UA",
        "UG",
        "UM",
        "US",
        "UY",
        "UZ",
        "VA",
        "VC",
        "VE",
        "VG",
        "VI",
        "VN",
        "VU",
        "WF",
        "WS",
        "YE",
        "YT",
        "ZA",
        "ZM",
        "ZW",
        "EU",
        "UN",
        "XX",
        "XK",
    ]
)  # ISO 3166-1 alpha-2, and EU, UN, XX (nobody's), XK (Kosovo, as users write it)


def parse_span_s(text: object) -> float:
    """Seconds of "15m", "1s", "24h", "7d". Raises: ValueError."""
    match = SPAN.match(str(text).strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is no span of time (write 30s, 15m, 24h or 7d)")
    return float(match.group(1)) * UNITS_S[match.group(2)]


def parse_every(text: object) -> float | None:
    """Seconds between polls; None for "auto". Raises: ValueError."""
    if text == "auto" or text is None:
        return None
    seconds = parse_span_s(text)
    if seconds < 1:
        raise ValueError("an outlet cannot be polled more often than once a second")
    return seconds


def parse_clock(text: object) -> time:
    """A local time of day, "07:00". Raises: ValueError."""
    try:
        return time.fromisoformat(str(text)) if re.fullmatch(r"\d\d:\d\d(:\d\d)?", str(text)) else _no_clock(text)
    except ValueError:
        return _no_clock(text)


def _no_clock(text: object) -> time:
    raise ValueError(f"{text!r} is no time of day (write 07:00)")


def check_zone(name: str) -> str:
    """Raises: ValueError when the zone is unknown."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = [zone for zone in available_timezones() if name.lower().replace(" ", "_") in zone.lower()]
        hint = f", like {sorted(near)[0]}" if near else ", like Europe/Brussels"
        raise ValueError(f"{name!r} is no time zone (an IANA name{hint})") from None
    return name


def check_pattern(pattern: str) -> str:
    """Raises: ValueError when RE2 refuses the pattern."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        words = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"{pattern!r} is no pattern that RE2 reads: {words}") from None
    return pattern


def check_selector(selector: str) -> str:
    """Raises: ValueError when it is no CSS selector."""
    try:
        soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"{selector!r} is no CSS selector: {str(error).splitlines()[0]}") from None
    return selector


def check_url(url: str) -> str:
    """Raises: ValueError unless it is an http(s) address with a host and without a password."""
    if not canonical_url(url):
        raise ValueError(f"{url!r} is no http(s) address")
    if "@" in urlsplit(url).netloc:
        raise ValueError("an outlet's address must not hold a user or password")
    return url


def check_slug(slug: str) -> str:
    """Raises: ValueError."""
    if not SLUG.match(slug):
        raise ValueError(f"{slug!r} is no slug (lower-case letters, digits and hyphens)")
    return slug


def check_country(code: str) -> str:
    """Raises: ValueError."""
    if code not in COUNTRIES:
        hint = "GB" if code == "UK" else code.upper() if code.upper() in COUNTRIES else "XX when there is none"
        raise ValueError(f"{code!r} is no country (ISO 3166-1 alpha-2, or EU, UN, XX; {hint})")
    return code


def check_language(code: str) -> str:
    """Raises: ValueError."""
    if not LANGUAGE.match(code):
        raise ValueError(f"{code!r} is no language (BCP 47, like en or zh-Hant)")
    return code


def check_network(text: str) -> str:
    """Raises: ValueError."""
    ip_network(text, strict=False)
    return text


def check_address(text: str) -> str:
    """Raises: ValueError."""
    ip_address(text)
    return text


def check_listen(text: str) -> str:
    """Raises: ValueError unless host:port."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise ValueError(f"{text!r} is no host:port (like 127.0.0.1:8484)")
    return text


def to_tuple(value: object) -> object:
    """A single text stands for a list of one."""
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def check_spelling(text: str) -> str:
    """Raises: ValueError for an alias that would ring everywhere."""
    if len("".join(text.split())) < 2:
        raise ValueError(f"the spelling {text!r} is too short to be found (two letters at least)")
    return text


Slug = Annotated[str, AfterValidator(check_slug)]
Span = Annotated[float, BeforeValidator(parse_span_s)]
Every = Annotated[float | None, BeforeValidator(parse_every)]
Clock = Annotated[time, BeforeValidator(parse_clock)]
Zone = Annotated[str, AfterValidator(check_zone)]
Pattern = Annotated[str, AfterValidator(check_pattern)]
Selector = Annotated[str, AfterValidator(check_selector)]
Url = Annotated[str, AfterValidator(check_url)]
Country = Annotated[str, AfterValidator(check_country)]
Language = Annotated[str, AfterValidator(check_language)]
Network = Annotated[str, AfterValidator(check_network)]
Address = Annotated[str, AfterValidator(check_address)]
Listen = Annotated[str, AfterValidator(check_listen)]
Spelling = Annotated[str, AfterValidator(check_spelling)]
Spellings = Annotated[tuple[Spelling, ...], BeforeValidator(to_tuple)]
Positive = Annotated[int, Field(ge=1)]

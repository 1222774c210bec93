"""URL identity: one page, one key, whatever tracking words hang on it. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|mc_cid|mc_eid|igshid|ref|ref_src|cmpid|cmp|ocid|ito|spm|_ga|"
    r"at_\w+|xtor|smid|smtyp|traffic_source|wt_mc|wt\.mc_id|amp|outputtype)$",
    re.I,
)
SESSION = re.compile(r"^(phpsessid|jsessionid|sid|session_?id|aspsessionid\w*)$", re.I)
SESSION_VALUE = re.compile(r"[\w-]{16,}")  # `sid=17` is a story, not a session
WORD_ONLY = re.compile(
    r"^(source|from|share|rss|via)$", re.I
)  # tracking when their value is a word, a page when a number
SAFE = "/:@!$&'()*+,;=~-._%"
DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST = 2048  # longer ones are made by machines, for machines


def canonical_url(url: str, base: str | None = None) -> str:
    """The key of a page: https, lower-case host, no tracking, session, fragment or amp; "" when not http(s).

    Idempotent. http and https, a trailing dot, a default port, /amp and a trailing slash do not make another page.
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or not host or len(url) > LONGEST or not _is_host(host):
        return ""
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in (None, 80, 443) else f"{shown}:{port}"
    return urlunsplit(("https", netloc, _clean_path(parts.path), _clean_query(parts.query), ""))


def host_of(url: str) -> str:
    """The host name, lower case, without port; "" when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def site_of(url: str) -> str:
    """The host without a leading www., m. or amp."""
    return re.sub(r"^(www\d?|m|mobile|amp)\.", "", host_of(url))


def path_of(url: str) -> str:
    """Path and query: what an outlet's `articles` pattern is matched against."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_host(host: str) -> bool:
    return re.fullmatch(r"[\w.:-]+", host) is not None


def _clean_path(path: str) -> str:
    for _ in range(9):  # what is cut may uncover more: /amp/amp, /index.php/index.php
        cleaned = _clean_once(path)
        if cleaned == path:
            break
        path = cleaned
    return path


def _clean_once(path: str) -> str:
    path = quote(unquote(path, errors="surrogateescape"), safe=SAFE.replace("%", ""), errors="surrogateescape")
    path = re.sub(r";jsessionid=[^/]*", "", path, flags=re.I)
    path = re.sub(r"/{2,}", "/", path) or "/"
    path = re.sub(r"/(index\.(php|html?|aspx?)|default\.aspx?)$", "/", path, flags=re.I)
    path = re.sub(r"/amp/?$|\.amp$", "", path, flags=re.I) or "/"
    return path.rstrip("/") or "/"


def _clean_query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    return urlencode(sorted(pair for pair in pairs if not _is_idle(*pair)), errors="surrogateescape")


def _is_idle(key: str, value: str) -> bool:
    """Does this parameter change nothing of the page?"""
    if SESSION.match(key):
        return SESSION_VALUE.fullmatch(value) is not None
    if WORD_ONLY.match(key):
        return value.isalpha() or not value
    return TRACKING.match(key) is not None

"""${NAME} in channel addresses, from the environment or a file that NAME_FILE names. Touches environment and disk.

No problem that is noted here shows a value.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qsl, quote, urlsplit

from monitor.config.source import Source
from monitor.config.tables import AlertsTable, ChannelTable
from monitor.errors import ConfigError

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")
OURS = ("console", "file")
# A part of an address that looks drawn by lot: long, with a digit and a letter. The length is a guess (Slack's shortest part has 9, with company).
TOKEN = re.compile(r"(?=[A-Za-z_:-]*\d)(?=[0-9_:-]*[A-Za-z])[A-Za-z0-9_:-]{16,}")
SECRET_KEYS = re.compile(r"pass(word|wd)?|pwd|token|secret|(api_?)?key", re.I)


def fill_secrets(source: Source) -> dict[str, str]:
    """Each channel's url with its variables filled in; what is missing, unreadable or empty is a problem."""
    urls = {}
    for slug, table in source.of(ChannelTable).items():
        path = ("channel", slug, "url")
        urls[slug] = url = _fill(source, path, table.url)
        scheme = SCHEME.match(url)
        if "${" in VARIABLE.sub("", table.url):
            source.add(path, "holds a ${ that no variable follows", hint="${NAME}, of letters, digits and _")
        elif scheme is None and not VARIABLE.match(table.url):
            source.add(path, "has no scheme", hint="console:, file:PATH, or an Apprise URL like mailto://…")
        elif scheme is not None and scheme.group(1).lower() == "file":
            _check_file(source, path, url[len(scheme.group()) :].removeprefix("//"))
    return urls


def fill_heartbeat(source: Source) -> str:
    """The address of alerts.heartbeat with its variables filled in; one that is no http(s) address is a problem."""
    for table in source.of(AlertsTable).values():
        path = ("alerts", "heartbeat")
        url = _fill(source, path, table.heartbeat) if table.heartbeat else ""
        if url and not re.match(r"https?://[^/\s]+", url, re.I):
            source.add(path, "is no http(s) address", hint="https://host/…")
        return url
    return ""


def check_exposure(source: Source) -> None:
    """A literal secret in a file that everybody on this machine may read is a problem."""
    try:
        is_readable = bool(source.path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return
    for slug, table in source.of(ChannelTable).items():
        if is_readable and has_secret(table.url):
            problem = "holds a secret in a file that everybody on this machine may read"
            source.add(("channel", slug, "url"), problem, hint=f"chmod 600 {source.path}, or write ${{NAME}}")


def has_secret(url: str) -> bool:
    """A password before @, a token in host or path, a key in the query: written out, not as ${NAME}."""
    bare = VARIABLE.sub("", url)
    scheme, _, rest = bare.partition(":")
    if scheme.lower() in OURS:
        return False
    try:
        parts = urlsplit("x:" + rest)
    except ValueError:  # a bracket in a password
        return True
    if parts.netloc.rpartition("@")[0].partition(":")[2]:
        return True
    if any(SECRET_KEYS.fullmatch(key.lstrip("+-:")) and value for key, value in parse_qsl(parts.query)):
        return True
    host = "" if "." in parts.netloc else parts.netloc  # long names of hosts are no tokens
    return TOKEN.search(host + parts.path) is not None


def _fill(source: Source, path: tuple[str, ...], url: str) -> str:
    """A value between :// and @ is quoted, since passwords hold @ and /; elsewhere it stands as it is."""
    user_end = url.partition("?")[0].rfind("@")

    def value(match: re.Match[str]) -> str:
        try:
            found = _read_variable(match.group(1))
        except ConfigError as error:
            source.add(path, error.problems[0])
            return ""
        return quote(found, safe="") if 0 < match.start() < user_end else found

    return VARIABLE.sub(value, url)


def _read_variable(name: str) -> str:
    """Raises: ConfigError with one problem, which names the variable."""
    file = os.environ.get(f"{name}_FILE", "")
    value = os.environ.get(name)
    if value is None and file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError, ValueError) as error:
            reason = (error.strerror or "").lower() if isinstance(error, OSError) else "not UTF-8"
            raise ConfigError([f"{name}_FILE names a file that cannot be read: {reason}"]) from None
    if value is None:
        raise ConfigError([f"{name} is not set (export {name}=…, or {name}_FILE=FILE that holds it)"])
    if not value or not value.isprintable():
        raise ConfigError([f"{name} is {'empty' if not value else 'more than one line, or holds control characters'}"])
    return value


def _check_file(source: Source, path: tuple[str, ...], name: str) -> None:
    if not name or name.endswith("/"):
        source.add(path, "names no file", hint="file:alerts.log")
    elif ".." in PurePosixPath(name).parts:
        source.add(path, "leads out of the configuration folder", hint="no .. in it: file:alerts.log")

"""${NAME} in channel addresses, from the environment or a file that NAME_FILE names. Touches environment and disk."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PurePosixPath
from typing import Any

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
OURS = ("console:", "file:")


def fill_secrets(channels: Any) -> None:
    """Replaces variables in every channel's url; a missing one is a problem that names the variable, never its value."""
    tables = channels.tables.get("channel") or {}
    for slug, table in tables.items():
        missing: list[str] = []
        url = _fill(table.url, missing)
        for name in missing:
            channels.add(
                ("channel", slug, "url"),
                f"{name} is not set",
                hint=f"export {name}=…, or {name}_FILE=path of a file that holds it",
            )
        if not re.match(r"^[A-Za-z][A-Za-z0-9+.-]*:", url):
            channels.add(
                ("channel", slug, "url"),
                "has no scheme",
                hint="console:, file:PATH, or an Apprise URL such as mailto://…",
            )
        if url.startswith("file:") and ".." in PurePosixPath(url[5:]).parts:
            channels.add(
                ("channel", slug, "url"),
                "leads out of the configuration folder",
                hint="name a file below it, or an absolute path",
            )
        tables[slug] = table.model_copy(update={"url": url})


def find_exposed(channels: Any, path: Path) -> None:
    """A literal secret in a file that everybody on this machine may read is a problem."""
    try:
        readable = bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return
    for slug, table in (channels.tables.get("channel") or {}).items():
        if readable and _holds_secret(table.url):
            channels.add(
                ("channel", slug, "url"),
                "holds a secret in a file that everybody may read",
                hint=f"chmod 600 {path.name}, or use ${{NAME}}",
            )


def _holds_secret(url: str) -> bool:
    """A literal password before @, or a token as services put it into the host or path."""
    if VARIABLE.search(url) or url.startswith(OURS):
        return False
    scheme, _, rest = url.partition("://")
    userinfo = rest.split("/")[0].rpartition("@")[0]
    if ":" in userinfo and userinfo.partition(":")[2]:
        return True
    is_plain = scheme.lower() in (
        "mailto",
        "mailtos",
        "json",
        "jsons",
        "xml",
        "xmls",
        "form",
        "forms",
        "syslog",
        "dbus",
    )
    return not is_plain and re.search(r"[A-Za-z0-9_:-]{20,}", rest) is not None


def _value(name: str, missing: list[str]) -> str:
    if name in os.environ:
        return os.environ[name]
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError:
            pass
    missing.append(name)
    return ""


def _fill(url: str, missing: list[str]) -> str:
    return VARIABLE.sub(lambda match: _value(match.group(1), missing), url)

"""The desk's passwords: read from their files, hashed with argon2id. Touches the files that the configuration names."""

from __future__ import annotations

import stat
from pathlib import Path

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.errors import ConfigError

HASHER = PasswordHasher()  # its own defaults are RFC 9106's second choice: argon2id, 64 MiB, three passes
LEAST = 12  # characters; NIST SP 800-63B asks for 8 at least, and this one stands alone
PREFIX = "$argon2"


def hash_password(password: str) -> str:
    """`$argon2id$…`, another one each time."""
    return HASHER.hash(password)


def check_password(password: str, secret_hash: str) -> bool:
    """Is it the password of this hash?"""
    try:
        return HASHER.verify(secret_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def read_password_file(path: Path, key: str = "password_file") -> str:
    """The hash of the password in a file: its first line, plain or already as `hash_password` gives it. `key`: who names the file.

    Raises: ConfigError when it is missing, empty, too short, or may be read by all.
    """
    where = f"settings.toml: web.{key}: {path}"
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "is no UTF-8 text"
        raise ConfigError([f"{where}: {problem} (diplowatch password {path.name} makes one)"]) from None
    line = text.splitlines()[0].strip() if text.strip() else ""
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise ConfigError([f"{where}: can be read by all (chmod 600 {path.name})"])
    if line.startswith(PREFIX):
        try:
            extract_parameters(line)
        except InvalidHashError:
            raise ConfigError([f"{where}: is no whole hash"]) from None
        return line
    if len(line) < LEAST:
        raise ConfigError([f"{where}: fewer than {LEAST} characters"])
    return hash_password(line)

"""The desk's password: read from its file, hashed with scrypt. Touches the file that the configuration names."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import stat
from pathlib import Path

from monitor.errors import ConfigError

# Source: RFC 7914 and OWASP's password storage sheet: N = 2^15, r = 8, p = 1 needs 32 MiB and about 0.1 s.
N, R, P = 2**15, 8, 1
MEMORY = 64 * 1024 * 1024
LEAST = 12  # characters; NIST SP 800-63B asks for 8 at least, and this one stands alone
PREFIX = "scrypt$"


def hash_password(password: str) -> str:
    """`scrypt$SALT$HASH`, another one each time."""
    salt = secrets.token_bytes(16)
    return f"{PREFIX}{_encode(salt)}${_encode(_derive(password, salt))}"


def check_password(password: str, secret_hash: str) -> bool:
    """Is it the password of this hash? Takes the same time for any wrong one."""
    salt, _, wanted = secret_hash.removeprefix(PREFIX).partition("$")
    return hmac.compare_digest(_encode(_derive(password, base64.b64decode(salt))), wanted)


def read_password_file(path: Path) -> str:
    """The hash of the password in a file: its first line, plain or already as `hash_password` gives it.

    Raises: ConfigError when it is missing, empty, too short, or may be read by all.
    """
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "is no UTF-8 text"
        raise ConfigError([f"settings.toml: web.password_file: {path}: {problem}"]) from None
    line = text.splitlines()[0].strip() if text.strip() else ""
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise ConfigError([f"settings.toml: web.password_file: {path}: can be read by all (chmod 600 {path.name})"])
    if line.startswith(PREFIX):
        if line.count("$") != 2:
            raise ConfigError([f"settings.toml: web.password_file: {path}: is no whole hash"])
        return line
    if len(line) < LEAST:
        raise ConfigError([f"settings.toml: web.password_file: {path}: fewer than {LEAST} characters"])
    return hash_password(line)


def _derive(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=N, r=R, p=P, maxmem=MEMORY, dklen=32)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()

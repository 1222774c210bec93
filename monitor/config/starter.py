"""`diplowatch init`: the starter configuration that ships with the program. Touches the disk."""

from __future__ import annotations

from pathlib import Path

from monitor.config.schemas import write_schemas
from monitor.config.tables import FILES
from monitor.errors import ConfigError

SHIPPED = Path(__file__).parent / "starter"  # in a checkout a link to config/


def write_starter(folder: str | Path) -> list[str]:
    """Copies the six files and writes their schemas; returns the paths. Raises: ConfigError when one is there already."""
    root = Path(folder)
    targets = [root / f"{name}.toml" for name in FILES]
    taken = [str(path) for path in targets if path.exists() or path.is_symlink()]
    if taken:
        raise ConfigError([f"{path}: exists already (name another folder)" for path in taken])
    try:
        root.mkdir(parents=True, exist_ok=True)
        for path in targets:
            path.touch(mode=0o600 if path.name == "channels.toml" else 0o644)  # channels will hold secrets
            path.write_bytes((SHIPPED / path.name).read_bytes())
    except OSError as error:
        raise ConfigError([f"{folder}: {(error.strerror or 'cannot be written').lower()}"]) from None
    return [str(path) for path in targets] + write_schemas(root / "schema")

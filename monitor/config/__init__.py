"""TOML files in, one whole valid Config out, or every problem at once. Touches the disk and the environment."""

from monitor.config.folder import find_empty, load_config
from monitor.config.schemas import write_schemas
from monitor.config.starter import write_starter
from monitor.config.warnings import count_watched, find_voids, find_warnings

__all__ = [
    "count_watched",
    "find_empty",
    "find_voids",
    "find_warnings",
    "load_config",
    "write_schemas",
    "write_starter",
]

"""Log lines for people, or as JSON for machines. Touches the logging of this process."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from typing import Literal

Form = Literal["text", "json"]
VARIABLE = "DIPLOWATCH_LOG_FORMAT"  # so that the crawler, a process of its own, writes as its parent does
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
NOISY = ("httpx", "alembic", "apprise", "uvicorn.access", "asyncio")


class JsonFormatter(logging.Formatter):
    """One object a line: `at` (UTC), `level`, `logger`, `message`, and `outlet` and `error` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if outlet := getattr(record, "outlet", ""):
            line["outlet"] = str(outlet)
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def start_logs(level: str, form: Form | None = None) -> None:
    """Log lines of this process on stderr, of the level and louder; libraries say only what is wrong. `form` None = as the variable says."""
    if form is not None:
        os.environ[VARIABLE] = form
    logging.basicConfig(level=level.upper(), format=TEXT)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    form_logs()


def form_logs() -> None:
    """Makes what is logged already JSON when the variable says so; for a process whose framework set its logs up."""
    if os.environ.get(VARIABLE) == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonFormatter())

"""Is there a browser for outlets with `render = true`? Touches the disk."""

from __future__ import annotations

import importlib.util
import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str:
    """Path of the system's Chromium, or what DIPLOWATCH_CHROMIUM names; "" when there is none."""
    named = os.environ.get("DIPLOWATCH_CHROMIUM", "")
    return next((path for name in ([named] if named else NAMES) if (path := shutil.which(name))), "")


def find_missing() -> str:
    """What has to be installed before a page can be rendered, in words; "" when all is there."""
    if importlib.util.find_spec("playwright") is None:
        return "pip install 'diplowatch[browser]'"
    if not find_chromium():
        return "install Chromium (apt-get install chromium), or name it in DIPLOWATCH_CHROMIUM"
    return ""

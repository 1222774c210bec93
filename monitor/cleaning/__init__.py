"""The article of a page, without the cruft around it. Pure."""

from monitor.cleaning.memory import SiteMemory
from monitor.cleaning.page import clean_page
from monitor.cleaning.plain import clean_text

__all__ = ["SiteMemory", "clean_page", "clean_text"]

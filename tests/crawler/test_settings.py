"""Scrapy's defaults that would harm: each is off."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from crawler import settings

FOUND = Settings()
FOUND.setmodule(settings)


@pytest.mark.parametrize(
    "name",
    ["REMOTE_CONTROL_ENABLED", "TELNETCONSOLE_ENABLED", "METAREFRESH_ENABLED", "COOKIES_ENABLED", "HTTPPROXY_ENABLED",
     "ROBOTSTXT_OBEY", "RETRY_ENABLED", "AUTOTHROTTLE_ENABLED", "HTTPCACHE_ENABLED"],
)  # fmt: skip
def test_it_is_off(name: str) -> None:
    assert not FOUND.getbool(name)


def test_only_http_is_fetched() -> None:
    handlers = FOUND.getwithbase("DOWNLOAD_HANDLERS")

    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_certificates_count() -> None:
    assert FOUND.getbool("DOWNLOAD_VERIFY_CERTIFICATES")


def test_budgets_are_small() -> None:
    assert FOUND.getint("DOWNLOAD_MAXSIZE") == 8 * 2**20
    assert FOUND.getint("DOWNLOAD_TIMEOUT") == 30
    assert FOUND.getint("REDIRECT_MAX_TIMES") == 5
    assert FOUND.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1


def test_the_delay_varies_upwards_only() -> None:
    from crawler.place import STRETCH

    assert STRETCH * (1 - FOUND.getfloat("DOWNLOAD_DELAY_JITTER")) == pytest.approx(1)


def test_nothing_remembers_urls_for_ever() -> None:
    assert FOUND.get("DUPEFILTER_CLASS") == "scrapy.dupefilters.BaseDupeFilter"

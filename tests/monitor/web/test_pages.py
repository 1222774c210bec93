"""Every page answers, and nothing that an article brings along comes alive."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

PAGES = ["/", "/outlets", "/deliveries", "/story/1", "/healthz"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers(desk: TestClient, path: str) -> None:
    assert desk.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/story/2", "/deliveries"])
def test_a_poisoned_article_is_text(desk: TestClient, path: str) -> None:
    html = desk.get(path).text
    assert "<script>alert" not in html
    assert not re.search(r"<img[^>]*onerror", html)
    assert 'href="javascript:' not in html
    assert "49" not in html or "{{7*7}}" in html


def test_an_unknown_story_is_not_found(desk: TestClient) -> None:
    assert desk.get("/story/999").status_code == 404

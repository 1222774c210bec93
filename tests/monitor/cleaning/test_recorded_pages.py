"""Every page under tests/pages gives exactly the article beside it, with the outlet's rules and without them."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from monitor.cleaning import SiteMemory, clean_page
from monitor.model import CleanPage

FOLDERS = sorted((Path(__file__).parents[2] / "pages").glob("*/page.html"))
by_folder = {"ids": lambda page: page.parent.name}


def load(page: Path) -> tuple[bytes, dict, dict]:
    meta, article = (
        tomllib.loads((page.parent / f"{name}.toml").read_text(encoding="utf-8")) for name in ("meta", "article")
    )
    return page.read_bytes(), meta, article


def check(clean: CleanPage, article: dict) -> None:
    paragraphs = clean.body.split("\n\n")
    published: datetime | None = article.get("published_at")

    assert clean.problem == ""
    assert clean.headline == article["headline"]
    assert (paragraphs[0], paragraphs[-1], len(paragraphs)) == (
        article["first"],
        article["last"],
        article["paragraphs"],
    )
    assert clean.published_at == published
    assert clean.language == article["language"]
    assert list(clean.credits) == article["credits"]
    assert [phrase for phrase in article["absent"] if phrase in clean.headline + clean.body] == []


@pytest.mark.parametrize("page", FOLDERS, **by_folder)
def test_a_page_with_the_outlets_rules_gives_its_article(page: Path) -> None:
    html, meta, article = load(page)

    check(clean_page(html, meta["url"], rules=meta["rules"], fetched_at=meta["fetched_at"]), article)


@pytest.mark.parametrize("page", FOLDERS, **by_folder)
def test_a_page_without_rules_gives_the_same_article(page: Path) -> None:
    html, meta, article = load(page)

    check(clean_page(html, meta["url"], memory=SiteMemory(), fetched_at=meta["fetched_at"]), article)


@pytest.mark.parametrize("page", FOLDERS, **by_folder)
def test_what_was_cut_is_kept_apart_with_its_rule(page: Path) -> None:
    html, meta, article = load(page)

    clean = clean_page(html, meta["url"], rules=meta["rules"])
    removed = "\n".join(block.text for block in clean.removed)

    assert all(block.rule for block in clean.removed)
    assert [name for name in article["absent"][:4] if name not in removed] == []

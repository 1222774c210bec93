"""`import-opml`, `export-opml`: the feeds of other readers."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import click
from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

from monitor.cli.options import config_option
from monitor.config import load_config
from monitor.errors import DiplowatchError
from monitor.urls import canonical_url


@click.command(name="import-opml")
@click.argument("path", metavar="FILE.opml")
@config_option
def import_opml(path: str, config: str) -> None:
    """Print outlets.toml tables for the feeds of an OPML file that the configuration does not have.

    \b
    Example: diplowatch import-opml feeds.opml >> my-config/outlets.toml
    """
    known = {feed for outlet in load_config(config).outlets for feed in outlet.feeds}
    slugs = {outlet.slug for outlet in load_config(config).outlets}
    added = 0
    for title, feed, home in read_opml(path):
        if feed in known:
            continue
        slug = make_slug(title or urlsplit(feed).hostname or "feed", slugs)
        slugs.add(slug)
        known.add(feed)
        added += 1
        click.echo(
            f'[{slug}]\nname = {_quoted(title or slug)}\nhome = {_quoted(home)}\nfeeds = [{_quoted(feed)}]\nevery = "auto"\n'
        )
    click.echo(f"{added} outlets", err=True)


@click.command(name="export-opml")
@config_option
def export_opml(config: str) -> None:
    """Write the configured feeds as OPML 2.0 to stdout.

    \b
    Example: diplowatch export-opml > feeds.opml
    """
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "diplowatch outlets"
    body = SubElement(root, "body")
    for outlet in load_config(config).outlets:
        for feed in outlet.feeds:
            SubElement(
                body, "outline", type="rss", text=outlet.name, title=outlet.name, xmlUrl=feed, htmlUrl=outlet.home
            )
    indent(root)
    click.echo('<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode"))


def read_opml(path: str) -> list[tuple[str, str, str]]:
    """Title, feed and home of every feed in an OPML file, in its order.

    Raises: DiplowatchError when it cannot be read or holds no feed.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise DiplowatchError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    with warnings.catch_warnings():  # an HTML parser expands no XML entities: a hostile OPML cannot blow up
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(data[:8_000_000], "html.parser")
    found = []
    for outline in soup.find_all("outline"):
        feed = canonical_url(str(outline.get("xmlurl") or ""))
        if feed:
            address = str(outline.get("xmlurl"))
            home = str(outline.get("htmlurl") or "") or f"{urlsplit(address).scheme}://{urlsplit(address).netloc}/"
            found.append((" ".join(str(outline.get("title") or outline.get("text") or "").split()), address, home))
    if not found:
        raise DiplowatchError(f"{path}: no feed in it (is it an OPML file?)")
    return found


def make_slug(title: str, taken: set[str]) -> str:
    """A free slug of a title."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "feed"
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else " " for c in escaped) + '"'

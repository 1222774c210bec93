"""What stands around an article of the demo world: neighbours, teasers, addresses. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from monitor.demo.archive import Archive, DemoArticle, DemoOutlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """The other articles that a page shows, and the comments under it. None of it belongs to the article."""

    previous: DemoArticle
    following: DemoArticle
    latest: tuple[DemoArticle, ...]  # "Latest from", with excerpts
    missed: tuple[DemoArticle, ...]  # "Don't miss", headlines with a line
    popular: tuple[DemoArticle, ...]  # the sidebar; on Drupal with whole bodies
    comments: tuple[str, ...]

    def text(self) -> str:
        """All words of it, for tests that look for names."""
        articles = (self.previous, self.following, *self.latest, *self.missed, *self.popular)
        parts = [f"{one.headline}\n{one.standfirst}\n" + "\n".join(one.body) for one in articles]
        return "\n".join([*parts, *self.comments])


def find_furniture(archive: Archive, article: DemoArticle) -> Furniture:
    """The furniture of one page: always the same for the same article, and different from page to page.

    Only what stood there before minute 0 is teased, so that a page never changes because another one was published.
    """
    old = _find_old(archive, article)
    start = int(sha256(article.slug.encode()).hexdigest()[:6], 16)
    turned = [old[(start + step) % len(old)] for step in range(len(old))]
    comments = archive.outlets[article.outlet].comments
    shown = tuple(comments[(start + step) % len(comments)] for step in range(min(2, len(comments))))
    return Furniture(
        previous=turned[0],
        following=turned[1],
        latest=tuple(turned[:4]),
        missed=tuple(turned[-2:]),
        popular=tuple(turned[2:5]),
        comments=shown,
    )


def _find_old(archive: Archive, article: DemoArticle) -> list[DemoArticle]:
    """The outlet's old articles, six at most: those in the article's own language, and others only where these are too few."""
    others = [one for one in archive.of_outlet(article.outlet) if one.is_old and one.slug != article.slug]
    others.sort(key=lambda one: (one.language != article.language, one.at))
    own = sum(one.language == article.language for one in others)
    return others[: min(6, max(own, 3))]


def article_path(outlet: DemoOutlet, article: DemoArticle) -> str:
    """Where the article stands on its host."""
    if outlet.template == "fox6":
        return f"/{article.section}/{article.slug}/"
    if outlet.template == "drupal":
        return f"/{article.section}/{article.slug}"
    if outlet.template == "ministry":
        return f"/{article.language}/press-releases/{article.slug}"
    return f"/{article.language}/{article.section}/{article.slug}.html"

"""From a feed, sitemap or section page to candidates. Pure."""

from crawler.discovery.feeds import parse_feed
from crawler.discovery.listings import parse_listing
from crawler.discovery.sitemaps import parse_sitemap
from crawler.discovery.sources import Found, Reading

__all__ = ["Found", "Reading", "parse_feed", "parse_listing", "parse_sitemap"]

"""From a story, a digest or a notice to messages, one module per channel kind. Pure."""

from monitor.render.edition import render_alert, render_digest, render_held, render_notice
from monitor.render.news import say_reason, tell_news

__all__ = ["render_alert", "render_digest", "render_held", "render_notice", "say_reason", "tell_news"]

"""The desk: a page over the store, rendered on the server. Touches the network (it listens)."""

from monitor.web.app import make_app

__all__ = ["make_app"]

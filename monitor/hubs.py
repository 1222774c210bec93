"""Subscribes to the hubs that feeds name, so that news is fetched when it is published and not when it is looked for.

What a hub sends is never read: a call only makes the outlet due, and the crawler fetches the feed itself, under its own rules.
Touches the store and the network.
"""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import urlsplit

from monitor.errors import DeliveryError
from monitor.model import Config
from monitor.notify.hub import ask_hub
from monitor.store import Store, subscriptions

log = logging.getLogger(__name__)
LEASE_S = 7 * 86400  # what we ask for; the hub decides
CALLBACK = "/websub/"
HOME = ("localhost", "127.0.0.1", "[::1]", "::1")  # names that no hub can call


def renew_subscriptions(store: Store, config: Config, now: datetime) -> int:
    """Asks for what is due; returns how many hubs were asked. Nothing without an address under which a hub can reach the desk."""
    settings = config.settings
    if not settings.web_url or (urlsplit(settings.web_url).hostname or "") in HOME:
        return 0
    enabled = {outlet.slug for outlet in config.outlets if outlet.enabled}
    due = subscriptions.take_due(store, enabled, now)
    for row in due:
        fields = {
            "hub.mode": "subscribe",
            "hub.topic": row.topic,
            "hub.callback": f"{settings.web_url.rstrip('/')}{CALLBACK}{row.token}",
            "hub.lease_seconds": str(LEASE_S),
        }
        if row.hub.startswith("https:"):
            fields["hub.secret"] = row.secret  # only where nobody listens in
        try:
            ask_hub(row.hub, fields, allow_private=settings.allow_private)
        except DeliveryError as error:
            subscriptions.set_state(store, row.token, "failed", str(error))
            log.warning("%s: %s does not take our subscription: %s", row.outlet, row.hub, error)
    return len(due)

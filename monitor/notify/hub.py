"""Asks a hub to tell of news (WebSub). Touches the network.

Source: W3C Recommendation WebSub, section 5.1, "Subscriber Sends Subscription Request".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import requests

from monitor.addresses import AddressPolicy
from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.notify.wire import Attempt, current

TIMEOUT_S = (5.0, 10.0)


def ask_hub(hub: str, fields: Mapping[str, str], *, allow_private: Sequence[str] = ()) -> None:
    """Posts a subscription request; a hub says yes with 202 and calls back later. Raises: DeliveryError with why not."""
    nothing = Message(key="", title="", body="", body_format="text")
    attempt = Attempt(message=nothing, kind="hub", policy=AddressPolicy.parse(allow_private))
    current.attempt = attempt
    try:
        response = requests.post(hub, data=dict(fields), timeout=TIMEOUT_S, allow_redirects=False)
    except requests.RequestException as error:
        raise DeliveryError(f"hub: {attempt.detail or type(error).__name__}") from None
    finally:
        current.attempt = None
    if not 200 <= response.status_code < 300:
        raise DeliveryError(f"hub: it answered {response.status_code}")

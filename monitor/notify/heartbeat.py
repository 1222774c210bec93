"""A sign of life to a dead-man's switch: it raises the alarm when we stop asking. Touches the network.

Source: healthchecks.io/docs/http_api, "success": a GET of the check's address.
"""

from __future__ import annotations

from collections.abc import Sequence

import requests

from monitor.addresses import AddressPolicy
from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.notify.wire import Attempt, current

TIMEOUT_S = (5.0, 10.0)


def send_heartbeat(url: str, *, allow_private: Sequence[str] = ()) -> None:
    """Asks for the address once. Raises: DeliveryError, which does not name it: it is a secret."""
    nothing = Message(key="", title="", body="", body_format="text")
    attempt = Attempt(message=nothing, kind="heartbeat", policy=AddressPolicy.parse(allow_private))
    current.attempt = attempt
    try:
        requests.get(url, timeout=TIMEOUT_S, allow_redirects=False)
    except requests.RequestException as error:
        raise DeliveryError(f"heartbeat: {attempt.detail or type(error).__name__}") from None
    finally:
        current.attempt = None
    if attempt.status:
        raise DeliveryError(f"heartbeat: the receiver answered {attempt.status}")

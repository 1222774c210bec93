"""Apprise's only door: one message to one channel, with an honest outcome. Touches the network, the terminal, files."""

from monitor.notify.door import Sent, as_text, check_channel, kind_of, limit_of, scheme_of, send
from monitor.notify.heartbeat import send_heartbeat

__all__ = ["Sent", "as_text", "check_channel", "kind_of", "limit_of", "scheme_of", "send", "send_heartbeat"]

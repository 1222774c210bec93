"""Why there was no answer at all, in words. Pure."""

from __future__ import annotations

from twisted.internet import error as net
from twisted.web.client import ResponseFailed


def describe_cause(exception: BaseException) -> str:
    """What the network did, in words."""
    if isinstance(exception, ResponseFailed) and exception.reasons:
        exception = exception.reasons[0].value
    name = type(exception).__name__
    for kinds, words in (
        ((net.DNSLookupError,), "its name cannot be resolved (no network, or a typing error)"),
        ((net.ConnectionRefusedError,), "the connection is refused"),
        ((net.TimeoutError, net.TCPTimedOutError), "no answer in time"),
        ((net.ConnectionLost, net.ConnectionDone, net.ConnectError, net.NoRouteError), "the connection broke"),
    ):
        if isinstance(exception, kinds):
            return words
    text = " ".join(str(exception).split())
    if "certificate" in text.lower() or "ssl" in name.lower() or "tls" in text.lower() or "VerificationError" in name:
        return f"its certificate is not valid: {text[:100]}"
    if "Timeout" in name:
        return "no answer in time"
    if "Cancelled" in name or "size" in text.lower():
        return "the answer is too large"
    return {
        "CannotResolveHostError": "its name cannot be resolved (no network, or a typing error)",
        "DownloadConnectionRefusedError": "the connection is refused",
        "DownloadFailedError": f"the download failed: {text[:100]}",
    }.get(name, f"{name}: {text[:100]}")

"""The address guard: every name is resolved here, and an address that may not be dialled is never handed out. Touches DNS."""

from __future__ import annotations

from typing import Any

from twisted.internet._resolver import GAIResolver
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from crawler.place import load_place
from monitor.addresses import AddressPolicy

refusals: dict[str, str] = {}  # host → why it was refused last; what an errback tells the ledger
MOST_REFUSALS = 1000


@implementer(IHostnameResolver)
class GuardResolver:
    """Resolves through the system and drops what the policy refuses, literals included: redirects and rebinding come by here too."""

    def __init__(self, reactor: Any, policy: AddressPolicy, resolve: dict[str, str]) -> None:
        self.reactor, self.policy, self.resolve = reactor, policy, resolve
        self.inner = GAIResolver(reactor, reactor.getThreadPool)

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardResolver:  # noqa: ARG003 (Scrapy's signature)
        settings = load_place().config.settings
        return cls(reactor, AddressPolicy.parse(settings.allow_private), dict(settings.resolve))

    def install_on_reactor(self) -> None:
        """Makes it the reactor's only way from names to addresses."""
        self.reactor.installNameResolver(self)

    def resolveHostName(
        self,
        receiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Any = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        """Hands on only the addresses that may be dialled."""
        inner: Any = _Filter(receiver, hostName, self.policy)
        target = self.resolve.get(hostName, hostName)
        return self.inner.resolveHostName(inner, target, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _Filter:
    def __init__(self, receiver: Any, host: str, policy: AddressPolicy) -> None:
        self.receiver, self.host, self.policy = receiver, host, policy

    def resolutionBegan(self, resolution: Any) -> None:
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        refusal = self.policy.find_refusal(address.host)
        if refusal:
            if len(refusals) >= MOST_REFUSALS:
                refusals.clear()
            refusals[self.host] = refusal
        else:
            refusals.pop(self.host, None)
            self.receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self.receiver.resolutionComplete()

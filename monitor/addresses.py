"""Which network addresses may be dialled: the policy behind the crawler's guard and the webhook sender. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
NAT64 = ipaddress.ip_network("64:ff9b::/96")
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Global addresses only, and the private networks that the operator allowed."""

    allowed: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, networks: Iterable[str]) -> AddressPolicy:
        """Raises: ValueError on text that is no network."""
        return cls(tuple(ipaddress.ip_network(text, strict=False) for text in networks))

    def find_refusal(self, address: str) -> str:
        """Why an address that is about to be dialled is refused; "" when it may be."""
        try:
            found = _unwrap(ipaddress.ip_address(address.split("%")[0]))
        except ValueError:
            return f"{address} is no network address"
        if any(found in network for network in self.allowed if network.version == found.version):
            return ""
        if not found.is_global or found.is_multicast:
            return f"{found} is not a public address (settings.toml: network.allow_private)"
        return ""


def _unwrap(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one: mapped, NAT64, 6to4. Source: RFC 4291, 6052, 3056."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in SIX_TO_FOUR:
        return ipaddress.IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    return address

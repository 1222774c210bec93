"""What may be dialled."""

from __future__ import annotations

import pytest

from monitor.addresses import AddressPolicy

PRIVATE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1",
    "198.18.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::", "not an address",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_this_house_is_refused(address: str) -> None:
    assert AddressPolicy().find_refusal(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_a_public_address_may_be_dialled(address: str) -> None:
    assert AddressPolicy().find_refusal(address) == ""


def test_what_the_operator_allowed_may_be_dialled_and_nothing_else() -> None:
    policy = AddressPolicy.parse(["127.0.0.0/8"])

    assert policy.find_refusal("127.0.0.1") == ""
    assert policy.find_refusal("::ffff:127.0.0.1") == ""
    assert policy.find_refusal("::1")
    assert policy.find_refusal("10.0.0.1")


def test_what_is_no_network_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        AddressPolicy.parse(["nonsense"])

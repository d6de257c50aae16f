"""Whose an address is."""

import pytest

from msgkit.client._addresses import is_address, is_loopback, is_public

PUBLIC = (
    "1.1.1.1",
    "101.226.90.149",
    "223.255.255.254",
    "2400:3200::1",
    "2606:4700:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::1.1.1.1",
    "2002:101:101::1",
)

PRIVATE = {
    "this machine": "127.0.0.1",
    "this machine, another": "127.255.255.254",
    "this machine, IPv6": "::1",
    "any of this machine": "0.0.0.0",
    "any of this machine, IPv6": "::",
    "this network": "0.1.2.3",
    "private A": "10.0.0.1",
    "private B": "172.16.0.1",
    "private B, the last": "172.31.255.255",
    "private C": "192.168.1.1",
    "carrier-grade NAT": "100.64.0.1",
    "carrier-grade NAT, a cloud's metadata": "100.100.100.200",
    "link-local, a cloud's metadata": "169.254.169.254",
    "multicast": "224.0.0.1",
    "multicast, global": "233.252.0.1",
    "broadcast": "255.255.255.255",
    "reserved": "240.0.0.1",
    "documentation": "192.0.2.1",
    "benchmarks": "198.18.0.1",
    "protocols": "192.0.0.8",
    "unique local": "fd00::1",
    "unique local, a cloud's metadata": "fd00:ec2::254",
    "link-local, IPv6": "fe80::1",
    "link-local of an interface": "fe80::1%eth0",
    "this machine of an interface": "::1%lo",
    "site-local": "fec0::1",
    "multicast, IPv6": "ff02::1",
    "multicast, IPv6, global": "ff0e::1",
    "documentation, IPv6": "2001:db8::1",
    "discarded": "100::1",
    "not given out": "4000::1",
    "IPv4-mapped": "::ffff:127.0.0.1",
    "IPv4-mapped, private": "::ffff:10.0.0.1",
    "IPv4-mapped, metadata": "::ffff:a9fe:a9fe",
    "IPv4-compatible": "::127.0.0.1",
    "IPv4-compatible, private": "::10.0.0.1",
    "NAT64": "64:ff9b::127.0.0.1",
    "NAT64, private": "64:ff9b::10.0.0.1",
    "NAT64, metadata": "64:ff9b::a9fe:a9fe",
    "NAT64, a network's own": "64:ff9b:1::10.0.0.1",
    "NAT64, a network's own, where the last bytes say nothing": "64:ff9b:1:7f00:0:100:808:808",
    "6to4": "2002:7f00:1::1",
    "6to4, private": "2002:a00:1::1",
    "6to4, metadata": "2002:a9fe:a9fe::",
    "Teredo": "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "Teredo, private": "2001:0:4136:e378:8000:63bf:f5ff:fffe",
}


class TestIsPublic:
    """Anybody's on the internet, or not."""

    @pytest.mark.parametrize("address", PUBLIC)
    def test_public(self, address: str) -> None:
        """Addresses on the internet are anybody's, also where they stand in others."""
        assert is_public(address)

    @pytest.mark.parametrize("address", PRIVATE.values(), ids=PRIVATE)
    def test_private(self, address: str) -> None:
        """What leads to this machine, to a neighbour, to many or to nobody is not, however it is written."""
        assert not is_public(address)

    @pytest.mark.parametrize("address", ["", "localhost", "example.com", "1.1.1", "127.1", "1.1.1.1.1", "%", "中"])
    def test_no_address(self, address: str) -> None:
        """What is no address is nobody's."""
        assert not is_public(address)


class TestIsLoopback:
    """This machine."""

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
    def test_here(self, host: str) -> None:
        """Its addresses, and the name that they have everywhere."""
        assert is_loopback(host)

    @pytest.mark.parametrize(
        "host", ["", "0.0.0.0", "10.0.0.1", "localhost.example", "1.1.1.1", "::", "127.0.0.1.nip.io"]
    )
    def test_elsewhere(self, host: str) -> None:
        """Nothing else is."""
        assert not is_loopback(host)


class TestIsAddress:
    """An address, or a name."""

    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "1.1.1.1",
            "::1",
            "fe80::1%25eth0",
            "127.1",
            "2130706433",
            "0x7f000001",
            "127.0.0.1.",
            "0177.0.0.1",
            "0x7f.1",
            "0",
        ],
    )
    def test_address(self, host: str) -> None:
        """An address is one also in the forms that C's libraries read, which a proxy may read too."""
        assert is_address(host)

    @pytest.mark.parametrize("host", ["", "localhost", "example.com", "1.1.1.1.example", "0x7f.example", "face", "中"])
    def test_name(self, host: str) -> None:
        """A name is none."""
        assert not is_address(host)

"""Whose an address is: this machine's, a neighbour's, or anybody's on the internet."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

# As a whole (RFC 6890); older Pythons know some of it.
_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")

# RFC 6052: the last four bytes are an IPv4 address. Where it stands in a translator's own prefixes (RFC 8215) nobody
# else knows.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")

# All that is given out (RFC 4291); the rest holds what is old, such as fec0::/10 and ::127.0.0.1.
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_here(url: str) -> bool:
    """Tell whether a URL leads to this machine."""
    return is_loopback(urlsplit(url).hostname or "")


def is_address(host: str) -> bool:
    """Tell whether a host is an address, and not a name; 127.1 and 0x7f000001 are, too, and so with a final dot."""
    host = host.removesuffix(".")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _is_old_form(host)
    return True


def is_public(address: str) -> bool:
    """Tell whether an address is anybody's on the internet: neither this machine nor one of its neighbours.

    Addresses that stand for others (IPv4 within IPv6, tunnels, translators) are those others.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _inner(ip)
        return (ip in _GIVEN_OUT and ip.is_global) if inner is None else is_public(str(inner))
    return ip.is_global and not ip.is_multicast and ip not in _PROTOCOLS


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the address that another one stands for."""
    if ip in _TRANSLATED:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)


def _is_old_form(host: str) -> bool:
    """Tell whether a host is an IPv4 address as C's libraries still read it, and so whoever looks it up."""
    try:
        socket.inet_aton(host)
    except (OSError, ValueError):
        return False
    return True

"""Which address families this host can use for the internet."""

import ipaddress
import socket

_ELSEWHERE = ("2001:500:2::c", 53)
"""A root server: connecting a UDP socket sends nothing, it only looks for a route and a source address."""


def has_ipv6() -> bool:
    """Tell whether this host has a route for IPv6 and an address of its own that others can answer to.

    Nothing is sent.
    """
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect(_ELSEWHERE)
            return is_answerable(probe.getsockname()[0])
    except OSError:
        return False


def is_answerable(source: str) -> bool:
    """Tell whether the internet can answer to the IPv6 address *source*.

    One within fc00::/7 (RFC 4193) reaches nobody outside, or by a translation that RFC 6724 section 2.1 ranks below
    IPv4.
    """
    return ipaddress.IPv6Address(source.partition("%")[0]).is_global


def is_ipv6(address: str) -> bool:
    """Tell the family of a valid address."""
    return ":" in address

"""Where a query goes: an address and a port."""

import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """The normal form of the address, so that it compares equal to what a packet says."""

    family: socket.AddressFamily
    address: str
    port: int


def place_of(address: str, port: int) -> Place:
    """Read an *address*, IPv4 or IPv6. Raises ``ValueError``."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return Place(family, socket.inet_ntop(family, socket.inet_pton(family, address)), port)
    except OSError:
        raise ValueError(f"`{address}` is no IP address") from None

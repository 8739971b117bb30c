"""Addresses: A (RFC 1035 section 3.4.1) and AAAA (RFC 3596)."""

from typing import ClassVar

from zonesync.model.rdata.base import Rdata
from zonesync.model.rdata.fields import Ipv4, Ipv6


class A(Rdata):
    """An IPv4 address (RFC 1035 section 3.4.1)."""

    type_names: ClassVar = ("A",)
    address: Ipv4


class AAAA(Rdata):
    """An IPv6 address (RFC 3596 section 2.2)."""

    type_names: ClassVar = ("AAAA",)
    address: Ipv6

"""Compare and renumber RRsets the way every adapter must: the SOA serial belongs to the provider, never to a plan."""

from dataclasses import replace

from zonesync.model.rrset import RRset

_SERIAL = 2
"""Where the serial stands in SOA rdata (RFC 1035 section 3.3.13)."""


def soa_serial(rrset: RRset) -> int:
    """Return the serial of an SOA RRset."""
    return int(rrset.rdatas[0].split(" ")[_SERIAL])


def with_serial(rrset: RRset, serial: int) -> RRset:
    """Return an SOA RRset with another serial."""
    fields = rrset.rdatas[0].split(" ")
    fields[_SERIAL] = str(serial)
    return replace(rrset, rdatas=(" ".join(fields),))


def same(one: RRset | None, other: RRset | None) -> bool:
    """Tell whether two RRsets are equal, TTL included and an SOA's serial left out; None stands for absence."""
    if one is None or other is None or one.type != "SOA" or other.type != "SOA":
        return one == other
    return with_serial(one, 0) == with_serial(other, 0)

"""What finding name servers comes to: addresses of a host, and the delegation of a zone. Values, no sockets."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zonesync.model.zone import NOTHING
from zonesync.run.asking.messages import Server

UNRESOLVABLE = "ns-unresolvable"
LOOP = "ns-loop"
CNAME = "ns-is-cname"
NO_IPV6 = "no-ipv6"
"""It has addresses, and this host has no way to them: no fault of theirs."""
UNREACHABLE = "parent-unreachable"
UNDELEGATED = "not-delegated"


@dataclass(frozen=True, slots=True)
class Found:
    """The addresses of one name server, or why there are none."""

    name: str
    """Canonical name of the name server."""
    addresses: tuple[str, ...] = ()
    """IPv4 first, then IPv6, each sorted; IPv6 only where it is used at all."""
    rule: str = ""
    """Empty, ``ns-unresolvable``, ``ns-loop``, ``ns-is-cname`` or ``no-ipv6``: the rule id of a finding."""
    problem: str = ""
    """For the reader, where :attr:`rule` is set; begins in lower case, no full stop."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one server of the parent says of a delegation."""

    hosts: tuple[str, ...] = ()
    """Names of the NS RRset, sorted; empty where it gives none."""
    ttl: int | None = None
    glue: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    """Addresses beside the referral, of those *hosts* that are within the parent's zone."""
    authoritative: bool = False
    """It serves the child too and answers with the child's own NS RRset, which hides the parent's (RFC 2181 6.1)."""
    problem: str = ""
    """Why it gives no NS RRset; empty where it does."""
    denied: bool = False
    """It is authoritative for the parent, and says that there is no delegation."""
    ds: frozenset[bytes] | None = None
    """DS rdatas in wire form; None where it gave no usable answer to that."""


@dataclass(frozen=True, slots=True)
class Delegated:
    """The delegation of one zone, as all servers of its parent see it."""

    zone: str
    """Canonical name."""
    parent: str
    """The zone that delegates it; empty for the root, which has none, and where nobody could tell."""
    servers: tuple[Server, ...] = ()
    """The parent's servers that were asked, one an address."""
    hosts: tuple[str, ...] = ()
    """Every name server that any of them names, sorted."""
    ttl: int | None = None
    """Seconds; the largest where they differ: so long a resolver may go by it."""
    glue: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    ds: frozenset[bytes] | None = None
    """Every DS rdata that any of them gives, in wire form; None where nobody gave a usable answer to that."""
    by_server: Mapping[Server, Said] = field(default_factory=lambda: NOTHING)
    unresolved: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """The parent's name servers that have no address, and why."""
    rule: str = ""
    """Empty, ``parent-unreachable`` or ``not-delegated``: the rule id of a finding."""
    problem: str = ""
    """For the reader; for the root it says that there is no parent, and the rule is empty."""

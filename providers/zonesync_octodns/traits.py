"""What is known of single octoDNS classes that they do not declare. Of others the least is taken for granted."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zonesync.model.change import Change
from zonesync.model.rrset import RRset


class Access(enum.StrEnum):
    """What can be done through a class."""

    FULL = "full"
    NO_ZONES = "no_zones"
    """Records alone: zones are made at the service, by other means."""
    READ = "read"
    """It is a source, or a target that writes every zone anew from the configuration of octoDNS."""


def _one(_: Change) -> int:
    return 1


def _octets(change: Change) -> int:
    """Estimate what *change* takes in an UPDATE message: to take away what was, and to add what is to be."""
    sides = [side for side in (change.before, change.after) if isinstance(side, RRset)]
    return sum(12 + len(side.name) + sum(14 + len(side.name) + len(text) for text in side.rdatas) for side in sides)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a class."""

    access: Access = Access.FULL
    atomic: bool = False
    """Whether one call carries a whole batch, all or nothing."""
    batch: int = 200
    """The weight of changes that go together; where they are not atomic, how many may be read back at once."""
    weight: Callable[[Change], int] = _one
    premade_apex: bool = True
    """Whether a new zone comes with NS records at its apex."""
    reads_text: bool = False
    """Whether it reads rdata as dnspython writes it, by octoDNS's own parsers, which take less than that."""
    adds_apex_ns: bool = False
    """Whether an update of the NS records at the apex adds names and takes none away, which is then done after it."""
    tells: str = ""
    """The attribute in which an object that has read a zone keeps the names that the service assigned, by zone."""


UNKNOWN = Traits()
SOURCE = Traits(access=Access.READ)

_UPDATE = Traits(access=Access.NO_ZONES, atomic=True, batch=50_000, weight=_octets, reads_text=True, adds_apex_ns=True)
"""RFC 2136 section 3.4: one message is all or nothing, holds 65,535 octets at most, and its deletion of an RRset, with
which the class replaces one, leaves the NS RRset of the apex as it is (section 3.4.2.3)."""
_POWERDNS = Traits(atomic=True, batch=1000, premade_apex=False)
"""One PATCH is one transaction; https://doc.powerdns.com/authoritative/http-api/zone.html"""

KNOWN: Mapping[str, Traits] = {
    "octodns_azure.AzureProvider": Traits(tells="_required_root_ns_values"),
    "octodns_bind.AxfrSource": SOURCE,
    "octodns_bind.BindProvider": _UPDATE,
    "octodns_bind.Rfc2136Provider": _UPDATE,
    "octodns_bind.ZoneFileProvider": SOURCE,
    "octodns_bind.ZoneFileSource": SOURCE,
    "octodns_powerdns.PowerDnsProvider": _POWERDNS,
}
"""By the path of a class as configurations have it, whatever module defines it."""

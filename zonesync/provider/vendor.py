"""What is known of one DNS service's apex NS RRset."""

from dataclasses import dataclass

from zonesync.provider.contract import ApexNs


@dataclass(frozen=True, slots=True)
class Vendor:
    """One DNS service, or one kind of zone at it."""

    name: str
    level: ApexNs
    ttl_editable: bool
    """Whether the TTL of the apex NS RRset can be set."""
    source: str
    """Where it is said: a page of the vendor, else one of a tool that writes to the service."""
    confidence: str
    """``high``, ``medium`` or ``low``."""
    note: str = ""
    own: tuple[str, ...] = ()
    """Globs of the names it insists on, canonical; a set that it is to hold has one of each."""
    octodns: tuple[str, ...] = ()
    """The octoDNS provider classes that write to it, as ``package.Class``."""
    date: str = "2026"
    """When the source was seen: a day, or the year of a page that was not opened again."""

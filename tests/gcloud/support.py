"""What the tests of the Cloud DNS adapter say often."""

from collections.abc import Iterable

from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import LiveZone, Outcome, Provider, Receipt

ZONE = ZoneId("example.com.")


def rrset(owner: str, rtype: str, *values: str, ttl: int = 300) -> RRset:
    """Return an RRset of ``example.com``; *owner* is relative to it, ``@`` its apex."""
    return RRset.of("example.com." if owner == "@" else f"{owner}.example.com.", rtype, ttl, values)


def created(*rrsets: RRset) -> list[Change]:
    """Return the changes that create *rrsets*."""
    return [Change(None, new) for new in rrsets]


def read(provider: Provider, zone: ZoneId = ZONE) -> LiveZone:
    """Return the zone, which must be hosted."""
    live = provider.read(zone)
    assert live is not None
    return live


def apply(provider: Provider, changes: Iterable[Change], live: LiveZone | None = None) -> list[Receipt]:
    """Carry out *changes*, based on what is live now, or on *live*."""
    return list(provider.apply(live or read(provider), list(changes)))


def outcomes(receipts: Iterable[Receipt]) -> dict[str, Outcome]:
    """Return what became of each owner name, without the zone's own."""
    return {
        change.key.name.removesuffix(".example.com."): receipt.outcome
        for receipt in receipts
        for change in receipt.changes
    }

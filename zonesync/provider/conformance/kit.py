"""What the tests are made of: a hosted zone, changes, and the checks that every apply has to pass."""

from collections.abc import Iterable, Mapping, Sequence

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.compare import with_serial
from zonesync.provider.contract import LiveZone, Outcome, Provider, Receipt

_NAMESERVERS = ("ns1.servers.example.net.", "ns2.servers.example.net.")


def rrset(zone: ZoneId, owner: str, rtype: str, values: str | Iterable[str], ttl: int = 3600) -> RRset:
    """Return an RRset of *zone*; *owner* is relative to it, ``@`` its apex."""
    name = zone.name if owner == "@" else f"{owner}.{zone.name}"
    return RRset.of(name, rtype, ttl, [values] if isinstance(values, str) else values)


def created(*rrsets: RRset) -> list[Change]:
    """Return the changes that create *rrsets*."""
    return [Change(None, new) for new in rrsets]


def first_content(provider: Provider, zone: ZoneId) -> list[Change]:
    """Return SOA and NS for a zone that its provider creates without."""
    names = provider.nameservers or _NAMESERVERS
    soa = f"{names[0]} hostmaster.{zone.name} 0 3600 900 1209600 300"
    return created(rrset(zone, "@", "SOA", soa), rrset(zone, "@", "NS", names))


def host(provider: Provider, zone: ZoneId, *rrsets: RRset) -> LiveZone:
    """Create *zone* with *rrsets* besides SOA and NS, and return it as read."""
    live = provider.create(zone)
    changes = created(*rrsets)
    if not provider.capabilities.premade_apex:
        changes = first_content(provider, zone) + changes
    return carried_out(provider, live, changes)


def read(provider: Provider, zone: ZoneId) -> LiveZone:
    """Return *zone*, which must be hosted."""
    live = provider.read(zone)
    assert live is not None, f"`{zone}` is not hosted"
    return live


def apply(provider: Provider, live: LiveZone, changes: Sequence[Change]) -> list[Receipt]:
    """Carry out *changes*; each must be in exactly one receipt."""
    receipts = list(provider.apply(live, changes))
    covered = [change for receipt in receipts for change in receipt.changes]
    assert sorted(map(id, covered)) == sorted(map(id, changes)), "each change is to be in one receipt, as it was given"
    return receipts


def carried_out(provider: Provider, live: LiveZone, changes: Sequence[Change]) -> LiveZone:
    """Carry out *changes*, all of which must succeed, and return the zone as it is then."""
    if changes:
        receipts = apply(provider, live, changes)
        refused = [f"{receipt.outcome}: {receipt.words}" for receipt in receipts if receipt.outcome != Outcome.APPLIED]
        assert not refused
        provider.wait(receipts)
    return read(provider, live.id)


def outcomes(receipts: Iterable[Receipt]) -> set[Outcome]:
    """Return what became of the changes."""
    return {receipt.outcome for receipt in receipts}


def contents(provider: Provider, live: LiveZone) -> dict[Key, RRset]:
    """Return what is served, spelled as *provider* spells it, without the serial."""
    return spelled(provider, live.rrsets)


def spelled(provider: Provider, rrsets: Mapping[Key, RRset]) -> dict[Key, RRset]:
    """Return *rrsets* as *provider* spells them, without the serial."""
    return {
        key: with_serial(spelling, 0) if key.type == "SOA" else spelling
        for key, spelling in ((key, provider.normalise(found)) for key, found in rrsets.items())
    }


def supports(provider: Provider, rtype: str) -> bool:
    """Tell whether the capabilities claim *rtype*."""
    types = provider.capabilities.types
    return types is None or rtype in types


def unchanged(provider: Provider, live: LiveZone) -> bool:
    """Tell whether the zone still serves what *live* has."""
    now = read(provider, live.id)
    return contents(provider, now) == contents(provider, live) and now.kept == live.kept

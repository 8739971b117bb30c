"""What the tests are made of: a hosted zone, changes, and the checks that every apply has to pass."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.abilities import Particular
from zonesync.provider.compare import with_serial
from zonesync.provider.contract import LiveZone, Outcome, Provider, Receipt
from zonesync.provider.errors import ProviderError

_NAMESERVERS = ("ns1.servers.example.net.", "ns2.servers.example.net.")


def rrset(zone: ZoneId, owner: str, rtype: str, values: str | Iterable[str], ttl: int = 3600) -> RRset:
    """Return an RRset of *zone*; *owner* is relative to it, ``@`` its apex."""
    name = zone.name if owner == "@" else f"{owner}.{zone.name}"
    return RRset.of(name, rtype, ttl, [values] if isinstance(values, str) else values)


def created(*rrsets: RRset) -> list[Change]:
    """Return the changes that create *rrsets*."""
    return [Change(None, new) for new in rrsets]


def apex(provider: Provider, zone: ZoneId) -> set[Key]:
    """Return what every zone has at its apex, as far as *provider* shows it."""
    return {Key(zone.name, rtype) for rtype in ("NS", *(["SOA"] if provider.capabilities.shows_soa else []))}


def first_content(provider: Provider, zone: ZoneId) -> list[Change]:
    """Return SOA and NS for a zone that its provider creates without."""
    names = provider.nameservers or _NAMESERVERS
    if not provider.capabilities.shows_soa:
        return created(rrset(zone, "@", "NS", names))
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
    """Carry out *changes*; each must be in exactly one receipt, and none is tried after one that is not known."""
    receipts = list(provider.apply(live, changes))
    covered = [change for receipt in receipts for change in receipt.changes]
    assert sorted(map(id, covered)) == sorted(map(id, changes)), "each change is to be in one receipt, as it was given"
    stopped = False
    for receipt in receipts:
        assert not stopped or receipt.outcome is Outcome.REJECTED, "after an outcome not known the rest is not tried"
        stopped = stopped or receipt.outcome is Outcome.UNKNOWN
    return receipts


def attempt(
    provider: Provider, live: LiveZone, changes: Sequence[Change], after_first: Callable[[], None] = lambda: None
) -> list[Receipt]:
    """Carry out *changes* as far as it goes, and return the receipts until an error ended it.

    *after_first* is called between the first receipt and whatever comes after it.
    """
    receipts: list[Receipt] = []
    try:
        for receipt in provider.apply(live, changes):
            receipts.append(receipt)
            if len(receipts) == 1:
                after_first()
    except ProviderError:
        pass
    return receipts


def hold_true(provider: Provider, before: LiveZone, receipts: Iterable[Receipt]) -> LiveZone:
    """Hold that *receipts* are true of what is live now, and that all else is as *before*; return what is live."""
    now = read(provider, before.id)
    was, found = contents(provider, before), contents(provider, now)
    for receipt in receipts:
        for change in receipt.changes:
            after = change.after
            wanted = spelled(provider, {change.key: after})[change.key] if isinstance(after, RRset) else None
            old, new = was.pop(change.key, None), found.pop(change.key, None)
            true = {Outcome.APPLIED: [wanted], Outcome.UNKNOWN: [old, wanted]}.get(receipt.outcome, [old])
            assert new in true, f"`{change.key.name} {change.key.type}` is said to be {receipt.outcome}, and is {new}"
    assert found == was
    return now


def difference(provider: Provider, live: LiveZone, wanted: Mapping[Key, RRset]) -> list[Change]:
    """Return the changes that turn *live* into *wanted*, apex NS and SOA apart."""
    apex = {Key(live.id.name, "NS"), Key(live.id.name, "SOA")}
    have = {key: found for key, found in live.rrsets.items() if key not in apex}
    ours = spelled(provider, wanted)
    pairs = [(found, wanted.get(key)) for key, found in have.items() if ours.get(key) != provider.normalise(found)]
    return [Change(*pair) for pair in pairs] + created(*(new for key, new in wanted.items() if key not in have))


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


def holds(provider: Provider, zone: ZoneId, new: RRset) -> bool:
    """Tell whether *provider* says that it can hold *new*: by its capabilities, and by what it is particular about."""
    capabilities = provider.capabilities
    if new.type != "ALIAS" and not supports(provider, new.type):
        return False
    if new.ttl is not None and not capabilities.min_ttl <= new.ttl <= capabilities.max_ttl:
        return False
    return not (isinstance(provider, Particular) and provider.refusal(zone, new))


def unchanged(provider: Provider, live: LiveZone) -> bool:
    """Tell whether the zone still serves what *live* has."""
    now = read(provider, live.id)
    return contents(provider, now) == contents(provider, live) and now.kept == live.kept

"""Work out the next contents of a zone file: pure, and checked before anything is written."""

from collections.abc import Mapping, Sequence

from zonesync.load.zonefile import ZoneFileError, read_zonefile, require, write_zonefile
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.compare import same, with_serial
from zonesync.provider.errors import Conflict, Rejected
from zonesync_bind.header import HEADER


def changed(zone: ZoneId, live: Mapping[Key, RRset], changes: Sequence[Change]) -> dict[Key, RRset]:
    """Return *live* after *changes*. Raises :class:`Conflict` for a stale ``before`` and :class:`Rejected`."""
    seen: set[Key] = set()
    after = dict(live)
    for change in changes:
        key = change.key
        if key in seen:
            raise Rejected("it is changed twice", key=key)
        seen.add(key)
        if not same(live.get(key), change.before):
            was = "is not there any more" if key not in live else "is there already" if not change.before else "differs"
            raise Conflict(f"the file has changed: it {was}", key=key)
        if change.after is None:
            after.pop(key, None)
        elif not isinstance(change.after, RRset):
            raise Rejected("what it becomes is not computed yet", key=key)
        elif change.after.key != key:
            raise Rejected(f"it cannot become `{change.after.name}` {change.after.type}", key=key)
        else:
            after[key] = change.after
    for rtype in ("SOA", "NS"):
        if Key(zone.name, rtype) not in after:
            raise Rejected(f"the zone would have no {rtype} at its apex", key=Key(zone.name, rtype))
    return after


def is_equal(zone: ZoneId, before: Mapping[Key, RRset], after: Mapping[Key, RRset]) -> bool:
    """Tell whether two contents differ in no more than the serial."""
    soa = Key(zone.name, "SOA")
    return before.keys() == after.keys() and all(
        same(before[key], rrset) if key == soa else before[key] == rrset for key, rrset in after.items()
    )


def rendered(zone: ZoneId, rrsets: Mapping[Key, RRset], serial: int) -> bytes:
    """Return the file with *rrsets* and *serial*. Raises :class:`Rejected` for what does not read back as it is."""
    soa = Key(zone.name, "SOA")
    numbered = {**rrsets, soa: with_serial(rrsets[soa], serial)}
    try:
        data = write_zonefile(numbered, zone.name, header=HEADER).encode("ascii")
        back = require(read_zonefile(data, zone.name))
    except ZoneFileError as problem:
        raise Rejected(f"the zone file would not read back: {problem}") from problem
    except ValueError as problem:
        raise Rejected(str(problem)) from problem
    if back.rrsets != numbered:
        odd = next(key for key in numbered.keys() | back.rrsets.keys() if numbered.get(key) != back.rrsets.get(key))
        raise Rejected("it would not read back from the zone file as it is", key=odd)
    return data

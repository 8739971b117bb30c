"""A zone's RRsets as they are listed: read whole, or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept, ZoneId
from zonesync.provider.contract import Capabilities, LiveZone
from zonesync.provider.errors import Unavailable
from zonesync_gcloud.client import CloudDns
from zonesync_gcloud.convert import MalformedError, Native, from_native
from zonesync_gcloud.zones import Hosted

PERMISSION = "dns.resourceRecordSets.list"


@dataclass(frozen=True, slots=True)
class Token:
    """What an apply needs of a read."""

    hosted: Hosted
    natives: Mapping[Key, Native]
    """The RRsets as listed: a deletion repeats them exactly, values in the same order."""


def read(service: CloudDns, zone: ZoneId, hosted: Hosted, capabilities: Capabilities, *, fresh: bool) -> LiveZone:
    """Return *zone* as the service lists it now.

    Raises NotFound where it is gone, and Unavailable for a list that is not whole.
    """
    pages = service.pages(f"/managedZones/{hosted.name}/rrsets", "rrsets", PERMISSION, fresh=fresh)
    rrsets, natives, kept = _sorted_out(pages)
    for rtype in ("SOA", "NS"):
        if Key(zone.name, rtype) not in rrsets.keys() | {(one.name, one.type) for one in kept}:
            raise Unavailable(f"an incomplete list of {len(rrsets) + len(kept)} RRsets: it lacks `{zone.name}` {rtype}")
    return LiveZone(
        zone,
        hosted.name,
        rrsets,
        hosted.nameservers,
        tuple(sorted(kept, key=lambda one: (one.name, one.type))),
        networks=hosted.networks,
        signed=hosted.signed,
        capabilities=capabilities,
        token=Token(hosted, natives),
    )


def _sorted_out(listed: Iterable[Native]) -> tuple[dict[Key, RRset], dict[Key, Native], list[Kept]]:
    rrsets: dict[Key, RRset] = {}
    natives: dict[Key, Native] = {}
    kept: list[Kept] = []
    seen: set[Key] = set()
    for native in listed:
        try:
            found = from_native(native)
        except MalformedError as problem:
            raise Unavailable(f"a list that cannot be read: {problem}") from problem
        key = Key(found.name, found.type)
        if key in seen:
            raise Unavailable(f"the list changed while it was read: `{key.name}` {key.type} comes twice")
        seen.add(key)
        if isinstance(found, Kept):
            kept.append(found)
        else:
            rrsets[key], natives[key] = found, native
    return rrsets, natives, kept

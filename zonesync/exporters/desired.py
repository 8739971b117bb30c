"""A desired zone made whole: with the apex NS and SOA that a provider would serve."""

from zonesync.model.rrset import RRset
from zonesync.model.zone import DesiredZone, Zone
from zonesync.plan import apex_set, soa

SERIAL = "1"
"""Desired zones have no serial; a zone file must have one."""


def whole(zone: DesiredZone, nameservers: RRset | None) -> Zone:
    """Return *zone* with *nameservers* at its apex and the SOA that its file gives, defaults where it is silent.

    Without name servers and ``soa: {mname: ...}`` there is nothing to make a SOA of, and it is left out.
    """
    rrsets = dict(zone.rrsets)
    if nameservers:
        rrsets[apex_set.key(zone.apex)] = nameservers
    mname = zone.soa.get("mname") or (nameservers.rdatas[0] if nameservers else None)
    if mname:
        start = soa.initial(zone.apex, str(mname), zone.ttl, zone.soa)
        rrsets[soa.key(zone.apex)] = soa.with_fields(start, {}, serial=SERIAL)
    return Zone(zone.id, rrsets)

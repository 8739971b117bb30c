"""What a change may do to a zone: all of it or nothing, deletions exactly as stored, and what a zone must be then.

https://cloud.google.com/dns/docs/reference/rest/v1/changes and https://cloud.google.com/dns/docs/error-messages
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes import gcloud_errors as errors
from tests.fakes.gcloud_policies import accepted, same, spelled
from tests.fakes.gcloud_rdata import SINGLE, TYPES, dotted
from tests.fakes.gcloud_state import Key, Rrset, Zone

QUOTA = {
    "managedZones": 10_000,
    "rrsetsPerManagedZone": 10_000,
    "rrsetAdditionsPerChange": 1_000,
    "rrsetDeletionsPerChange": 1_000,
    "totalRrdataSizePerChange": 100_000,
    "resourceRecordsPerRrset": 100,
    "nameserversPerDelegation": 8,
    "itemsPerRoutingPolicy": 100,
    "dnsKeysPerManagedZone": 4,
    "networksPerManagedZone": 100,
    "managedZonesPerNetwork": 10_000,
}
"""https://cloud.google.com/dns/quotas"""
LONGEST_TTL = 2**31 - 1


def changed(
    zone: Zone, additions: Sequence[Mapping[str, Any]], deletions: Sequence[Mapping[str, Any]], quota: Mapping[str, int]
) -> tuple[dict[Key, Rrset], list[Rrset], list[Rrset]]:
    """Return all record sets after the change, the added and the deleted as stored; raise ``Refused`` at an error."""
    if not additions and not deletions:
        raise errors.missing("entity.change")
    _within_quota(additions, deletions, quota)
    after = dict(zone.rrsets)
    deleted = [_take_out(after, given, _where("deletions", given, n)) for n, given in enumerate(deletions)]
    added = []
    for number, given in enumerate(additions):
        where = _where("additions", given, number)
        rrset = checked(zone, given, where, quota)
        key = (rrset["name"], rrset["type"])
        if key in after:
            raise errors.exists(where, f"{given['name']} ({given['type']})")
        after[key] = rrset
        added.append(rrset)
    _stay_a_zone(zone, after, added, deleted)
    if len(after) > quota["rrsetsPerManagedZone"] and len(after) > len(zone.rrsets):
        raise errors.over_quota("rrsets per managed zone")
    return after, added, deleted


def checked(zone: Zone, given: Mapping[str, Any], where: str, quota: Mapping[str, int]) -> Rrset:
    """Return how one record set is stored; raise ``Refused`` for what no zone may hold."""
    name, rtype = _owner(zone, given, where), given["type"]
    if rtype not in TYPES or (rtype == "DNSKEY" and zone.dnssec != "transfer"):
        raise errors.invalid(f"{where}.type", rtype)
    rrset: Rrset = {"kind": "dns#resourceRecordSet", "name": name, "type": rtype, "ttl": _ttl(given, where)}
    rrdatas, policy = given.get("rrdatas", []), given.get("routingPolicy")
    if bool(rrdatas) == bool(policy):
        raise errors.invalid(f"{where}.rrdata", "")
    if policy:
        rrset["routingPolicy"] = accepted(policy, rtype, where, quota["itemsPerRoutingPolicy"])
    else:
        _count(rtype, rrdatas, where, quota)
        rrset["rrdatas"] = spelled(rrdatas, rtype, f"{where}.rrdata")
    _in_its_place(zone, name, rtype, where)
    return rrset


def size(rrsets: Sequence[Mapping[str, Any]]) -> int:
    """Return how many bytes of rdata *rrsets* have, as text."""
    return sum(len(text.encode()) for rrset in rrsets for text in _texts(rrset))


def _texts(rrset: Mapping[str, Any]) -> list[str]:
    policy = rrset.get("routingPolicy", {})
    geo = policy.get("geo") or policy.get("primaryBackup", {}).get("backupGeoTargets", {})
    items = [*policy.get("wrr", {}).get("items", []), *geo.get("items", [])]
    return [*rrset.get("rrdatas", []), *(text for item in items for text in item.get("rrdatas", []))]


def _within_quota(
    additions: Sequence[Mapping[str, Any]], deletions: Sequence[Mapping[str, Any]], quota: Mapping[str, int]
) -> None:
    counted = {
        "additions per change": (len(additions), quota["rrsetAdditionsPerChange"]),
        "deletions per change": (len(deletions), quota["rrsetDeletionsPerChange"]),
        "total rrdata size per change": (size(additions) + size(deletions), quota["totalRrdataSizePerChange"]),
    }
    over = [what for what, (count, most) in counted.items() if count > most]
    if over:
        raise errors.over_quota(*over)


def _where(side: str, given: Mapping[str, Any], number: int) -> str:
    for part in ("name", "type"):
        if not given.get(part):
            raise errors.missing(f"entity.change.{side}[{number}].{part}")
    return f"entity.change.{side}[{given['name']}][{given['type']}]"


def _take_out(after: dict[Key, Rrset], given: Mapping[str, Any], where: str) -> Rrset:
    key = (given["name"].lower(), given["type"])
    stored = after.get(key)
    if stored is None or not _matches(stored, given):
        raise errors.not_met(where)
    return after.pop(key)


def _matches(stored: Rrset, given: Mapping[str, Any]) -> bool:
    """Tell whether *given* says exactly what is stored, the order of rdata included."""
    return (
        int(given.get("ttl", -1)) == stored.get("ttl")
        and given.get("rrdatas", []) == stored.get("rrdatas", [])
        and same(given.get("routingPolicy"), stored.get("routingPolicy"))
    )


def _owner(zone: Zone, given: Mapping[str, Any], where: str) -> str:
    try:
        name = dotted(given["name"])
    except ValueError as problem:
        raise errors.invalid(f"{where}.name", given["name"]) from problem
    if name != zone.apex and not name.endswith(f".{zone.apex}"):
        raise errors.invalid(f"{where}.name", given["name"])
    return name


def _ttl(given: Mapping[str, Any], where: str) -> int:
    if "ttl" not in given:
        raise errors.missing(f"{where}.ttl")
    ttl = int(given["ttl"])
    if not 0 <= ttl <= LONGEST_TTL:
        raise errors.invalid(f"{where}.ttl", given["ttl"])
    return ttl


def _count(rtype: str, rrdatas: Sequence[str], where: str, quota: Mapping[str, int]) -> None:
    if rtype in SINGLE and len(rrdatas) > 1:
        raise errors.one_only(where, rtype)
    if len(rrdatas) > quota["resourceRecordsPerRrset"]:
        raise errors.over_quota("resource records per rrset")
    if rtype == "NS" and len(rrdatas) > quota["nameserversPerDelegation"]:
        raise errors.over_quota("nameservers per delegation")


def _in_its_place(zone: Zone, name: str, rtype: str, where: str) -> None:
    if rtype == "NS" and name.startswith("*."):
        raise errors.wildcard(where, rtype)
    if rtype == "CNAME" and name == zone.apex:
        raise errors.disallowed_at_apex(where, rtype)
    if rtype == "SOA" and name != zone.apex:
        raise errors.bad_apex(where, rtype)
    if rtype == "ALIAS" and (name != zone.apex or zone.private or zone.dnssec != "off"):
        raise errors.invalid(f"{where}.type", rtype)


def _stay_a_zone(zone: Zone, after: Mapping[Key, Rrset], added: Sequence[Rrset], deleted: Sequence[Rrset]) -> None:
    for rrset in added:
        name = rrset["name"]
        if rrset["type"] == "CNAME":
            others = [rtype for rtype in sorted(TYPES) if rtype != "CNAME" and (name, rtype) in after]
        else:
            others = ["CNAME"] if (name, "CNAME") in after else []
        if others:
            raise errors.cname_clash(f"entity.change.additions[{name}][{rrset['type']}]", name, others[0])
    for rrset in deleted:
        key = (rrset["name"], rrset["type"])
        if key[0] == zone.apex and key[1] in {"NS", "SOA"} and key not in after:
            raise errors.bad_apex(f"entity.change.deletions[{key[0]}][{key[1]}]", key[1])

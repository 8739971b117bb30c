"""How Cloud DNS makes a managed zone, changes one, and what its resource looks like.

https://cloud.google.com/dns/docs/reference/rest/v1/managedZones
"""

import random
import re
import zlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tests.fakes import gcloud_errors as errors
from tests.fakes.gcloud_rdata import dotted
from tests.fakes.gcloud_state import Change, Key, Rrset, Zone

NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
NETWORK = re.compile(r"https://(www|compute)\.googleapis\.com/compute/[a-z0-9]+/projects/[^/]+/global/networks/[^/]+")
RESERVED = frozenset({".", "com.", "net.", "org.", "co.uk.", "google.com."})
SHARDS = "abcde"
"""Sets of name servers; zones whose names overlap never share one."""
KINDS = {
    "cloudLoggingConfig": "dns#managedZoneCloudLoggingConfig",
    "dnssecConfig": "dns#managedZoneDnsSecConfig",
    "forwardingConfig": "dns#managedZoneForwardingConfig",
    "peeringConfig": "dns#managedZonePeeringConfig",
    "privateVisibilityConfig": "dns#managedZonePrivateVisibilityConfig",
}
IMMUTABLE = ("name", "dnsName", "visibility", "nameServerSet", "id", "creationTime", "nameServers")
KEY_SPECS = [
    {"kind": "dns#dnsKeySpec", "keyType": "keySigning", "algorithm": "rsasha256", "keyLength": 2048},
    {"kind": "dns#dnsKeySpec", "keyType": "zoneSigning", "algorithm": "rsasha256", "keyLength": 1024},
]


def made(
    given: Mapping[str, Any],
    others: Collection[Zone],
    quota: Mapping[str, int],
    *,
    seed: int,
    now: str,
    reserved: Collection[str] = RESERVED,
    unverified: Collection[str] = (),
) -> Zone:
    """Return a new zone with its apex NS and SOA; raise ``Refused`` for what the service does not make."""
    where = "entity.managedZone"
    for part in ("name", "dnsName", "description"):
        if part not in given:
            raise errors.missing(f"{where}.{part}")
    if not NAME.fullmatch(given["name"]):
        raise errors.invalid(f"{where}.name", given["name"])
    try:
        apex = dotted(given["dnsName"])
    except ValueError as problem:
        raise errors.invalid(f"{where}.dnsName", given["dnsName"]) from problem
    if any(other.resource["name"] == given["name"] for other in others):
        raise errors.exists(where, given["name"])
    visibility = given.get("visibility", "public")
    if visibility == "public":
        _public_name(apex, reserved, unverified)
    if len(others) >= quota["managedZones"]:
        raise errors.over_quota("managed zones")
    asked = {key: value for key, value in given.items() if key not in {"id", "creationTime", "nameServers", "kind"}}
    resource = {
        "kind": "dns#managedZone",
        "id": str(random.Random(f"{seed}/{given['name']}/{now}").randrange(10**18, 10**19)),
        "creationTime": now,
        "cloudLoggingConfig": {},
        **asked,
        "dnsName": apex,
        "visibility": visibility,
    }
    zone = Zone(settled(resource, others, quota), {})
    servers = _servers(zone, others, seed)
    zone.resource["nameServers"] = servers
    zone.rrsets = _apex_records(apex, servers)
    first = {"kind": "dns#change", "id": "0", "startTime": now, "additions": list(zone.rrsets.values())}
    zone.changes.append(Change(first, 0))
    return zone


def _public_name(apex: str, reserved: Collection[str], unverified: Collection[str]) -> None:
    if apex in reserved:
        raise errors.not_available(apex)
    if any(apex == name or apex.endswith(f".{name}") for name in unverified):
        raise errors.unverified(apex)


def settled(resource: Mapping[str, Any], others: Iterable[Zone], quota: Mapping[str, int]) -> dict[str, Any]:
    """Return *resource* as it is kept, its parts with their kinds; raise ``Refused`` where parts do not go together."""
    where = "entity.managedZone"
    kept = {**resource, **{key: {"kind": kind, **resource[key]} for key, kind in KINDS.items() if key in resource}}
    private = kept.get("privateVisibilityConfig")
    if private and kept["visibility"] != "private":
        raise errors.invalid(f"{where}.privateVisibilityConfig", kept["visibility"])
    if private and "networks" in private:
        urls = [network.get("networkUrl", "") for network in private["networks"]]
        _networks(urls, kept, others, quota)
        kind = "dns#managedZonePrivateVisibilityConfigNetwork"
        networks = [{"kind": kind, "networkUrl": url} for url in urls]
        kept["privateVisibilityConfig"] = {**private, "networks": networks}
    signing = kept.get("dnssecConfig")
    if signing:
        if kept["visibility"] == "private" and signing.get("state", "off") != "off":
            raise errors.invalid(f"{where}.dnssecConfig.state", signing["state"])
        kept["dnssecConfig"] = {"state": "off", "nonExistence": "nsec3", "defaultKeySpecs": KEY_SPECS, **signing}
    return kept


def _networks(urls: list[str], kept: Mapping[str, Any], others: Iterable[Zone], quota: Mapping[str, int]) -> None:
    where = "entity.managedZone.privateVisibilityConfig.networks"
    if len(urls) > quota["networksPerManagedZone"]:
        raise errors.over_quota("networks per managed zone")
    for place, url in enumerate(urls):
        if not NETWORK.fullmatch(url) or url in urls[:place]:
            raise errors.invalid(f"{where}[{place}].networkUrl", url)
    for other in others:
        if other.apex == kept["dnsName"] and other.resource["name"] != kept["name"]:
            for place, url in enumerate(urls):
                if url in network_urls(other):
                    raise errors.invalid(f"{where}[{place}].networkUrl", url)


def network_urls(zone: Zone) -> list[str]:
    """Return the networks that see *zone*."""
    networks = zone.resource.get("privateVisibilityConfig", {}).get("networks", [])
    return [network["networkUrl"] for network in networks]


def patched(zone: Zone, given: Mapping[str, Any], others: Iterable[Zone], quota: Mapping[str, int]) -> dict[str, Any]:
    """Return the resource after a patch: a part that is given replaces the whole part."""
    where = "entity.managedZone"
    for part in IMMUTABLE:
        if part in given and given[part] != zone.resource.get(part):
            raise errors.immutable(f"{where}.{part}")
    signing = given.get("dnssecConfig")
    if signing:
        specs = any(part in signing for part in ("defaultKeySpecs", "nonExistence"))
        if specs and zone.dnssec != "off":
            raise errors.immutable(f"{where}.dnssecConfig.defaultKeySpecs")
        if signing.get("state", "off") != "off" and (zone.apex, "ALIAS") in zone.rrsets:
            raise errors.invalid(f"{where}.dnssecConfig.state", signing["state"])
    merged = {
        part: {**zone.resource.get(part, {}), **value} if isinstance(value, dict) else value
        for part, value in given.items()
    }
    return settled({**zone.resource, **merged}, others, quota)


def _servers(zone: Zone, others: Collection[Zone], seed: int) -> list[str]:
    if zone.private:
        return ["ns-gcp-private.googledomains.com."]
    first = (seed + zlib.crc32(zone.apex.encode())) % len(SHARDS)
    taken = {other.resource["nameServers"][0] for other in others if _overlap(other, zone)}
    for letter in SHARDS[first:] + SHARDS[:first]:
        servers = [f"ns-cloud-{letter}{number}.googledomains.com." for number in range(1, 5)]
        if servers[0] not in taken:
            return servers
    raise errors.not_available(zone.apex)


def _overlap(one: Zone, other: Zone) -> bool:
    return f".{one.apex}".endswith(f".{other.apex}") or f".{other.apex}".endswith(f".{one.apex}")


def _apex_records(apex: str, servers: list[str]) -> dict[Key, Rrset]:
    soa = f"{servers[0]} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300"
    return {
        (apex, rtype): {"kind": "dns#resourceRecordSet", "name": apex, "type": rtype, "ttl": 21600, "rrdatas": rrdatas}
        for rtype, rrdatas in (("NS", servers), ("SOA", [soa]))
    }

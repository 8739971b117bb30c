"""RRsets with a routing policy, and whatever else the model cannot hold: described in one line, and left alone."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from zonesync.model.names import NameSyntaxError
from zonesync.model.zone import Kept
from zonesync_route53.names import from_native

Native = Mapping[str, Any]

_MODELLED = frozenset({"Name", "Type", "TTL", "ResourceRecords", "AliasTarget"})


def is_simple(native: Native) -> bool:
    """Tell whether an RRset has no fields besides name, type, TTL and values or alias target."""
    return native.keys() <= _MODELLED


def keep(native: Native, reason: str = "") -> Kept:
    """Return what is shown of *native*; *reason* says why the model cannot hold it, where its fields do not."""
    try:
        name = from_native(native["Name"])
    except NameSyntaxError:
        name = native["Name"]
    canonical = json.dumps(native, sort_keys=True, separators=(",", ":"), default=str)
    return Kept(
        name,
        native["Type"],
        describe(native, reason),
        f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}",
        native.get("SetIdentifier", ""),
    )


def describe(native: Native, reason: str = "") -> str:
    """Say in one line how *native* is routed, and to how much."""
    words = [say(native[field]) for field, say in _POLICIES.items() if field in native]
    words += [f"field `{field}`" for field in sorted(native.keys() - _MODELLED - _POLICIES.keys() - _SPOKEN_OF)]
    if reason:
        words.append(reason)
    if "SetIdentifier" in native:
        words.append(f'set "{native["SetIdentifier"]}"')
    if "HealthCheckId" in native:
        words.append(f"health check {native['HealthCheckId']}")
    return ", ".join([*words, _content(native)])


def _content(native: Native) -> str:
    if "AliasTarget" in native:
        return f"alias of {native['AliasTarget'].get('DNSName', '?')}"
    values = [record.get("Value", "") for record in native.get("ResourceRecords", ())]
    if len(values) == 1 and len(values[0]) <= 60:
        return str(values[0])
    return f"{len(values)} value{'' if len(values) == 1 else 's'}"


def _location(place: Native) -> str:
    if "ContinentCode" in place:
        return f"geolocation continent {place['ContinentCode']}"
    parts = [place.get("CountryCode", "?"), place.get("SubdivisionCode", "")]
    where = "-".join(filter(None, parts))
    return "geolocation default" if where == "*" else f"geolocation {where}"


def _proximity(place: Native) -> str:
    at = place.get("Coordinates", {})
    where = place.get("AWSRegion") or place.get("LocalZoneGroup") or f"{at.get('Latitude')}/{at.get('Longitude')}"
    return f"geoproximity {where}, bias {place.get('Bias', 0)}"


def _network(cidr: Native) -> str:
    return f"IP-based, collection {cidr.get('CollectionId', '?')}, location {cidr.get('LocationName', '?')}"


_POLICIES: Mapping[str, Callable[[Any], str]] = {
    "TrafficPolicyInstanceId": lambda instance: f"made by traffic policy instance {instance}",
    "Weight": lambda weight: f"weighted {weight}",
    "Region": lambda region: f"latency {region}",
    "GeoLocation": _location,
    "GeoProximityLocation": _proximity,
    "Failover": lambda role: f"failover {str(role).lower()}",
    "MultiValueAnswer": lambda _: "multivalue answer",
    "CidrRoutingConfig": _network,
}
_SPOKEN_OF = {"SetIdentifier", "HealthCheckId"}

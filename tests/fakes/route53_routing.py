"""Routing policies: what tells the record sets of one name and type apart.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
"""

from collections import Counter
from collections.abc import Iterable

from tests.fakes.route53_state import Native

POLICIES = {
    "Weight": "weighted",
    "Region": "latency",
    "Failover": "failover",
    "GeoLocation": "geolocation",
    "MultiValueAnswer": "multivalue",
    "CidrRoutingConfig": "CIDR",
    "GeoProximityLocation": "geoproximity",
}
_UNROUTED = {"NS", "SOA", "DS"}
_ALL = f"[{', '.join(list(POLICIES)[:-1])}, or {list(POLICIES)[-1]}]"


def policy(native: Native) -> str:
    """Return the field of the routing policy of *native*; empty for a simple one."""
    return next((field for field in POLICIES if native.get(field) is not None), "")


def malformed(native: Native) -> str | None:
    """Return what is wrong with the fields of *native*, whatever else the zone holds."""
    fields = [field for field in POLICIES if native.get(field) is not None]
    if len(fields) > 1:
        return f"Expected exactly one of {_ALL}, but found more than one"
    if "SetIdentifier" in native and not fields:
        return f"Expected exactly one of {_ALL}, but found none"
    if fields and "SetIdentifier" not in native:
        return "Missing field 'SetIdentifier'"
    if not fields:
        return None
    if native["Type"] in _UNROUTED:
        return f"Unexpected field '{fields[0]}'"
    return _location(native)


def _location(native: Native) -> str | None:
    several = native.get("MultiValueAnswer")
    if several is False or (several and ("AliasTarget" in native or native["Type"] == "CNAME")):
        return "Unexpected field 'MultiValueAnswer'"
    if (geo := native.get("GeoLocation")) is not None:
        if not geo or ("ContinentCode" in geo and len(geo) > 1):
            return "Expected exactly one of [ContinentCode, or CountryCode] in GeoLocation"
        if "SubdivisionCode" in geo and geo.get("CountryCode") not in ("US", "UA"):
            return "SubdivisionCode needs a CountryCode of US or UA in GeoLocation"
    if (near := native.get("GeoProximityLocation")) is not None:
        if len({"AWSRegion", "LocalZoneGroup", "Coordinates"} & near.keys()) != 1:
            return "Expected exactly one of [AWSRegion, LocalZoneGroup, or Coordinates] in GeoProximityLocation"
        place = near.get("Coordinates")
        if place and (abs(float(place["Latitude"])) > 90 or abs(float(place["Longitude"])) > 180):
            return "Coordinates are out of range in GeoProximityLocation"
    return None


def called(native: Native) -> str:
    """Return how a message names *native*."""
    text = f"RRSet with DNS name {native['Name']}, type {native['Type']}"
    if "SetIdentifier" in native:
        text += f", SetIdentifier {native['SetIdentifier']}"
    if "Region" in native:
        text += f", and Region Name={native['Region']}"
    return text


def conflict(native: Native, others: Iterable[Native]) -> str | None:
    """Return why *native* cannot stand beside *others*, of the same name and type."""
    mine = policy(native)
    for other in others:
        if not mine:
            return f"{called(native)} cannot be created as other RRSets exist with the same name and type."
        if policy(other) != mine:
            name = POLICIES[mine]
            if mine == "Region":
                return f"{called(native)} cannot be created because a non-latency RRSet with the same name and type already exists."  # noqa: E501 -- the service's sentence
            return f"{called(native)} cannot be created as a non-{name} set exists with the same name and type."
        if mine not in ("Weight", "MultiValueAnswer") and _place(other) == _place(native):
            return (
                f"{called(native)} cannot be created because a {POLICIES[mine]} RRSet with the same name, type and "
                f"{mine} already exists."
            )
        if mine == "CidrRoutingConfig" and other[mine]["CollectionId"] != native[mine]["CollectionId"]:
            return f"{called(native)} cannot be created as CIDR sets must use the same CollectionId."
    return None


def _place(native: Native) -> object:
    """Return what no second one of a group may have; the bias of a place is none of it."""
    value = native[policy(native)]
    return {key: each for key, each in value.items() if key != "Bias"} if isinstance(value, dict) else value


def alone(native: Native) -> str | None:
    """Return why *native* is none of its policy, whatever its group is."""
    field = policy(native)
    if field in ("Weight", "Region") and len(native.get("ResourceRecords", ())) > 1:
        return f"{called(native)} cannot be created as {POLICIES[field]} sets must contain only one resource record."
    if native.get("Failover") == "PRIMARY" and "AliasTarget" not in native and "HealthCheckId" not in native:
        return "A non-alias primary ResourceRecordSet must have an associated health check."
    if field == "Failover" and "AliasTarget" in native and not native["AliasTarget"]["EvaluateTargetHealth"]:
        return f"{called(native)} cannot be created as failover aliases must evaluate the target's health."
    return None


def group(natives: list[Native]) -> str | None:
    """Return why *natives*, all of one name and type, cannot be a group once a batch is done."""
    weighted = [native for native in natives if "Weight" in native]
    if len(weighted) > 100:
        return f"{called(weighted[-1])} cannot be created as there are more than 100 weighted sets."
    if len(Counter(native["TTL"] for native in weighted if "TTL" in native)) > 1:
        return f"{called(weighted[-1])} cannot be created as weighted sets must contain the same TTL."
    return None

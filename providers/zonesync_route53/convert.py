"""Between RRsets of the model and Route 53's ``ResourceRecordSet``. Pure: nothing here asks the service."""

from collections.abc import Mapping
from typing import Any

from zonesync.model.alias import AliasTarget
from zonesync.model.rrset import RRset
from zonesync.model.zone import Kept
from zonesync_route53 import names, values
from zonesync_route53.aliases import alias_of, made
from zonesync_route53.aws_zones import zone_of
from zonesync_route53.kept import Native, is_simple, keep

_TYPES = "A AAAA CAA CNAME DS HTTPS MX NAPTR NS PTR SOA SPF SRV SSHFP SVCB TLSA TXT"
TYPES = frozenset(_TYPES.split())
"""https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html"""


def read(native: Native, own_id: str) -> RRset | Kept:
    """Return *native*, an RRset of the hosted zone *own_id*, in the model's form; what has none is kept as it is."""
    rtype = native["Type"]
    if not is_simple(native):
        return keep(native)
    if rtype not in TYPES:
        return keep(native, "a type that is not known here")
    try:
        name = names.from_native(native["Name"])
        if "AliasTarget" in native:
            return made(name, rtype, _alias(native["AliasTarget"], own_id))
        texts = {values.from_native(rtype, record["Value"]) for record in native["ResourceRecords"]}
        ttl = native["TTL"]
    except (ValueError, KeyError) as problem:
        return keep(native, f"not readable: {problem}")
    if not texts:
        return keep(native, "without values")
    return RRset(name, rtype, ttl, tuple(sorted(texts)))


def spell(rrset: RRset, own_id: str) -> dict[str, Any]:
    """Return *rrset* in Route 53's form, for the hosted zone *own_id*."""
    native: dict[str, Any] = {"Name": names.to_native(rrset.name), "Type": rrset.type}
    alias = alias_of(rrset)
    if alias is None:
        records = [{"Value": values.to_native(text)} for text in rrset.rdatas]
        return native | {"TTL": rrset.ttl, "ResourceRecords": records}
    target = {
        "HostedZoneId": alias.zone_id or zone_of(alias.target) or own_id,
        "DNSName": names.to_native(alias.target),
        "EvaluateTargetHealth": alias.evaluate_target_health,
    }
    return native | {"AliasTarget": target}


def _alias(target: Mapping[str, Any], own_id: str) -> AliasTarget:
    zone_id = bare(target["HostedZoneId"])
    return AliasTarget(
        target=names.from_native(target["DNSName"]),
        zone_id="" if zone_id == own_id else zone_id,
        evaluate_target_health=target.get("EvaluateTargetHealth", False),
    )


def bare(native_id: str) -> str:
    """Return the id itself of ``/hostedzone/Z1``, ``/change/C1`` or ``/delegationset/N1``."""
    return native_id.rpartition("/")[2]

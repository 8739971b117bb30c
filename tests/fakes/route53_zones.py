"""The operations on hosted zones, delegation sets, networks and quotas."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.fakes.route53_model import RefusalError, invalid
from tests.fakes.route53_names import BadNameError, inside, position, spelled
from tests.fakes.route53_records import start
from tests.fakes.route53_state import Account, DelegationSet, Zone, bare_id, page, page_size

Arguments = Mapping[str, Any]
PAGE = 100


def _create(account: Account, asked: Arguments) -> dict[str, Any]:
    config = asked.get("HostedZoneConfig", {})
    vpc = asked.get("VPC")
    private = config.get("PrivateZone", vpc is not None)
    name = _zone_name(asked["Name"], private=private)
    if private != (vpc is not None):
        raise invalid("A private hosted zone needs a VPC, and only a private hosted zone has one.")
    if private and "DelegationSetId" in asked:
        raise invalid("A private hosted zone cannot use a reusable delegation set.")
    if asked["CallerReference"] in account.references:
        raise RefusalError(
            "HostedZoneAlreadyExists", "A hosted zone has already been created with the specified caller reference."
        )
    if len(account.zones) >= account.limits.zones:
        raise RefusalError("TooManyHostedZones", f"Limit of {account.limits.zones} hosted zones exceeded.")
    networks = [_network(vpc)] if vpc else []
    for network in networks:
        _refuse_overlap(account, name, network)
    delegation = None if private else _servers(account, name, asked.get("DelegationSetId"))
    zone = account.add_zone(name, asked["CallerReference"], delegation, networks, config.get("Comment"))
    answer: dict[str, Any] = {"HostedZone": zone.shown(), "ChangeInfo": account.changed()}
    # The host of the address is the service's own, wherever a client found it.
    answer["Location"] = f"https://route53.amazonaws.com/2013-04-01/hostedzone/{zone.id}"
    return answer | ({"VPC": vpc} if private else {"DelegationSet": zone.delegation.shown()})


def _zone_name(text: str, *, private: bool) -> str:
    try:
        name = spelled(text)
    except BadNameError as error:
        raise RefusalError("InvalidDomainName", str(error)) from error
    if name == "." or (name.count(".") < 2 and not private):
        raise RefusalError("InvalidDomainName", f"{text} is a top-level domain, which no hosted zone can be made for.")
    return name


def _servers(account: Account, name: str, wanted: str | None) -> DelegationSet:
    """Return the name servers of a new zone called *name*; no related zone may have any of them."""
    public = [zone for zone in account.zones.values() if not zone.private]
    related = [zone for zone in public if inside(zone.name, name) or inside(name, zone.name)]
    if sum(zone.name == name for zone in public) >= account.limits.same_name:
        raise RefusalError("DelegationSetNotAvailable", f"There are too many hosted zones called {name}")
    taken = {server for zone in related for server in zone.delegation.servers}
    if wanted is None:
        return account.new_servers(taken)
    reusable = _reusable(account, wanted)
    if not taken.isdisjoint(reusable.servers):
        raise RefusalError(
            "ConflictingDomainExists",
            f"Cannot create hosted zone with name {name} as a related one shares a name server of {reusable.id}.",
        )
    return reusable


def _reusable(account: Account, id_: str) -> DelegationSet:
    try:
        return account.delegation_sets[bare_id(id_)]
    except KeyError:
        raise RefusalError("NoSuchDelegationSet", f"No delegation set found with ID: {bare_id(id_)}") from None


def _delete(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["Id"])
    if len(zone) > 2:
        raise RefusalError(
            "HostedZoneNotEmpty",
            "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
        )
    if zone.signing != "NOT_SIGNING" or zone.protected:
        what = "resource record set protections" if zone.protected else "DNSSEC signing enabled"
        raise RefusalError("HostedZoneNotEmpty", f"The specified hosted zone has {what} and so cannot be deleted.")
    del account.zones[zone.id]
    return {"ChangeInfo": account.changed()}


def _get(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["Id"])
    if zone.private:
        return {"HostedZone": zone.shown(), "VPCs": [_shown(vpc) for vpc in zone.vpcs]}
    return {"HostedZone": zone.shown(), "DelegationSet": zone.delegation.shown()}


def _comment(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["Id"])
    zone.comment = asked.get("Comment")
    return {"HostedZone": zone.shown()}


def _list(account: Account, asked: Arguments) -> dict[str, Any]:
    zones = list(account.zones.values())
    if asked.get("HostedZoneType") == "PrivateHostedZone":
        zones = [zone for zone in zones if zone.private]
    if "DelegationSetId" in asked:
        reusable = _reusable(account, asked["DelegationSetId"])
        zones = [zone for zone in zones if zone.delegation is reusable]
    ids, following = page(asked, [zone.id for zone in zones], account.zone_page)
    answer = {"HostedZones": [account.zones[id_].shown() for id_ in ids]}
    return answer | following


def _list_by_name(account: Account, asked: Arguments) -> dict[str, Any]:
    size = page_size(asked, "MaxItems", min(account.zone_page, PAGE))
    if "HostedZoneId" in asked and "DNSName" not in asked:
        raise invalid("The request contains a hosted zone ID without a DNS name.")
    first = "", ""
    if "DNSName" in asked:
        first = position(start(asked["DNSName"])), bare_id(asked.get("HostedZoneId", ""))
    order = sorted(account.zones.values(), key=lambda zone: (position(zone.name), zone.id))
    left = [zone for zone in order if (position(zone.name), zone.id) >= first]
    rest = left[size:]
    answer: dict[str, Any] = {"HostedZones": [zone.shown() for zone in left[:size]]}
    answer |= {key: asked[key] for key in ("DNSName", "HostedZoneId") if key in asked}
    answer |= {"IsTruncated": bool(rest), "MaxItems": asked.get("MaxItems", str(PAGE))}
    return answer | ({"NextDNSName": rest[0].name, "NextHostedZoneId": rest[0].id} if rest else {})


def _list_by_vpc(account: Account, asked: Arguments) -> dict[str, Any]:
    size = page_size(asked, "MaxItems", PAGE)
    network = asked["VPCRegion"], asked["VPCId"]
    zones = sorted((zone for zone in account.zones.values() if network in zone.vpcs), key=lambda zone: zone.id)
    left = [zone for zone in zones if zone.id >= asked.get("NextToken", "")]
    shown = [
        {"HostedZoneId": zone.id, "Name": zone.name, "Owner": {"OwningAccount": "123456789012"}} for zone in left[:size]
    ]
    answer = {"HostedZoneSummaries": shown, "MaxItems": str(size)}
    return answer | ({"NextToken": left[size].id} if left[size:] else {})


def _network(vpc: Mapping[str, str]) -> tuple[str, str]:
    if "VPCRegion" not in vpc or not re.fullmatch(r"vpc-[0-9a-f]{8,17}", vpc.get("VPCId", "")):
        raise RefusalError("InvalidVPCId", f"The VPC {vpc.get('VPCId')} in region {vpc.get('VPCRegion')} is not valid.")
    return vpc["VPCRegion"], vpc["VPCId"]


def _shown(network: tuple[str, str]) -> dict[str, str]:
    return {"VPCRegion": network[0], "VPCId": network[1]}


def _refuse_overlap(account: Account, name: str, network: tuple[str, str]) -> None:
    for zone in account.zones.values():
        if zone.name == name and network in zone.vpcs:
            raise RefusalError(
                "ConflictingDomainExists",
                f"The VPC {network[1]} in region {network[0]} has already been associated with the hosted zone "
                f"{zone.id} with the same domain name.",
            )


def _associate(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["HostedZoneId"])
    network = _network(asked["VPC"])
    if not zone.private:
        raise RefusalError("PublicZoneVPCAssociation", f"The hosted zone {zone.id} is public and can have no VPC.")
    _refuse_overlap(account, zone.name, network)
    if len(zone.vpcs) >= account.limits.vpcs:
        raise RefusalError("LimitsExceeded", f"Limit of {account.limits.vpcs} VPCs exceeded.")
    zone.vpcs.append(network)
    return {"ChangeInfo": account.changed(asked.get("Comment"))}


def _disassociate(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["HostedZoneId"])
    network = _network(asked["VPC"])
    if network not in zone.vpcs:
        raise RefusalError(
            "VPCAssociationNotFound",
            f"The VPC {network[1]} and the hosted zone {zone.id} are not currently associated.",
        )
    if len(zone.vpcs) == 1:
        raise RefusalError(
            "LastVPCAssociation", f"The VPC {network[1]} is the last one associated with the hosted zone {zone.id}."
        )
    zone.vpcs.remove(network)
    return {"ChangeInfo": account.changed(asked.get("Comment"))}


def _create_set(account: Account, asked: Arguments) -> dict[str, Any]:
    reference = asked["CallerReference"]
    if any(each.reference == reference for each in account.delegation_sets.values()):
        raise RefusalError(
            "DelegationSetAlreadyCreated", "A delegation set with the same caller reference has already been created."
        )
    if len(account.delegation_sets) >= account.limits.delegation_sets:
        raise RefusalError("LimitsExceeded", f"Limit of {account.limits.delegation_sets} delegation sets exceeded.")
    made = account.new_servers()
    if "HostedZoneId" in asked:
        zone = account.zones.get(bare_id(asked["HostedZoneId"]))
        if zone is None or zone.private:
            raise RefusalError("HostedZoneNotFound", "The specified HostedZone can't be found.")
        made = zone.delegation
        if made.id:
            raise RefusalError("DelegationSetAlreadyReusable", f"The delegation set {made.id} is reusable.")
    made.id, made.reference = account.new_id("N"), reference
    account.delegation_sets[made.id] = made
    location = f"https://route53.amazonaws.com/2013-04-01/delegationset/{made.id}"
    return {"DelegationSet": made.shown(), "Location": location}


def _get_set(account: Account, asked: Arguments) -> dict[str, Any]:
    return {"DelegationSet": _reusable(account, asked["Id"]).shown()}


def _delete_set(account: Account, asked: Arguments) -> dict[str, Any]:
    reusable = _reusable(account, asked["Id"])
    if _users(account, reusable):
        raise RefusalError("DelegationSetInUse", f"The delegation set {reusable.id} is in use.")
    del account.delegation_sets[reusable.id]
    return {}


def _users(account: Account, reusable: DelegationSet) -> int:
    return sum(zone.delegation is reusable for zone in account.zones.values())


def _list_sets(account: Account, asked: Arguments) -> dict[str, Any]:
    ids, following = page(asked, list(account.delegation_sets), PAGE)
    return {"DelegationSets": [account.delegation_sets[id_].shown() for id_ in ids], "Marker": ""} | following


def _limit(kind: str, value: int, count: int) -> dict[str, Any]:
    return {"Limit": {"Type": kind, "Value": value}, "Count": count}


def _zone_limit(account: Account, asked: Arguments) -> dict[str, Any]:
    zone: Zone = account.zone(asked["HostedZoneId"])
    if asked["Type"] == "MAX_RRSETS_BY_ZONE":
        return _limit(asked["Type"], account.limits.rrsets, len(zone))
    if not zone.private:
        raise RefusalError("HostedZoneNotPrivate", f"The hosted zone {zone.id} is public, not private.")
    return _limit(asked["Type"], account.limits.vpcs, len(zone.vpcs))


def _account_limit(account: Account, asked: Arguments) -> dict[str, Any]:
    values = {
        "MAX_HOSTED_ZONES_BY_OWNER": (account.limits.zones, len(account.zones)),
        "MAX_REUSABLE_DELEGATION_SETS_BY_OWNER": (account.limits.delegation_sets, len(account.delegation_sets)),
        "MAX_HEALTH_CHECKS_BY_OWNER": (200, len(account.health_checks)),
        "MAX_TRAFFIC_POLICIES_BY_OWNER": (50, 0),
        "MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER": (5, 0),
    }
    return _limit(asked["Type"], *values[asked["Type"]])


def _set_limit(account: Account, asked: Arguments) -> dict[str, Any]:
    return _limit(asked["Type"], 100, _users(account, _reusable(account, asked["DelegationSetId"])))


def _signing(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["HostedZoneId"])
    if zone.private:
        raise RefusalError("InvalidArgument", f"The hosted zone {zone.id} is private, and has no DNSSEC.")
    return {"Status": {"ServeSignature": zone.signing}, "KeySigningKeys": _keys(zone)}


def _keys(zone: Zone) -> Iterable[dict[str, Any]]:
    return [] if zone.signing == "NOT_SIGNING" else [{"Name": "key", "Status": "ACTIVE", "KeyTag": 1}]


OPERATIONS: dict[str, Callable[[Account, Arguments], dict[str, Any]]] = {
    "CreateHostedZone": _create,
    "DeleteHostedZone": _delete,
    "GetHostedZone": _get,
    "UpdateHostedZoneComment": _comment,
    "ListHostedZones": _list,
    "ListHostedZonesByName": _list_by_name,
    "ListHostedZonesByVPC": _list_by_vpc,
    "GetHostedZoneCount": lambda account, _: {"HostedZoneCount": len(account.zones)},
    "AssociateVPCWithHostedZone": _associate,
    "DisassociateVPCFromHostedZone": _disassociate,
    "CreateReusableDelegationSet": _create_set,
    "GetReusableDelegationSet": _get_set,
    "DeleteReusableDelegationSet": _delete_set,
    "ListReusableDelegationSets": _list_sets,
    "GetHostedZoneLimit": _zone_limit,
    "GetAccountLimit": _account_limit,
    "GetReusableDelegationSetLimit": _set_limit,
    "GetDNSSEC": _signing,
}

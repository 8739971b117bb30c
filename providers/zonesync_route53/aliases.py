"""Route 53's aliases: what ``ALIAS`` becomes, which zone id a target needs, and which ones cannot be held.

The zone id ``-`` of :mod:`zonesync.model.alias` stands for the alias's own hosted zone, or for a name whose id AWS
publishes (:mod:`zonesync_route53.aws_zones`).
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
"""

from collections.abc import Mapping
from dataclasses import replace

from zonesync.model.alias import PREFIX, AliasTarget
from zonesync.model.names import is_within
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync_route53.aws_zones import zone_of

ADDRESSES = ("A", "AAAA")


def alias_of(rrset: object) -> AliasTarget | None:
    """Return what *rrset* is an alias of; None for an RRset with values, and for what is no RRset."""
    if not isinstance(rrset, RRset) or rrset.ttl is not None or not rrset.rdatas[0].startswith(PREFIX):
        return None
    return AliasTarget.from_text(rrset.rdatas[0])


def made(name: str, rtype: str, alias: AliasTarget) -> RRset:
    """Return the RRset that holds *alias*."""
    return RRset(name, rtype, None, (alias.to_text(),))


def normalise(rrset: RRset, own_zones: Mapping[str, str]) -> RRset:
    """Return *rrset* as it would come back; *own_zones* has the names of hosted zones by id."""
    alias = alias_of(rrset)
    if alias is None:
        return rrset
    if not alias.zone_id:
        alias = alias.model_copy(update={"zone_id": zone_of(alias.target)})
    elif is_within(rrset.name, own_zones.get(alias.zone_id, "-")):
        alias = alias.model_copy(update={"zone_id": ""})
    return replace(rrset, rdatas=(alias.to_text(),))


def refusal(zone: ZoneId, rrset: RRset) -> str:
    """Say why the alias *rrset* cannot be held in *zone*; empty where it can, or is none."""
    alias = alias_of(rrset)
    if alias is None:
        return ""
    if alias.target == rrset.name:
        return "an alias cannot point to its own name"
    if not alias.zone_id and not is_within(alias.target, zone.name) and not zone_of(alias.target):
        return (
            f"`{alias.target}` is neither in the zone nor a name of AWS whose hosted zone is known here; "
            "give the alias its `zone_id`"
        )
    return ""


def translate(zone: ZoneId, rrsets: Mapping[Key, RRset]) -> Mapping[Key, RRset]:
    """Return *rrsets* with every ``ALIAS`` that has a form at Route 53 as aliases of type A and AAAA.

    A target in the zone is answered for with the address types that it has there. What has no form stays ``ALIAS``.
    """
    neutral = [rrset for key, rrset in rrsets.items() if key.type == "ALIAS"]
    if not neutral:
        return rrsets
    found = dict(rrsets)
    for rrset in neutral:
        types = () if _is_taken(rrset.name, rrsets) else _types(zone, rrset.name, rrsets, ())
        if not types:
            continue
        del found[rrset.key]
        alias = AliasTarget(target=rrset.rdatas[0])
        found.update({Key(rrset.name, rtype): made(rrset.name, rtype, alias) for rtype in types})
    return found


def _is_taken(name: str, rrsets: Mapping[Key, RRset]) -> bool:
    return any(Key(name, rtype) in rrsets for rtype in (*ADDRESSES, "CNAME"))


def _types(zone: ZoneId, name: str, rrsets: Mapping[Key, RRset], seen: tuple[str, ...]) -> tuple[str, ...]:
    """Return the address types that the ``ALIAS`` at *name* answers for, through one ``ALIAS`` after another."""
    target = rrsets[Key(name, "ALIAS")].rdatas[0]
    if target in (*seen, name):
        return ()
    if not is_within(target, zone.name):
        return ADDRESSES if zone_of(target) else ()
    if Key(target, "ALIAS") in rrsets and not _is_taken(target, rrsets):
        return _types(zone, target, rrsets, (*seen, name))
    return tuple(rtype for rtype in ADDRESSES if Key(target, rtype) in rrsets)

"""What the in-memory service refuses: each rule is one that some real service has."""

from collections.abc import Mapping

from zonesync.model.names import is_within
from zonesync.model.rdata import txt_strings
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept, ZoneId
from zonesync.provider.compare import same
from zonesync.provider.contract import AliasSupport, ApexNs, Capabilities
from zonesync.provider.errors import Rejected
from zonesync.provider.memory_character import Traits
from zonesync.provider.memory_spelling import Native

_SOA_FIELDS = ("mname", "rname", "serial", "refresh", "retry", "expire", "minimum")
_SINGLE = frozenset({"CNAME", "DNAME", "SOA", "ALIAS"})
_BESIDE_CNAME = frozenset({"CNAME", "RRSIG", "NSEC", "KEY"})
"""What may stand beside a CNAME (RFC 4034 section 2.5 and 3)."""


def check_edit(
    traits: Traits, hosted: tuple[ZoneId, tuple[str, ...]], stored: Native | None, new: Native | None
) -> Native | None:
    """Return what the service stores where it was asked for *new*; *hosted* is the zone with its assigned names.

    Raises :class:`Rejected`.
    """
    zone, nameservers = hosted
    capabilities = traits.capabilities
    old = None if stored is None else traits.spelling.read(stored)
    rrset = None if new is None else _readable(traits, new)
    if rrset is not None:
        _check_rrset(capabilities, zone, rrset)
    present = rrset or old
    if present is None or present.name != zone.name:
        return new
    if present.type == "SOA":
        _check_soa(capabilities, old, rrset)
    if present.type == "NS":
        _check_apex_ns(capabilities.apex_ns, nameservers, old, rrset)
        if capabilities.apex_ns is ApexNs.IGNORED:
            return stored
    return new


def _readable(traits: Traits, new: Native) -> RRset:
    try:
        return traits.spelling.read(new)
    except ValueError as problem:
        raise Rejected(f"no such rdata: {problem}", key=Key(new.name, new.type)) from problem


def _check_rrset(capabilities: Capabilities, zone: ZoneId, rrset: RRset) -> None:
    key = rrset.key
    if not is_within(rrset.name, zone.name):
        raise Rejected(f"the name is not in zone `{zone}`", key=key)
    if rrset.type == "ALIAS":
        place = capabilities.alias
        if place is AliasSupport.NOWHERE or (place is AliasSupport.APEX and rrset.name != zone.name):
            raise Rejected("ALIAS is not possible here", key=key)
    elif capabilities.types is not None and rrset.type not in capabilities.types:
        raise Rejected(f"type `{rrset.type}` is not supported", key=key)
    if not rrset.rdatas:
        raise Rejected("an RRset has at least one value", key=key)
    _check_size(capabilities, rrset)


def _check_size(capabilities: Capabilities, rrset: RRset) -> None:
    key = rrset.key
    if rrset.ttl is None or not capabilities.min_ttl <= rrset.ttl <= capabilities.max_ttl:
        raise Rejected(f"TTL {rrset.ttl} is not from {capabilities.min_ttl} to {capabilities.max_ttl}", key=key)
    if capabilities.max_values is not None and len(rrset.rdatas) > capabilities.max_values:
        raise Rejected(f"{len(rrset.rdatas)} values, at most {capabilities.max_values}", key=key)
    if rrset.type in _SINGLE and len(rrset.rdatas) > 1:
        raise Rejected(f"{len(rrset.rdatas)} values, a {rrset.type} has one", key=key)
    if rrset.type == "TXT" and capabilities.max_txt is not None:
        longest = max(sum(map(len, txt_strings(text))) for text in rrset.rdatas)
        if longest > capabilities.max_txt:
            raise Rejected(f"{longest} octets of TXT, at most {capabilities.max_txt}", key=key)


def _check_soa(capabilities: Capabilities, old: RRset | None, new: RRset | None) -> None:
    if new is None:
        raise Rejected("the SOA cannot be deleted", key=old.key if old else None)
    if old is None or same(old, new):
        return
    if not capabilities.soa_ttl and old.ttl != new.ttl:
        raise Rejected("the TTL of the SOA cannot be changed", key=new.key)
    before, after = old.rdatas[0].split(" "), new.rdatas[0].split(" ")
    for name, was, becomes in zip(_SOA_FIELDS, before, after, strict=True):
        if name != "serial" and was != becomes and name not in capabilities.soa_fields:
            raise Rejected(f"the SOA field `{name}` cannot be changed", key=new.key)


def _check_apex_ns(level: ApexNs, nameservers: tuple[str, ...], old: RRset | None, new: RRset | None) -> None:
    if new is None:
        if level is not ApexNs.FULL:
            raise Rejected("the NS RRset of the zone cannot be deleted", key=old.key if old else None)
    elif old is None or old == new:
        return
    elif level is ApexNs.FIXED:
        raise Rejected("the NS RRset of the zone cannot be changed", key=new.key)
    elif level is ApexNs.TTL_ONLY and old.rdatas != new.rdatas:
        raise Rejected("of the NS RRset of the zone only the TTL can be changed", key=new.key)
    elif level is ApexNs.ADD_ONLY and not set(nameservers) <= set(new.rdatas):
        raise Rejected("the provider's own name servers cannot be removed", key=new.key)


def check_zone(
    zone: ZoneId,
    kept: tuple[Kept, ...],
    after: Mapping[tuple[str, str], Native],
    changed: set[str],
    traits: Traits,
) -> None:
    """Refuse a zone without SOA, a CNAME beside other data, and whatever collides with a kept RRset."""
    apex = traits.spelling.spell(RRset(zone.name, "SOA", 0, ()))
    if (apex.name, "SOA") not in after:
        raise Rejected("the zone has no SOA")
    if traits.capabilities.max_rrsets is not None and len(after) > traits.capabilities.max_rrsets:
        raise Rejected(f"{len(after)} RRsets, at most {traits.capabilities.max_rrsets}")
    mine = {(traits.spelling.spell(RRset(k.name, k.type, 0, ())).name, k.type) for k in kept}
    for name, rtype in mine & after.keys():
        raise Rejected("an RRset with a routing policy is there", key=Key(name, rtype))
    types: dict[str, set[str]] = {}
    for name, rtype in [*(where for where in after if where[0] in changed), *mine]:
        types.setdefault(name, set()).add(rtype)
    for name in changed & types.keys():
        others = types[name] - _BESIDE_CNAME
        if "CNAME" in types[name] and others:
            raise Rejected(f"a CNAME beside other data ({', '.join(sorted(others))})", key=Key(name, "CNAME"))

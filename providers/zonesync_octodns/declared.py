"""What a class of octoDNS declares of itself, and what is known of its service, as capabilities."""

from collections.abc import Iterable
from typing import Any

from zonesync.provider import vendors
from zonesync.provider.contract import AliasSupport, ApexNs, Capabilities
from zonesync_octodns import convert
from zonesync_octodns.traits import Traits

_EDITABLE = frozenset({ApexNs.FULL, ApexNs.NON_EMPTY, ApexNs.ADD_ONLY})
_DOCUMENTATION = "https://github.com/octodns/octodns#providers"


def capabilities(paths: Iterable[str], made: Any, traits: Traits, *, configured: bool) -> Capabilities:
    """Return what can be held and done through *made*, of the class that is known as the first of *paths*.

    Asks no service.

    *configured* says that the names of its servers are in the configuration.
    """
    vendor = next(filter(None, map(vendors.of_octodns, paths)), None)
    types = convert.TYPES & frozenset(made.SUPPORTS)
    least = getattr(made, "min_ttl", 0)
    return Capabilities(
        types=types - {"ALIAS"},
        apex_ns=_level(vendor.level if vendor else None, can_edit=bool(made.SUPPORTS_ROOT_NS)),
        apex_ns_ttl=vendor.ttl_editable if vendor else True,
        apex_ns_own=vendor.own if vendor else (),
        alias=AliasSupport.APEX if "ALIAS" in types else AliasSupport.NOWHERE,
        min_ttl=least if isinstance(least, int) and least > 0 else 0,
        shows_soa=False,
        soa_fields=frozenset(),
        soa_ttl=False,
        keeps_txt_boundaries=False,
        premade_apex=traits.premade_apex,
        assigns_nameservers=bool(traits.tells) and not configured,
        atomic=traits.atomic,
        lists_zones=hasattr(made, "list_zones"),
        min_txt=1,
        txt_octets=False,
        documentation=vendor.source if vendor else _DOCUMENTATION,
    )


def _level(known: ApexNs | None, *, can_edit: bool) -> ApexNs:
    """Return the level that both the service and the class allow: octoDNS never deletes the NS records of the apex."""
    if known is not None and known not in _EDITABLE:
        return known
    if not can_edit:
        return ApexNs.FIXED
    return ApexNs.ADD_ONLY if known is ApexNs.ADD_ONLY else ApexNs.NON_EMPTY

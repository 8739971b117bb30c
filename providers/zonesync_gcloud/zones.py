"""Managed zones: what is known of one, which of several is meant, and what a new one is called; pure.

https://cloud.google.com/dns/docs/reference/rest/v1/managedZones
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zonesync.model.names import NameSyntaxError, absolute
from zonesync.model.zone import ZoneId
from zonesync.provider.errors import Rejected
from zonesync_gcloud.networks import spelled

MAX_NAME = 63
"""Characters of a resource name, which begins with a letter and ends in a letter or digit."""
_DIGEST = 8
_clean = re.compile(r"[^a-z0-9]+")
_SPECIAL = {
    "forwardingConfig": "a forwarding zone",
    "peeringConfig": "a peering zone",
    "reverseLookupConfig": "a managed reverse lookup zone",
    "serviceDirectoryConfig": "a Service Directory zone",
}


@dataclass(frozen=True, slots=True)
class Hosted:
    """A managed zone without its RRsets."""

    name: str
    """The resource name, unique in its project."""
    id: str
    """The number that the service gave it; a zone created anew under the same name has another."""
    dns_name: str
    """Canonical apex name."""
    private: bool
    nameservers: tuple[str, ...]
    """Canonical, in the service's order; empty for a private zone, whose servers have no names of use."""
    signed: bool
    """Whether DNSSEC is on, or in transfer."""
    networks: tuple[str, ...]
    description: str
    special: str
    """Why it cannot be managed; empty where it can."""
    visibility: Mapping[str, Any]
    """The native ``privateVisibilityConfig``, sent back with other networks."""

    @property
    def manageable(self) -> bool:
        """Whether it holds RRsets of its own."""
        return not self.special


def hosted(native: Mapping[str, Any]) -> Hosted:
    """Read a ManagedZone. Raises ValueError for what is none."""
    name, dns_name = native.get("name"), native.get("dnsName")
    if not (isinstance(name, str) and name and isinstance(dns_name, str) and dns_name.endswith(".")):
        raise ValueError("a managed zone without name or dnsName")
    private = native.get("visibility", "public") == "private"
    visibility = _mapping(native.get("privateVisibilityConfig"))
    servers = native.get("nameServers", ())
    return Hosted(
        name=name,
        id=str(native.get("id", "")),
        dns_name=absolute(dns_name),
        private=private,
        nameservers=() if private else tuple(absolute(host if host.endswith(".") else f"{host}.") for host in servers),
        signed=_mapping(native.get("dnssecConfig")).get("state", "off") != "off",
        networks=spelled(visibility) if private else (),
        description=str(native.get("description", "")),
        special=next((words for field, words in _SPECIAL.items() if native.get(field) is not None), ""),
        visibility=visibility,
    )


def choose(zone: ZoneId, found: Iterable[Hosted], *, private: bool) -> Hosted | None:
    """Return the one of *found* that is *zone*, None where none is. Raises Rejected where that is not clear."""
    kind = "private" if private else "public"
    candidates = [one for one in found if one.dns_name == zone.name and one.private == private]
    usable = [one for one in candidates if one.manageable]
    if len(usable) > 1:
        names = " and ".join(f"`{one.name}` ({one.id})" for one in usable)
        raise Rejected(
            f"{len(usable)} {kind} zones have this name: {names}",
            hint=f"name one of them with `zone_id: {{{zone}: {usable[0].name}}}`",
        )
    if candidates and not usable:
        raise Rejected(f"`{candidates[0].name}` cannot be managed: it is {candidates[0].special}")
    return usable[0] if usable else None


def checked(zone: ZoneId, one: Hosted, zone_id: str, *, private: bool) -> Hosted:
    """Return *one*, which ``zone_id`` names, if it is *zone*. Raises Rejected that says what it is instead."""
    if one.dns_name != zone.name:
        raise Rejected(f"`zone_id` {zone_id} is the zone `{one.dns_name}`, not `{zone.name}`")
    if one.private != private:
        kinds = ("private", "public") if one.private else ("public", "private")
        raise Rejected(
            f"`zone_id` {zone_id} is a {kinds[0]} zone, and this provider has {kinds[1]} ones",
            hint=f"set `private: {str(one.private).lower()}`",
        )
    if not one.manageable:
        raise Rejected(f"`{one.name}` cannot be managed: it is {one.special}")
    return one


def resource_name(zone: ZoneId, *, private: bool) -> str:
    """Return the resource name of *zone* when it is created: ``example-com``.

    The same each time, so that creating again meets what was created before. Where the plain form could be another
    zone's, too, or is too long, it ends in a digest.
    """
    labels = zone.name.removesuffix(".").split(".")
    plain = _clean.sub("-", ".".join(labels)).strip("-")
    # Only these are read back in one way: no label that begins as a prefix of ours does, none with a sign replaced.
    exact = all(re.fullmatch(r"[a-z0-9]+", label) for label in labels) and labels[0] != "zone"
    if not plain[:1].isalpha():
        plain = f"zone-{plain}".strip("-")
    if exact and not zone.view and not private and len(plain) <= MAX_NAME:
        return plain
    told = f"{zone.name}@{zone.view}{' private' if private else ''}"
    digest = hashlib.sha256(told.encode()).hexdigest()[:_DIGEST]
    stem = f"{plain}-private" if private else plain
    return f"{stem[: MAX_NAME - _DIGEST - 1].rstrip('-')}-{digest}"


def wanted_id(zone: ZoneId, zone_id: str | Mapping[ZoneId, str]) -> str:
    """Return what the option ``zone_id`` says of *zone*, empty for nothing."""
    if isinstance(zone_id, str):
        return zone_id
    return zone_id.get(zone) or zone_id.get(ZoneId(zone.name), "")


def readable(found: Iterable[Mapping[str, Any]]) -> list[Hosted]:
    """Read *found*, all of it. Raises ValueError for a managed zone that is none."""
    try:
        return [hosted(native) for native in found]
    except NameSyntaxError as problem:
        raise ValueError(f"a managed zone whose name is none: {problem}") from problem


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

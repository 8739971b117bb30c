"""Hosted zones: found by name or id, one of several of the same name chosen, described and made.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zonesync.model.names import NameSyntaxError, absolute
from zonesync.model.zone import ZoneId
from zonesync.provider.errors import NotFound, Rejected, Unavailable
from zonesync_route53 import networks
from zonesync_route53.client import Client
from zonesync_route53.convert import bare
from zonesync_route53.names import from_native, to_native
from zonesync_route53.options import Options

_SAME_NAME = "10"
"""Zones asked for by name: those of the name itself come first, and there are hardly ever more than two."""


@dataclass(frozen=True, slots=True)
class Hosted:
    """One hosted zone."""

    id: str
    name: str
    """Canonical; Route 53's own spelling where that is no name."""
    private: bool
    reference: str = ""
    """The CallerReference that it was made with."""
    nameservers: tuple[str, ...] = ()
    """The names that were assigned; of a public zone that was described."""
    networks: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What it is called in a message."""
        return "private" if self.private else "public"


class Zones:
    """The hosted zones of one account, public or private ones as the configuration says. Safe to share."""

    def __init__(self, client: Client, options: Options) -> None:
        self._client = client
        self._options = options
        self._lock = threading.Lock()
        self._all: tuple[Hosted, ...] | None = None
        self._known: dict[ZoneId, str] = {}
        self._names: dict[str, str] = {}

    @property
    def names(self) -> Mapping[str, str]:
        """The names of the hosted zones met so far, by id."""
        return self._names

    def known_id(self, zone: ZoneId) -> str:
        """Return the id of *zone* as far as it is known without asking; else empty."""
        return self.configured_id(zone) or self._known.get(zone, "")

    def configured_id(self, zone: ZoneId) -> str:
        """Return the id that the configuration gives for *zone*; else empty."""
        return self._options.zone_id or self._options.zone_ids.get(str(zone), "")

    def all(self) -> tuple[Hosted, ...]:
        """Return every zone of the configured kind, asked for once. Raises ProviderError."""
        with self._lock:
            if self._all is None:
                self._all = tuple(zone for zone in self._listed() if zone.private == self._options.private)
                self._names |= {zone.id: zone.name for zone in self._all}
            return self._all

    def read(self, zone: ZoneId) -> Hosted | None:
        """Return *zone* with its name servers and networks, None where it is not hosted. Raises ProviderError."""
        configured = self.configured_id(zone)
        if configured:
            return self._checked(self.describe(configured), zone)
        for _ in range(2):
            zone_id = self._known.get(zone) or self._find(zone)
            if not zone_id:
                return None
            try:
                return self._checked(self.describe(zone_id), zone)
            except NotFound:
                # Gone since it was found: by now there may be another one of its name.
                self.forget(zone, zone_id)
        return None

    def same_name(self, zone: ZoneId) -> list[Hosted]:
        """Ask for the zones of the configured kind that have the name of *zone*. Raises ProviderError."""
        return [hosted for hosted in self._by_name(zone.name) if hosted.private == self._options.private]

    def describe(self, zone_id: str) -> Hosted:
        """Ask for one hosted zone. Raises ProviderError."""
        answer = self._client.read("get_hosted_zone", "HostedZone", Id=zone_id)
        return described(answer)

    def learn(self, zone: ZoneId, hosted: Hosted) -> None:
        """Remember that *zone* is *hosted*."""
        with self._lock:
            self._known[zone] = hosted.id
            self._names[hosted.id] = hosted.name
            if self._all is not None and all(known.id != hosted.id for known in self._all):
                self._all = (*self._all, hosted)

    def forget(self, zone: ZoneId, zone_id: str) -> None:
        """Forget that *zone* was the one with *zone_id*, which has gone."""
        with self._lock:
            self._known.pop(zone, None)
            if self._all is not None:
                self._all = tuple(hosted for hosted in self._all if hosted.id != zone_id)

    def _find(self, zone: ZoneId) -> str:
        """Return the id of the one zone of that name and kind; empty where there is none."""
        with self._lock:
            listed = self._all
        same = self.same_name(zone) if listed is None else [one for one in listed if one.name == zone.name]
        if len(same) > 1:
            ids = " and ".join(f"`{hosted.id}`" for hosted in same)
            raise Rejected(
                f"{len(same)} {same[0].kind} hosted zones are called `{zone.name}`: {ids}",
                hint=f"choose one in the provider's configuration: `zone_id: {{{zone}: {same[0].id}}}`",
            )
        return same[0].id if same else ""

    def _checked(self, hosted: Hosted, zone: ZoneId) -> Hosted:
        if hosted.name != zone.name:
            raise Rejected(
                f"hosted zone `{hosted.id}` is `{hosted.name}`, not `{zone.name}`", hint="correct the option `zone_id`"
            )
        if hosted.private != self._options.private:
            wanted = "true" if hosted.private else "false"
            raise Rejected(
                f"hosted zone `{hosted.id}` is {hosted.kind}", hint=f"the option `private` would have to be `{wanted}`"
            )
        self.learn(zone, hosted)
        return hosted

    def _listed(self) -> Iterator[Hosted]:
        start: dict[str, str] = {}
        seen: set[str] = set()
        while True:
            page = self._client.read("list_hosted_zones", "HostedZones", **start)
            yield from map(_hosted, page["HostedZones"])
            marker = _next(page, "NextMarker")
            if not marker:
                return
            if marker in seen:
                raise Unavailable("the list of hosted zones runs in a circle")
            seen.add(marker)
            start = {"Marker": marker}

    def _by_name(self, name: str) -> Iterator[Hosted]:
        start = {"DNSName": to_native(name)}
        seen: set[str] = set()
        while True:
            page = self._client.read("list_hosted_zones_by_name", "HostedZones", MaxItems=_SAME_NAME, **start)
            found = [_hosted(native) for native in page["HostedZones"]]
            # The list begins at the name and goes on with others.
            yield from (hosted for hosted in found if hosted.name == name)
            # Stand-ins for the service leave the mark of the end out of this one list.
            is_whole = "IsTruncated" not in page and "NextDNSName" not in page
            following = "" if is_whole else _next(page, "NextHostedZoneId")
            if not following or found[-1:] != [one for one in found[-1:] if one.name == name]:
                return
            if following in seen:
                raise Unavailable("the list of hosted zones runs in a circle")
            seen.add(following)
            start = {"DNSName": page.get("NextDNSName", start["DNSName"]), "HostedZoneId": following}


def described(answer: Mapping[str, Any]) -> Hosted:
    """Return the zone in the answer of GetHostedZone or CreateHostedZone."""
    hosted = _hosted(answer["HostedZone"])
    servers = () if hosted.private else answer.get("DelegationSet", {}).get("NameServers", ())
    if not hosted.private and not servers:
        raise Unavailable(f"the answer about hosted zone `{hosted.id}` lacks its name servers")
    vpcs = answer.get("VPCs", [answer["VPC"]] if "VPC" in answer else [])
    return Hosted(
        hosted.id,
        hosted.name,
        hosted.private,
        hosted.reference,
        tuple(map(absolute, servers)),
        networks.from_native(vpcs) if hosted.private else (),
    )


def _hosted(native: Mapping[str, Any]) -> Hosted:
    try:
        name = from_native(native["Name"])
    except NameSyntaxError:
        name = native["Name"]
    private = bool(native.get("Config", {}).get("PrivateZone", False))
    return Hosted(bare(native["Id"]), name, private, native.get("CallerReference", ""))


def _next(page: Mapping[str, Any], name: str) -> str:
    """Return where the page after *page* begins; empty after the last one."""
    if "IsTruncated" not in page:
        raise Unavailable("a page of the list of hosted zones does not say whether it is the last")
    if not page["IsTruncated"]:
        return ""
    if not page.get(name):
        raise Unavailable("a page of the list of hosted zones is missing: nothing says where it begins")
    return str(page[name])

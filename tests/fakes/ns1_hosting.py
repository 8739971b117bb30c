"""What one account at NS1 hosts: its zones, and what may be done to them as wholes."""

import random
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from tests.fakes import ns1_records, ns1_zones
from tests.fakes.ns1_answers import HOSTS
from tests.fakes.ns1_names import checked
from tests.fakes.ns1_records import Record
from tests.fakes.ns1_refusals import RefusedError, bad, check, invalid
from tests.fakes.ns1_zones import Zone

SERVERS = 4
"""Name servers of a network."""


class Hosting:
    """Zones by name. Every method that writes refuses as the service does, and raises the serial by one."""

    def __init__(
        self,
        *,
        seed: int = 1,
        networks: Iterable[int] = (0,),
        undots: Iterable[str] = HOSTS,
        exists: int = 400,
        dnssec: bool = False,
    ) -> None:
        self.zones: dict[str, Zone] = {}
        self.seed = seed
        self.networks = frozenset(networks)
        self.exists = exists
        self.dnssec = dnssec
        self._undots = frozenset(undots)
        self._random = random.Random(seed)
        self._stamp = 0

    def zone(self, name: str) -> Zone:
        """Return the zone called *name*."""
        found = self.zones.get(checked(name, "zone"))
        if found is None:
            raise RefusedError(404, "zone not found")
        return found

    def create_zone(self, name: str, body: dict[str, Any]) -> Zone:
        """Create the zone *name* with its SOA and its apex NS record."""
        name = checked(name, "zone")
        if "zone" not in body:
            raise invalid("Required field 'zone' is missing")
        check(body["zone"], "zone", "string")
        fqdn = checked(body["zone"], "zone")
        self._check_zone(body)
        self._check_free(name, fqdn, set(body.get("views", [])))
        sent = {field: body[field] for field in ns1_zones.SHAPES if field in body}
        zone = Zone(self._id(), name, fqdn, {**ns1_zones.initial(), **deepcopy(sent)}, serial=1_700_000_000)
        self._serve(zone)
        self.zones[name] = zone
        if not zone.data["link"]:
            data = ns1_records.initial(zone.data["ttl"], zone.data["networks"])
            data["answers"] = [{"answer": [server], "id": self._id()} for server in zone.servers]
            zone.put(self._record(fqdn, "NS", data))
        self._sign(zone)
        return zone

    def update_zone(self, name: str, body: dict[str, Any]) -> Zone:
        """Change the fields sent, and those alone."""
        zone = self.zone(name)
        if "zone" in body:
            check(body["zone"], "zone", "string")
            if body["zone"].lower() not in {zone.name, zone.fqdn}:
                raise bad(f"zone {body['zone']!r} in the body is not {zone.name!r} in the path")
        self._check_zone(body)
        sent = {field: deepcopy(body[field]) for field in ns1_zones.SHAPES if field in body}
        zone.data.update(sent)
        self._serve(zone)
        self._sign(zone)
        zone.serial += 1
        return zone

    def delete_zone(self, name: str) -> None:
        """Remove the zone with all its records."""
        del self.zones[self.zone(name).name]

    def _check_zone(self, body: dict[str, Any]) -> None:
        ns1_zones.check_body(body)
        if missing := sorted(set(body.get("networks", ())) - self.networks):
            raise bad(f"network {missing[0]} not found")
        if body.get("dnssec") and not self.dnssec:
            raise bad("DNSSEC is not enabled for this account")

    def _check_free(self, name: str, fqdn: str, views: set[str]) -> None:
        if name in self.zones:
            raise RefusedError(self.exists, "zone already exists")
        for other in self.zones.values():
            if other.fqdn == fqdn:
                theirs = set(other.data["views"])
                if not views and not theirs:
                    raise RefusedError(self.exists, "invalid: FQDN already exists")
                if views & theirs or not (views and theirs):
                    raise RefusedError(self.exists, "invalid: FQDN already exists in the view")

    def _serve(self, zone: Zone) -> None:
        pools = [f"p{(number * 7 + self.seed) % 99 + 1:02}" for number in zone.data["networks"]]
        zone.pools = tuple(pools)
        zone.servers = tuple(f"dns{number + 1}.{pool}.nsone.net" for pool in pools for number in range(SERVERS))

    def _sign(self, zone: Zone) -> None:
        key = (zone.fqdn, "DNSKEY")
        if zone.data["dnssec"] and key not in zone.records:
            data = ns1_records.initial(zone.data["ttl"], zone.data["networks"])
            data["answers"] = [{"answer": ["257", "3", "13", "bm90IGEgcmVhbCBrZXk="], "id": self._id()}]
            zone.put(self._record(zone.fqdn, "DNSKEY", data))
        elif not zone.data["dnssec"] and key in zone.records:
            zone.drop(key)

    def _record(self, domain: str, rtype: str, data: dict[str, Any]) -> Record:
        self._stamp += 1
        return Record(self._id(), domain, rtype, data, self.seed, self._undots, self._stamp)

    def _id(self) -> str:
        return f"{self._random.getrandbits(96):024x}"

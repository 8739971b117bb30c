"""One account at NS1: its zones, and what may be done to their records."""

from copy import deepcopy
from typing import Any

from tests.fakes import ns1_records
from tests.fakes.ns1_answers import DNSSEC
from tests.fakes.ns1_hosting import Hosting
from tests.fakes.ns1_names import checked, inside
from tests.fakes.ns1_records import Record
from tests.fakes.ns1_refusals import RefusedError, bad, check, invalid
from tests.fakes.ns1_zones import Zone


class Account(Hosting):
    """Records by zone, domain and type. Every method that writes refuses as the service does, and raises the serial."""

    def record(self, name: str, domain: str, rtype: str) -> tuple[Zone, Record]:
        """Return the record of *rtype* at *domain*, with its zone."""
        zone = self.zone(name)
        found = zone.records.get((checked(domain, "domain"), rtype.upper()))
        if found is None:
            raise RefusedError(404, "record not found")
        return zone, found

    def create_record(self, name: str, domain: str, rtype: str, body: dict[str, Any]) -> tuple[Zone, Record]:
        """Create a record."""
        zone, key = self._writable(name, domain, rtype, body, required=True)
        domain, rtype = key
        ns1_records.check_body(rtype, body)
        if key in zone.records:
            raise bad("record already exists")
        if not body.get("link") and "answers" not in body:
            raise invalid("Required field 'answers' is missing")
        data = ns1_records.initial(zone.data["ttl"], zone.data["networks"])
        self._merge(zone, key, data, body)
        others = zone.types_at(domain) - DNSSEC
        if rtype == "CNAME" and others:
            raise bad(f"CNAME record cannot be beside other records: {domain} has {', '.join(sorted(others))}")
        if "CNAME" in others:
            raise bad(f"{rtype} record cannot be beside a CNAME record: {domain} has CNAME")
        record = self._record(domain, rtype, data)
        zone.put(record)
        zone.serial += 1
        return zone, record

    def update_record(self, name: str, domain: str, rtype: str, body: dict[str, Any]) -> tuple[Zone, Record]:
        """Change the fields sent, and those alone."""
        zone, key = self._writable(name, domain, rtype, body, required=False)
        ns1_records.check_body(key[1], body)
        record = zone.records.get(key)
        if record is None:
            raise RefusedError(404, "record not found")
        data = dict(record.data)
        self._merge(zone, key, data, body)
        record.data = data
        self._touch(zone, record)
        return zone, record

    def delete_record(self, name: str, domain: str, rtype: str) -> None:
        """Remove a record."""
        zone, key = self._writable(name, domain, rtype, {}, required=False)
        if key not in zone.records:
            raise RefusedError(404, "record not found")
        if key == (zone.fqdn, "NS"):
            raise bad("cannot delete the NS record of the zone")
        zone.drop(key)
        zone.serial += 1

    def _writable(
        self, name: str, domain: str, rtype: str, body: dict[str, Any], *, required: bool
    ) -> tuple[Zone, tuple[str, str]]:
        zone = self.zone(name)
        domain, rtype = checked(domain, "domain"), rtype.upper()
        _agree({"zone": {zone.name, zone.fqdn}, "domain": {domain}, "type": {rtype.lower()}}, body, required)
        if rtype == "SOA":
            raise bad("invalid record type 'SOA': it is made of the zone's fields")
        if rtype in DNSSEC:
            raise RefusedError(405, "Operation on DNSSEC record is not allowed")
        if not inside(domain, zone.fqdn):
            raise bad(f"domain {domain!r} is not in zone {zone.fqdn!r}")
        if zone.data["link"]:
            raise bad(f"zone {zone.name!r} is linked to {zone.data['link']!r} and cannot have records of its own")
        return zone, (domain, rtype)

    def _merge(self, zone: Zone, key: tuple[str, str], data: dict[str, Any], body: dict[str, Any]) -> None:
        for field in ns1_records.SHAPES:
            if field in body:
                data[field] = body[field]
        if "answers" in body:
            data["answers"] = [{**answer, "id": answer.get("id") or self._id()} for answer in body["answers"]]
        if body.get("link"):
            source = checked(body["link"], "link")
            if (zone.fqdn, *key) == (zone.fqdn, source, key[1]) or not self._anywhere(source, key[1]):
                raise bad(f"record {source} {key[1]} to link to not found")
        data["link"] = data["link"] or None
        ns1_records.check_whole(key[1], data, "answers" in body or "link" in body)

    def _anywhere(self, domain: str, rtype: str) -> bool:
        return any((domain, rtype) in zone.records for zone in self.zones.values())

    def _touch(self, zone: Zone, record: Record) -> None:
        self._stamp += 1
        record.stamp = self._stamp
        record.changed()
        zone.serial += 1

    # without the rules: what somebody else did

    def store(self, zone: Zone, domain: str, rtype: str, data: dict[str, Any]) -> Record:
        """Store *data* as a record, whatever it is."""
        whole = {**ns1_records.initial(zone.data["ttl"], zone.data["networks"]), **deepcopy(data)}
        whole["answers"] = [{**answer, "id": answer.get("id") or self._id()} for answer in whole["answers"]]
        record = self._record(domain, rtype, whole)
        zone.put(record)
        zone.serial += 1
        return record

    def remove(self, zone: Zone, domain: str, rtype: str) -> None:
        """Remove a record, whatever it is."""
        zone.drop((domain.lower(), rtype))
        zone.serial += 1


def _agree(allowed: dict[str, set[str]], body: dict[str, Any], required: bool) -> None:
    """Refuse a *body* whose fields are not the *allowed* spellings of what the path says."""
    for field, spellings in allowed.items():
        if field not in body:
            if required:
                raise invalid(f"Required field {field!r} is missing")
            continue
        value = body[field]
        check(value, field, "string")
        if field != "type":
            checked(value, field)
        if value.lower() not in spellings:
            raise bad(f"{field} {value!r} in the body is not that in the path")

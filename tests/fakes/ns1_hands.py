"""Hands on the fake of NS1 from Python: what tests look at, and what somebody else does at the service."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from tests.fakes.kit import Entry
from tests.fakes.ns1_account import Account
from tests.fakes.ns1_answers import fields_of
from tests.fakes.ns1_zones import Zone


class Hands:
    """Access outside HTTP and outside the log; zones by name, with or without dot, or by id."""

    account: Account
    log: list[Entry]
    _lock: threading.RLock

    def create_zone(self, name: str, **fields: Any) -> None:
        """Create the zone *name*, with *fields* as the API has them; `zone` where it serves another name."""
        bare = _bare(name)
        with self._lock:
            self.account.create_zone(bare, {"zone": bare, **fields})

    def edit(self, zone: str, name: str, rtype: str, ttl: int, values: Iterable[str | list[Any]] | None) -> None:
        """Set the record's TTL and answers; None deletes it. What else the record has stays.

        A value is one entry of ``short_answers`` or an ``answer`` array; for SOA the seven fields in one line.
        """
        with self._lock:
            found, domain = self._find(zone), _bare(name)
            if values is None:
                self.account.remove(found, domain, rtype)
                return
            if rtype == "SOA":
                _set_soa(found, ttl, next(iter(values)))
                return
            answers = [
                {"answer": fields_of(rtype, value) if isinstance(value, str) else list(value)} for value in values
            ]
            present = found.records.get((domain.lower(), rtype))
            data = present.data if present else {}
            record = self.account.store(found, domain, rtype, {**data, "ttl": ttl, "answers": answers})
            if present:
                record.id = present.id

    def add_native(self, zone: str, record: Mapping[str, Any]) -> None:
        """Store *record*, a full record as the API has them (`domain`, `type`, and any field), whatever it is."""
        with self._lock:
            data = {field: value for field, value in record.items() if field not in {"zone", "domain", "type"}}
            self.account.store(self._find(zone), _bare(record["domain"]), record["type"], data)

    def zone_names(self) -> list[str]:
        """Return the names of the zones, with their dots."""
        with self._lock:
            return [f"{name}." for name in sorted(self.account.zones)]

    def zone_fields(self, zone: str) -> dict[str, Any]:
        """Return the zone without its records, as the API shows it."""
        with self._lock:
            return deepcopy(self._find(zone).fields())

    def dump(self, zone: str, *, short: bool = False) -> list[dict[str, Any]]:
        """Return the records as the API shows them one by one, or *short* as it lists them; in the listing's order."""
        with self._lock:
            found = self._find(zone)
            records = [found.records[key] for key in found.order()]
            return deepcopy([record.short_form() if short else record.full(found.fqdn) for record in records])

    def count_calls(self) -> Counter[str]:
        """Return how many calls of each method came in."""
        return Counter(entry.request.method for entry in self.log)

    def _find(self, zone: str) -> Zone:
        bare = _bare(zone).lower()
        for found in self.account.zones.values():
            if bare in {found.name, found.id}:
                return found
        raise KeyError(zone)


def _bare(name: str) -> str:
    return name.removesuffix(".")


def _set_soa(zone: Zone, ttl: int, text: str | list[Any]) -> None:
    fields = text.split() if isinstance(text, str) else list(map(str, text))
    master, hostmaster = _bare(fields[0]), _bare(fields[1])
    numbers = dict(zip(("refresh", "retry", "expiry", "nx_ttl"), map(int, fields[3:]), strict=True))
    zone.data.update(numbers, primary_master=master, hostmaster=hostmaster, ttl=ttl)
    zone.serial = int(fields[2])

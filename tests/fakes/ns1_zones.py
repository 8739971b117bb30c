"""One zone of NS1: its SOA as fields, its name servers from its networks, and its records."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.ns1_records import Record
from tests.fakes.ns1_refusals import check, check_fields

Key = tuple[str, str]
"""Domain in lower case, and type."""

SHAPES = {
    "ttl": "integer",
    "refresh": "integer",
    "retry": "integer",
    "expiry": "integer",
    "nx_ttl": "integer",
    "hostmaster": "string",
    "primary_master": "string",
    "networks": "array",
    "views": "array",
    "dnssec": "boolean",
    "link": "string",
    "primary": "object",
    "secondary": "object",
    "tags": "object",
    "meta": "object",
}
NULLABLE = frozenset({"link", "secondary"})


def initial() -> dict[str, Any]:
    """Return what a zone has that was created with nothing."""
    return {
        "ttl": 3600,
        "nx_ttl": 3600,
        "retry": 7200,
        "refresh": 43200,
        "expiry": 1209600,
        "hostmaster": "hostmaster@nsone.net",
        "primary_master": "",
        "networks": [0],
        "views": [],
        "primary": {"enabled": False, "secondaries": []},
        "meta": {},
        "link": None,
        "dnssec": False,
        "tags": {},
    }


def check_body(body: dict[str, Any]) -> None:
    """Refuse a zone's *body* with fields of a wrong type."""
    check_fields(body, SHAPES, NULLABLE)
    for number, network in enumerate(body.get("networks", [])):
        check(network, f"networks[{number}]", "integer")
    for number, view in enumerate(body.get("views", [])):
        check(view, f"views[{number}]", "string")


@dataclass(slots=True, eq=False)
class Zone:
    """What is stored of a zone; *name* is its key in the API, *fqdn* what it serves."""

    id: str
    name: str
    fqdn: str
    data: dict[str, Any]
    serial: int
    servers: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    records: dict[Key, Record] = field(default_factory=dict)
    _order: list[Key] | None = None
    _types: dict[str, set[str]] = field(default_factory=dict)

    def types_at(self, domain: str) -> set[str]:
        """Return the types of the records at *domain*."""
        return self._types.get(domain.lower(), set())

    def put(self, record: Record) -> None:
        """Store *record*, in place of what was there."""
        domain = record.domain.lower()
        if (domain, record.type) not in self.records:
            self._order = None
        self.records[domain, record.type] = record
        self._types.setdefault(domain, set()).add(record.type)

    def drop(self, key: Key) -> None:
        """Remove the record at *key*."""
        del self.records[key]
        self._types[key[0]].discard(key[1])
        self._order = None

    def order(self) -> list[Key]:
        """Return the keys in the order of the listing."""
        if self._order is None:
            self._order = sorted(self.records)
        return self._order

    def page(self, after: Key | None, size: int) -> tuple[list[Record], Key | None]:
        """Return up to *size* records after the key *after*, and the key to go on from, if any."""
        order = self.order()
        start = bisect_right(order, after) if after else 0
        keys = order[start : start + size]
        return [self.records[key] for key in keys], keys[-1] if start + size < len(order) else None

    def fields(self) -> dict[str, Any]:
        """Return the zone without its records, as the API shows it."""
        return {
            "id": self.id,
            "zone": self.fqdn,
            "name": self.name,
            **self.data,
            "primary_master": self.data["primary_master"] or next(iter(self.servers), ""),
            "serial": self.serial,
            "network_pools": list(self.pools),
            "dns_servers": list(self.servers),
        }

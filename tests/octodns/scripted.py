"""An octoDNS provider over a service in memory, which takes one call for each record and fails when it is told to."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from logging import getLogger
from typing import Any

from octodns.provider.base import BaseProvider
from octodns.record import Create, Delete, Record

Data = dict[tuple[str, str], dict[str, Any]]


class ServiceError(Exception):
    """What the service answers."""

    def __init__(self, words: str, status_code: int) -> None:
        super().__init__(words)
        self.status_code = status_code


@dataclass
class Service:
    """Zones, and what is to go wrong."""

    zones: dict[str, Data] = field(default_factory=lambda: defaultdict(dict))
    faults: list[str] = field(default_factory=list)
    """First in line: ``before``, ``after``, ``denied`` or ``well`` for the next write, ``cut`` for the next read."""
    reads: int = 0
    writes: int = 0
    ignores: Callable[[str], bool] = lambda _: False
    """Names whose writes are taken without an error, and not done."""
    alters: Callable[[dict[str, Any]], dict[str, Any]] = lambda data: data
    """What becomes of a record that is written."""
    meanwhile: Callable[[], None] | None = None
    """Done once, after the next read that is for a write."""

    def due(self, *kinds: str) -> str:
        return self.faults.pop(0) if self.faults and self.faults[0] in kinds else ""


SERVICES: dict[str, Service] = defaultdict(Service)
"""By name, as an account's."""


class ScriptedProvider(BaseProvider):
    SUPPORTS = {"A", "AAAA", "ALIAS", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT"}  # noqa: RUF012 -- as octoDNS has it
    SUPPORTS_GEO = False
    SUPPORTS_ROOT_NS = True
    OWN = ("ns1.scripted.example.", "ns2.scripted.example.")

    def __init__(self, id, account, token="", retries=3, extra=False, *args, **kwargs):  # noqa: A002 -- as octoDNS
        self.log = getLogger(f"ScriptedProvider[{id}]")
        super().__init__(id, *args, **kwargs)
        self.service = SERVICES[account]
        self.token = token
        self.retries = retries
        self.extra = extra

    def list_zones(self):
        return sorted(self.service.zones)

    def populate(self, zone, target=False, lenient=False):
        service = self.service
        service.reads += 1
        found = dict(service.zones[zone.name]) if zone.name in service.zones else None
        for number, ((name, _), data) in enumerate(sorted((found or {}).items())):
            if number == 2 and service.due("cut"):
                raise ServiceError(f"upstream went away, token {self.token}", 502)
            zone.add_record(Record.new(zone, name, dict(data), lenient=True), lenient=True)
        return found is not None

    def _extra_changes(self, existing, desired, changes):
        if not self.extra:
            return []
        return [Create(Record.new(desired, "extra", {"type": "A", "ttl": 60, "value": "192.0.2.9"}))]

    def plan(self, desired, processors=(), **how):
        found = super().plan(desired, list(processors), **how)
        if self.service.meanwhile:
            call, self.service.meanwhile = self.service.meanwhile, None
            call()
        return found

    def _apply(self, plan):
        zones, name = self.service.zones, plan.desired.name
        if name not in zones:
            zones[name][("", "NS")] = {"type": "NS", "ttl": 3600, "values": list(self.OWN)}
        for change in plan.changes:
            self._one(zones[name], change)

    def _one(self, zone, change):
        service = self.service
        record = change.record
        fault = service.due("before", "after", "denied", "well")
        service.writes += 1
        if fault == "before":
            raise ServiceError("no answer", 504)
        if fault == "denied":
            raise ServiceError(f"no right to that for {self.token}", 403)
        key = (record.name, record._type)
        if not service.ignores(record.name):
            if isinstance(change, Delete):
                zone.pop(key, None)
            else:
                others = {rtype for owner, rtype in zone if owner == record.name} - {record._type}
                if others and "CNAME" in {*others, record._type}:
                    raise ServiceError("a CNAME is alone", 422)
                if "refused" in record.name:
                    raise ServiceError(f"`{record.name}` is refused", 400)
                zone[key] = service.alters({**record.data, "type": record._type})
        if fault == "after":
            raise ServiceError("no answer", 504)


class MuteProvider(ScriptedProvider):
    """One that does not say whether a zone is there, as old packages do."""

    def populate(self, zone, target=False, lenient=False):
        super().populate(zone, target, lenient)


class TellingProvider(ScriptedProvider):
    """One that keeps the names that its service assigned."""

    def populate(self, zone, target=False, lenient=False):
        self.assigned = {zone.name[:-1]: {"NS2.scripted.example.", "ns1.scripted.example."}}
        return super().populate(zone, target, lenient)

"""What each method of the Cloud DNS v1 API does: parts of the path, query and body in, the response's body out.

Not a word of HTTP here; who calls, holds a lock.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes import gcloud_errors as errors
from tests.fakes import gcloud_listing as listing
from tests.fakes import gcloud_rules as rules
from tests.fakes import gcloud_zones as zones
from tests.fakes.gcloud_keys import keys
from tests.fakes.gcloud_state import Change, Operation, Rrset, Zone

Parts = Mapping[str, str]
Handler = Callable[[Parts, Mapping[str, str], Any], dict[str, Any] | None]
ORDERS = ("ascending", "descending")
RRSET = "entity.rrset"


@dataclass(slots=True)
class Service:
    """The zones of one project, and what may be asked of them."""

    project: str
    seed: int
    page: int
    done_after: int
    quota: Mapping[str, int]
    reserved: Collection[str]
    unverified: Collection[str]
    zones: dict[str, Zone] = field(default_factory=dict)
    """By resource name."""
    ticks: int = 0

    def handler(self, method: str) -> Handler | None:
        """Return what answers *method*; None where the fake has nothing."""
        return getattr(self, re.sub(r"([A-Z])", r"_\1", method.replace(".", "_")).lower(), None)

    @property
    def number(self) -> str:
        """The project's number."""
        return str(100_000_000_000 + self.seed)

    def named(self, parts: Parts) -> Zone:
        """Return the zone that the path names, by name or id."""
        name = parts["managedZone"]
        for zone in self.zones.values():
            if name in {zone.resource["name"], zone.resource["id"]}:
                return zone
        raise errors.not_found("parameters.managedZone", name)

    def now(self) -> str:
        """Return the time, a millisecond later with each call."""
        self.ticks += 1
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=self.ticks)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def make(self, given: Mapping[str, Any]) -> Zone:
        """Make a zone."""
        zone = zones.made(
            given,
            self.zones.values(),
            self.quota,
            seed=self.seed,
            now=self.now(),
            reserved=self.reserved,
            unverified=self.unverified,
        )
        self.zones[zone.resource["name"]] = zone
        return zone

    # Projects and zones

    def projects_get(self, *_: Any) -> dict[str, Any]:
        quota = {"kind": "dns#quota", **self.quota, "whitelistedKeySpecs": zones.KEY_SPECS}
        return {"kind": "dns#project", "id": self.project, "number": self.number, "quota": quota}

    def managed_zones_create(self, _: Parts, __: Any, body: Any) -> dict[str, Any]:
        return self.make(body).resource

    def managed_zones_get(self, parts: Parts, *_: Any) -> dict[str, Any]:
        return self.named(parts).resource

    def managed_zones_list(self, _: Parts, query: Mapping[str, str], __: Any) -> dict[str, Any]:
        wanted = query.get("dnsName")
        if wanted is not None and not wanted.endswith("."):
            raise errors.invalid("parameters.dnsName", wanted)
        shown = [zone for _, zone in sorted(self.zones.items()) if wanted in {None, zone.apex}]
        places = [(zone.resource["name"],) for zone in shown]
        kind = "dns#managedZonesListResponse"
        return listing.paged(kind, "managedZones", places, lambda n: shown[n].resource, query, self.page)

    def managed_zones_patch(self, parts: Parts, query: Mapping[str, str], body: Any) -> dict[str, Any]:
        zone = self.named(parts)
        after = zones.patched(zone, body, self.zones.values(), self.quota)
        resource = {
            "kind": "dns#operation",
            "id": query.get("clientOperationId") or f"op-{self.ticks}-{len(zone.operations)}",
            "startTime": self.now(),
            "type": "update",
            "user": "user@example.com",
            "zoneContext": {"oldValue": zone.resource, "newValue": after},
        }

        def effect() -> None:
            zone.resource = {**zone.resource, **{part: after[part] for part in body}}

        operation = Operation(resource, self.done_after, effect)
        zone.operations.append(operation)
        if not self.done_after:
            effect()
        return operation.seen()

    def managed_zones_delete(self, parts: Parts, *_: Any) -> None:
        zone = self.named(parts)
        if len(zone.rrsets) > 2:
            raise errors.not_empty(zone.resource["name"])
        del self.zones[zone.resource["name"]]

    def managed_zone_operations_get(self, parts: Parts, *_: Any) -> dict[str, Any]:
        for operation in self.named(parts).operations:
            if operation.resource["id"] == parts["operation"]:
                return operation.seen()
        raise errors.not_found("parameters.operation", parts["operation"])

    def managed_zone_operations_list(self, parts: Parts, query: Mapping[str, str], _: Any) -> dict[str, Any]:
        shown = self.named(parts).operations
        places = [(f"{number:09}",) for number in range(len(shown))]
        kind = "dns#managedZoneOperationsListResponse"
        return listing.paged(kind, "operations", places, lambda n: shown[n].seen(), query, self.page)

    def dns_keys_list(self, parts: Parts, query: Mapping[str, str], _: Any) -> dict[str, Any]:
        shown = keys(self.named(parts))
        places = [(key["id"],) for key in shown]
        return listing.paged("dns#dnsKeysListResponse", "dnsKeys", places, lambda n: shown[n], query, self.page)

    # Record sets and changes

    def changes_create(self, parts: Parts, _: Any, body: Any) -> dict[str, Any]:
        zone = self.named(parts)
        zone.rrsets, added, deleted = rules.changed(
            zone, body.get("additions", []), body.get("deletions", []), self.quota
        )
        resource = {"kind": "dns#change", "id": str(len(zone.changes)), "startTime": self.now()}
        lists = {side: rrsets for side, rrsets in (("additions", added), ("deletions", deleted)) if rrsets}
        change = Change({**resource, **lists}, self.done_after)
        zone.changes.append(change)
        return change.seen()

    def changes_get(self, parts: Parts, *_: Any) -> dict[str, Any]:
        for change in self.named(parts).changes:
            if change.resource["id"] == parts["changeId"]:
                return change.polled()
        raise errors.not_found("parameters.changeId", parts["changeId"])

    def changes_list(self, parts: Parts, query: Mapping[str, str], _: Any) -> dict[str, Any]:
        order = query.get("sortOrder", ORDERS[0])
        if order not in ORDERS:
            raise errors.invalid("parameters.sortOrder", order)
        shown = self.named(parts).changes[:: 1 if order == ORDERS[0] else -1]
        numbers = [int(change.resource["id"]) for change in shown]
        places = [(f"{number if order == ORDERS[0] else 10**9 - number:010}",) for number in numbers]
        return listing.paged("dns#changesListResponse", "changes", places, lambda n: shown[n].seen(), query, self.page)

    def resource_record_sets_list(self, parts: Parts, query: Mapping[str, str], _: Any) -> dict[str, Any]:
        return listing.rrsets(self.named(parts), query, self.page)

    def resource_record_sets_get(self, parts: Parts, *_: Any) -> dict[str, Any]:
        return self._rrset(self.named(parts), parts)

    def resource_record_sets_create(self, parts: Parts, _: Any, body: Any) -> dict[str, Any]:
        return self._one(self.named(parts), [body], [])[0]

    def resource_record_sets_patch(self, parts: Parts, _: Any, body: Any) -> dict[str, Any]:
        zone = self.named(parts)
        before = self._rrset(zone, parts)
        # A set has data or a policy: one given puts the other out.
        kept = {part: value for part, value in before.items() if part not in {"rrdatas", "routingPolicy"}}
        data = {} if {"rrdatas", "routingPolicy"} & body.keys() else before
        return self._one(zone, [{**kept, **data, **body}], [before])[0]

    def resource_record_sets_delete(self, parts: Parts, *_: Any) -> dict[str, Any]:
        zone = self.named(parts)
        self._one(zone, [], [self._rrset(zone, parts)])
        return {}

    def _rrset(self, zone: Zone, parts: Parts) -> Rrset:
        key = (parts["name"].lower(), parts["type"])
        if key not in zone.rrsets:
            raise errors.not_found("parameters.name", f"{parts['name']} ({parts['type']})")
        return zone.rrsets[key]

    def _one(self, zone: Zone, additions: Sequence[Any], deletions: Sequence[Any]) -> list[Rrset]:
        """Make a change of one record set, whose refusals speak of `entity.rrset`."""
        try:
            zone.rrsets, added, _ = rules.changed(zone, additions, deletions, self.quota)
        except errors.Refused as refusal:
            raise refusal.about(RRSET) from refusal
        return added

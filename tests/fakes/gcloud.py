"""A strict fake of the Cloud DNS v1 JSON API (https://cloud.google.com/dns/docs/reference/rest/v1) on loopback.

Every body that comes in or goes out is held to the API's discovery document. What breaks it is kept in `problems`, and
raised when the fake is left, so that no test passes by accident.
"""

import json
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from tests.fakes import gcloud_errors as errors
from tests.fakes import gcloud_rules as rules
from tests.fakes.gcloud_routes import Method, found
from tests.fakes.gcloud_service import Service
from tests.fakes.gcloud_state import Rrset, Zone
from tests.fakes.gcloud_zones import RESERVED
from tests.fakes.kit import Answer, FakeService, Request, Throttle

LOST = (
    b"<!DOCTYPE html>\n<html lang=en>\n  <title>Error 404 (Not Found)!!1</title>\n"
    b"  <p><b>404.</b> <ins>That\xe2\x80\x99s an error.</ins>\n"
)
"""What Google's front end says of a path that no service has."""
UPDATES = {"managedZones.patch": "managedZones.update", "resourceRecordSets.patch": "resourceRecordSets.update"}
"""The permission is not called as the method is."""


class CloudDnsFake(FakeService):
    """Cloud DNS for one project.

    *page*: the most items a page has. *done_after*: at which poll a change is done, and after how many requests about
    the zone a patch of it is (0: at once). *token*: the bearer token that is due. *deny*: permissions the caller lacks,
    without `dns.`. *throttle_status*: 429, or 403. *quota*: what differs from the usual quotas. *reserved*: DNS names
    not to be had. *unverified*: DNS names whose ownership is to be verified.
    """

    def __init__(
        self,
        *,
        project: str = "p",
        seed: int = 1,
        page: int = 100,
        done_after: int = 1,
        throttle: Throttle | None = None,
        throttle_status: int = 429,
        token: str | None = None,
        deny: Collection[str] = (),
        quota: Mapping[str, int] | None = None,
        reserved: Collection[str] = RESERVED,
        unverified: Collection[str] = (),
        tls: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(throttle=throttle, tls=tls)
        self.throttle_status = throttle_status
        self.token = token
        self.deny = set(deny)
        self.problems: list[str] = []
        """What broke the API's description; to be emptied by a test that means to."""
        self.service = Service(
            project,
            seed,
            page,
            done_after,
            {**rules.QUOTA, **(quota or {})},
            frozenset(reserved),
            frozenset(unverified),
        )

    # What tests do behind the API's back

    def create_zone(
        self,
        dns_name: str,
        name: str | None = None,
        visibility: str = "public",
        networks: Sequence[str] = (),
        dnssec: str = "off",
        **more: Any,
    ) -> dict[str, Any]:
        """Make a zone and return its resource; *networks*: names or URLs, *more*: further parts of a ManagedZone."""
        with self._lock:
            given: dict[str, Any] = {
                "name": name or self._free_name(dns_name),
                "dnsName": dns_name,
                "description": "",
                "visibility": visibility,
                **more,
            }
            if networks:
                given["privateVisibilityConfig"] = {
                    "networks": [{"networkUrl": self.network(each)} for each in networks]
                }
            if dnssec != "off":
                given["dnssecConfig"] = {"state": dnssec}
            return self.service.make(given).resource

    def network(self, name: str) -> str:
        """Return the URL of the network *name* of this project."""
        prefix = f"https://www.googleapis.com/compute/v1/projects/{self.service.project}/global/networks/"
        return name if name.startswith("https://") else prefix + name

    def edit(self, zone: str, name: str, rtype: str, ttl: int, values: Sequence[str] | None) -> None:
        """Set or (None) delete a record set as somebody else would, held to the rules; no change is listed."""
        with self._lock:
            present = self._zone(zone).rrsets.get((name, rtype))
            added = [{"name": name, "type": rtype, "ttl": ttl, "rrdatas": list(values)}] if values is not None else []
            self.change(zone, added, [present] if present else [])

    def change(self, zone: str, additions: Sequence[Rrset], deletions: Sequence[Rrset] = ()) -> None:
        """Add and delete record sets as somebody else would: held to all rules but the quotas of one change."""
        with self._lock:
            held = self._zone(zone)
            boundless = dict.fromkeys((name for name in rules.QUOTA if name.endswith("PerChange")), sys.maxsize)
            held.rrsets = rules.changed(held, additions, deletions, {**self.service.quota, **boundless})[0]

    def add_native(self, zone: str, rrset: Mapping[str, Any]) -> None:
        """Put *rrset* in as it is, in place of what has its name and type: no rule is asked."""
        with self._lock:
            held = self._zone(zone)
            key = (rrset["name"], rrset["type"])
            held.rrsets = {**held.rrsets, key: {"kind": "dns#resourceRecordSet", **rrset}}

    def zone_names(self) -> list[str]:
        """Return the DNS name of every zone, sorted; one name may be there twice."""
        with self._lock:
            return sorted(zone.apex for zone in self.service.zones.values())

    def dump(self, zone: str) -> list[Rrset]:
        """Return the record sets as the API lists them."""
        with self._lock:
            held = self._zone(zone)
            return [held.rrsets[key] for _, key in held.ordered()]

    def resource(self, zone: str) -> dict[str, Any]:
        """Return the ManagedZone."""
        with self._lock:
            return self._zone(zone).resource

    def _zone(self, wanted: str) -> Zone:
        """Return the zone whose DNS name, resource name or id is *wanted*."""
        names = ("dnsName", "name", "id")
        matching = [zone for zone in self.service.zones.values() if wanted in [zone.resource[each] for each in names]]
        if len(matching) != 1:
            raise KeyError(f"{len(matching)} zones are called {wanted!r}")
        return matching[0]

    def _free_name(self, dns_name: str) -> str:
        base = "z-" + "".join(char if char.isalnum() else "-" for char in dns_name.lower()).strip("-")[:50].strip("-")
        number = sum(name == base or name.startswith(f"{base}-") for name in self.service.zones)
        return f"{base}-{number}" if number else base

    # The service

    def __exit__(self, *exception: object) -> None:
        """Stop, and raise what broke the API's description, unless something else was raised."""
        super().__exit__(*exception)
        if self.problems and not any(exception):
            raise AssertionError("; ".join(self.problems))

    def throttled(self) -> Answer:
        """Return what one call too many in a minute is told."""
        return errors.throttled(self.throttle_status, self.service.number).answer()

    def handle(self, request: Request) -> Answer:
        """Answer *request* as the service does."""
        try:
            return self._handled(request)
        except errors.Refused as refusal:
            return refusal.answer()
        except Exception as defect:  # noqa: BLE001 -- a crash of the fake must reach the test, not die in a server thread
            self.problems.append(f"{request.method} {request.path}: the fake failed: {defect!r}")
            return errors.error(500, "backendError", "Internal Error", word="INTERNAL")

    def _handled(self, request: Request) -> Answer:
        route = found(request.method, request.path)
        if route is None:
            return Answer(404, LOST, content_type="text/html; charset=UTF-8")
        method, parts = route
        if self.token is not None and request.headers.get("authorization") != f"Bearer {self.token}":
            raise errors.unauthenticated(request.headers)
        try:
            query, body = method.parameters(request.query), self._body(method, request)
        except errors.Refused as refusal:
            self.problems.append(f"{request.method} {request.path}: {refusal}")
            raise
        if parts["project"] != self.service.project:
            raise errors.not_found("parameters.project", parts["project"])
        self._permit(method.id, parts, body)
        handler = self.service.handler(method.id)
        if handler is None:
            self.problems.append(f"{method.id}: the fake does not know it")
            return errors.error(501, "notImplemented", f"{method.id} is not implemented")
        if "managedZone" in parts:
            self.service.named(parts).passes()
        return self._checked(method, handler(parts, query, body))

    def _body(self, method: Method, request: Request) -> Any:
        if method.request is None:
            return None
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise errors.malformed("Content-Type is not application/json")
        try:
            body = request.json
        except ValueError as problem:
            raise errors.Refused(400, ("parseError", f"Parse Error: {problem}")) from problem
        wrong = method.request(body)
        if wrong:
            raise errors.malformed(f"At '{method.id}{wrong.replace(':', chr(39) + ':', 1)}")
        return body

    def _checked(self, method: Method, body: dict[str, Any] | None) -> Answer:
        if body is None:
            return Answer(204)
        wrong = method.response(body) if method.response else ": no answer is due"
        if wrong:
            self.problems.append(f"the answer to {method.id}{wrong}")
        return Answer(200, json.dumps(body).encode(), content_type="application/json; charset=UTF-8")

    def _permit(self, method: str, parts: Mapping[str, str], body: Any) -> None:
        for permission in _needed(method, body):
            if permission in self.deny:
                zone = f"/managedZones/{parts['managedZone']}" if "managedZone" in parts else ""
                raise errors.forbidden(f"dns.{permission}", f"projects/{parts['project']}{zone}")


def _needed(method: str, body: Any) -> Iterator[str]:
    """Yield the permissions that a call needs (https://cloud.google.com/dns/docs/access-control)."""
    yield UPDATES.get(method, method)
    if method == "changes.create":
        added, deleted = (
            {(rrset.get("name"), rrset.get("type")) for rrset in body.get(side, [])}
            for side in ("additions", "deletions")
        )
        sides = {"create": added - deleted, "delete": deleted - added, "update": added & deleted}
        yield from (f"resourceRecordSets.{action}" for action, keys in sides.items() if keys)

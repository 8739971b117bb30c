"""A strict fake of Amazon Route 53: the REST-XML API, with what the service refuses refused.

    with Route53Fake(seed=1) as fake:
        boto3.client("route53", endpoint_url=fake.url, region_name="us-east-1")

https://docs.aws.amazon.com/Route53/latest/APIReference/Welcome.html
"""

import copy
import threading
from collections.abc import Iterable
from typing import Any

from tests.fakes import route53_checks as checks
from tests.fakes import route53_records as records
from tests.fakes import route53_zones as zones
from tests.fakes.kit import Answer, FakeService, Request, Throttle
from tests.fakes.route53_access import Access
from tests.fakes.route53_model import RefusalError, Written, answered, arguments, called, refused
from tests.fakes.route53_names import inside, position, spelled
from tests.fakes.route53_state import Account, DelegationSet, Limits, Native, Zone, simple

_OPERATIONS = checks.OPERATIONS | records.OPERATIONS | zones.OPERATIONS


def error(code: str, words: str, status: int | None = None) -> Answer:
    """Return an error as the service sends it, for :meth:`Route53Fake.fail`."""
    return _answer(refused(RefusalError(code, words, status)))


def _answer(written: Written) -> Answer:
    return Answer(
        written.status, written.body, {**written.headers, "x-amzn-RequestId": "fake"}, content_type="text/xml"
    )


def _busy(account: Account, asked: records.Arguments) -> dict[str, Any]:
    raise records.still_busy()


def _absent(account: Account, asked: records.Arguments) -> dict[str, Any]:
    raise RefusalError("NotImplemented", "this fake does not have that operation", 501)


class Route53Fake(FakeService):
    """One account at Route 53; *page* record sets and *zone_page* zones a page at most, INSYNC after some polls.

    *credentials* (access key id to secret) has signatures checked; *deny* names operations that answer AccessDenied;
    *roles* (role to external id or None) can be assumed at the same address. *escaped_order* tells what record sets
    sort by: names as they are written, or the characters meant. With *overlap* (the default) a batch that arrives
    while another one of the zone is being handled is refused with PriorRequestNotComplete.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        page: int = 300,
        zone_page: int = 100,
        insync_after: int = 1,
        escaped_order: bool = True,
        overlap: bool = True,
        limits: Limits | None = None,
        credentials: dict[str, str] | None = None,
        deny: Iterable[str] = (),
        roles: dict[str, str | None] | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        super().__init__(throttle=throttle)
        self.account = Account(seed, page, zone_page, insync_after, escaped_order, limits or Limits())
        self.access = Access(credentials, set(deny), roles or {})
        self._overlap = overlap
        self._entering = threading.Lock()
        self._under_way: dict[str, int] = {}
        self._late: set[int] = set()

    @property
    def deny(self) -> set[str]:
        """Return the operations that answer AccessDenied; to be changed at will."""
        return self.access.deny

    def throttled(self) -> Answer:
        """Return what the service says to one call too many."""
        return error("Throttling", "Rate exceeded", 400)

    def answer(self, request: Request) -> Answer | None:
        """Answer as faults and throttle allow; a batch beside another one of the same zone is told so."""
        if not (self._overlap and request.method == "POST" and "/rrset" in request.path):
            return super().answer(request)
        with self._entering:
            if self._under_way.get(request.path):
                self._late.add(id(request))
            self._under_way[request.path] = self._under_way.get(request.path, 0) + 1
        try:
            return super().answer(request)
        finally:
            with self._entering:
                self._under_way[request.path] -= 1
                self._late.discard(id(request))

    def handle(self, request: Request) -> Answer:
        """Answer *request*; one at a time."""
        try:
            if request.method == "POST" and request.path == "/":
                return Answer(200, self.access.assume(request).encode(), content_type="text/xml")
            self.access.check(request)
            operation, uri = called(request.method, request.path)
            self.access.allow(operation.name, uri.get("Id"))
            asked = arguments(operation, uri, request.query, request.body)
            act = _busy if id(request) in self._late else _OPERATIONS.get(operation.name, _absent)
            return _answer(answered(operation, act(self.account, asked)))
        except RefusalError as refusal:
            return _answer(refused(refusal))

    def create_zone(
        self,
        name: str,
        *,
        private: bool = False,
        vpcs: Iterable[tuple[str, str]] = (),
        delegation_set: str | None = None,
        comment: str | None = None,
    ) -> str:
        """Add a zone, as somebody else would, and return its id; *vpcs* are (region, id)."""
        with self._lock:
            networks = list(vpcs) or ([("us-east-1", "vpc-11111111")] if private else [])
            delegation = self.account.delegation_sets[delegation_set] if delegation_set else None
            if not networks and delegation is None:
                delegation = self.account.new_servers()
            reference = f"create-zone-{len(self.account.references)}"
            return self.account.add_zone(name, reference, delegation, networks, comment).id

    def create_delegation_set(self) -> str:
        """Add a reusable delegation set, and return its id."""
        with self._lock:
            made: DelegationSet = self.account.new_servers()
            made.id = made.reference = self.account.new_id("N")
            self.account.delegation_sets[made.id] = made
            return made.id

    def edit(self, zone: str, name: str, type: str, ttl: int, values: Iterable[str] | None) -> None:  # noqa: A002 -- the field's name at the service
        """Set a simple record set, or with None delete all of that name and type, unseen and unchecked."""
        with self._lock:
            found, owner = self._zone(zone), spelled(name)
            assert inside(owner, found.name), f"{owner} is not in {found.name}"
            held = {kind: each for kind, each in found.names.get(owner, {}).items() if kind[0] != type}
            found.replace({owner: held})
            if values is not None:
                found.put(simple(owner, type, ttl, values))

    def add_native(self, zone: str, native: Native) -> None:
        """Put a record set in as it is, whatever it holds."""
        with self._lock:
            self._zone(zone).put(copy.deepcopy(native))

    def protect(self, zone: str, name: str, type: str, comment: str | None = None) -> None:  # noqa: A002 -- the field's name at the service
        """Protect a name and type."""
        with self._lock:
            self._zone(zone).protected[spelled(name), type] = comment

    def sign(self, zone: str, state: str = "SIGNING") -> None:
        """Switch DNSSEC signing on, or to another state."""
        with self._lock:
            self._zone(zone).signing = state

    def busy(self, zone: str, times: int = 1) -> None:
        """Refuse the next *times* batches of the zone with PriorRequestNotComplete."""
        with self._lock:
            self._zone(zone).busy = times

    def zone_names(self) -> list[str]:
        """Return the names of all zones, in the order of a listing by name."""
        with self._lock:
            return sorted((zone.name for zone in self.account.zones.values()), key=position)

    def zone_ids(self, name: str) -> list[str]:
        """Return the ids of all zones called *name*, the oldest first."""
        with self._lock:
            return [zone.id for zone in self.account.zones.values() if zone.name == spelled(name)]

    def dump(self, zone: str) -> list[dict[str, Any]]:
        """Return the record sets of a zone as the service would list them."""
        with self._lock:
            listed = self._zone(zone).listed(escaped=self.account.escaped_order)
            return copy.deepcopy([native for _, native in listed])

    def _zone(self, zone: str) -> Zone:
        if zone in self.account.zones:
            return self.account.zones[zone]
        ids = self.zone_ids(zone)
        assert len(ids) == 1, f"{len(ids)} zones are called {zone}: {ids}"
        return self.account.zones[ids[0]]

"""What an account at Route 53 holds: hosted zones with their record sets, delegation sets, changes under way."""

import random
import string
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.route53_model import RefusalError, invalid
from tests.fakes.route53_names import position, spelled

Native = dict[str, Any]
"""A record set in the service's own form, as `ListResourceRecordSets` shows it."""
Kind = tuple[str, str]
"""The type and the set identifier (or nothing) of a record set: what is unique among those of one name."""
PRIVATE_SERVERS = ("ns-0.awsdns-00.com", "ns-512.awsdns-00.net", "ns-1024.awsdns-00.org", "ns-1536.awsdns-00.co.uk")
_TOP_LEVELS = ("com", "net", "org", "co.uk")


def kind_of(native: Mapping[str, Any]) -> Kind:
    """Return the type and the set identifier of *native*."""
    return native["Type"], native.get("SetIdentifier", "")


@dataclass(slots=True)
class DelegationSet:
    """Four name servers."""

    servers: tuple[str, ...]
    id: str = ""
    """Empty unless it is reusable."""
    reference: str = ""

    def shown(self) -> Native:
        """Return it as the service shows it: host names without a final dot."""
        shown: Native = {"NameServers": list(self.servers)}
        if self.id:
            shown |= {"Id": f"/delegationset/{self.id}", "CallerReference": self.reference}
        return shown


@dataclass(slots=True)
class Zone:
    """A hosted zone."""

    id: str
    name: str
    reference: str
    private: bool
    delegation: DelegationSet
    comment: str | None = None
    vpcs: list[tuple[str, str]] = field(default_factory=list)
    """Region and id of each."""
    names: dict[str, dict[Kind, Native]] = field(default_factory=dict)
    """The record sets, by name."""
    protected: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """Name and type of protected record sets, with the comment."""
    signing: str = "NOT_SIGNING"
    busy: int = 0
    """How many batches are still to be refused, as an earlier one is not done."""
    _order: list[tuple[tuple[str, str, str], Native]] | None = None

    def put(self, native: Native) -> None:
        """Store *native* in the place of what has its name, type and identifier."""
        self.names.setdefault(native["Name"], {})[kind_of(native)] = native
        self._order = None

    def replace(self, changed: Mapping[str, dict[Kind, Native]]) -> None:
        """Commit a batch: the record sets of each name in *changed* are now these."""
        for name, held in changed.items():
            self.names[name] = held
            if not held:
                del self.names[name]
        self._order = None

    def listed(self, *, escaped: bool = True) -> list[tuple[tuple[str, str, str], Native]]:
        """Return the record sets in the order of a listing, each with what it sorts by."""
        if self._order is None:
            self._order = sorted(
                (((position(name, escaped=escaped), *kind), native) for name, kind, native in self._all()),
                key=lambda each: each[0],
            )
        return self._order

    def _all(self) -> Iterator[tuple[str, Kind, Native]]:
        for name, held in self.names.items():
            for kind, native in held.items():
                yield name, kind, native

    def __len__(self) -> int:
        return sum(map(len, self.names.values()))

    def shown(self) -> Native:
        """Return it as the service shows it."""
        config: Native = {"PrivateZone": self.private}
        if self.comment is not None:
            config["Comment"] = self.comment
        return {
            "Id": f"/hostedzone/{self.id}",
            "Name": self.name,
            "CallerReference": self.reference,
            "Config": config,
            "ResourceRecordSetCount": len(self),
        }


@dataclass(frozen=True, slots=True)
class Limits:
    """The quotas of the account, as documented; a test may lower them."""

    zones: int = 500
    rrsets: int = 10_000
    values: int = 400
    """Records in one record set."""
    vpcs: int = 300
    same_name: int = 20
    protections: int = 100
    delegation_sets: int = 100


@dataclass(slots=True)
class Account:
    """All that one account holds."""

    seed: int
    page: int = 300
    zone_page: int = 100
    insync_after: int = 1
    escaped_order: bool = True
    limits: Limits = field(default_factory=Limits)
    zones: dict[str, Zone] = field(default_factory=dict)
    references: set[str] = field(default_factory=set)
    delegation_sets: dict[str, DelegationSet] = field(default_factory=dict)
    changes: dict[str, Native] = field(default_factory=dict)
    polls: dict[str, int] = field(default_factory=dict)
    health_checks: dict[str, Native] = field(default_factory=dict)
    tags: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    collections: dict[str, set[str]] = field(default_factory=dict)
    """CIDR collections, with their locations."""
    _random: random.Random = field(init=False)
    _time: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def new_id(self, letter: str) -> str:
        """Return an id as the service makes them."""
        return letter + "".join(self._random.choices(string.ascii_uppercase + string.digits, k=20))

    def new_uuid(self) -> str:
        """Return an id as the service makes them for health checks."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def add_health_check(self, id_: str, reference: str, config: Native) -> Native:
        """Add a health check, and return it as the service shows it."""
        check = {"Id": id_, "CallerReference": reference, "HealthCheckConfig": config, "HealthCheckVersion": 1}
        self.health_checks[id_] = check
        return check

    def zone(self, id_: str) -> Zone:
        """Return the zone with the id *id_*, which may come as `/hostedzone/Z…`."""
        bare = bare_id(id_)
        try:
            return self.zones[bare]
        except KeyError:
            raise RefusalError("NoSuchHostedZone", f"No hosted zone found with ID: {bare}") from None

    def new_servers(self, taken: Iterable[str] = ()) -> DelegationSet:
        """Return four name servers, none of them *taken*."""
        avoided = set(taken)
        while True:
            numbers = [self._random.randrange(512) for _ in _TOP_LEVELS]
            servers = tuple(
                f"ns-{index * 512 + number}.awsdns-{number // 8:02d}.{tld}"
                for index, (number, tld) in enumerate(zip(numbers, _TOP_LEVELS, strict=True))
            )
            if avoided.isdisjoint(servers):
                return DelegationSet(servers)

    def changed(self, comment: str | None = None) -> Native:
        """Note a change under way, and return what the service tells of it."""
        self._time += timedelta(seconds=1)
        info: Native = {
            "Id": f"/change/{self.new_id('C')}",
            "Status": "PENDING",
            "SubmittedAt": self._time.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }
        if comment is not None:
            info["Comment"] = comment
        self.changes[bare_id(info["Id"])] = info
        self.polls[bare_id(info["Id"])] = 0
        return info

    def add_zone(
        self,
        name: str,
        reference: str,
        delegation: DelegationSet | None,
        vpcs: Iterable[tuple[str, str]] = (),
        comment: str | None = None,
    ) -> Zone:
        """Add a zone with the NS and the SOA record set that each begins with; *delegation* None is a private one."""
        private = delegation is None
        zone = Zone(
            self.new_id("Z"),
            spelled(name),
            reference,
            private,
            delegation or DelegationSet(PRIVATE_SERVERS),
            comment,
            list(vpcs),
        )
        servers = zone.delegation.servers
        primary = servers[-1] if private else servers[0]
        soa = f"{primary}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
        for kind, ttl, values in (("NS", 172800, [f"{server}." for server in servers]), ("SOA", 900, [soa])):
            zone.put(simple(zone.name, kind, ttl, values))
        self.zones[zone.id] = zone
        self.references.add(reference)
        return zone


def bare_id(id_: str) -> str:
    """Return *id_* without the path that the service shows before it."""
    return id_.rsplit("/", 1)[-1]


def page_size(asked: Mapping[str, Any], name: str, most: int) -> int:
    """Return how many items a page has: as many as asked for, at most *most*."""
    text = asked.get(name)
    if text is None:
        return most
    if not text.isdecimal() or int(text) < 1:
        raise invalid(f"1 validation error detected: Value '{text}' at '{name}' must be a positive integer")
    return min(int(text), most)


def page(asked: Mapping[str, Any], ids: list[str], most: int) -> tuple[list[str], dict[str, Any]]:
    """Return the ids that a page with a `Marker` holds, and what it says of the page after it."""
    size = page_size(asked, "MaxItems", min(most, 100))
    marker = asked.get("Marker", "")
    if marker and marker not in ids:
        raise invalid(f"The marker {marker} is not valid.")
    first = ids.index(marker) if marker else 0
    rest = ids[first + size :]
    following: dict[str, Any] = {"IsTruncated": bool(rest), "MaxItems": asked.get("MaxItems", "100")}
    following |= {"Marker": marker} if marker else {}
    return ids[first : first + size], following | ({"NextMarker": rest[0]} if rest else {})


def simple(name: str, kind: str, ttl: int, values: Iterable[str]) -> Native:
    """Return a record set without a routing policy."""
    return {"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{"Value": value} for value in values]}

"""A hosted zone's RRsets, page by page: all of them, or an error.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept
from zonesync.provider.errors import Unavailable
from zonesync_route53 import convert
from zonesync_route53.client import Client
from zonesync_route53.kept import Native
from zonesync_route53.names import to_native

PAGE = 300
"""RRsets on one page, the most that the service gives."""
_MOVED = "the list changed while it was read"
_OPERATION = "list_resource_record_sets"
_NEXT = {"NextRecordName": "StartRecordName", "NextRecordType": "StartRecordType"}
_NEXT_ID = {"NextRecordIdentifier": "StartRecordIdentifier"}


@dataclass(frozen=True, slots=True)
class Listing:
    """What a hosted zone holds."""

    rrsets: Mapping[Key, RRset]
    kept: tuple[Kept, ...]
    natives: Mapping[Key, Native]
    """The service's own form of :attr:`rrsets`, verbatim, as a delete has to repeat it."""


def list_zone(client: Client, zone_id: str, apex: str) -> Listing:
    """Return all RRsets of the zone *apex*.

    Raises ProviderError; :class:`Unavailable` where the pages do not fit together, or lack what every zone has.
    """
    rrsets: dict[Key, RRset] = {}
    natives: dict[Key, Native] = {}
    kept: list[Kept] = []
    for native in _natives(client, zone_id):
        found = convert.read(native, zone_id)
        if isinstance(found, Kept):
            kept.append(found)
        elif found.key in rrsets:
            raise Unavailable(f"{_MOVED}: it has `{found.name} {found.type}` twice")
        else:
            rrsets[found.key] = found
            natives[found.key] = native
    there = rrsets.keys() | {Key(one.name, one.type) for one in kept}
    for rtype in ("SOA", "NS"):
        if Key(apex, rtype) not in there:
            raise Unavailable(f"the list lacks `{apex} {rtype}`, which every hosted zone has")
    return Listing(rrsets, tuple(kept), natives)


def list_one(client: Client, zone_id: str, key: Key) -> Native | None:
    """Return the one RRset at *key* as it is now, None where there is none. Raises ProviderError."""
    page = client.read(
        _OPERATION,
        "ResourceRecordSets",
        HostedZoneId=zone_id,
        StartRecordName=to_native(key.name),
        StartRecordType=key.type,
        MaxItems="1",
    )
    for native in page["ResourceRecordSets"]:
        found = convert.read(native, zone_id)
        if (found.name, found.type) == key:
            return native  # type: ignore[no-any-return]  # what the SDK gives is not typed
    return None


def _natives(client: Client, zone_id: str) -> Iterator[Native]:
    seen: set[tuple[str, str, str]] = set()
    start: dict[str, str] = {}
    while True:
        page = client.read(_OPERATION, "ResourceRecordSets", HostedZoneId=zone_id, MaxItems=str(PAGE), **start)
        if "IsTruncated" not in page:
            raise Unavailable("a page of the list does not say whether it is the last")
        natives = page["ResourceRecordSets"]
        _check_joint(start, natives)
        for native in natives:
            where = (native["Name"], native["Type"], native.get("SetIdentifier", ""))
            if where in seen:
                raise Unavailable(f"{_MOVED}: it has `{' '.join(filter(None, where))}` twice")
            seen.add(where)
            yield native
        if not page["IsTruncated"]:
            return
        start = _following(page, seen)


def _check_joint(start: Mapping[str, str], natives: list[Native]) -> None:
    """Raise unless a page begins with what the page before it announced."""
    if not start:
        return
    announced = tuple(start.values())
    fields = ("Name", "Type", "SetIdentifier")[: len(announced)]
    first = tuple(natives[0].get(field, "") for field in fields) if natives else ()
    if first != announced:
        raise Unavailable(f"{_MOVED}: a page was to begin with `{' '.join(announced)}`, and does not")


def _following(page: Mapping[str, Any], seen: set[tuple[str, str, str]]) -> dict[str, str]:
    """Return the parameters that ask for the page after *page*."""
    if not all(page.get(name) for name in _NEXT):
        raise Unavailable("a page of the list is missing: there is more, and nothing says where it begins")
    start = {parameter: page[name] for name, parameter in (_NEXT | _NEXT_ID).items() if page.get(name)}
    if (page["NextRecordName"], page["NextRecordType"], page.get("NextRecordIdentifier", "")) in seen:
        raise Unavailable(f"{_MOVED}: its next page begins with what was there already")
    return start

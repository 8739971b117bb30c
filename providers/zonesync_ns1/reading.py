"""A zone of NS1, read whole: its fields and its records, page by page, some records on their own."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from zonesync.model.rrset import Key, RRset
from zonesync.provider.errors import NotFound, Rejected, Unavailable
from zonesync_ns1 import soa
from zonesync_ns1.client import Client, shape
from zonesync_ns1.names import bare, canonical, path
from zonesync_ns1.records import Understood, needs_whole, understand

_THREADS = 8
"""Records that are read on their own at the same time."""
_CHANGED = "the list changed while it was read"


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that NS1 has for a zone."""

    zone: Mapping[str, Any]
    """Its fields."""
    soa: RRset
    records: Sequence[Understood]


def read_fields(client: Client, handle: str) -> Mapping[str, Any] | None:
    """Return the fields of the zone that NS1 calls *handle*, without records; None where it has none."""
    try:
        return client.get(f"{path('zones', handle)}?records=false")
    except NotFound:
        return None


def read_zone(client: Client, handle: str, name: str) -> Listing | None:
    """Return the zone that NS1 calls *handle*, which must be *name*; None where it has none.

    Raises :class:`Unavailable` for a list that is not whole, and :class:`Rejected` for a zone that is not to be
    written here: another one, a linked or a secondary one, or one that nobody serves.
    """
    listed = _pages(client, handle)
    if listed is None:
        return None
    zone, shorts = listed
    refuse(zone, handle, name)
    with ThreadPoolExecutor(_THREADS) as pool:
        found = [
            pool.submit(copy_context().run, _whole, client, handle, short) if needs_whole(short) else short
            for short in shorts
        ]
        try:
            records = [understand(one.result() if isinstance(one, Future) else one, zone) for one in found]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    listing = Listing(zone, soa_of(name, zone), records)
    _check_whole(listing, name)
    return listing


def _pages(client: Client, handle: str) -> tuple[Mapping[str, Any], list[dict[str, Any]]] | None:
    first: Mapping[str, Any] | None = None
    records: list[dict[str, Any]] = []
    seen = set()
    try:
        for page in client.pages(path("zones", handle), _check_page):
            if first is None:
                first = page
            elif page.get("serial") != first.get("serial"):
                raise Unavailable(f"{_CHANGED}: its serial is {page.get('serial')}, was {first.get('serial')}")
            elif not page["records"]:
                raise Unavailable("a page of the list has no records; the list cannot be read whole")
            for record in page["records"]:
                key = (record["domain"].lower(), record["type"])
                if key in seen:
                    raise Unavailable(f"{_CHANGED}: `{key[0]}` {key[1]} is listed twice")
                seen.add(key)
                # Should an account list it, too: the zone's fields are what can be written.
                if record["type"] != "SOA":
                    records.append(record)
    except NotFound as problem:
        if first is None:
            return None
        raise Unavailable(f"{_CHANGED}: {problem.words}") from problem
    assert first is not None, "there is a first page, or an error"
    return first, records


def _check_page(page: object) -> None:
    records = page.get("records") if isinstance(page, dict) else None
    if not isinstance(records, list):
        raise Unavailable(f"an answer that is {shape(page)} without a list of records, where a zone is due")
    for record in records:
        check_record(record)


def check_record(record: object) -> None:
    """Raise :class:`Unavailable` for what is no record at all."""
    if not isinstance(record, dict) or not all(isinstance(record.get(field), str) for field in ("domain", "type")):
        raise Unavailable("an answer with a record that has no domain and type")


def refuse(zone: Mapping[str, Any], handle: str, name: str) -> None:
    """Raise :class:`Rejected` for a zone that is not the one meant, or whose records come from elsewhere."""
    fqdn = zone.get("zone")
    if not isinstance(fqdn, str):
        raise Unavailable("an answer without the name of its zone")
    if canonical(fqdn) != name:
        raise Rejected(f"the zone that NS1 calls `{handle}` is `{fqdn}`", hint="correct `zone_id`")
    if zone.get("link"):
        raise Rejected(f"`{handle}` is linked to `{zone['link']}`, and has no records of its own")
    secondary = zone.get("secondary")
    if isinstance(secondary, dict) and secondary.get("enabled"):
        raise Rejected(f"`{handle}` is a secondary zone: its records come by transfer from elsewhere")
    if not zone.get("dns_servers"):
        raise Rejected(f"`{handle}` is in no network, so that nobody serves it", hint="give it a network at NS1")


def soa_of(name: str, zone: Mapping[str, Any]) -> RRset:
    """Return the SOA of a zone. Raises :class:`Unavailable` where its fields are not all there."""
    try:
        return soa.soa(name, zone)
    except ValueError as problem:
        raise Unavailable(f"an answer without the zone's SOA: {problem}") from problem


def _whole(client: Client, handle: str, short: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return read_record(client, handle, short["domain"], short["type"])
    except NotFound as problem:
        raise Unavailable(f"{_CHANGED}: `{short['domain']}` {short['type']}: {problem.words}") from problem


def read_record(client: Client, handle: str, domain: str, rtype: str) -> Mapping[str, Any]:
    """Return one whole record. Raises :class:`NotFound` where there is none."""
    record = client.get(path("zones", handle, domain, rtype))
    check_record(record)
    if (record["domain"].lower(), record["type"]) != (domain.lower(), rtype) or "answers" not in record:
        raise Unavailable(f"an answer with another record than `{domain}` {rtype}")
    return record


def _check_whole(listing: Listing, name: str) -> None:
    seen: set[Key] = set()
    for one in listing.records:
        if one.key in seen:
            raise Unavailable(f"{one.key.name} {one.key.type} is listed twice")
        seen.add(one.key)
    if Key(name, "NS") not in seen:
        raise Unavailable(f"an answer without the NS records of `{bare(name)}`; it cannot be the whole zone")

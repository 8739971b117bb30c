"""A zone as a class of octoDNS reads it: whole, or not at all."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from octodns.record import Record
from octodns.source.base import BaseSource
from octodns.zone import Zone

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept
from zonesync.provider.errors import Conflict, NotFound, Rejected, Unavailable
from zonesync_octodns import convert
from zonesync_octodns.explain import explain
from zonesync_octodns.names import new_zone, owner


@dataclass(frozen=True, slots=True)
class Content:
    """What a zone holds."""

    rrsets: Mapping[Key, RRset] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()


def read_zone(source: BaseSource, apex: str, *, as_target: bool) -> Content | None:
    """Return what *source*, fresh, has of the zone *apex*; None where it says that there is no such zone.

    Raises ProviderError. One that says neither is taken to have the zone where it has records of it, and else for
    unread: an empty look is no empty zone.
    """
    try:
        zone = new_zone(apex)
        exists = source.populate(zone, target=as_target, lenient=True)
    except Exception as problem:  # raised again in our tree: each package has its own
        explained = explain(problem)
        if isinstance(explained, NotFound):
            return None
        if isinstance(explained, Rejected | Conflict):
            explained = Unavailable(f"{type(source).__name__} cannot read the zone: {explained.words}")
        raise explained from problem
    if exists is None and not as_target:
        # A source says what it has, and raises where it has nothing.
        exists = True
    if exists is None and not zone.records:
        raise Unavailable(f"`{type(source).__name__}` does not say whether the zone is there, and has no record of it")
    return content(zone) if exists is None or exists else None


def content(zone: Zone) -> Content:
    """Return what *zone* holds, in the model and besides. Raises :class:`Unavailable` for a record without a name."""
    return _content(zone, sorted(zone.records, key=lambda one: (one.name, convert.type_of(one))))


def _content(zone: Zone, records: Iterable[Record]) -> Content:
    rrsets: dict[Key, RRset] = {}
    kept: list[Kept] = []
    for one in records:
        try:
            owner(one.name, zone.name)
        except ValueError as problem:
            raise Unavailable(f"a record with the name `{one.name}`: {problem}") from problem
        why = _peculiar(one)
        if not why:
            try:
                found = convert.rrset(one)
            except (ValueError, TypeError, AttributeError) as problem:
                why = str(problem)
            else:
                why = _lossy(zone, one, found)
                if not why:
                    rrsets[found.key] = found
        if why:
            kept.append(_kept(one, zone.name, why))
    return Content(rrsets, tuple(kept))


def _peculiar(one: Record) -> str:
    """Say what *one* has that no RRset has, in a few words; empty for nothing."""
    if getattr(one, "dynamic", None):
        return "dynamic record of octoDNS"
    if getattr(one, "geo", None):
        return "geographic record of octoDNS"
    settings: Any = one.data.get("octodns")
    return f"has settings of octoDNS: {', '.join(sorted(map(str, settings)))}" if settings else ""


def _lossy(zone: Zone, one: Record, found: RRset) -> str:
    """Say that the RRset *found* is not all of *one*, if so."""
    try:
        back = convert.record(zone, found, lenient=True)
    except ValueError as problem:
        return str(problem)
    return "" if _plain(back) == _plain(one) else "octoDNS reads more of it than an RRset holds"


def _plain(one: Record) -> str:
    return json.dumps(one.data, sort_keys=True, default=str)


def _kept(one: Record, apex: str, why: str) -> Kept:
    rtype = convert.type_of(one)
    digest = hashlib.sha256(f"{rtype} {_plain(one)}".encode()).hexdigest()
    return Kept(owner(one.name, apex), rtype.rpartition("/")[2], why, digest)

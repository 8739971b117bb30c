"""What the audit log tells of the past: who changed what, what a provider had after it, and how to take it back.

Entries go in, oldest first, as :meth:`AuditLog.entries` yields them; nothing here reads a clock or a file but
:func:`last_known`, which reads the log from its end. An entry that cannot be understood is passed over.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from zonesync.model import rdata
from zonesync.model.alias import AliasTarget
from zonesync.model.names import NameSyntaxError, absolute
from zonesync.model.rrset import Key, RRset
from zonesync.model.ttl import MAX_TTL
from zonesync.model.zone import NOTHING, ZoneId
from zonesync.plan.plan import StepKind
from zonesync.provider.contract import Outcome
from zonesync.run.audit import AuditLog, Entry
from zonesync.run.snapshots import Snapshot, SnapshotError, fingerprint, load
from zonesync.run.store import Store

TOOK_EFFECT = frozenset({Outcome.APPLIED.value, Outcome.UNKNOWN.value})
"""The outcomes after which a provider may have something else than before."""

_DELETED = ("step", StepKind.DELETE_ZONE.value, "done")
Place = tuple[ZoneId, str]
"""A zone at a provider, by its name in the configuration."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one change of one run."""

    run: str
    time: str
    """UTC, ISO 8601; as the machine that ran it had it."""
    actor: str
    author: str
    commit: str
    run_url: str
    sequence: int
    """Of the audit object."""
    zone: ZoneId
    provider: str
    key: Key
    before: RRset | None
    after: RRset | None
    outcome: str
    words: str
    """The provider's own."""
    change_id: str
    recovered_by: str = ""
    """The run that wrote this down, for a run that was killed."""
    is_late: bool = False
    """Whether its run wrote this down after it had lost its lock: it is older than what others wrote meanwhile."""

    @property
    def took_effect(self) -> bool:
        """Whether the provider has it, or may have it."""
        return self.outcome in TOOK_EFFECT

    @property
    def possible(self) -> tuple[RRset | None, ...]:
        """What the provider may have after it: both sides where nobody knows."""
        if self.outcome == Outcome.APPLIED.value or self.before == self.after:
            return (self.after,)
        return (self.before, self.after) if self.outcome == Outcome.UNKNOWN.value else (self.before,)


def changes(entries: Iterable[Entry]) -> Iterator[Applied]:
    """Yield the changes among *entries*; one that cannot be understood is passed over."""
    for entry in entries:
        found = change(entry)
        if found is not None:
            yield found


def change(entry: Entry) -> Applied | None:
    """Return the change that *entry* tells of; None where it tells of none, or of what is no RRset."""
    if entry.get("kind") != "change":
        return None
    zone, name, rtype = zone_of(entry), entry.get("name"), entry.get("type")
    provider, outcome = entry.get("provider"), entry.get("outcome")
    if zone is None or not all(isinstance(text, str) and text for text in (name, rtype, provider, outcome)):
        return None
    key = Key(str(name), str(rtype))
    try:
        before, after = _rrset(key, entry.get("before")), _rrset(key, entry.get("after"))
    except ValueError:
        return None
    if before is None and after is None:
        return None
    sequence = entry.get("sequence")
    return Applied(
        sequence=sequence if type(sequence) is int else 0,
        zone=zone,
        key=key,
        before=before,
        after=after,
        provider=str(provider),
        outcome=str(outcome),
        is_late=entry.get("late") is True,
        **said(entry, "run", "time", "actor", "author", "commit", "run_url", "words", "change_id", "recovered_by"),
    )


def zone_of(entry: Entry) -> ZoneId | None:
    """Return the zone that *entry* is about, None where it is about none or about what is none."""
    text = entry.get("zone")
    if not isinstance(text, str) or not text:
        return None
    try:
        return ZoneId.parse(text)
    except NameSyntaxError:
        return None


def said(entry: Entry, *keys: str) -> dict[str, str]:
    """Return what an entry says under *keys*; empty for what is no text."""
    return {key: value if isinstance(value := entry.get(key), str) else "" for key in keys}


def _rrset(key: Key, data: Any) -> RRset | None:
    """Return one side of a change. Raises ValueError for what is no RRset."""
    if data is None:
        return None
    ttl, values = (data.get("ttl"), data.get("rdatas")) if isinstance(data, dict) else (None, None)
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise ValueError("no values")
    if absolute(key.name) != key.name:
        raise ValueError("no canonical name")
    if ttl is None:
        texts = [AliasTarget.from_text(text).to_text() for text in values]
        return RRset(key.name, key.type, None, tuple(texts))
    if type(ttl) is not int or not 0 <= ttl <= MAX_TTL:
        raise ValueError("no TTL")
    return RRset(key.name, key.type, ttl, tuple(sorted({rdata.canonical(key.type, text) for text in values})))


def blame(entries: Iterable[Entry], zone: ZoneId, name: str = "", type: str = "") -> list[Applied]:  # noqa: A002 -- DNS's own word
    """Return for each RRset at each provider the last change that took effect, or may have; deletes included.

    *name* is absolute or relative to *zone*, ``@`` the apex; empty stands for every name, and an empty *type* for
    every type. In the order of names, types and providers. Where *entries* has the starts of runs too, what a run said
    late counts as done before the runs that began after it. Raises :class:`NameSyntaxError` for what is no name.
    """
    wanted = absolute(name, zone.name) if name else ""
    found: dict[tuple[Key, str], Applied] = {}
    starts: dict[str, int] = {}
    for entry in entries:
        if entry.get("kind") == "run_start":
            starts[str(entry.get("run"))] = len(starts)
        # Most entries are of other names; only what may count is read.
        if (wanted and entry.get("name") != wanted) or (type and entry.get("type") != type):
            continue
        one = change(entry)
        if one is not None and one.zone == zone and one.took_effect:
            last = found.get((one.key, one.provider))
            # What a run says late it did before any run that began after it.
            if not (one.is_late and last and starts.get(last.run, -1) > starts.get(one.run, -1)):
                found[one.key, one.provider] = one
    return [found[place] for place in sorted(found)]


@dataclass(frozen=True, slots=True)
class Known:
    """What the log knows of one zone at one provider."""

    run: str
    """The run that left the snapshot; without one, the last that changed anything."""
    time: str
    snapshot: Snapshot | None
    since: Mapping[Key, tuple[str | None, ...]] = field(default_factory=lambda: NOTHING)
    """What was changed after the snapshot: the fingerprints that each RRset may have by now, None for absence."""
    problem: str = ""
    """Why the snapshot that the log names is not there."""

    def expects(self, key: Key) -> tuple[str | None, ...] | None:
        """Return the fingerprints that *key* may have as far as the log knows; None where it knows nothing."""
        if key in self.since:
            return self.since[key]
        return None if self.snapshot is None else (self.snapshot.rrsets.get(key),)


@dataclass(slots=True)
class _Sought:
    """What was found of one zone at one provider on the way from the log's end."""

    since: dict[Key, tuple[str | None, ...]] = field(default_factory=dict)
    run: str = ""
    time: str = ""


def last_known(log: AuditLog, store: Store, wanted: Collection[Place]) -> dict[Place, Known]:
    """Return what the log knows of each of *wanted*; what it has never heard of, or since deleted, is absent.

    Reads from the log's end, as far as the last snapshot of each. Raises :class:`StoreError`.
    """
    sought = {place: _Sought() for place in wanted}
    deleted: dict[Place, _Sought] = {}
    found: dict[Place, Known] = {}
    for entry in _as_done(log.entries_backwards()) if sought else ():
        place = _place(entry)
        if place not in sought:
            continue
        if entry.get("kind") == "zone":
            found[place] = _known(store, entry, sought.pop(place))
        elif tuple(map(entry.get, ("kind", "step", "outcome"))) == _DELETED:
            deleted[place] = sought.pop(place)
        elif (one := change(entry)) is not None and one.took_effect:
            _note(sought[place], one)
        if not sought:
            break
    for place, rest in (*sought.items(), *deleted.items()):
        if rest.since:
            found[place] = Known(rest.run, rest.time, None, rest.since)
    return found


def _as_done(backwards: Iterable[Entry]) -> Iterator[Entry]:
    """Yield entries, newest first, and what a run said late where it began: it did that before any run after it."""
    late: dict[str, list[Entry]] = {}
    for entry in backwards:
        if entry.get("late") is True:
            late.setdefault(str(entry.get("run")), []).append(entry)
            continue
        if entry.get("kind") == "run_start":
            yield from late.pop(str(entry.get("run")), ())
        yield entry


def _place(entry: Entry) -> Place | None:
    zone, provider = zone_of(entry), entry.get("provider")
    return (zone, provider) if zone is not None and isinstance(provider, str) else None


def _note(sought: _Sought, one: Applied) -> None:
    if not sought.run:
        sought.run, sought.time = one.run, one.time
    if one.key not in sought.since:
        sought.since[one.key] = tuple(None if side is None else fingerprint(side) for side in one.possible)


def _known(store: Store, entry: Entry, sought: _Sought) -> Known:
    noted = said(entry, "run", "time", "snapshot")
    snapshot, problem = None, ""
    try:
        snapshot = load(store, noted["snapshot"])
    except SnapshotError as missing:
        problem = str(missing)
    return Known(noted["run"], noted["time"], snapshot, sought.since, problem)


def reversed_changes(
    entries: Iterable[Entry], run: str, zone: ZoneId | str = ""
) -> dict[Place, dict[Key, tuple[RRset | None, RRset | None]]]:
    """Return what *run* did: by zone and provider each RRset before its first change and after its last.

    Only what took effect, or may have; with *zone* only there. What was changed back again within the run is left
    out. Raises :class:`NameSyntaxError` where *zone* is none.
    """
    only = ZoneId.parse(zone) if isinstance(zone, str) and zone else zone
    found: dict[Place, dict[Key, tuple[RRset | None, RRset | None]]] = {}
    for entry in entries:
        one = change(entry) if entry.get("run") == run else None
        if one is None or not one.took_effect or (only and one.zone != only):
            continue
        rrsets = found.setdefault((one.zone, one.provider), {})
        first = rrsets[one.key][0] if one.key in rrsets else one.before
        rrsets[one.key] = (first, one.after)
    return {
        place: kept
        for place, rrsets in found.items()
        if (kept := {key: sides for key, sides in rrsets.items() if sides[0] != sides[1]})
    }

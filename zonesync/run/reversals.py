"""What a run did, as the audit log has it: everything that a rollback needs to know of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import NOTHING
from zonesync.plan import soa
from zonesync.plan.diff import Normalise, settle
from zonesync.plan.networks import NETWORKS
from zonesync.plan.plan import StepKind
from zonesync.provider.contract import Outcome
from zonesync.run.audit import Entry
from zonesync.run.history import TOOK_EFFECT, Applied, Place, change, reversed_changes, zone_of

Sides = tuple[RRset | None, RRset | None]
"""Before the run's first change, and after its last."""


@dataclass(frozen=True, slots=True)
class Networks:
    """How a run changed where a private zone is visible."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    is_whole: bool
    """Whether all of it was carried out; else any step on the way may be what is there."""

    def left(self, now: Sequence[str]) -> bool:
        """Tell whether *now* is what the run may have left."""
        if self.is_whole:
            return tuple(now) == self.after
        return set(self.before) & set(self.after) <= set(now) <= {*self.before, *self.after}


@dataclass(frozen=True, slots=True)
class Reversal:
    """What a run did to one zone at one provider."""

    run: str
    rrsets: Mapping[Key, Sides] = field(default_factory=lambda: NOTHING)
    networks: Networks | None = None
    created: bool = False
    """Whether the run created the zone there."""
    later: Mapping[Key, Applied] = field(default_factory=lambda: NOTHING)
    """The last change that a later run made to one of :attr:`rrsets`."""
    unreadable: int = 0
    """Changes of the run that this version cannot read."""
    deleted: bool = False
    """Whether the run deleted the zone there."""


def same(now: RRset | None, then: RRset | None, spell: Normalise | None = None) -> bool:
    """Tell whether two states of an RRset answer alike; the serial of an SOA does not count."""
    if now is None or then is None:
        return now is then
    if now.type == "SOA":
        return soa.same(now, then)
    return settle(now, then, spell) is None


def reversals(entries: Sequence[Entry], run: str) -> dict[Place, Reversal]:
    """Return what *run* did, by zone and provider, in their order; empty where it changed nothing.

    *entries* is the whole log, oldest first. What was refused, and what was changed back again within the run, is
    left out.
    """
    rrsets = reversed_changes(entries, run)
    networks = _networks(entries, run)
    created = _stepped(entries, run, StepKind.CREATE_ZONE)
    deleted = _stepped(entries, run, StepKind.DELETE_ZONE)
    unreadable = _unreadable(entries, run)
    later = _later(entries, run, rrsets)
    return {
        place: Reversal(
            run,
            rrsets.get(place, {}),
            networks.get(place),
            place in created,
            later.get(place, {}),
            unreadable.get(place, 0),
            place in deleted,
        )
        for place in sorted({*rrsets, *networks, *created, *unreadable, *deleted})
    }


def _place(entry: Entry) -> Place | None:
    zone, provider = zone_of(entry), entry.get("provider")
    return (zone, provider) if zone is not None and isinstance(provider, str) and provider else None


def _of_kind(entries: Iterable[Entry], run: str, kind: str) -> Iterable[tuple[Place, Entry]]:
    for entry in entries:
        if entry.get("run") == run and entry.get("kind") == kind:
            place = _place(entry)
            if place is not None:
                yield place, entry


def _networks(entries: Iterable[Entry], run: str) -> dict[Place, Networks]:
    found: dict[Place, Networks] = {}
    took_effect: set[Place] = set()
    for place, entry in _of_kind(entries, run, "setting"):
        if entry.get("name") != NETWORKS:
            continue
        before, after = _texts(entry.get("before")), _texts(entry.get("after"))
        known = found.get(place)
        # What was written down of a killed run tells of its last answer, which need not have been the last one due.
        is_done = entry.get("outcome") == Outcome.APPLIED.value and not entry.get("recovered_by")
        is_whole = is_done and (known is None or known.is_whole)
        found[place] = Networks(known.before if known else before, after, is_whole)
        if entry.get("outcome") in TOOK_EFFECT:
            took_effect.add(place)
    return {place: one for place, one in found.items() if place in took_effect and one.before != one.after}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list | tuple) else ()


def _stepped(entries: Iterable[Entry], run: str, kind: StepKind) -> set[Place]:
    """Return where *run* has carried out a step of *kind*, or may have."""
    return {
        place
        for place, entry in _of_kind(entries, run, "step")
        if entry.get("step") == kind.value and entry.get("outcome") in {"done", "unknown"}
    }


def _unreadable(entries: Iterable[Entry], run: str) -> dict[Place, int]:
    found: dict[Place, int] = {}
    for place, entry in _of_kind(entries, run, "change"):
        if entry.get("outcome") in TOOK_EFFECT and change(entry) is None:
            found[place] = found.get(place, 0) + 1
    return found


def _later(
    entries: Iterable[Entry], run: str, rrsets: Mapping[Place, Mapping[Key, Sides]]
) -> dict[Place, dict[Key, Applied]]:
    """Return the last change of another run to each of *rrsets*, where it came after the run's own."""
    names = {key.name for keys in rrsets.values() for key in keys}
    done: set[tuple[Place, Key]] = set()
    found: dict[Place, dict[Key, Applied]] = {}
    for entry in entries:
        if entry.get("name") not in names:
            continue
        one = change(entry)
        if one is None or not one.took_effect:
            continue
        place = (one.zone, one.provider)
        if one.key not in rrsets.get(place, ()):
            continue
        if one.run == run:
            done.add((place, one.key))
            if not one.is_late:
                found.get(place, {}).pop(one.key, None)
        elif (place, one.key) in done:
            found.setdefault(place, {})[one.key] = one
    return found

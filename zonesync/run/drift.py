"""Tell what differs from the files apart by its cause: somebody else's edit, or files that are ahead.

Nothing here reads a file, asks a service or knows the time: a plan, what is live and what the audit log knows go in,
and the differences come out, each with its cause.
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import NOTHING, Kept, ZoneId
from zonesync.plan.plan import Plan, Setting, Step, StepKind
from zonesync.provider.contract import LiveZone
from zonesync.run.history import Known, Place
from zonesync.run.snapshots import fingerprint, kept_digests, kept_name
from zonesync.run.traces import NO_TRACES, Trace, Traces


class Kind(enum.StrEnum):
    """Why something differs; the order is the reader's: what somebody did comes before what is merely due."""

    READ_FAILED = "read-failed"
    """Nothing is known; never taken for in step."""
    CHANGED_OUTSIDE = "changed-outside"
    """Live is not what zonesync last left there."""
    KEPT_CHANGED = "kept-changed"
    """An RRset that zonesync cannot edit is not what it was after the last complete apply."""
    NOT_APPLIED = "not-applied"
    """Live is what zonesync last left there, or it never left anything: the files are ahead."""
    UNMANAGED_ZONE = "unmanaged-zone"
    """A zone that no zone file puts at the provider."""


class Subject(enum.StrEnum):
    """What it is that differs."""

    RRSET = "rrset"
    ZONE = "zone"
    SETTING = "setting"
    KEPT = "kept"
    STEP = "step"


class Event(enum.StrEnum):
    """What somebody else did to it."""

    ADDED = "added"
    DELETED = "deleted"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class DriftItem:
    """One thing that differs at one provider."""

    kind: Kind
    subject: Subject
    zone: ZoneId
    provider: str
    key: Key | None = None
    """Of an RRset, kept ones included."""
    set_identifier: str = ""
    """Of a kept RRset."""
    change: Change | None = None
    """From live to what the files say."""
    setting: Setting | None = None
    event: Event | None = None
    """What somebody else did; None where nobody is known to have done anything."""
    last: Trace | None = None
    """What the audit log has last on it."""
    is_known: bool = True
    """Whether the audit log tells what zonesync last left there; else nobody knows who made live what it is."""
    is_file_ahead: bool = False
    """Whether the files ask for something new as well."""
    words: str = ""
    """Why a read failed, what is kept, or which step is due."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the audit log knows of the zones at hand."""

    known: Mapping[Place, Known] = field(default_factory=lambda: NOTHING)
    traces: Traces = NO_TRACES
    """Who set what differs."""
    is_whole: bool = True
    """Whether the log could be read, so that what it does not tell of never was."""


def classify(
    plan: Plan, live: Mapping[Place, LiveZone | None], memory: Memory, unmanaged: Sequence[Place] = ()
) -> tuple[DriftItem, ...]:
    """Return what differs, by zone, cause and provider.

    *plan* is what it takes to make *live* what the files say; *unmanaged* are zones that no file puts where they are.
    """
    missing = {(step.zone, step.provider) for step in plan.steps if step.kind is StepKind.CREATE_ZONE}
    due: set[Place] = set()
    items = [
        DriftItem(Kind.READ_FAILED, Subject.ZONE, one.zone, one.provider, words=one.words, is_known=False)
        for one in plan.unread
    ]
    items += [_missing(where, memory) for where in sorted(missing)]
    for step in plan.steps:
        where = (step.zone, step.provider)
        if where in missing or not step.provider:
            continue
        here = live.get(where)
        items += [_rrset(where, change, here, memory) for change in step.changes]
        items += [_setting(where, setting, memory) for setting in step.settings]
        if _is_due(step) and where not in due:
            due.add(where)
            items.append(DriftItem(Kind.NOT_APPLIED, Subject.STEP, *where, words=step.note or step.kind.value))
    for target in plan.targets:
        where = (target.zone, target.provider)
        here = live.get(where)
        if here is not None:
            items += _kept(where, here.kept, memory.known.get(where))
    items += [_unmanaged(where, memory) for where in dict.fromkeys(unmanaged)]
    order = list(Kind)
    # Within a cause the plan's order stands: it is that of names.
    return tuple(sorted(items, key=lambda item: (item.zone, order.index(item.kind), item.provider)))


def differing(plan: Plan) -> dict[Place, list[Key]]:
    """Return the RRsets that differ, by zone and provider, a missing zone's left out: it differs as a whole."""
    missing = {(step.zone, step.provider) for step in plan.steps if step.kind is StepKind.CREATE_ZONE}
    keys: dict[Place, list[Key]] = {where: [] for where in missing}
    for step in plan.steps:
        where = (step.zone, step.provider)
        if step.provider and where not in missing:
            keys.setdefault(where, []).extend(change.key for change in step.changes)
    return keys


def _is_due(step: Step) -> bool:
    """Tell whether *step* is a difference of its own: a reload without a note only follows changes."""
    if step.kind in {StepKind.CONTENT, StepKind.APEX_NS, StepKind.METADATA}:
        return False
    return bool(step.note) or step.kind is not StepKind.RELOAD


def _missing(where: Place, memory: Memory) -> DriftItem:
    known = memory.known.get(where)
    if known is None:
        return DriftItem(Kind.NOT_APPLIED, Subject.ZONE, *where, is_known=memory.is_whole)
    return DriftItem(Kind.CHANGED_OUTSIDE, Subject.ZONE, *where, event=Event.DELETED, last=Trace.left(known))


def _rrset(where: Place, change: Change, here: LiveZone | None, memory: Memory) -> DriftItem:
    key = change.key
    # As it was read: `before` may be spelled for the diff.
    rrset = here.rrsets.get(key) if here else None
    known = memory.known.get(where)
    expected = known.expects(key) if known else None
    if known is None or expected is None:
        return DriftItem(Kind.NOT_APPLIED, Subject.RRSET, *where, key, change=change, is_known=False)
    now = _print_of(rrset)
    last = _last(where, key, known, memory)
    if now in expected:
        return DriftItem(Kind.NOT_APPLIED, Subject.RRSET, *where, key, change=change, last=last)
    wanted = change.after
    return DriftItem(
        Kind.CHANGED_OUTSIDE,
        Subject.RRSET,
        *where,
        key,
        change=change,
        event=Event.DELETED if now is None else Event.ADDED if set(expected) == {None} else Event.EDITED,
        last=last,
        is_file_ahead=(wanted is None or isinstance(wanted, RRset)) and _print_of(wanted) not in expected,
    )


def _print_of(rrset: RRset | None) -> str | None:
    return None if rrset is None else fingerprint(rrset)


def _last(where: Place, key: Key, known: Known, memory: Memory) -> Trace:
    """Return who set *key*; where nobody did, the run after which it is known what was there."""
    change = memory.traces.changes.get(where, {}).get(key)
    return Trace.of(change) if change else Trace.left(known)


def _setting(where: Place, setting: Setting, memory: Memory) -> DriftItem:
    known = memory.traces.settings.get(where, {}).get(setting.name)
    if known is None:
        return DriftItem(Kind.NOT_APPLIED, Subject.SETTING, *where, setting=setting, is_known=False)
    if known.value == setting.before or not known.trace.is_certain:
        return DriftItem(Kind.NOT_APPLIED, Subject.SETTING, *where, setting=setting, last=known.trace)
    return DriftItem(
        Kind.CHANGED_OUTSIDE,
        Subject.SETTING,
        *where,
        setting=setting,
        event=Event.EDITED,
        last=known.trace,
        is_file_ahead=setting.after != known.value,
    )


def _kept(where: Place, kept: Sequence[Kept], known: Known | None) -> Iterator[DriftItem]:
    """Yield what came, went or changed of the RRsets that zonesync cannot edit; without a snapshot nobody knows."""
    if known is None or known.snapshot is None:
        return
    then, now = known.snapshot.kept, kept_digests(kept)
    shown = {kept_name(one): one.description for one in kept}
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) == now.get(name):
            continue
        event = Event.DELETED if name not in now else Event.EDITED if name in then else Event.ADDED
        owner, rtype, set_identifier = [*name.split(" ", 2), "", ""][:3]
        yield DriftItem(
            Kind.KEPT_CHANGED,
            Subject.KEPT,
            *where,
            Key(owner, rtype),
            set_identifier=set_identifier,
            event=event,
            last=Trace.left(known),
            words=shown.get(name, ""),
        )


def _unmanaged(where: Place, memory: Memory) -> DriftItem:
    known = memory.known.get(where)
    last = Trace.left(known) if known else None
    return DriftItem(Kind.UNMANAGED_ZONE, Subject.ZONE, *where, last=last, is_known=memory.is_whole)

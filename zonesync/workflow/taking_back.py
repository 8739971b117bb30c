"""Which run is to be taken back, and what of it: the words of a command line held against the audit log."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from zonesync.findings import Finding, Severity
from zonesync.model.names import NameSyntaxError, absolute, is_within
from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId
from zonesync.run.history import Place
from zonesync.run.recovery import left_behind
from zonesync.run.reversals import Reversal, reversals
from zonesync.run.rollback import settings_key
from zonesync.run.runs import RunSummary, runs
from zonesync.run.store import open_store
from zonesync.workflow.auditing import named_run
from zonesync.workflow.project import Project, RefusedError, UnknownNameError, audit_log

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class TakingBack:
    """A run, and what of it is to be taken back."""

    run: RunSummary
    places: Mapping[Place, Reversal]
    overwrites: frozenset[tuple[Place, Key]] = frozenset()
    """What is taken back although it was changed since."""


def find_run(project: Project, text: str, zones: Sequence[str] = (), overwrites: Sequence[str] = ()) -> TakingBack:
    """Return what the run *text*, an id or the beginning of one, did to *zones*, or to all for none.

    *overwrites* are names, with a type or for all types, relative where one zone is concerned. Raises
    :class:`UnknownNameError`, :class:`RefusedError` for a run that changed nothing or has not ended, and
    :class:`~zonesync.run.store.StoreError`.
    """
    entries = list(audit_log(project).entries())
    run = named_run(text, runs(entries))
    if run.id in _left_behind(project):
        raise RefusedError([_under_way(run)])
    if run.move:
        raise RefusedError([_move(run)])
    places = reversals(entries, run.id)
    if zones:
        wanted = [_zone(name, {zone for zone, _ in places}, run) for name in zones]
        places = {place: one for place, one in places.items() if place[0] in wanted}
    if not any(one.rrsets or one.networks or one.unreadable for one in places.values()):
        raise RefusedError([_nothing(run, places)])
    named = [(place, key) for text in overwrites for place, key in _named(text, places)]
    return TakingBack(run, places, frozenset(named))


def unrecorded(project: Project, text: str) -> frozenset[ZoneId]:
    """Return the zones of runs whose ids begin with *text* and which are under way, or were killed.

    What those did is in the audit log once somebody else has held the locks of their zones. Raises
    :class:`~zonesync.run.store.StoreError`.
    """
    left = [name for name in _left_behind(project) if text and name.startswith(text)]
    known = runs(audit_log(project).entries()) if left else {}
    return frozenset(ZoneId.parse(zone) for name in left if name in known for zone in known[name].zones)


def _left_behind(project: Project) -> Sequence[str]:
    return left_behind(open_store(project.config.state, project.root))


def _under_way(run: RunSummary) -> Finding:
    message = f"run {run.id} has not ended: what it has done so far is not all in the audit log"
    return Finding("rollback-under-way", Severity.ERROR, message, help="wait for it, and roll it back then")


_BACK = {"evacuate": "restore", "restore": "evacuate", "join": "provider leave ZONE", "leave": "provider join ZONE"}


def _move(run: RunSummary) -> Finding:
    """Refuse what would leave it on record that a provider is out, and its name servers in the set, or the reverse."""
    kind, _, provider = run.move.partition(" ")
    message = f"run {run.id} was to {run.move}, which takes more than its changes to take back"
    back = f"`zonesync {_BACK.get(kind, 'restore')} {provider}` does it in the order that breaks nothing"
    return Finding("rollback-of-move", Severity.ERROR, message, help=back)


def _zone(name: str, there: Collection[ZoneId], run: RunSummary) -> ZoneId:
    try:
        zone = ZoneId.parse(name)
    except NameSyntaxError as problem:
        raise UnknownNameError(f"`{name}` is no zone: {problem}") from None
    if zone not in there:
        names = sorted({str(one) for one in there})
        raise UnknownNameError(
            f"run {run.id} changed nothing in the zone `{zone}`; "
            f"it changed {', '.join(names[:_SHOWN]) or 'none'}{', …' if len(names) > _SHOWN else ''}"
        )
    return zone


def _nothing(run: RunSummary, places: Mapping[Place, Reversal]) -> Finding:
    created = sorted({str(zone) for (zone, _), one in places.items() if one.created})
    if created:
        message = f"run {run.id} did no more than create {', '.join(created)}, and a rollback deletes no zone"
        return Finding("rollback-nothing", Severity.ERROR, message, help="delete it at the provider by hand")
    deleted = sorted({str(zone) for (zone, _), one in places.items() if one.deleted})
    if deleted:
        message = f"run {run.id} did no more than delete {', '.join(deleted)}, and a rollback creates no zone"
        hint = "let `zonesync apply` create it from its file"
        return Finding("rollback-nothing", Severity.ERROR, message, help=hint)
    message = f"run {run.id} changed nothing, so there is nothing to take back"
    return Finding("rollback-nothing", Severity.ERROR, message, help="`zonesync audit log` lists what each run did")


def _named(text: str, places: Mapping[Place, Reversal]) -> Iterable[tuple[Place, Key]]:
    """Return the RRsets of the run that *text* names. Raises :class:`UnknownNameError` where it names none."""
    name, *rest = text.split() or [""]
    if not name or len(rest) > 1:
        raise UnknownNameError(f'--overwrite "{text}": write a name, or a name and a type: "www.example.com. A"')
    rtype = rest[0] if rest else ""
    zones = {zone for zone, _ in places}
    try:
        names = [absolute(name)]
        if len(zones) == 1 and not name.endswith("."):
            names.insert(0, absolute(name, next(iter(zones)).name))
    except NameSyntaxError as problem:
        raise UnknownNameError(f'--overwrite "{text}": {problem}') from None
    for each in names:
        found = [
            (place, key)
            for place, one in places.items()
            for key in [*one.rrsets, *([settings_key(place[0])] if one.networks else [])]
            if key.name == each and (not rtype or key.type.lower() == rtype.lower())
        ]
        if found:
            return found
    inside = any(is_within(names[-1], zone.name) for zone in zones)
    hint = "" if inside or len(zones) == 1 else "; of several zones, write it in full, with a final dot"
    raise UnknownNameError(f'--overwrite "{text}": the run changed nothing of that name{hint}')


def again(project: Project, asked: TakingBack, zones: Collection[ZoneId]) -> TakingBack:
    """Read once more what was done to *zones*, and by whom since: another run has been there."""
    entries = list(audit_log(project).entries())
    found = reversals(entries, asked.run.id)
    places = {place: found[place] for place in asked.places if place[0] in zones and place in found}
    return replace(asked, places=places)

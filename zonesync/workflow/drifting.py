"""Tell what differs from the files, and what the audit log knows of why. Changes nothing anywhere."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from zonesync.findings import Finding, Severity
from zonesync.model.rrset import Key
from zonesync.model.zone import NOTHING, Nameservers, ZoneId
from zonesync.plan.plan import Plan
from zonesync.plan.planner import plan_zone
from zonesync.run.audit import AuditLog, Entry
from zonesync.run.drift import DriftItem, Memory, classify, differing
from zonesync.run.history import Known, Place, last_known
from zonesync.run.pending import unfinished, with_pending
from zonesync.run.readonce import ReadOnce
from zonesync.run.store import StoreError, open_store
from zonesync.run.traces import look_back
from zonesync.workflow.facts import facts_of
from zonesync.workflow.planning import ORPHAN, Planning
from zonesync.workflow.project import Project, limits_of


@dataclass(frozen=True, slots=True)
class Drifting:
    """What differs, and what it was worked out from."""

    plan: Plan
    """What would end the drift. A zone that was read at some of its providers only is in it with those."""
    items: tuple[DriftItem, ...]
    unlisted: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """Providers that did not say which zones they host, and why: nothing is known of unmanaged zones there."""
    warnings: tuple[Finding, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether every zone and every list of zones could be read."""
        return not self.plan.unread and not self.unlisted


def find_drift(project: Project, planning: Planning, only: Sequence[str] = ()) -> Drifting:
    """Tell what *planning* found to differ apart by its cause; *only* are the providers that were asked for.

    An audit log that cannot be read is a warning: what differs is known without it, and only the causes are not.
    """
    plan = _with_readable(project, planning, only)
    unmanaged = [
        (ZoneId.parse(finding.zone), finding.provider)
        for finding in planning.warnings
        if finding.rule == ORPHAN and (not only or finding.provider in only)
    ]
    memory, warnings = _remembered(project, planning, plan, unmanaged)
    items = classify(plan, planning.live, memory, unmanaged)
    unlisted = {name: words for name, words in planning.unlisted.items() if not only or name in only}
    others = [finding for finding in planning.warnings if finding.rule != ORPHAN]
    return Drifting(plan, items, unlisted, (*others, *warnings))


def _with_readable(project: Project, planning: Planning, only: Sequence[str]) -> Plan:
    """Return the plan, and in it each unread zone at those of its providers that could be read.

    A zone is planned at all its providers or at none; what differs at one of them is true all the same. Only name
    servers that are taken from all providers cannot be compared then.
    """
    plan, limits = planning.plan, limits_of(project.config)
    unread = {one.zone for one in plan.unread}
    steps, targets = [*plan.steps], [*plan.targets]
    for zone in planning.zones:
        if zone.id not in unread:
            continue
        alone = replace(zone, nameservers=Nameservers(said=True)) if zone.nameservers.mode == "auto" else zone
        facts = [
            facts_of(planning.providers[name], alone, planning.live[zone.id, name])
            for name in zone.providers
            if (zone.id, name) in planning.live and (not only or name in only)
        ]
        if facts:
            planned = plan_zone(alone, facts, limits, sealed=False)
            steps += planned.steps
            targets += planned.targets
    return plan.model_copy(update={"steps": tuple(steps), "targets": tuple(targets)})


def _remembered(
    project: Project, planning: Planning, plan: Plan, unmanaged: Collection[Place]
) -> tuple[Memory, list[Finding]]:
    """Return what the audit log knows of what is to be explained; it is not opened where nothing is."""
    keys = differing(plan)
    settings = {
        (step.zone, step.provider): [setting.name for setting in step.settings] for step in plan.steps if step.settings
    }
    wanted = {*keys, *settings, *unmanaged, *_with_kept(planning, plan)}
    if not wanted:
        return Memory(), []
    known: Mapping[Place, Known] = {}
    try:
        store = ReadOnce(open_store(project.config.state, project.root))
        # Journals first: what a run brings into the log meanwhile is found twice rather than not at all.
        pending = unfinished(store)
        log = AuditLog(store)
        known = with_pending(last_known(log, store, wanted), wanted, pending)
        asked = {where: list(_set_by_somebody(mine, known.get(where))) for where, mine in keys.items()}
        traces = look_back(chain(pending, _newest_first(log)), asked, settings)
    except StoreError as problem:
        return Memory(known, is_whole=False), [_unreadable(problem)]
    return Memory(known, traces), [*_under_way(pending), *_unusable(known)]


def _with_kept(planning: Planning, plan: Plan) -> Iterator[Place]:
    """Yield where RRsets that zonesync cannot edit may have come, gone or changed; a folder of files has none."""
    for target in plan.targets:
        where = (target.zone, target.provider)
        live = planning.live.get(where)
        if live is not None and (live.kept or not planning.providers[target.provider].capabilities.local):
            yield where


def _set_by_somebody(keys: Sequence[Key], known: Known | None) -> Iterator[Key]:
    """Yield those of *keys* that the log knows to have been set: for one that never was, all of it would be read."""
    for key in keys if known else ():
        expected = known.expects(key) if known else None
        if known and expected is not None and (key in known.since or expected != (None,)):
            yield key


def _newest_first(log: AuditLog) -> Iterator[Entry]:
    for made in log.objects(backwards=True):
        yield from reversed(made.entries)


def _unreadable(problem: StoreError) -> Finding:
    return Finding(
        "audit-log-unreadable",
        Severity.WARNING,
        f"what differs is shown, who changed it is not known: {problem}",
        help="`zonesync audit verify` names the first entry that is broken",
    )


def _under_way(pending: Sequence[Entry]) -> Iterator[Finding]:
    for run in dict.fromkeys(str(entry.get("run")) for entry in reversed(pending)):
        yield Finding(
            "run-unfinished",
            Severity.INFO,
            f"run {run} is under way, or was killed: what it meant to write counts as its own",
            help="where it was killed, the next apply brings its journal into the audit log",
        )


def _unusable(known: Mapping[Place, Known]) -> Iterator[Finding]:
    for (zone, provider), one in known.items():
        if one.problem:
            yield Finding(
                "snapshot-unusable",
                Severity.WARNING,
                f"what run {one.run} left there is not known: {one.problem}",
                help="the next apply that changes the zone keeps a new one",
                zone=str(zone),
                provider=provider,
            )

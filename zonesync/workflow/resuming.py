"""What earlier runs of a saved plan have created, and what the files would ask of those zones were they not there."""

from collections.abc import Iterable, Mapping

from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.plan.plan import Plan, Step, StepKind
from zonesync.plan.resume import Created, Live, Where
from zonesync.provider.contract import Outcome, Provider
from zonesync.run.audit import AuditLog
from zonesync.workflow.grounds import Grounds

_DONE = frozenset({"done", "recovered", Outcome.APPLIED.value})


def created_before(log: AuditLog, plan: Plan, live: Live, providers: Mapping[str, Provider]) -> Created:
    """Return the zones of *plan* which are *live* now and which, so the *log* says, runs of the same plan created.

    Raises :class:`~zonesync.run.store.StoreError` where the log cannot be read.
    """
    creates = ((step.zone, step.provider) for step in plan.steps if step.kind is StepKind.CREATE_ZONE)
    wanted = {(str(zone), name): (zone, name) for zone, name in creates if live.get((zone, name))}
    if not wanted or not plan.digest:
        return {}
    created: dict[Where, set[Key]] = {}
    written: dict[Where, set[Key]] = {}
    for entry in log.entries():
        where = wanted.get((str(entry.get("zone")), str(entry.get("provider"))))
        if where is None or entry.get("plan") != plan.digest or entry.get("outcome") not in _DONE:
            continue
        if entry.get("kind") == "change":
            written.setdefault(where, set()).add(Key(str(entry.get("name")), str(entry.get("type"))))
        elif entry.get("step") == StepKind.CREATE_ZONE.value:
            target = providers[where[1]].target(where[0])
            # Another zone of that name, made since or in another account, is none that this plan has created.
            if entry.get("target", target) == target:
                created[where] = set()
    return {where: frozenset(written.get(where, ())) for where in created}


def as_if_new(fresh: Plan, grounds: Grounds, zones: Iterable[DesiredZone], created: Created) -> Plan:
    """Return *fresh* with the steps of zones that were *created* before worked out as though they were not there.

    So a plan that stopped half-way is held against what it was made from. The findings stay those of now.
    """
    if not created:
        return fresh
    chosen = [(target.zone, target.provider) for target in fresh.targets]
    steps: dict[ZoneId, list[Step]] = {}
    for step in fresh.steps:
        steps.setdefault(step.zone, []).append(step)
    there = {where: found for where, found in grounds.live.items() if where not in created}
    for zone in zones:
        names = [name for where, name in chosen if where == zone.id]
        if any((zone.id, name) in created for name in names):
            steps[zone.id] = list(grounds.plan(zone, grounds.facts(zone, there), names, sealed=False).steps)
    return fresh.model_copy(update={"steps": tuple(step for mine in steps.values() for step in mine)})

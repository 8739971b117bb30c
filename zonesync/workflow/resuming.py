"""What earlier runs of a saved plan have created, and what the files would ask of those zones were they not there."""

from collections.abc import Iterable, Mapping

from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.plan.plan import Plan, Step, StepKind
from zonesync.plan.planner import plan_zone
from zonesync.plan.resume import Created, Live, Where
from zonesync.provider.contract import Outcome, Provider
from zonesync.run.audit import AuditLog
from zonesync.workflow.facts import facts_of
from zonesync.workflow.project import Project, limits_of

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


def as_if_new(
    project: Project,
    fresh: Plan,
    live: Live,
    zones: Iterable[DesiredZone],
    providers: Mapping[str, Provider],
    created: Created,
) -> Plan:
    """Return *fresh* with the steps of zones that were *created* before worked out as though they were not there.

    So a plan that stopped half-way is held against what it was made from. The findings stay those of now.
    """
    if not created:
        return fresh
    chosen = {(target.zone, target.provider): target.configuration for target in fresh.targets}
    steps: dict[ZoneId, list[Step]] = {}
    for step in fresh.steps:
        steps.setdefault(step.zone, []).append(step)
    for zone in zones:
        if not any(where in created for where in chosen if where[0] == zone.id):
            continue
        there = {name: live.get((zone.id, name)) for name in zone.providers if (zone.id, name) not in created}
        facts = [
            facts_of(providers[name], zone, there.get(name), chosen.get((zone.id, name), "")) for name in zone.providers
        ]
        asked = [fact for fact in facts if (zone.id, fact.name) in chosen]
        steps[zone.id] = list(plan_zone(zone, asked, limits_of(project.config), served=facts, sealed=False).steps)
    return fresh.model_copy(update={"steps": tuple(step for mine in steps.values() for step in mine)})

"""What others have edited since a plan was made, beside what it touches: left alone, and named."""

from collections.abc import Iterator, Sequence

from zonesync.findings import Finding, Severity
from zonesync.model.rrset import Key
from zonesync.plan import apex_set, digest, safety, soa
from zonesync.plan.plan import Plan
from zonesync.plan.resume import Live, Resumed, Where

_NAMED = 5
"""RRsets that a reader sees; of more there is the number."""


def edited(plan: Plan, live: Live, resumed: Resumed) -> Iterator[Where]:
    """Yield where the zone is another one than *plan* was made from, what *plan* itself has done since left out."""
    for target in plan.targets:
        where = (target.zone, target.provider)
        there = live.get(where)
        if target.live and there and digest.of_rrsets(resumed.undone(where, there.rrsets)) != target.live:
            yield where


def others(plan: Plan, fresh: Plan, live: Live, resumed: Resumed) -> Iterator[Finding]:
    """Yield for each zone at a provider that was edited what differs from the files now, and is not in *plan*."""
    own = {(step.zone, step.provider, change.key) for step in plan.steps for change in step.changes}
    beside: dict[Where, list[Key]] = {}
    for step in fresh.steps:
        for change in step.changes:
            if (step.zone, step.provider, change.key) not in own:
                beside.setdefault((step.zone, step.provider), []).append(change.key)
    wanted = {(target.zone, target.provider): target.desired for target in plan.targets}
    asked = {(target.zone, target.provider): target.desired for target in fresh.targets}
    for where in edited(plan, live, resumed):
        if where not in beside:
            continue
        is_asked = asked.get(where) != wanted[where]
        since = "there or in the files since the plan was made" if is_asked else "since the plan was made"
        yield Finding(
            "plan-other-edits",
            Severity.INFO,
            f"changed {since}, and left alone: {_named(beside[where])}",
            help="`zonesync plan` shows what the files would make of it",
            zone=str(where[0]),
            provider=where[1],
        )


def limited(plan: Plan, fresh: Plan, live: Live, resumed: Resumed, limits: safety.Limits) -> Plan:
    """Return *fresh* with its limits held against what is left of *plan* where others have edited the zone since.

    *fresh* counts what would be done about their edits too, which *plan* does not do.
    """
    moved = set(edited(plan, live, resumed))
    if not moved:
        return fresh
    bases = {(target.zone, target.provider): target.rrsets for target in fresh.targets}
    names = {(str(zone), provider) for zone, provider in moved}
    findings = [one for one in fresh.findings if one.rule not in safety.RULES or (one.zone, one.provider) not in names]
    for zone, provider in sorted(moved & bases.keys()):
        own = (apex_set.key(zone.name), soa.key(zone.name))
        steps = (step for step in resumed.plan.steps if (step.zone, step.provider) == (zone, provider))
        changes = [change for step in steps for change in step.changes if change.key not in own]
        findings += safety.check(zone, provider, changes, bases[zone, provider], limits)
    return fresh.model_copy(update={"findings": tuple(findings)})


def _named(keys: Sequence[Key]) -> str:
    shown = ", ".join(f"`{key.name} {key.type}`" for key in keys[:_NAMED])
    return f"{shown} and {len(keys) - _NAMED} more" if len(keys) > _NAMED else shown

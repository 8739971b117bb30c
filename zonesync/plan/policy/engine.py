"""A plan held against every rule: findings, each once for all providers that it is true of."""

from collections.abc import Iterator, Sequence

from zonesync.findings import Finding, Severity
from zonesync.load.places import place_of
from zonesync.load.policy import PolicyShape
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.plan.plan import Plan
from zonesync.plan.policy import freeze, owners, protect, require, ttls
from zonesync.plan.policy.allowing import PREFIX
from zonesync.plan.policy.touches import Circumstances, Objection, Touch, touches

MOST = 20
"""RRsets that one rule names in one zone; of more there is the number."""


def check(rules: Sequence[PolicyShape], plan: Plan, circumstances: Circumstances) -> list[Finding]:
    """Return an error for each thing that *rules* have against *plan*; who may waive one is told by its help."""
    if not rules:
        return []
    touched = list(touches(plan, circumstances.zones))
    return [
        finding
        for rule in rules
        for objection in _bounded(_merged(_objections(rule, touched, plan, circumstances)))
        for finding in [_finding(rule, objection, circumstances.zones.get(objection.zone), plan)]
    ]


def is_policy(finding: Finding) -> bool:
    """Tell whether *finding* is one of these."""
    return finding.rule.startswith(PREFIX)


def _objections(
    rule: PolicyShape, touched: Sequence[Touch], plan: Plan, circumstances: Circumstances
) -> Iterator[Objection]:
    if rule.protect:
        yield from protect.check(rule.protect, touched)
    if rule.owners:
        yield from owners.check(rule.owners, touched, circumstances.actor)
    if rule.freeze:
        yield from freeze.check(rule.freeze, touched, circumstances.now)
    if rule.max_ttl_before_change:
        yield from ttls.check(rule.max_ttl_before_change, touched)
    if rule.require:
        yield from require.check(rule.require, touched, plan, circumstances.zones)


def _merged(objections: Iterator[Objection]) -> list[Objection]:
    """Return each objection once; one that holds at several providers names none."""
    found: dict[tuple[object, ...], Objection] = {}
    for one in objections:
        what = (one.zone, one.key, one.words)
        first = found.setdefault(what, one)
        if first.provider != one.provider:
            found[what] = first._replace(provider="")
    return list(found.values())


def _bounded(objections: Sequence[Objection]) -> Iterator[Objection]:
    """Yield at most :data:`MOST` objections of each zone, and how many there are besides."""
    count: dict[ZoneId, int] = {}
    for one in objections:
        count[one.zone] = count.get(one.zone, 0) + 1
        if count[one.zone] <= MOST:
            yield one
    for zone, number in count.items():
        if number > MOST:
            yield Objection(zone, f"and {number - MOST} more in `{zone}`")


def _finding(rule: PolicyShape, objection: Objection, zone: DesiredZone | None, plan: Plan) -> Finding:
    waive = ""
    if rule.allow:
        waive = f"if that is meant, say `{_command(plan)} --allow {PREFIX}{rule.id}@{objection.zone}`"
    return Finding(
        f"{PREFIX}{rule.id}",
        Severity.ERROR,
        f"{rule.message}: {objection.words}",
        place=place_of(zone, objection.key) if zone and objection.key else None,
        help="; ".join(filter(None, (objection.help, waive))) or f"the policy `{rule.id}` lets nobody waive it",
        zone=str(objection.zone),
        provider=objection.provider,
        name=objection.key.name if objection.key else "",
        type=objection.key.type if objection.key else "",
    )


def _command(plan: Plan) -> str:
    if plan.rollback:
        return "rollback"
    return plan.move.kind if plan.move else "plan"

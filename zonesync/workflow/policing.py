"""Plans held against the policy of the configuration, by who runs this, and now."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from zonesync.findings import Finding
from zonesync.load import LoadedZone, with_excerpts
from zonesync.model.zone import DesiredZone
from zonesync.plan import policy
from zonesync.plan.plan import Allowance, Plan
from zonesync.plan.policy import idle
from zonesync.run.context import Context
from zonesync.workflow.project import Project, UnknownNameError, close_match


def policed(
    project: Project, plan: Plan, zones: Iterable[DesiredZone], context: Context, *, done: Plan | None = None
) -> Plan:
    """Return *plan* with what the policy has against it among its findings, in the place of what it had before.

    *zones* are as their files describe them. *done* is what would be carried out, where that is another plan: a saved
    one. Allowances that the policy does not grant are taken out of the plan, so that they waive nothing.
    """
    rules = project.config.policy
    allowances = tuple(policy.granted(rules, plan.allowances))
    others = tuple(finding for finding in plan.findings if not policy.is_policy(finding))
    asked = (done or plan).model_copy(update={"findings": others})
    around = policy.Circumstances(context.actor, context.now(), {zone.id: zone for zone in zones})
    found = with_excerpts(policy.check(rules, asked, around), project.root)
    return plan.model_copy(update={"findings": (*others, *found), "allowances": allowances})


def without_effect(project: Project, found: Sequence[LoadedZone]) -> list[Finding]:
    """Return a warning for each part of the policy that is about none of the zones *found*, which are all there are."""
    zones = [one.id for one in found]
    # Of a file that could not be loaded nobody knows the fragments.
    files = [file for one in found for file in one.files] if all(one.zone for one in found) else None
    places = project.config.policy_places
    return [
        replace(finding, place=places.get(rule.id))
        for rule in project.config.policy
        for finding in idle.check(rule, zones, files)
    ]


def check_waivers(project: Project, allowances: Iterable[Allowance]) -> None:
    """Raise :class:`UnknownNameError` for an allowance of a policy that there is not, or that nobody may waive."""
    known = {f"{policy.PREFIX}{rule.id}" for rule in project.config.policy}
    may_be = policy.waivable(project.config.policy)
    for allowance in allowances:
        if not allowance.rule.startswith(policy.PREFIX) or allowance.rule in may_be:
            continue
        if allowance.rule in known:
            raise UnknownNameError(f"--allow {allowance}: the policy does not say `allow: true`, so nobody waives it")
        raise UnknownNameError(
            f"--allow {allowance}: the configuration has no such policy{close_match(allowance.rule, known)}"
        )

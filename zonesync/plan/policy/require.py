"""What a zone is to be before it may be changed."""

from collections.abc import Iterable, Iterator, Mapping

from zonesync.findings import Severity
from zonesync.load.policy import RequireShape
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.plan.plan import Plan
from zonesync.plan.policy.scope import is_zone
from zonesync.plan.policy.touches import Objection, Touch, shown


def check(
    rule: RequireShape, touched: Iterable[Touch], plan: Plan, zones: Mapping[ZoneId, DesiredZone]
) -> Iterator[Objection]:
    """Yield what is wanting of each zone that *plan* would change."""
    for zone in dict.fromkeys(touch.zone for touch in touched):
        if not is_zone(rule.zones, zone):
            continue
        if rule.lint and (found := _warnings(plan, zone)):
            words = f"`{zone}` has {_counted(len(found), 'warning')}: {shown(list(dict.fromkeys(found)))}"
            advice = "correct its files, or accept a warning there under `allow:`, with a reason"
            yield Objection(zone, words, help=advice)
        desired = zones.get(zone)
        if rule.providers and desired is not None:
            count = len(set(_staying(plan, desired)))
            if count < rule.providers:
                words = f"`{zone}` is at {_counted(count, 'provider')}, at least {rule.providers} are wanted"
                yield Objection(zone, words, help="`zonesync provider join` adds one step by step")


def _warnings(plan: Plan, zone: ZoneId) -> list[str]:
    """Return the rules of the warnings about the files of *zone*; what is about a provider no edit of them mends."""
    return [
        finding.rule
        for finding in plan.findings
        if finding.severity is Severity.WARNING and finding.zone == str(zone) and not finding.provider
    ]


def _staying(plan: Plan, zone: DesiredZone) -> Iterator[str]:
    leaver = plan.move.provider if plan.move and plan.move.kind == "leave" else ""
    yield from (provider for provider in zone.providers if provider != leaver)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"

"""Run every rule over a zone: places, allowances, providers that differ, and one order for the findings."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from zonesync.findings import Finding, Place
from zonesync.lint.meta import holds
from zonesync.lint.registry import RULES, Problem, Rule
from zonesync.lint.view import ZoneView
from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone


def lint(zone: DesiredZone, *, ignore: Collection[str] = (), today: date) -> list[Finding]:
    """Return what the rules say of *zone*, in order of place.

    *ignore* are the rule ids that the configuration ignores, beside those of the zone itself. What the zone allows is
    left out while its ``until`` is not past *today*; an error only where its rule is allowable. A zone whose values
    differ by provider is linted as each provider is to serve it, and a finding that holds for all is told once.
    """
    skipped = {*ignore, *zone.lint_ignore}
    skipped |= {
        allow.rule
        for allow in zone.allow
        if (named := RULES.get(allow.rule)) and named.allowable and holds(allow.until, today)
    }
    rules = [rule for rule in RULES.values() if rule.id not in skipped]
    runs = zone.providers if zone.overlays and zone.providers else ("",)
    found: dict[tuple[Rule, Problem], list[str]] = defaultdict(list)
    for provider in runs:
        view = ZoneView(zone, zone.at(provider) if provider else None, ignored=ignore, today=today)
        for rule in rules:
            if not rule.types or not view.present.isdisjoint(rule.types):
                for problem in rule.check(view):
                    found[rule, problem].append(provider)
    findings = [
        _finding(zone, rule, problem, provider)
        for (rule, problem), providers in found.items()
        for provider in (("",) if len(providers) == len(runs) else providers)
    ]
    return sorted(findings, key=_order)


def _finding(zone: DesiredZone, rule: Rule, problem: Problem, provider: str) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=problem.message,
        place=_place(zone, problem, provider),
        help=problem.help or rule.fix,
        zone=str(zone.id),
        provider=provider,
        name=problem.name,
        type=problem.type,
    )


def _place(zone: DesiredZone, problem: Problem, provider: str) -> Place | None:
    key = Key(problem.name, problem.type)
    file, spots = zone.places.get(key, (zone.file, ()))
    if not file:
        return None
    if not spots:
        return Place(file, 1, 1)
    index = problem.value
    overlay = zone.overlays.get(key)
    if overlay and provider and provider in overlay.by_provider:
        index = 0  # the places are those of the default's values
    spot = spots[index] if index < len(spots) else spots[0]
    return Place(file, spot >> 20, spot & 0xFFFFF)


def _order(finding: Finding) -> tuple[str, int, int, str, str, str, str, str]:
    place = finding.place
    file, line, column = (place.file, place.line, place.column) if place else ("", 0, 0)
    return (file, line, column, finding.name, finding.type, finding.rule, finding.message, finding.provider)

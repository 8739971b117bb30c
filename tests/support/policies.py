"""Policies as a configuration writes them, held against plans."""

from datetime import UTC, datetime

import yaml

from tests.planning import NS, SOA, ZONE, desired, rr
from zonesync.load.policy import PolicyShape
from zonesync.model.change import Change
from zonesync.plan import policy
from zonesync.plan.plan import Plan, Step, StepKind

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
"""A Wednesday."""
WWW, NEW_WWW = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.2")
MX = rr("@", "MX", "10 mail.example.net.")
CREATE, UPDATE, DELETE = Change(None, WWW), Change(WWW, NEW_WWW), Change(WWW, None)


def rule(text, **more):
    """One rule, of the YAML *text* in braces that says its kind."""
    return PolicyShape.model_validate({"id": "p", "message": "no"} | yaml.load(text, yaml.BaseLoader) | more)


def step(*changes, zone=ZONE, provider="a", kind=StepKind.CONTENT):
    return Step(kind=kind, zone=zone, provider=provider, changes=changes)


def plan(*changes, findings=(), move=None, **more):
    return Plan(steps=(step(*changes, **more),), findings=findings, move=move)


def objections(rules, made, *, actor="alice", now=NOON, zones=None):
    """What *rules* (one, its text, or several) have against the plan *made*."""
    if isinstance(rules, str):
        rules = rule(rules)
    rules = rules if isinstance(rules, list) else [rules]
    known = [desired(WWW, MX)] if zones is None else zones
    around = policy.Circumstances(actor, now, {zone.id: zone for zone in known})
    return policy.check(rules, made, around)


def words(found):
    """What is said, without the rule's own message."""
    return [finding.message.removeprefix("no: ") for finding in found]


__all__ = ["CREATE", "DELETE", "MX", "NEW_WWW", "NOON", "NS", "SOA", "UPDATE", "WWW"]

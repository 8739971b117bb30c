"""Providers, an audit log and what the files say, for tests that carry plans out without a project on disk."""

from datetime import UTC, datetime

from zonesync.plan import planfile, safety
from zonesync.plan.plan import Plan
from zonesync.plan.planner import plan_zone
from zonesync.run.apply import Footing, apply_plan
from zonesync.run.audit import AuditLog
from zonesync.run.context import Context
from zonesync.run.store import LocalStore
from zonesync.workflow.facts import facts_of, read

CONTEXT = Context("tester", "c0ffee", "https://ci.example/1", now=lambda: datetime(2026, 11, 22, 2, 3, 4, tzinfo=UTC))


class World:
    """Providers, a log, and what the files say."""

    def __init__(self, folder, *providers, store=None):
        self.providers = {one.name: one for one in providers}
        self.store = store or LocalStore(folder / "state")
        self.log = AuditLog(self.store)
        self.live = {}

    def plan(self, *zones, served=None):
        steps, targets, findings = [], [], []
        for zone in zones:
            facts = []
            for name in zone.providers:
                one = self.providers[name]
                found = self.live[zone.id, name] = read(one, zone)
                facts.append(facts_of(one, zone, found))
            made = plan_zone(zone, facts, safety.Limits())
            steps += made.steps
            targets += made.targets
            findings += made.findings
        assert not [finding for finding in findings if finding.is_error]
        return planfile.sealed(Plan(steps=tuple(steps), targets=tuple(targets)))

    def apply(self, plan, *, footing=None, **options):
        return apply_plan(plan, self.providers, self.live, footing or self.footing(), **options)

    def footing(self, **more):
        return Footing(self.log, CONTEXT, store=self.store, **more)

    def run(self, *zones, **options):
        return self.apply(self.plan(*zones), **options)

    def entries(self, kind=""):
        return [entry for entry in self.log.entries() if not kind or entry["kind"] == kind]


class Scripted:
    """A provider that answers as told."""

    name = "a"

    def __init__(self, real, script):
        self.real = real
        self.script = script
        self.calls = []

    def __getattr__(self, name):
        return getattr(self.real, name)

    def apply(self, live, changes):
        self.calls.append(tuple(changes))
        yield from self.script(live, changes)

"""Plan a zone at one provider and carry the plan out, as the commands do, without a project on disk."""

from dataclasses import dataclass, field

from zonesync.findings import Finding
from zonesync.model.change import Action, Change
from zonesync.model.names import relative
from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone
from zonesync.plan.plan import Allowance, Plan, StepKind
from zonesync.plan.planner import ZonePlan, plan_zone
from zonesync.plan.safety import Limit, Limits
from zonesync.provider.contract import LiveZone, Provider
from zonesync.run.apply import Footing, apply_plan
from zonesync.run.audit import AuditLog
from zonesync.run.context import Context
from zonesync.run.results import Run
from zonesync.run.store import MemoryStore
from zonesync.workflow.facts import facts_of, read

NO_LIMITS = Limits(Limit(100), Limit(100), 10**9)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan for one zone at one provider, and the live zone it was made from."""

    zone: DesiredZone
    live: LiveZone | None
    result: ZonePlan

    @property
    def errors(self) -> list[Finding]:
        """What refuses the plan, an emptied zone apart."""
        return [finding for finding in self.result.findings if finding.is_error and finding.rule != "empty-zone"]

    @property
    def changes(self) -> list[Change]:
        """Every change of every step, the SOA among them."""
        return [change for step in self.result.steps for change in step.changes]

    @property
    def steps(self) -> list[StepKind]:
        """The kinds of the steps."""
        return [step.kind for step in self.result.steps]

    def keys(self, action: Action) -> set[str]:
        """Return ``www A`` for each RRset with that action, apex NS and SOA apart."""
        own = {Key(self.zone.apex, "NS"), Key(self.zone.apex, "SOA")}
        chosen = (change.key for change in self.changes if change.action is action and change.key not in own)
        return {f"{relative(key.name, self.zone.apex)} {key.type}" for key in chosen}


@dataclass(slots=True)
class Driver:
    """One provider, and an audit log."""

    provider: Provider
    log: AuditLog = field(default_factory=lambda: AuditLog(MemoryStore()))

    def plan(self, zone: DesiredZone) -> Planned:
        """Plan *zone* from what the provider has now."""
        live = read(self.provider, zone)
        facts = facts_of(self.provider, zone, live)
        return Planned(zone, live, plan_zone(zone, [facts], NO_LIMITS))

    def attempt(self, planned: Planned) -> Run:
        """Carry *planned* out as far as it goes."""
        zone = planned.zone.id
        plan = Plan(
            targets=planned.result.targets,
            steps=planned.result.steps,
            findings=planned.result.findings,
            allowances=(Allowance(rule="empty-zone", zone=str(zone)),),
        )
        assert not plan.refusals
        live = {(zone, self.provider.name): planned.live}
        return apply_plan(plan, {self.provider.name: self.provider}, live, Footing(self.log, Context()))

    def apply(self, planned: Planned) -> None:
        """Carry *planned* out, and hold that all of it was done."""
        run = self.attempt(planned)
        problems = [result.problem for result in run.results if result.problem]
        assert run.is_complete, problems

    def sync(self, zone: DesiredZone) -> LiveZone:
        """Plan and apply *zone*, hold that nothing is left to do, and return what the provider has."""
        planned = self.plan(zone)
        assert not planned.errors, planned.errors
        self.apply(planned)
        assert self.plan(zone).steps == []
        live = self.provider.read(zone.id)
        assert live is not None
        return live

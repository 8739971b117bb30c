"""What zones are planned from: the files, what every provider has, who is out of rotation, and who is to move."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from zonesync.findings import Finding, Severity
from zonesync.model.zone import NOTHING, DesiredZone, ZoneId
from zonesync.plan.facts import Facts
from zonesync.plan.moving import UNASKED, Moving, Parent
from zonesync.plan.plan import Move
from zonesync.plan.planner import ZonePlan, plan_zone
from zonesync.plan.rotation import NOBODY, Absences, moved
from zonesync.plan.safety import Limits
from zonesync.provider.contract import LiveZone, Provider
from zonesync.workflow.facts import facts_of
from zonesync.workflow.reading import Where
from zonesync.workflow.rotating import GONE


def _nobody_asked(zone: DesiredZone) -> Parent:
    del zone
    return UNASKED


def _no_objection(zone: DesiredZone, facts: Sequence[Facts]) -> str:
    del zone, facts
    return ""


@dataclass(frozen=True, slots=True)
class Movement:
    """A provider that moves, and how that is asked for."""

    move: Move
    verify: bool = True
    """Whether name servers are asked before anybody is sent to them."""
    parent: Callable[[DesiredZone], Parent] = _nobody_asked
    """Asks what a zone's parent delegates to."""
    objection: Callable[[DesiredZone, Sequence[Facts]], str] = _no_objection
    """Says why resolvers would not believe the provider; empty where they would."""

    def takes_in(self, zone: DesiredZone) -> DesiredZone:
        """Return *zone* as it is planned: who leaves may be in its file no more."""
        provider = self.move.provider
        if self.move.kind != "leave" or provider in zone.providers:
            return zone
        return replace(zone, providers=(*zone.providers, provider))

    def content_at(self) -> Collection[str]:
        """Return the providers at which more than the apex NS set is planned."""
        return (self.move.provider,) if self.move.kind in {"join", "restore"} else ()


@dataclass(frozen=True, slots=True)
class Grounds:
    """What zones are planned from."""

    providers: Mapping[str, Provider]
    live: Mapping[Where, LiveZone | None]
    configurations: Mapping[str, str]
    """By provider the digest of what is configured of it."""
    limits: Limits
    absences: Absences = field(default_factory=lambda: NOBODY)
    movement: Movement | None = None
    excused: Mapping[Where, str] = field(default_factory=lambda: NOTHING)
    """Where a provider could not be asked that nobody is, or is yet, to be sent to, and why."""

    def names(self, zone: DesiredZone) -> list[str]:
        """Return the providers at which *zone* is looked at: who has left, or is about to, is none of them."""
        mover = self.movement.move.provider if self.movement else ""
        return [
            name
            for name in zone.providers
            if name == mover or (one := self.absences.get((zone.id, name))) is None or one.standing not in GONE
        ]

    def facts(self, zone: DesiredZone, live: Mapping[Where, LiveZone | None] | None = None) -> list[Facts]:
        """Return what is known of the providers of *zone*; *live* stands in for what was read.

        Who has left, or is about to, is among them as out of rotation: no list, and no count, puts its names back.
        """
        found = self.live if live is None else live
        looked_at = self.names(zone)
        then = moved(self.absences, self.movement.move if self.movement else None, [zone.id])
        return [
            facts_of(
                self.providers[name],
                zone,
                found.get((zone.id, name)),
                self.configurations.get(name, ""),
                then.get((zone.id, name)),
                remembered=self.absences.get((zone.id, name)),
                is_unread=(zone.id, name) in self.excused or name not in looked_at,
            )
            for name in zone.providers
        ]

    def plan(
        self, zone: DesiredZone, facts: Sequence[Facts], only: Collection[str] = (), *, sealed: bool = True
    ) -> ZonePlan:
        """Plan *zone*, of which *facts* are known, at its providers, or at those of *only*."""
        chosen = [fact for fact in facts if not fact.is_unread and (not only or fact.name in only)]
        content = self.movement.content_at() if self.movement else None
        planned = plan_zone(zone, chosen, self.limits, served=facts, sealed=sealed, content_at=content)
        if self.movement is None:
            return planned
        moving = Moving(
            self.movement.move,
            zone,
            facts,
            self.absences.get((zone.id, self.movement.move.provider)),
            self.movement.parent(zone),
            self.movement.verify,
            self.movement.objection(zone, facts),
        )
        steps = tuple(moving.steps(planned.steps))
        return ZonePlan(planned.targets, steps, (*planned.findings, *moving.findings()))

    def unasked(self) -> list[Finding]:
        """Return a warning for each provider that could not be asked and is left as it is."""
        return [
            Finding(
                "absent-unread",
                Severity.WARNING,
                f"`{name}` cannot be read, and is left as it is: {words}",
                help="the next apply that can reach it brings it in step",
                zone=str(zone),
                provider=name,
            )
            for (zone, name), words in self.excused.items()
        ]


def excuses(
    unread: Mapping[Where, str], absences: Absences, movement: Movement | None, zones: Collection[ZoneId]
) -> dict[Where, str]:
    """Return those of *unread* that keep nothing from being planned: nobody is sent there, or its servers are asked."""
    then = moved(absences, movement.move if movement else None, zones)
    coming = movement.move.provider if movement and movement.move.kind == "restore" else ""
    return {where: words for where, words in unread.items() if where in then or (coming and where[1] == coming)}

"""What is left of a saved plan whose last run stopped half-way: what is done already is not done again.

Live values alone decide. A change is done where the provider has what it makes; a zone to be created is so only where
the same plan created it: one that somebody else made is no zone of ours to fill.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from zonesync.model.change import Change, Computed
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import NOTHING, ZoneId
from zonesync.plan import apex_set, soa
from zonesync.plan.computed import settled
from zonesync.plan.diff import settle
from zonesync.plan.plan import Plan, Setting, Standing, Step, StepKind
from zonesync.provider.contract import LiveZone

Where = tuple[ZoneId, str]
Live = Mapping[Where, LiveZone | None]
Created = Mapping[Where, Collection[Key]]
"""The zones that earlier runs of the same plan created, each with the RRsets that they have set there since."""
NONE_CREATED: Created = NOTHING
Standings = Mapping[Where, Standing]
NOBODY_OUT: Standings = NOTHING


class Spelling(Protocol):
    """What is asked of a provider here; neither calls its service."""

    @property
    def nameservers(self) -> tuple[str, ...]:
        """The names of its servers where the configuration gives them."""
        ...

    def normalise(self, rrset: RRset) -> RRset:
        """Return *rrset* as the provider spells it."""
        ...


@dataclass(frozen=True, slots=True)
class Resumed:
    """A plan without what is done already."""

    plan: Plan
    left: tuple[Step | None, ...]
    """For each step of the plan as it was saved what is left of it; None where that is nothing."""
    done: tuple[Step, ...] = field(default=())
    """For each step of which something is done that part."""

    @property
    def is_begun(self) -> bool:
        """Whether anything is done already."""
        return bool(self.done)

    def undone(self, where: Where, rrsets: Mapping[Key, RRset]) -> dict[Key, RRset]:
        """Return *rrsets*, which the zone has now, as they were before what is done."""
        found = dict(rrsets)
        for step in self.done:
            for change in step.changes if (step.zone, step.provider) == where else ():
                if change.before is None:
                    found.pop(change.key, None)
                else:
                    found[change.key] = change.before
        return found


def remaining(
    plan: Plan,
    live: Live,
    created: Created = NONE_CREATED,
    providers: Mapping[str, Spelling] | None = None,
    standings: Standings = NOBODY_OUT,
) -> Resumed:
    """Return what is left of *plan*, given what is *live* and which zones this plan has *created* before.

    Where it created a zone, what the provider made at the apex is the ``before`` that the plan could not show.
    *standings* are those of providers that are out of rotation.
    """
    found = _Resuming(plan, live, created, providers or {}, standings)
    left = [found.left(step) for step in plan.steps]
    for number, step in enumerate(plan.steps):
        if step.kind is StepKind.RELOAD and not found.is_reload_due(number, left):
            left[number] = None
    for number, step in enumerate(plan.steps):
        later = (one for one in left[number + 1 :] if one and one.zone == step.zone)
        if _is_for_others(step) and all(_is_for_others(one) for one in later):
            left[number] = None
    done = [_difference(step, rest) for step, rest in zip(plan.steps, left, strict=True)]
    steps = tuple(step for step in left if step)
    return Resumed(plan.model_copy(update={"steps": steps}), tuple(left), tuple(step for step in done if step))


def _is_for_others(step: Step) -> bool:
    """Whether *step* does nothing but keep those after it waiting."""
    is_barrier = step.kind is StepKind.BARRIER and not step.provider
    return (is_barrier or step.kind in {StepKind.MANUAL, StepKind.WAIT}) and not step.changes


def _difference(step: Step, rest: Step | None) -> Step | None:
    if rest is None:
        return None if _is_for_others(step) or step.kind is StepKind.RELOAD else step
    keys = {change.key for change in rest.changes}
    changes = tuple(change for change in step.changes if change.key not in keys)
    return step.model_copy(update={"changes": changes, "settings": ()}) if changes else None


class _Resuming:
    def __init__(
        self, plan: Plan, live: Live, created: Created, providers: Mapping[str, Spelling], standings: Standings
    ) -> None:
        self.plan = plan
        self.standings = standings
        self.deletes = {(step.zone, step.provider) for step in plan.steps if step.kind is StepKind.DELETE_ZONE}
        self.live = live
        self.created = created
        self.providers = providers

    def left(self, step: Step) -> Step | None:
        """Return what is left of *step*, reloads and barriers left as they are."""
        where = (step.zone, step.provider)
        live = self.live.get(where)
        if step.kind is StepKind.ROTATION:
            return None if self._stands(where, step.standing) else step
        if live is None:
            # Who was to lose the zone and has none has nothing left to be done there.
            is_gone = where in self.deletes and where in self.live and step.kind is not StepKind.WAIT
            return None if is_gone else step
        if step.kind is StepKind.CREATE_ZONE:
            is_done = where in self.created and all(one.after == live.networks for one in step.settings)
            return None if is_done else step
        settings = tuple(one for one in (_begun(one, live) for one in step.settings) if one.before != one.after)
        changes = tuple(self._shown(one, live, where) for one in step.changes if not self._is_done(one, live, where))
        if (step.settings or step.changes) and not (settings or changes):
            return None
        return step.model_copy(update={"settings": settings, "changes": changes})

    def _stands(self, where: Where, standing: Standing | None) -> bool:
        now = self.standings.get(where, Standing.IN)
        return now is standing or (standing is Standing.LEAVING and now is Standing.LEFT)

    def _is_done(self, change: Change, live: LiveZone, where: Where) -> bool:
        now, after = live.rrsets.get(change.key), change.after
        if now is None or after is None:
            return now is None and after is None
        if isinstance(after, Computed):
            try:
                after = settled(after, live, self._servers(live.id))
            except ValueError:
                return False
        if after.type == "SOA":
            return soa.same(now, after)
        spelling = self.providers.get(where[1])
        return now == after or settle(now, after, spelling.normalise if spelling else None) is None

    def _shown(self, change: Change, live: LiveZone, where: Where) -> Change:
        """Return *change* with what the provider made at the apex as its ``before``, unless somebody has edited that.

        A provider makes the NS set of the names that it assigned. Of an SOA, fields that nobody names are kept.
        """
        now = live.rrsets.get(change.key)
        is_own = change.key in {apex_set.key(live.id.name), soa.key(live.id.name)}
        if change.before or now is None or not is_own or change.key in self.created.get(where, (change.key,)):
            return change
        if now.type == "NS" and set(now.rdatas) != set(live.nameservers):
            return change
        return replace(change, before=now)

    def is_reload_due(self, number: int, left: Sequence[Step | None]) -> bool:
        """Tell whether the reload at *number* has anything to load: something left to write, or written and pending."""
        step = self.plan.steps[number]
        live = self.live.get((step.zone, step.provider))
        written = (one for one in left[:number] if one and (one.zone, one.provider) == (step.zone, step.provider))
        return live is None or bool(live.pending) or any(one.kind is not StepKind.RELOAD for one in written)

    def _servers(self, zone: ZoneId) -> dict[str, Sequence[str]]:
        there = {name: live for (where, name), live in self.live.items() if live and where == zone}
        configured = {name: one.nameservers for name, one in self.providers.items() if name in there}
        return {name: live.nameservers or configured.get(name, ()) for name, live in there.items()}


def _begun(setting: Setting, live: LiveZone) -> Setting:
    """Return *setting* from what is *live*, where that is on the way from its ``before`` to its ``after``."""
    there = set(live.networks)
    before, after = set(setting.before), set(setting.after)
    is_between = before & after <= there <= before | after
    return setting.model_copy(update={"before": live.networks}) if is_between else setting

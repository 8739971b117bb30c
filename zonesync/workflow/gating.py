"""What a plan waits for: name servers that answer, a delegation that has changed, and time that has passed."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from zonesync.model.rrset import RRset
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.plan import apex_set
from zonesync.plan.facts import Facts
from zonesync.plan.plan import Plan, Standing, Step, StepKind
from zonesync.plan.rotation import Absence
from zonesync.run import rotation
from zonesync.run.asking.expected import Expectation, expect, left_alone
from zonesync.run.asking.settings import AskSettings
from zonesync.run.context import Context
from zonesync.run.gate import GateError
from zonesync.run.store import Store
from zonesync.workflow.grounds import Grounds

VERIFY_TIMEOUT = 600.0
"""Seconds until name servers have to answer with what was written: Route 53 and Cloud DNS take one minute or two."""
_PAUSE = 5.0
_ROUNDED = 2
"""Seconds that the wait is longer than the TTL: the record has whole ones, and so have resolvers."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Patience:
    """What a run waits for, and how long."""

    settings: AskSettings | None = None
    """How name servers are asked; None: the Internet's, from its root on."""
    verify: bool = False
    """Whether every barrier asks name servers, also where its plan does not say so."""
    verify_timeout: float = VERIFY_TIMEOUT
    sits_out: bool = False
    """Whether it waits for as long as resolvers may remember a name server; else it stops there, to be run again."""
    delegation_done: bool = False
    """Whether somebody vouches for the delegation, where the parent does not tell."""
    pause: float = _PAUSE
    """Seconds between two looks."""


class Keeper:
    """The gate of one run."""

    def __init__(
        self,
        patience: Patience,
        store: Store,
        context: Context,
        run: str,
        plan: Plan,
        grounds: Grounds,
        zones: tuple[DesiredZone, ...],
        stop: threading.Event,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._patience = patience
        self._settings = patience.settings or AskSettings()
        self._store = store
        self._context = context
        self._run = run
        self._plan = plan
        self._grounds = grounds
        self._zones = {zone.id: zone for zone in zones}
        self._stop = stop
        self._say = say

    def barrier(self, zone: ZoneId, step: Step) -> None:
        """Ask the name servers of who moves, else of all in rotation, until they answer with what the files say."""
        if not (step.verify or self._patience.verify):
            return
        desired = self._zones[zone]
        facts = {fact.name: fact for fact in self._to_ask(desired)}
        hosts = {name: self._hosts(desired, fact) for name, fact in facts.items()}
        for name, found in hosts.items():
            if not found:
                raise GateError(f"the name servers of `{name}` are not known, so nobody can ask them")
        expected = {name: self._expected(desired, fact) for name, fact in facts.items()}
        from zonesync.run.asking.barrier import unserved  # noqa: PLC0415 -- few runs ask, and it takes time to import

        deadline = time.monotonic() + self._patience.verify_timeout
        self._say(f"Asking the name servers of {', '.join(facts)} for {zone}.")
        while problems := unserved(desired, expected, hosts, self._settings):
            shown = "; ".join(problems[:_SHOWN]) + (f"; and {len(problems) - _SHOWN} more" * (len(problems) > _SHOWN))
            if time.monotonic() + self._patience.pause > deadline:
                raise GateError(f"its name servers do not answer with its content: {shown}")
            self._say(f"Not there yet: {shown}.")
            self._sleep(self._patience.pause)

    def _to_ask(self, zone: DesiredZone) -> Iterator[Facts]:
        mover = self._plan.move.provider if self._plan.move else ""
        for fact in self._grounds.facts(zone):
            if not fact.is_out and mover in {"", fact.name}:
                yield fact

    def _hosts(self, zone: DesiredZone, fact: Facts) -> tuple[str, ...]:
        """Return those name servers of a provider that resolvers will be sent to."""
        facts = self._grounds.facts(zone)
        want = apex_set.wanted(zone, facts)
        wanted = want.rdatas if isinstance(want, RRset) else ()
        own = apex_set.names_of(fact, wanted, facts)
        if not own and not fact.is_unread:
            found = self._grounds.providers[fact.name].read(zone.id)
            own = found.nameservers if found else ()
        return tuple(host for host in own if host in wanted) or own

    def _expected(self, zone: DesiredZone, fact: Facts) -> tuple[Expectation, ...]:
        rrsets = fact.desired(zone)
        return expect(zone, rrsets, None, left_alone(zone, rrsets, fact.live)).questions

    def rotate(self, zone: ZoneId, step: Step) -> None:
        """Put on record what the step's provider is from here on."""
        if step.standing is Standing.IN:
            rotation.change(self._store, zone, step.provider, lambda _: None)
            return
        assert step.standing is not None
        new = Absence(
            step.standing, step.hosts, self._context.time(), self._run, self._context.actor, seconds=step.seconds
        )

        def edit(before: Absence | None) -> Absence:
            if before is None or before.standing is Standing.OUT:
                return new if before is None else replace(new, hosts=step.hosts or before.hosts)
            longest = max(before.seconds, new.seconds)
            return replace(before, standing=new.standing, run=new.run, actor=new.actor, cleared="", seconds=longest)

        rotation.change(self._store, zone, step.provider, edit)

    def wait(self, zone: ZoneId, step: Step) -> None:
        """Return once neither the apex NS set nor the delegation can be remembered with the step's provider in it."""
        name = f"`{step.provider}`"
        absence = rotation.read(self._store).get((zone, step.provider))
        if absence is None:
            raise GateError(f"nothing is on record of {name} leaving {zone}: plan again")
        if absence.cleared and self._was_named(zone, absence):
            absence = self._cleared(zone, step, "") or absence
        self._require_handed_over(zone, step, absence)
        if not absence.cleared:
            absence = self._cleared(zone, step, self._context.time()) or absence
        seconds = max(step.seconds, absence.seconds)
        until = datetime.fromisoformat(absence.cleared).astimezone(UTC) + timedelta(seconds=seconds + _ROUNDED)
        left = (until - self._context.now().astimezone(UTC)).total_seconds()
        if left <= 0:
            return
        if not self._patience.sits_out:
            raise GateError(
                f"resolvers may remember {name} for {seconds} s, until {until:%Y-%m-%d %H:%M:%S} UTC; then run "
                f"`zonesync provider leave {zone} {step.provider}` again (or `--wait` sits it out)"
            )
        self._say(f"Waiting until {until:%H:%M:%S} UTC: so long resolvers may remember {name}.")
        while (left := (until - self._context.now().astimezone(UTC)).total_seconds()) > 0:
            self._sleep(min(left, self._patience.pause))

    def _cleared(self, zone: ZoneId, step: Step, since: str) -> Absence | None:
        """Put on record since when nobody names who is leaving; empty for that somebody does."""

        def edit(before: Absence | None) -> Absence | None:
            return replace(before, cleared=since, seconds=max(before.seconds, step.seconds)) if before else None

        return rotation.change(self._store, zone, step.provider, edit)

    def _was_named(self, zone: ZoneId, absence: Absence) -> bool:
        """Tell whether an apex NS set named who is leaving until this run: it begins to be forgotten only now."""
        return any(
            change.before is not None and not set(absence.hosts).isdisjoint(change.before.rdatas)
            for step in self._plan.steps
            if step.zone == zone and step.kind is StepKind.APEX_NS
            for change in step.changes
        )

    def _require_handed_over(self, zone: ZoneId, step: Step, absence: Absence) -> None:
        """Raise GateError where the parent still sends resolvers to who is leaving, or nobody knows whether it does."""
        if self._patience.delegation_done:
            return
        from zonesync.run.asking.barrier import delegated  # noqa: PLC0415 -- as above

        found = delegated(zone.name, self._settings)
        if found.rule == "parent-unreachable":
            raise GateError(
                f"the parent of {zone} does not answer, so nobody knows whether it still delegates to "
                f"`{step.provider}`: {found.problem}; say `--delegation-done` if you know that it does not"
            )
        still = sorted(set(found.hosts).intersection(absence.hosts or self._not_wanted(zone, found.hosts)))
        if still:
            self._cleared(zone, step, "")
            raise GateError(
                f"the parent still delegates {zone} to {', '.join(still)}: take them out at the registrar, then run "
                f"`zonesync provider leave {zone} {step.provider}` again"
            )

    def _not_wanted(self, zone: ZoneId, hosts: Sequence[str]) -> frozenset[str]:
        """Return those of *hosts* that the apex NS set does not name: of whom nobody knows the names may have them."""
        desired = self._zones[zone]
        want = apex_set.wanted(desired, self._grounds.facts(desired))
        return frozenset(hosts).difference(want.rdatas if isinstance(want, RRset) else ())

    def _sleep(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise GateError("stopped while it waited")

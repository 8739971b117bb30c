"""The steps that take a provider into or out of rotation for a zone: in the order that never breaks resolution.

In: content, then whoever serves it is asked, then the apex NS sets, then the delegation. Out: the apex NS sets, the
delegation, a wait until nobody remembers either, and only then the content and the zone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zonesync.findings import Finding, Severity
from zonesync.model.change import Change
from zonesync.model.names import is_within
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone
from zonesync.plan import apex_set, soa
from zonesync.plan.facts import Facts
from zonesync.plan.plan import Handover, Move, Standing, Step, StepKind
from zonesync.plan.rotation import Absence
from zonesync.provider.contract import LiveZone

PARENT_TTL = 172800
"""Seconds for which a delegation is taken to be remembered where the parent cannot be asked: most registries'."""


@dataclass(frozen=True, slots=True)
class Parent:
    """What the parent zone delegates to."""

    name: str = ""
    """Empty where nobody was asked, or nobody answered."""
    hosts: tuple[str, ...] = ()
    ttl: int | None = None
    """Seconds."""


UNASKED = Parent()


@dataclass(frozen=True, slots=True)
class Moving:
    """One zone of which a provider moves, as it is found now."""

    move: Move
    zone: DesiredZone
    facts: Sequence[Facts]
    """Every provider of the zone, the one that moves among them: as out of rotation, where that is where it goes."""
    before: Absence | None = None
    """How the provider was absent before."""
    parent: Parent = UNASKED
    verify: bool = True
    """Whether name servers are to be asked before anybody is sent to them."""
    objection: str = ""
    """Why resolvers would not believe a provider that joins: it does not sign a zone that is signed."""

    @property
    def mover(self) -> Facts:
        """The provider that moves."""
        return next(fact for fact in self.facts if fact.name == self.move.provider)

    @property
    def want(self) -> RRset | None:
        """The apex NS set that is to be; None while it is not known."""
        want = apex_set.wanted(self.zone, apex_set.with_absent_out(self.facts, (self.move.provider,)))
        return want if isinstance(want, RRset) else None

    def steps(self, planned: Sequence[Step]) -> Iterator[Step]:
        """Yield the steps of the move, of which *planned* are those that change RRsets."""
        first = next((number for number, step in enumerate(planned) if step.kind is StepKind.APEX_NS), len(planned))
        if self.move.kind in {"join", "restore"}:
            yield from self._into(planned[:first], planned[first:])
        else:
            yield from self._out_of(planned[first:])

    def _into(self, content: Sequence[Step], servers: Sequence[Step]) -> Iterator[Step]:
        yield from (step for step in content if step.kind is not StepKind.BARRIER)
        if servers or self.before:
            note = "every provider has acknowledged its content"
            yield Step(kind=StepKind.BARRIER, zone=self.zone.id, provider="", note=note, verify=self.verify)
        if self.before:
            yield self._rotation(Standing.IN)
        yield from servers
        if not any(fact.live is None and not fact.is_out for fact in self.facts if fact is not self.mover):
            yield from self._handover()

    def _out_of(self, servers: Sequence[Step]) -> Iterator[Step]:
        standing = Standing.LEAVING if self.move.kind == "leave" else Standing.OUT
        if self.before and self.before.standing is Standing.LEFT and not servers and self.mover.live is None:
            return
        if self.before is None or (self.before.standing is Standing.OUT and standing is not Standing.OUT):
            yield self._rotation(standing)
        elif standing is Standing.LEAVING and self.before.cleared and self._takes_out(servers):
            yield self._rotation(standing)  # somebody has put it back: the wait begins anew, whatever ends this run
        yield from servers
        yield from self._handover()
        if standing is Standing.LEAVING:
            yield Step(kind=StepKind.WAIT, zone=self.zone.id, provider=self.move.provider, seconds=self.seconds)
            yield from self._removal()

    def _takes_out(self, servers: Sequence[Step]) -> bool:
        """Tell whether *servers* take a name of who moves out of a set: until then resolvers learn it there."""
        names = set(self.hosts)
        changes = (change for step in servers if step.kind is StepKind.APEX_NS for change in step.changes)
        return any(change.before is not None and not names.isdisjoint(change.before.rdatas) for change in changes)

    def _removal(self) -> Iterator[Step]:
        live = self.mover.live
        if self.mover.is_unread:
            return  # what is there, nobody knows: it goes once it can be read
        if live is not None:
            if live.kept or not self.mover.deletes:
                return
            own = {apex_set.key(self.zone.apex), soa.key(self.zone.apex)} | self._held(live)
            gone = tuple(Change(rrset, None, "leave") for key, rrset in sorted(live.rrsets.items()) if key not in own)
            if gone:
                yield self._step(StepKind.CONTENT, changes=gone)
            yield self._step(StepKind.DELETE_ZONE)
        yield self._rotation(Standing.LEFT)

    def _held(self, live: LiveZone) -> set[Key]:
        """Return the addresses of name servers in the zone where it cannot be written without: they go with it."""
        servers = self.want or live.rrsets.get(apex_set.key(self.zone.apex))
        if self.mover.capabilities.premade_apex or servers is None:
            return set()
        return {Key(host, rtype) for host in servers.rdatas for rtype in ("A", "AAAA")}

    def _rotation(self, standing: Standing) -> Step:
        return self._step(StepKind.ROTATION, standing=standing, hosts=self.hosts, seconds=self.seconds)

    def _step(self, kind: StepKind, **more: object) -> Step:
        return Step.model_validate({"kind": kind, "zone": self.zone.id, "provider": self.move.provider, **more})

    def _handover(self) -> Iterator[Step]:
        """Yield what somebody has to tell the registrar, unless the parent has it already, or there is none."""
        want = self.want
        if want is None or any(fact.live and fact.live.networks for fact in self.facts):
            return
        if self.parent.name and set(self.parent.hosts) == set(want.rdatas):
            return
        handover = Handover(
            parent=self.parent.name, before=self.parent.hosts, after=want.rdatas, glue=tuple(self._glue(want))
        )
        yield Step(kind=StepKind.MANUAL, zone=self.zone.id, provider="", handover=handover)

    def _glue(self, want: RRset) -> Iterator[str]:
        for host in want.rdatas:
            for rtype in ("A", "AAAA") if is_within(host, self.zone.apex) else ():
                rrset = self.zone.rrsets.get(Key(host, rtype))
                yield from (f"{host} {address}" for address in (rrset.rdatas if rrset else ()))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The name servers of the provider that moves: those that it tells, or those that belong to nobody else."""
        return apex_set.names_of(self.mover, self._served(), self.facts)

    @property
    def seconds(self) -> int:
        """For how long a resolver may remember the apex NS set or the delegation."""
        known = [rrset.ttl or 0 for rrset in self._sets()]
        parent = PARENT_TTL if self.parent.ttl is None else self.parent.ttl
        before = self.before.seconds if self.before else 0
        return max([*known, parent, before, self.want.ttl or 0 if self.want else 0])

    def _served(self) -> set[str]:
        return {host for rrset in self._sets() for host in rrset.rdatas}

    def _sets(self) -> Iterator[RRset]:
        for fact in self.facts:
            rrset = fact.live.rrsets.get(apex_set.key(self.zone.apex)) if fact.live else None
            if rrset is not None:
                yield rrset

    def findings(self) -> Iterator[Finding]:
        """Yield what stands against the move, and what a reader should know of it."""
        provider, zone = self.move.provider, self.zone
        if self.objection:
            yield self._finding("unsigned-provider", Severity.ERROR, self.objection, "see RFC 8901")
        if zone.nameservers.mode == "unmanaged":
            yield self._finding(
                "nameservers-unmanaged",
                Severity.ERROR,
                "the file has `nameservers: unmanaged`, so zonesync does not say who is asked",
                "write `nameservers: auto` or a list, apply that, and try again",
            )
        elif self.move.kind in {"evacuate", "leave"} and self.before is None and not self._is_named():
            yield self._finding(
                "not-in-rotation",
                Severity.WARNING,
                f"the apex NS set names no name server that is known to be of `{provider}`, so nobody is sent there",
                "where the set names it by other names, write a list without those",
            )
        live = self.mover.live
        if self.move.kind == "leave" and self.mover.is_unread:
            yield self._finding(
                "zone-stays",
                Severity.WARNING,
                f"`{provider}` cannot be read, so what it has stays there",
                f"run `zonesync provider leave {zone.id} {provider}` again once it can be read",
            )
        if self.move.kind == "leave" and live is not None:
            if live.kept:
                yield self._finding(
                    "zone-stays",
                    Severity.WARNING,
                    f"`{provider}` has {len(live.kept)} RRsets in a form that zonesync cannot edit, so the zone stays",
                    "delete the zone there by hand once the wait is over",
                )
            elif not self.mover.deletes:
                yield self._finding(
                    "zone-stays",
                    Severity.WARNING,
                    f"zonesync cannot delete zones at `{provider}`, so the zone stays",
                    "delete it there by hand once the wait is over",
                )

    def _is_named(self) -> bool:
        return bool(self._served() & set(self.hosts))

    def _finding(self, rule: str, severity: Severity, message: str, hint: str) -> Finding:
        return Finding(rule, severity, message, help=hint, zone=str(self.zone.id), provider=self.move.provider)

"""A zone at several providers, its parent and what resolvers remember, to carry steps out on paper.

After every step :meth:`Paper.unsound` tells whom a resolver could be sent to in vain.
"""

from dataclasses import dataclass, field, replace

from tests.planning import APEX, LIMITS, SOA, ZONE, fact, live, rr, table
from zonesync.model.change import Computed
from zonesync.plan import apex_set
from zonesync.plan.moving import Moving, Parent
from zonesync.plan.plan import Move, Standing, StepKind
from zonesync.plan.planner import plan_zone
from zonesync.plan.rotation import Absence, moved
from zonesync.provider.contract import ApexNs, Capabilities

FILES = Capabilities(types=None, apex_ns=ApexNs.NON_EMPTY)
SERVICE = Capabilities(types=None, apex_ns=ApexNs.NON_EMPTY, premade_apex=True, assigns_nameservers=True)
WWW, OLD = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.9")


@dataclass
class Host:
    """One provider: its name servers, and the RRsets of the zone there, None without the zone."""

    names: tuple[str, ...]
    is_service: bool = False
    rrsets: dict | None = None
    unread: bool = False

    @property
    def is_current(self):
        return self.rrsets is not None and self.rrsets.get(WWW.key) == WWW

    def serves(self, hosts, www=WWW):
        self.rrsets = table(SOA, rr("@", "NS", *hosts, ttl=300), www)

    def found(self):
        return None if self.rrsets is None else live(apex=self.rrsets.values(), nameservers=self._assigned())

    def _assigned(self):
        return self.names if self.is_service else ()

    def fact(self, name, **more):
        zone = None if self.unread else self.found()
        configured = () if self.is_service else self.names
        caps = SERVICE if self.is_service else FILES
        return fact(name, zone, caps, configured, is_unread=self.unread, deletes=True, **more)


@dataclass
class Paper:
    """All of it."""

    zone: object
    hosts: dict
    delegated: frozenset
    remembered: set = field(default_factory=set)
    """Names that a resolver may still go by."""
    absences: dict = field(default_factory=dict)
    down: set = field(default_factory=set)
    """Providers that nobody can help to be sent to: they were in rotation when they broke."""

    def plan(self, kind, provider):
        """Return the steps of a move, as it is planned now, with the findings."""
        move = Move(kind=kind, provider=provider)
        then = moved(self.absences, move, [ZONE])
        before = self.absences.get((ZONE, provider))
        facts = [
            host.fact(
                name,
                is_out=(ZONE, name) in then,
                remembered=self.absences[ZONE, name].hosts if (ZONE, name) in self.absences else (),
            )
            for name, host in self.hosts.items()
            if (ZONE, name) not in self.absences
            or name == provider
            or self.absences[ZONE, name].standing is Standing.OUT
        ]
        reached = [one for one in facts if not one.is_unread]
        content = (provider,) if kind in {"join", "restore"} else ()
        planned = plan_zone(self.zone, reached, LIMITS, served=facts, content_at=content)
        moving = Moving(move, self.zone, facts, before, Parent("com.", tuple(sorted(self.delegated)), 300))
        return list(moving.steps(planned.steps)), [*planned.findings, *moving.findings()]

    def carry_out(self, step):
        """Do what *step* says."""
        host = self.hosts.get(step.provider)
        if step.kind is StepKind.CREATE_ZONE:
            host.rrsets = table(SOA, rr("@", "NS", *host.names, ttl=172800)) if host.is_service else {}
        elif step.kind in {StepKind.CONTENT, StepKind.APEX_NS}:
            for change in step.changes:
                self._change(host, change)
        elif step.kind is StepKind.DELETE_ZONE:
            host.rrsets = None
        elif step.kind is StepKind.ROTATION:
            self.absences.pop((ZONE, step.provider), None)
            if step.standing is not Standing.IN:
                self.absences[ZONE, step.provider] = Absence(step.standing, step.hosts, seconds=step.seconds)
        elif step.kind is StepKind.MANUAL:
            self.delegated = frozenset(step.handover.after)
        elif step.kind is StepKind.WAIT:
            self.remembered = set()
        self.remembered |= self.named()

    def _change(self, host, change):
        after = change.after
        if isinstance(after, Computed):
            assert after.type == "SOA", "a move shows real names"
            return
        if after is None:
            del host.rrsets[change.key]
        else:
            host.rrsets[change.key] = after

    def named(self):
        """Return every name that an apex NS set of somebody who is asked, or the parent, sends resolvers to."""
        found = set(self.delegated)
        for name, host in self.hosts.items():
            if host.rrsets and self.is_asked(name):
                rrset = host.rrsets.get(apex_set.key(APEX))
                found |= set(rrset.rdatas) if rrset else set()
        return found

    def is_asked(self, name):
        """Whether a resolver may come by a provider's servers: somebody is sent there."""
        return name not in self.down and bool(set(self.hosts[name].names) & (self.delegated | self.remembered))

    def unsound(self):
        """Return the names that resolvers are sent to, or remember, and that do not serve the content."""
        serving = {
            host for name, one in self.hosts.items() if one.is_current or name in self.down for host in one.names
        }
        return sorted((self.named() | self.remembered) - serving)

    def settled(self):
        """Return the paper with what resolvers remember brought up to what there is now."""
        return replace(self, remembered=set(self.named()))

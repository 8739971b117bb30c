"""Runs to take back: seeded zones that change a little at a time, at providers of every kind."""

import random

from tests.planning import APEX, ZONE, desired, rr
from tests.support.driving import NO_LIMITS
from tests.support.worlds import World
from zonesync.model.rrset import Key
from zonesync.model.zone import Nameservers, Overlay
from zonesync.plan import planfile, soa
from zonesync.plan.apex import acceptable
from zonesync.plan.plan import Allowance, Plan
from zonesync.plan.planner import plan_zone
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.run.reversals import reversals
from zonesync.run.rollback import Rules, in_order, plan_place
from zonesync.workflow.facts import facts_of, read
from zonesync_bind import BindProvider

OUTSIDE = ["ns1.example.net.", "ns2.example.net."]
INSIDE = ["ns1.example.com.", "ns2.example.net."]
KINDS = {
    "batch and ordered": (Character.BATCH, Character.ORDERED),
    "single and batch": (Character.SINGLE, Character.BATCH),
    "file and single": (Character.FILE, Character.SINGLE),
    "two of bind": ("bind", "bind"),
}


def provider_of(folder, name, kind):
    if kind == "bind":
        return BindProvider(name, directory=str(folder / name), nameservers=OUTSIDE)
    return MemoryProvider(name, kind, nameservers=OUTSIDE if kind is Character.FILE else ())


def contents(provider, zone=ZONE):
    """What *provider* has of *zone*, the SOA without its serial."""
    live = provider.read(zone)
    return {key: soa.without_serial(one) if one.type == "SOA" else one for key, one in live.rrsets.items()}


class Rolling(World):
    """Providers whose runs are taken back."""

    def plan(self, *zones, served=None):
        steps, targets = [], []
        for zone in zones:
            facts = []
            for name in zone.providers:
                found = self.live[zone.id, name] = read(self.providers[name], zone)
                facts.append(facts_of(self.providers[name], zone, found))
            made = plan_zone(zone, facts, NO_LIMITS)
            # Whose name servers these are is not what rolling back is about: as if the file accepted it.
            refused = [one for one in made.findings if one.is_error and one.rule not in acceptable(zone)]
            assert not refused, refused
            steps += made.steps
            targets += made.targets
        return planfile.sealed(Plan(steps=tuple(steps), targets=tuple(targets)))

    def contents(self, zone=ZONE):
        return {name: contents(one, zone) for name, one in self.providers.items()}

    def back(self, run, *, limits=NO_LIMITS, only=(), ignore=(), overwrites=(), managed=None, reversal=None):
        """Plan to take *run* back, and return the plan with what was found; *reversal* stands in for what it did."""
        zones = {}
        for (zone, name), known in reversals(list(self.log.entries()), run).items():
            if not only or zone in only:
                found = self.live[zone, name] = self.providers[name].read(zone)
                stub = desired(providers=(name,))
                fact = facts_of(self.providers[name], stub, found)
                rules = Rules(limits, tuple(ignore), frozenset(overwrites), managed)
                zones.setdefault(zone, []).append(plan_place(zone, reversal or known, fact, rules))
        every = [plan for plans in zones.values() for plan in plans]
        return planfile.sealed(
            Plan(
                rollback=run,
                steps=tuple(step for plans in zones.values() for step in in_order(plans)),
                targets=tuple(target for plan in every for target in plan.targets),
                findings=tuple(dict.fromkeys(finding for plan in every for finding in plan.findings)),
                allowances=tuple(Allowance(rule="empty-zone", zone=str(zone)) for zone in zones if limits is NO_LIMITS),
            )
        )

    def roll_back(self, run, **how):
        plan = self.back(run, **how)
        assert not plan.refusals, plan.refusals
        return self.apply(plan)


class Zones:
    """One zone through time, for one seed."""

    def __init__(self, seed, apex_changes=True):
        self.random = random.Random(seed)
        self.apex_changes = apex_changes
        self.rrsets = {one.key: one for one in (rr("@", "A", "192.0.2.1"), rr("stays", "A", "192.0.2.2"))}
        for _ in range(self.random.randrange(4, 12)):
            self._edit()

    def _edit(self):
        choose = self.random.choice
        name = choose(["@", "www", "mail", "api", "a.b", "*.dev", "_sip._tcp", "sub", "text"])
        there = [key for key in self.rrsets if key.name == (APEX if name == "@" else f"{name}.{APEX}")]
        if there and self.random.random() < 0.4:
            for key in there:
                del self.rrsets[key]
            return
        types = ["A", "AAAA", "TXT", "MX", "CAA"] + ([] if name == "@" else ["CNAME"])
        types += ["NS"] if name == "sub" else ["SRV"] if name == "_sip._tcp" else []
        rtype = choose(types)
        for key in there:
            if "CNAME" in (rtype, key.type) or "NS" in (rtype, key.type):
                self.rrsets.pop(key, None)
        made = rr(name, rtype, *self._values(rtype), ttl=choose([60, 300, 3600]))
        self.rrsets[made.key] = made

    def _values(self, rtype):
        number = self.random.randrange(1, 200)
        count = self.random.randrange(1, 4)
        return {
            "A": [f"192.0.2.{number + each}" for each in range(count)],
            "AAAA": [f"2001:db8::{number:x}:{each}" for each in range(count)],
            "TXT": [f'"text {number} of {each} \\; \\"quoted\\""' for each in range(count)],
            "MX": [f"{number} mail{each}.example.net." for each in range(count)],
            "CAA": [f'0 issue "ca{number}.example.net"'],
            "CNAME": [f"host{number}.example.net."],
            "NS": [f"ns{number}.example.org.", "ns.example.org."],
            "SRV": [f"0 {number} 5060 sip.example.net."],
        }[rtype]

    def next(self):
        """Change some of the zone, and return it as its file then is."""
        for _ in range(self.random.randrange(1, 8)):
            self._edit()
        rrsets = dict(self.rrsets)
        more = {}
        servers = Nameservers(said=True)
        if self.apex_changes and self.random.random() < 0.5:
            hosts = self.random.choice([OUTSIDE, INSIDE, ["ns1.example.org.", "ns2.example.org."]])
            servers = Nameservers("list", tuple(hosts), ttl=self.random.choice([None, 3600]), said=True)
        self.inside = getattr(self, "inside", False) or servers.hosts == tuple(INSIDE)
        if self.inside and (servers.mode != "list" or servers.hosts == tuple(INSIDE)):
            made = rr("ns1", "A", "192.0.2.53")
            rrsets[made.key] = made
        else:
            self.inside = False
        if self.random.random() < 0.4:
            more["soa"] = {"minimum": self.random.choice([60, 300]), "refresh": self.random.choice([3600, 7200])}
        key = self.random.choice(sorted(rrsets.keys() - {Key(f"ns1.{APEX}", "A"), Key(f"stays.{APEX}", "A")}))
        if self.random.random() < 0.3:
            more["overlays"] = {key: Overlay(excluded=("b",))}
        return desired(*rrsets.values(), providers=("a", "b"), nameservers=servers, **more)

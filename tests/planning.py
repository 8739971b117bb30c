"""Short ways to the values that tests of plan, run and workflow are made of."""

import json
from pathlib import Path

from zonesync import workflow
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Nameservers, ZoneId
from zonesync.plan import safety
from zonesync.plan.facts import Facts
from zonesync.plan.planner import plan_zone
from zonesync.provider.contract import ApexNs, Capabilities, LiveZone
from zonesync.run.context import Context

APEX = "example.com."
ZONE = ZoneId(APEX)
FULL = Capabilities(types=None, apex_ns=ApexNs.FULL)
LIMITS = safety.Limits()
NOW = Context(actor="tester", commit="c0ffee", url="https://ci.example/1")


def rr(owner, rtype, *values, ttl=3600):
    """An RRset of example.com; *owner* is relative, `@` the apex."""
    return RRset.of(APEX if owner == "@" else f"{owner}.{APEX}", rtype, ttl, values)


def table(*rrsets):
    return {rrset.key: rrset for rrset in rrsets}


def hosts(count, start=0, ttl=3600):
    """So many A RRsets: h0, h1, ..."""
    return [rr(f"h{number}", "A", "192.0.2.1", ttl=ttl) for number in range(start, start + count)]


SOA = rr("@", "SOA", "ns1.a.example. hostmaster.example.com. 7 3600 900 1209600 300", ttl=900)
NS = rr("@", "NS", "ns1.a.example.", "ns2.a.example.", ttl=86400)
UNMANAGED = Nameservers(said=True)


def desired(*rrsets, providers=("a",), nameservers=UNMANAGED, **more):
    return DesiredZone(ZONE, table(*rrsets), providers=providers, nameservers=nameservers, **more)


def live(*rrsets, apex=(SOA, NS), **more):
    return LiveZone(ZONE, "id", table(*apex, *rrsets), **more)


def fact(name="a", zone=None, capabilities=FULL, nameservers=(), **more):
    return Facts(name, capabilities, tuple(nameservers), f"target:{name}", f"config:{name}", live=zone, **more)


def planned(zone, *facts, limits=LIMITS, served=()):
    return plan_zone(zone, facts, limits, served=served)


def steps(made):
    """What is done, in order: kind and provider."""
    return [(step.kind.value, step.provider) for step in made.steps]


def changes(made):
    return [change for step in made.steps for change in step.changes]


def rules(found):
    """The ids of the findings that refuse."""
    return sorted(finding.rule for finding in getattr(found, "findings", found) if finding.is_error)


def refusals(found):
    """The findings that refuse."""
    return [finding for finding in getattr(found, "findings", found) if finding.is_error]


def key(owner, rtype):
    return Key(APEX if owner == "@" else f"{owner}.{APEX}", rtype)


class Folder:
    """A project in a folder: configuration, zone files, and two BIND providers."""

    def __init__(self, root, providers=None, config=None):
        self.root = root
        self.providers = providers or {
            name: {
                "type": "bind",
                "directory": name,
                "nameservers": [f"ns{n}.{name}.example." for n in (1, 2)],
                "check": False,
                "serial": "increment",
            }
            for name in ("one", "two")
        }
        self.config = {"providers": self.providers, "defaults": {"providers": list(self.providers)}, **(config or {})}
        (root / "zones").mkdir()
        self.write_config()

    def write_config(self):
        (self.root / "zonesync.yaml").write_text(json.dumps(self.config))

    def zone(self, records, name="example.com", file=None, **settings):
        """Write a zone file: YAML, of which JSON is a part."""
        data = {"zone": name, "ttl": 3600, "nameservers": "auto", "records": records, **settings}
        (self.root / "zones" / (file or f"{name}.yaml")).write_text(json.dumps(data))

    def remove(self, name):
        (self.root / "zones" / f"{name}.yaml").unlink()

    def open(self):
        return workflow.open_project(self.root / "zonesync.yaml")

    def plan(self, *names, find=None, **options):
        project = self.open()
        more = {"find": find} if find else {}
        return workflow.make_plan(project, workflow.load(project, names, NOW), NOW, **more, **options)

    def apply_now(self, *names, find=None, **options):
        """Plan and carry out; return the run."""
        planning = self.plan(*names, find=find, **options)
        assert not planning.plan.refusals, planning.plan.refusals
        return self.carry_out(planning.plan, planning)

    def carry_out(self, plan, planning):
        """Apply *plan*, for which *planning* was worked out now, under the locks of its zones."""
        project = self.open()
        with workflow.holding(project, {step.zone for step in plan.steps}, NOW) as held:
            return workflow.apply(project, plan, planning, NOW, held)

    def served(self, provider="one", zone="example.com"):
        """The file of a zone at a provider."""
        return self.root / provider / f"{zone}.zone"

    def bytes(self):
        """Every file of every provider's folder."""
        return {
            str(path): path.read_bytes()
            for name in self.providers
            for path in sorted(Path(self.root / name).glob("*"))
            if path.is_file()
        }


def found_in(providers):
    """A way to make providers that hands out those of *providers*, a mapping by name."""

    def find(_kind):
        return lambda name, **_options: providers[name]

    return find

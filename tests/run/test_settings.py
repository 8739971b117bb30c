"""Networks and references: what a run tells a provider besides changes, and what the audit log says of it."""

import re

import pytest

from tests.planning import ZONE, desired, rr
from tests.support.worlds import Scripted, World
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Plan, Setting, Step, StepKind
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.errors import Unavailable
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_private import PrivateMemoryProvider
from zonesync.views.audit_text import audit_lines
from zonesync.views.run_text import step_line

WWW, OTHER = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.2")


def inside(*networks, rrset=WWW):
    return desired(rrset, networks={"a": networks})


@pytest.fixture
def world(tmp_path):
    return World(tmp_path, PrivateMemoryProvider("a", networks=["net-9"]))


def visible(world):
    return world.providers["a"].read(ZONE).networks


def test_a_zone_is_created_in_its_networks_and_is_then_in_step(world):
    assert world.run(inside("net-2", "NET-1")).is_complete
    assert visible(world) == ("net-1", "net-2")
    assert world.plan(inside("net-2", "net-1")).is_empty


def test_a_zone_without_networks_of_its_own_is_created_in_the_configured_ones(world):
    assert world.run(desired(WWW)).is_complete
    assert visible(world) == ("net-9",)


def test_networks_change_with_content_and_the_log_has_both(world):
    world.run(inside("net-1"))
    plan = world.plan(inside("net-2", "net-3", rrset=OTHER))
    run = world.apply(plan)
    assert run.is_complete
    assert run.has_changed
    assert visible(world) == ("net-2", "net-3")
    assert world.plan(inside("net-2", "net-3", rrset=OTHER)).is_empty
    mine = [entry for entry in world.entries() if entry["run"] == run.id]
    assert [entry["kind"] for entry in mine] == ["run_start", *["setting"] * 3, "step", "change", "zone", "run_end"]
    for entry in mine[1:4]:
        assert (entry["name"], entry["before"], entry["after"]) == ("networks", ["net-1"], ["net-2", "net-3"])
        assert (entry["zone"], entry["provider"], entry["outcome"]) == ("example.com", "a", "applied")
    assert mine[4]["settings"] == [{"name": "networks", "before": ["net-1"], "after": ["net-2", "net-3"]}]
    lines = list(audit_lines(mine))
    assert any(line.startswith("    ~ networks at a  net-1 -> net-2, net-3: in `net-2`") for line in lines)
    assert step_line(run.results[0]) == "done     example.com at a: networks"


def test_networks_that_changed_meanwhile_are_a_conflict(world):
    world.run(inside("net-1"))
    plan = world.plan(inside("net-2"))
    live = world.providers["a"].read(ZONE)
    list(world.providers["a"].set_networks(live, ["net-5"]))
    run = world.apply(plan)
    assert not run.is_complete
    assert not run.has_changed
    assert "conflict" in run.results[0].problem
    assert visible(world) == ("net-5",)
    world.live[ZONE, "a"] = world.providers["a"].read(ZONE)
    run = world.apply(plan)
    assert run.results[0].problem == "conflict: `networks` is no longer as the plan shows it"


class Told(Scripted):
    """Says of networks what it is told to."""

    def __init__(self, real, *receipts):
        super().__init__(real, real.apply)
        self.receipts = receipts
        self.waits = []

    networks = ("net-9",)

    def spell_network(self, text):
        return self.real.spell_network(text)

    def set_networks(self, live, networks):
        self.calls.append((live.networks, networks))
        for receipt in self.receipts:
            if isinstance(receipt, Exception):
                raise receipt
            yield receipt

    def wait(self, receipts):
        self.waits.append([receipt.change_id for receipt in receipts])


@pytest.mark.parametrize(
    ("receipts", "changed", "words"),
    [
        ([Receipt((), Outcome.REJECTED, words="no such network")], False, "rejected: no such network"),
        ([Receipt((), Outcome.UNKNOWN, words="no answer")], True, "unknown: no answer"),
        ([Receipt((), Outcome.APPLIED, "C1"), Receipt((), Outcome.CONFLICT, words="gone")], True, "conflict: gone"),
        ([Receipt((), Outcome.APPLIED, "C1"), Unavailable("cut")], True, "cut"),
    ],
)
def test_a_change_of_networks_that_fails_stops_the_zone(world, receipts, changed, words):
    world.run(inside("net-1"))
    world.providers["a"] = Told(world.providers["a"], *receipts)
    run = world.run(inside("net-2", rrset=OTHER))
    assert (run.is_complete, run.has_changed) == (False, changed)
    assert words in run.results[0].problem
    assert run.results[1].skipped
    assert [entry["outcome"] for entry in world.entries("setting")] == [
        one.outcome.value for one in receipts if isinstance(one, Receipt)
    ]


def test_a_change_of_networks_is_waited_for_like_any_other(world):
    world.run(inside("net-1"))
    world.providers["a"] = told = Told(world.providers["a"], Receipt((), Outcome.APPLIED, "C7"))
    assert world.run(inside("net-2")).is_complete
    assert told.calls == [(("net-1",), ("net-2",))]
    assert told.waits == [["C7"]]


def test_a_provider_without_networks_carries_none_out(tmp_path):
    world = World(tmp_path, MemoryProvider("a"))
    world.run(desired(WWW))
    world.live[ZONE, "a"] = world.providers["a"].read(ZONE)
    setting = Setting(name="networks", after=("net-1",))
    run = world.apply(Plan(steps=(Step(kind=StepKind.METADATA, zone=ZONE, provider="a", settings=(setting,)),)))
    assert run.results[0].problem == "`a` has no setting `networks`"
    assert not run.has_changed


# The reference of a creation
class Creating(Scripted):
    def __init__(self, real):
        super().__init__(real, real.apply)
        self.references = []

    def create(self, zone, how):
        self.references.append(how.reference)
        raise Unavailable("no answer")


def test_a_saved_plan_creates_under_the_same_reference_whenever_it_is_applied(tmp_path):
    one = Creating(MemoryProvider("a"))
    world = World(tmp_path, one)
    plan = world.plan(desired(WWW))
    world.apply(plan)
    world.apply(plan)
    first, second = one.references
    assert first == second
    assert re.fullmatch(r"[a-zA-Z0-9-]{1,60}", first)
    world.apply(world.plan(desired(OTHER)))
    assert one.references[2] not in {first, ""}


def test_references_differ_by_zone_by_provider_and_without_a_digest_by_run(tmp_path):
    a, b = Creating(MemoryProvider("a")), Creating(MemoryProvider("b"))
    a.name, b.name = "a", "b"
    world = World(tmp_path, a, b)
    unsealed = Plan(steps=(Step(kind=StepKind.CREATE_ZONE, zone=ZONE, provider="a"),))
    world.apply(unsealed)
    world.apply(unsealed)
    for zone, provider in ((ZoneId("example.com.", "inside"), "a"), (ZONE, "a"), (ZONE, "b")):
        step = Step(kind=StepKind.CREATE_ZONE, zone=zone, provider=provider)
        world.apply(Plan(steps=(step,), digest="sha256:d"))
    found = [*a.references, *b.references]
    assert len(set(found)) == len(found) == 5
    assert all(re.fullmatch(r"[a-zA-Z0-9-]{1,60}", one) for one in found)


# Secrets
def test_no_words_of_a_provider_are_shown_or_recorded_before_secrets_are_taken_out(world):
    world.run(inside("net-1"))
    world.providers["a"] = Told(world.providers["a"], Receipt((), Outcome.REJECTED, words="key hunter2 is no good"))
    conceal = {"conceal": lambda name, words: words.replace("hunter2", f"<{name}>")}
    run = world.run(inside("net-2"), **conceal)
    assert run.results[0].problem == "rejected: key <a> is no good"
    world.providers["a"].receipts = (Unavailable("hunter2"),)
    assert world.run(inside("net-2"), **conceal).results[0].problem == "<a>"
    world.providers["a"].receipts = (ZeroDivisionError("hunter2"),)
    assert world.run(inside("net-2"), **conceal).results[0].problem.endswith("ZeroDivisionError: <a>")
    world.providers["a"].receipts = ()
    world.providers["a"].script = lambda _, changes: iter([Receipt(changes, Outcome.REJECTED, words="hunter2")])
    assert "<a>" in world.run(inside("net-1", rrset=OTHER), **conceal).results[0].problem
    assert "hunter2" not in str(list(world.entries()))

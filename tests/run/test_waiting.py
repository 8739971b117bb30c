"""What was written is waited for: at the barrier, and once a zone's last step is done."""

import pytest

from tests.planning import APEX, ZONE, desired, rr
from tests.support.worlds import Scripted, World
from zonesync.model.zone import Nameservers
from zonesync.plan.plan import StepKind
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.errors import Unavailable
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_faults import Fault

WWW, OTHER = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.2")
AUTO = Nameservers("auto", said=True)
BOTH = {"providers": ("a", "b"), "nameservers": AUTO}


class Waited(Scripted):
    """Notes what it is asked to wait for, and fails to confirm it when told."""

    def __init__(self, name="a", script=None, problem=None):
        real = MemoryProvider(name)
        super().__init__(real, script or real.apply)
        self.name = name
        self.problem = problem
        self.waits = []

    def wait(self, receipts):
        self.waits.append([receipt.change_id for receipt in receipts])
        if self.problem:
            raise self.problem


def given(*receipts):
    """A provider that answers with *receipts*, each of one change."""

    def script(_live, changes):
        for change, (outcome, change_id) in zip(changes, receipts, strict=True):
            yield Receipt((change,), outcome, change_id)

    return script


def world_of(folder, *providers, **more):
    world = World(folder, *(one.real for one in providers))
    world.run(desired(WWW, **more))
    for one in providers:
        world.providers[one.name] = one
    return world


def test_the_last_receipts_of_a_zone_are_waited_for_after_its_last_step(tmp_path):
    one = Waited()
    world = world_of(tmp_path, one)
    assert world.run(desired(OTHER)).is_complete
    assert len(one.waits) == 1
    assert all(one.waits[0])


def test_what_a_barrier_has_waited_for_is_not_waited_for_again(tmp_path):
    a, b = Waited("a"), Waited("b")
    world = World(tmp_path, a.real, b.real)
    world.providers |= {"a": a, "b": b}
    assert world.run(desired(WWW, **BOTH)).is_complete
    for one in (a, b):
        assert len(one.waits) == 2, "the content at the barrier, the apex NS set at the end"
        assert not set(one.waits[0]) & set(one.waits[1])


def test_only_what_was_applied_and_has_an_id_is_waited_for(tmp_path):
    one = Waited(script=given((Outcome.APPLIED, "C1"), (Outcome.APPLIED, "")))
    world = world_of(tmp_path, one)
    assert world.run(desired(OTHER, rr("new", "A", "192.0.2.1"))).is_complete
    assert one.waits == [["C1"]]
    one.script = given((Outcome.APPLIED, ""))
    assert world.run(desired(OTHER)).is_complete
    assert len(one.waits) == 1, "without an id there is nothing to ask for"


def test_a_zone_that_failed_is_not_waited_for(tmp_path):
    one = Waited(script=given((Outcome.APPLIED, "C1"), (Outcome.REJECTED, "C2")))
    world = world_of(tmp_path, one)
    assert not world.run(desired(OTHER, rr("new", "A", "192.0.2.1"))).is_complete
    assert one.waits == []


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Unavailable("still pending after 60 s", provider="a"), "written, not confirmed as served: a: still pending"),
        (ZeroDivisionError("oops"), "a defect in zonesync or in the adapter: ZeroDivisionError: oops"),
    ],
    ids=str,
)
def test_what_is_not_confirmed_is_a_problem_of_the_last_step_and_of_a_changed_provider(tmp_path, problem, words):
    world = world_of(tmp_path, Waited(problem=problem))
    run = world.run(desired(OTHER))
    (result,) = run.results
    assert result.problem.startswith(words)
    assert (result.changed, run.has_changed, run.is_complete) == (True, True, False)
    assert world.entries("step")[-1]["words"] == result.problem
    assert world.entries("run_end")[-1]["outcome"] == "incomplete"


def test_what_is_not_confirmed_at_the_barrier_keeps_the_apex_ns_set_from_changing(tmp_path):
    a, b = Waited("a"), Waited("b", problem=Unavailable("pending"))
    world = World(tmp_path, a.real, b.real)
    world.providers |= {"a": a, "b": b}
    run = world.run(desired(WWW, **BOTH))
    failed = [result.step.kind for result in run.results if not result.is_done]
    assert failed == [StepKind.BARRIER, StepKind.APEX_NS, StepKind.APEX_NS]
    assert (len(a.waits), len(b.waits)) == (1, 1)
    for one in (a, b):
        live = one.real.read(ZONE)
        assert set(live.rrsets[APEX, "NS"].rdatas) == set(live.nameservers)


def test_a_service_in_memory_is_waited_for_as_a_real_one(tmp_path):
    one = MemoryProvider("a")
    world = World(tmp_path, one)
    world.run(desired(WWW))
    one.faults.arm(Fault.BEFORE, "wait")
    run = world.run(desired(OTHER))
    assert "not confirmed as served" in run.results[-1].problem
    assert world.plan(desired(OTHER)).is_empty, "it was written all the same"

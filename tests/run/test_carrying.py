"""Carrying out one zone: noted ahead, under leave, until told to stop; and what is known of the zone afterwards."""

import threading

import pytest

from tests.planning import ZONE, desired, rr
from tests.support.worlds import Scripted, World
from zonesync.plan.plan import Plan, Step, StepKind
from zonesync.provider.contract import NO_WISHES, Outcome, Receipt
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_private import PrivateMemoryProvider
from zonesync.provider.permit import NoLeaveError, require_leave
from zonesync.run import journal, snapshots
from zonesync.run.recovery import left_behind
from zonesync.run.store import MemoryStore, StoreError

WWW, OTHER = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.2")
FTP, NEW = rr("ftp", "A", "192.0.2.3"), rr("new", "A", "192.0.2.4")


class Watched(PrivateMemoryProvider):
    """Looks at the journal whenever it is told to write."""

    def __init__(self):
        super().__init__("a", networks=["net-9"])
        self.store = None
        self.found = []

    def look(self, act):
        rows = [journal.notes(self.store.row(journal.PREFIX + run)) for run in left_behind(self.store)]
        last = [note for row in rows for note in row.steps][-1]
        self.found.append((act, last.where["step"], sorted(last.changes), [one["after"] for one in last.settings]))

    def create(self, zone, how=NO_WISHES):
        self.look("create")
        return super().create(zone, how)

    def apply(self, live, changes):
        self.look("apply")
        yield from super().apply(live, changes)

    def set_networks(self, live, networks):
        self.look("set_networks")
        yield from super().set_networks(live, networks)

    def reload(self, live):
        self.look("reload")
        return super().reload(live)


def test_whatever_is_written_is_in_the_journal_before_it_is_written(tmp_path):
    provider = Watched()
    world = World(tmp_path, provider)
    provider.store = world.store
    assert world.run(desired(WWW, networks={"a": ["net-1"]})).is_complete
    plan = world.plan(desired(OTHER, NEW, networks={"a": ["net-2"]}))
    reload = Step(kind=StepKind.RELOAD, zone=ZONE, provider="a")
    assert world.apply(Plan(steps=(*plan.steps, reload))).is_complete
    assert provider.found == [
        ("create", "create_zone", [], []),
        ("apply", "content", [tuple(WWW.key)], []),
        ("set_networks", "metadata", [], [["net-2"]]),
        ("apply", "content", [tuple(NEW.key), tuple(WWW.key)], []),
        ("reload", "reload", [], []),
    ]
    assert left_behind(world.store) == []


# Leave
def leave_after(count):
    """Leave that is given so many times, and never again."""
    asked = []

    def leave(zone):
        asked.append(zone)
        if len(asked) > count:
            raise NoLeaveError("the lock is lost")

    return leave


def test_without_leave_a_step_is_not_begun(tmp_path):
    provider = MemoryProvider("a")
    asked = []
    provider.create = lambda *more: asked.append(more)
    world = World(tmp_path, provider)
    run = world.apply(world.plan(desired(WWW)), footing=world.footing(leave=leave_after(0)))
    assert asked == []
    assert [(result.problem, result.skipped) for result in run.results] == [("the lock is lost", False), ("", True)]
    assert not run.has_changed
    assert [(entry["kind"], entry.get("outcome")) for entry in world.entries()] == [
        ("run_start", None),
        ("step", "failed"),
        ("run_end", "failed"),
    ]


def test_leave_is_asked_for_the_zone_that_is_written(tmp_path):
    world = World(tmp_path, MemoryProvider("a"))
    asked = []
    assert world.apply(world.plan(desired(WWW)), footing=world.footing(leave=asked.append)).is_complete
    assert set(asked) == {ZONE}


def test_leave_that_is_lost_within_a_step_keeps_the_rest_from_being_written(tmp_path):
    world = World(tmp_path, MemoryProvider("a", Character.SINGLE))
    world.run(desired(WWW))
    # Once for the step, once for the first of its changes.
    run = world.apply(world.plan(desired(WWW, FTP, NEW)), footing=world.footing(leave=leave_after(2)))
    (result,) = run.results
    assert (result.problem, result.changed) == ("the lock is lost", True)
    live = world.providers["a"].read(ZONE).rrsets
    assert (FTP.key in live, NEW.key in live) == (True, False)
    mine = [entry for entry in world.entries("change") if entry["run"] == run.id]
    assert [(entry["name"], entry["outcome"]) for entry in mine] == [(FTP.name, "applied")]


def test_a_creation_that_leave_was_refused_to_is_no_change(tmp_path):
    world = World(tmp_path, MemoryProvider("a"))
    run = world.apply(world.plan(desired(WWW)), footing=world.footing(leave=leave_after(1)))
    assert run.results[0].problem == "the lock is lost"
    assert not run.has_changed
    assert world.providers["a"].read(ZONE) is None


# Stop
def stopping(real, stop, after):
    """A way to apply that is told to stop after so many receipts."""

    def script(live, changes):
        for number, receipt in enumerate(real.apply(live, changes), 1):
            if number == after:
                stop.set()
            yield receipt

    return script


@pytest.mark.parametrize(
    ("after", "problem", "written"),
    [(1, "stopped: 2 of 3 changes were not begun", 1), (2, "stopped: 1 of 3 changes were not begun", 2), (3, "", 3)],
)
def test_a_stop_ends_a_step_after_the_batch_in_flight(tmp_path, after, problem, written):
    real = MemoryProvider("a", Character.SINGLE)
    world = World(tmp_path, real)
    world.run(desired(WWW))
    stop = threading.Event()
    world.providers["a"] = Scripted(real, stopping(real, stop, after))
    run = world.apply(world.plan(desired(OTHER, FTP, NEW)), footing=world.footing(stop=stop))
    assert [result.problem for result in run.results] == [problem]
    assert [entry["outcome"] for entry in world.entries("change") if entry["run"] == run.id] == ["applied"] * written
    live = real.read(ZONE).rrsets
    assert sum(live.get(one.key) == one for one in (OTHER, FTP, NEW)) == written


def test_a_stop_ends_a_change_of_networks_after_the_one_in_flight(tmp_path):
    stop = threading.Event()

    class Stopped(PrivateMemoryProvider):
        def set_networks(self, live, networks):
            for receipt in super().set_networks(live, networks):
                stop.set()
                yield receipt

    provider = Stopped("a", networks=["net-9"])
    world = World(tmp_path, provider)
    world.run(desired(WWW, networks={"a": ["net-1"]}))
    plan = world.plan(desired(WWW, networks={"a": ["net-2", "net-3"]}))
    run = world.apply(plan, footing=world.footing(stop=stop))
    assert run.results[0].problem.startswith("stopped")
    assert provider.read(ZONE).networks == ("net-1", "net-2")


def test_a_stop_that_comes_with_the_last_network_ends_nothing(tmp_path):
    stop = threading.Event()

    class Last(PrivateMemoryProvider):
        def set_networks(self, live, networks):
            for receipt in list(super().set_networks(live, networks)):
                stop.set()
                yield receipt

    world = World(tmp_path, Last("a", networks=["net-9"]))
    world.run(desired(WWW, networks={"a": ["net-1"]}))
    run = world.apply(world.plan(desired(WWW, networks={"a": ["net-2"]})), footing=world.footing(stop=stop))
    assert run.is_complete
    assert world.providers["a"].read(ZONE).networks == ("net-2",)


class InTwo(MemoryProvider):
    """Needs a second write to create a zone, and says nothing of the first."""

    def create(self, zone, how=NO_WISHES):
        made = super().create(zone, how)
        require_leave()
        return made


def test_a_creation_that_leave_was_lost_in_the_middle_of_may_have_made_the_zone(tmp_path):
    world = World(tmp_path, InTwo("a"))
    run = world.apply(world.plan(desired(WWW)), footing=world.footing(leave=leave_after(2)))
    assert run.has_changed
    assert world.providers["a"].read(ZONE) is not None
    assert world.entries("run_end")[-1]["outcome"] == "incomplete"


def test_a_write_without_a_receipt_before_leave_was_lost_is_of_unknown_outcome(tmp_path):
    real = MemoryProvider("a")

    def lost(live, changes):
        list(real.apply(live, changes))
        require_leave()
        yield

    world = World(tmp_path, real)
    world.run(desired(WWW))
    world.providers["a"] = Scripted(real, lost)
    run = world.apply(world.plan(desired(OTHER)), footing=world.footing(leave=leave_after(2)))
    assert run.has_changed
    assert [entry["outcome"] for entry in world.entries("change")][-1] == "unknown"


# What the log says that a zone has
@pytest.mark.parametrize("character", Character)
def test_after_a_complete_run_the_log_names_exactly_what_is_live(tmp_path, character):
    names = ["ns1.x.example.", "ns2.x.example."] if character is Character.FILE else []
    provider = MemoryProvider("a", character, nameservers=names)
    world = World(tmp_path, provider)
    for rrsets in ([WWW, FTP], [OTHER, NEW], [OTHER]):
        assert world.run(desired(*rrsets)).is_complete
        live = provider.read(ZONE)
        there = snapshots.of_live(str(ZONE), "a", live.rrsets, live.kept)
        (name,) = [entry["snapshot"] for entry in world.entries("zone")][-1:]
        assert world.store.get(f"snapshots/{name.removeprefix('sha256:')}.json") == there


def test_a_zone_of_which_a_step_failed_is_not_said_to_be_whole(tmp_path):
    real = MemoryProvider("a")
    world = World(tmp_path, real)
    world.run(desired(WWW))
    before = world.entries("zone")
    world.providers["a"] = Scripted(real, lambda _, changes: iter([Receipt(tuple(changes), Outcome.REJECTED)]))
    assert not world.run(desired(OTHER)).is_complete
    assert world.entries("zone") == before != []


class FullStore(MemoryStore):
    """Takes no more objects once it is full; rows go on."""

    is_full = False

    def put_if_absent(self, name, data):
        if self.is_full:
            raise StoreError("the disk is full")
        return super().put_if_absent(name, data)


def test_what_was_written_and_not_recorded_is_no_step_that_is_done(tmp_path):
    real = MemoryProvider("a")
    world = World(tmp_path, real, store=FullStore())
    world.run(desired(WWW))

    def fill(live, changes):
        world.store.is_full = True
        yield from real.apply(live, changes)

    world.providers["a"] = Scripted(real, fill)
    run = world.run(desired(OTHER))
    (result,) = run.results
    assert (result.problem, result.is_done, result.changed) == ("not recorded: the disk is full", False, True)
    assert (run.problem, run.is_complete, run.has_changed) == ("the disk is full", False, True)

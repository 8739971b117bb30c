"""Carrying out a plan: order, failure of one zone alone, what the audit log says of it."""

import hashlib
import json
import threading
from concurrent import futures

import pytest

from tests.planning import APEX, NOW, ZONE, changes, desired, rr
from tests.support.worlds import CONTEXT, Scripted, World
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Nameservers, ZoneId
from zonesync.plan.plan import Plan, Step, StepKind
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.errors import Denied, Unavailable
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_faults import Fault
from zonesync.run.apply import Footing, apply_plan
from zonesync.run.audit import AuditLog
from zonesync.run.recovery import recover
from zonesync.run.resolve import UnresolvedError, resolve
from zonesync.run.results import done_changes
from zonesync.run.store import LocalStore, StoreError

AUTO = Nameservers("auto", said=True)
CHARACTERS = [Character.BATCH, Character.ORDERED, Character.SINGLE]


def memory(name="a", character=Character.BATCH, **more):
    return MemoryProvider(name, character, **more)


def zone_of(number, *rrsets, **more):
    name = f"z{number}.example."
    moved = [RRset(rrset.name.replace(APEX, name), rrset.type, rrset.ttl, rrset.rdatas) for rrset in rrsets]
    return DesiredZone(
        ZoneId(name), {one.key: one for one in moved}, providers=("a",), nameservers=Nameservers(said=True), **more
    )


WWW, OTHER = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.2")


@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize("other", CHARACTERS)
def test_a_zone_new_at_two_providers_gets_one_set_of_real_names_and_is_then_in_step(tmp_path, character, other):
    world = World(tmp_path, memory("a", character), memory("b", other))
    zone = desired(WWW, providers=("a", "b"), nameservers=AUTO, soa={"minimum": 60})
    run = world.run(zone)
    assert run.is_complete
    sets = {world.providers[name].read(ZONE).rrsets[APEX, "NS"] for name in "ab"}
    assert len(sets) == 1
    (servers,) = sets
    assert len(servers.rdatas) == 4
    assert servers.ttl == 86400
    assert sum(".a.example.net." in host for host in servers.rdatas) == 2
    assert all(world.providers[name].read(ZONE).rrsets[APEX, "SOA"].rdatas[0].endswith(" 60") for name in "ab")
    assert world.plan(zone).is_empty


@pytest.mark.parametrize("character", Character)
def test_a_zone_new_at_one_provider_is_then_in_step(tmp_path, character):
    names = ["ns1.x.example.", "ns2.x.example."] if character is Character.FILE else []
    world = World(tmp_path, memory("a", character, nameservers=names))
    zone = desired(WWW, rr("t", "TXT", '"v"'), nameservers=AUTO)
    assert world.run(zone).is_complete
    live = world.providers["a"].read(ZONE)
    assert set(live.rrsets[APEX, "NS"].rdatas) == set(live.nameservers or names)
    assert world.plan(zone).is_empty


@pytest.mark.parametrize("character", Character)
def test_what_is_planned_is_done_and_nothing_else(tmp_path, character):
    names = ["ns1.x.example."] if character is Character.FILE else []
    world = World(tmp_path, memory("a", character, nameservers=names))
    first = [WWW, rr("ftp", "A", "192.0.2.1"), rr("x", "A", "192.0.2.1"), rr("mail", "MX", "10 www.example.com.")]
    assert world.run(desired(*first)).is_complete
    second = [OTHER, rr("new", "A", "192.0.2.1"), rr("x", "CNAME", "www.example.com."), first[3]]
    plan = world.plan(desired(*second))
    run = world.apply(plan)
    assert run.is_complete
    assert run.has_changed
    assert done_changes(run.results) == len(changes(plan)) == 5
    found = {key: one for key, one in world.providers["a"].read(ZONE).rrsets.items() if key.type not in {"NS", "SOA"}}
    assert found == {one.key: one for one in second}


def test_an_empty_plan_changes_nothing_and_says_so(tmp_path):
    world = World(tmp_path, memory())
    world.run(desired(WWW))
    run = world.run(desired(WWW))
    assert run.is_complete
    assert not run.has_changed
    assert [entry["kind"] for entry in world.entries()][-2:] == ["run_start", "run_end"]


# One zone's failure
@pytest.mark.parametrize("workers", [1, 3])
def test_a_failure_stops_its_zone_alone(tmp_path, workers):
    world = World(tmp_path, memory("a", Character.SINGLE))
    zones = [zone_of(number, WWW, rr("x", "A", "192.0.2.1")) for number in range(3)]
    world.run(*zones)
    plan = world.plan(*(zone_of(number, OTHER, rr("x", "A", "192.0.2.2"), soa={"minimum": 5}) for number in range(3)))
    broken = zones[1].id
    stale = world.providers["a"].read(broken)
    list(
        world.providers["a"].apply(
            stale, [Change(stale.rrsets["www.z1.example.", "A"], RRset("www.z1.example.", "A", 1, ("192.0.2.9",)))]
        )
    )
    run = world.apply(plan, workers=workers)
    assert not run.is_complete
    assert run.has_changed
    assert [result.step.zone for result in run.results] == [step.zone for step in plan.steps], (
        "in the order of the plan"
    )
    assert [result.is_done for result in run.results] == [True, False, True]
    assert "conflict" in run.results[1].problem
    assert world.providers["a"].read(broken).rrsets["www.z1.example.", "A"].rdatas == ("192.0.2.9",), "not overwritten"
    assert world.plan(zone_of(0, OTHER, rr("x", "A", "192.0.2.2"), soa={"minimum": 5})).is_empty


def test_after_a_failed_step_the_zones_other_steps_are_not_begun(tmp_path):
    world = World(tmp_path, memory("a"), memory("b"))
    world.providers["a"].faults.arm(Fault.THROTTLE, "create")
    seen = []
    run = world.run(desired(WWW, providers=("a", "b"), nameservers=AUTO), done=seen.append)
    assert [(result.step.kind.value, result.skipped) for result in run.results] == [
        ("create_zone", False),
        ("create_zone", True),
        ("content", True),
        ("content", True),
        ("barrier", True),
        ("apex_ns", True),
        ("apex_ns", True),
    ]
    assert seen == list(run.results)
    assert not run.has_changed
    assert not run.is_complete
    assert world.providers["b"].read(ZONE) is None
    assert world.entries("run_end")[0]["outcome"] == "failed"


def unsent():
    problem = Unavailable("connection refused")
    problem.sent = False
    return problem


@pytest.mark.parametrize(
    ("error", "changed"), [(Unavailable("timed out"), True), (unsent(), False), (Denied("no rights"), False)], ids=str
)
def test_a_zone_whose_creation_got_no_answer_may_exist(tmp_path, error, changed):
    world = World(tmp_path, memory("a"))

    def create(_zone, _how):
        raise error

    world.providers["a"].create = create
    run = world.run(desired(WWW))
    assert (run.is_complete, run.has_changed) == (False, changed)


def test_a_zone_is_created_under_a_reference_that_finds_it_again(tmp_path):
    world = World(tmp_path, memory("a"))
    world.providers["a"].faults.arm(Fault.AFTER, "create")
    assert world.run(desired(WWW)).is_complete


def test_the_apex_ns_set_waits_until_the_content_is_served(tmp_path):
    world = World(tmp_path, memory("a"), memory("b"))
    world.providers["b"].faults.arm(Fault.BEFORE, "wait")
    run = world.run(desired(WWW, providers=("a", "b"), nameservers=AUTO))
    assert [result.step.kind for result in run.results if not result.is_done] == [
        StepKind.BARRIER,
        StepKind.APEX_NS,
        StepKind.APEX_NS,
    ]
    for name in "ab":
        live = world.providers[name].read(ZONE)
        assert live.rrsets[WWW.key] == WWW
        assert set(live.rrsets[APEX, "NS"].rdatas) == set(live.nameservers)
    assert world.plan(desired(WWW, providers=("a", "b"), nameservers=AUTO)).steps[-1].kind is StepKind.APEX_NS


def _receipt(outcome, words=""):
    return lambda _live, changes: iter([Receipt(tuple(changes), outcome, "id-1", words)])


def _raises(error):
    def script(_live, _changes):
        raise error
        yield

    return script


def _half(live, changes):
    yield Receipt(tuple(changes[:1]), Outcome.APPLIED, "id-1")
    yield Receipt(tuple(changes[1:]), Outcome.REJECTED, "id-2", "too odd")


def _half_then_error(live, changes):
    yield Receipt(tuple(changes[:1]), Outcome.APPLIED, "id-1")
    raise Unavailable("gone")


def _silent(live, changes):
    yield Receipt(tuple(changes[:1]), Outcome.APPLIED)


FAILURES = [
    ("rejected", _receipt(Outcome.REJECTED, "no such type"), False, "no such type", ["rejected"]),
    ("conflict", _receipt(Outcome.CONFLICT, "it differs"), False, "it differs", ["conflict"]),
    ("unknown", _receipt(Outcome.UNKNOWN, "no answer"), True, "no answer", ["unknown"]),
    ("applied in part", _half, True, "too odd", ["applied", "rejected"]),
    ("broken off", _half_then_error, True, "gone", ["applied"]),
    ("denied", _raises(Denied("no rights")), False, "no rights", []),
    ("a receipt is missing", _silent, True, "no receipt for 1 of 2 changes", ["applied"]),
    (
        "a defect",
        _raises(ZeroDivisionError("oops")),
        True,
        "defect in zonesync or in the adapter: ZeroDivisionError: oops",
        ["unknown"],
    ),
]


@pytest.mark.parametrize(
    ("script", "changed", "words", "outcomes"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES]
)
def test_every_outcome_is_told_and_recorded(tmp_path, script, changed, words, outcomes):
    real = memory()
    world = World(tmp_path, real)
    world.run(desired(WWW))
    world.providers["a"] = Scripted(real, script)
    run = world.run(desired(OTHER, rr("x", "A", "192.0.2.1")))
    (result,) = run.results
    assert words in result.problem
    assert not result.is_done
    assert (run.is_complete, run.has_changed) == (False, changed)
    run_id = run.id
    mine = [entry for entry in world.entries() if entry["run"] == run_id]
    assert {entry["outcome"] for entry in mine if entry["kind"] == "change"} == set(outcomes)
    (step,) = [entry for entry in mine if entry["kind"] == "step"]
    assert (step["outcome"], step["step"]) == ("failed", "content")
    assert words in step["words"]
    assert mine[-1]["kind"] == "run_end"
    assert mine[-1]["outcome"] == ("incomplete" if changed else "failed")


def test_a_failure_names_three_changes_and_counts_the_rest(tmp_path):
    real = memory()
    world = World(tmp_path, real)
    world.run(desired(WWW))
    world.providers["a"] = Scripted(real, _receipt(Outcome.REJECTED, "no"))
    run = world.run(desired(WWW, *(rr(f"h{n}", "A", "192.0.2.1") for n in range(5))))
    expected = "h0.example.com. A, h1.example.com. A, h2.example.com. A and 2 more: rejected: no"
    assert run.results[0].problem == expected


@pytest.mark.parametrize("kind", [StepKind.ROTATION, StepKind.WAIT])
def test_a_run_that_moves_nobody_refuses_the_steps_of_a_move(tmp_path, kind):
    world = World(tmp_path, memory())
    plan = Plan(steps=(Step(kind=kind, zone=ZONE, provider="a"),))
    run = world.apply(plan)
    assert f"cannot carry out a step `{kind}`" in run.results[0].problem
    assert not run.has_changed


def test_a_run_that_asks_nobody_passes_no_barrier_that_wants_it(tmp_path):
    world = World(tmp_path, memory())
    plan = Plan(steps=(Step(kind=StepKind.BARRIER, zone=ZONE, provider="", verify=True),))
    assert "name servers" in world.apply(plan).results[0].problem


def test_content_without_its_zone_is_refused_in_words(tmp_path):
    world = World(tmp_path, memory())
    plan = Plan(steps=(Step(kind=StepKind.CONTENT, zone=ZONE, provider="a", changes=(Change(None, WWW),)),))
    run = world.apply(plan)
    assert run.results[0].problem == "the zone is not at `a`"


def test_a_zone_that_vanishes_between_its_steps_stops(tmp_path):
    real = memory("a")
    world = World(tmp_path, real, memory("b"))
    plan = world.plan(desired(WWW, providers=("a", "b"), nameservers=AUTO))
    read = real.read
    real.read = lambda zone: (
        None if any("www" in str(key) for key in (read(zone).rrsets if read(zone) else ())) else read(zone)
    )
    run = world.apply(plan)
    assert any("has gone since its content was written" in result.problem for result in run.results)


def test_creating_a_zone_that_exists_is_a_conflict(tmp_path):
    world = World(tmp_path, memory())
    plan = world.plan(desired(WWW))
    world.providers["a"].create(ZONE)
    run = world.apply(plan)
    assert not run.has_changed
    assert [result.is_done for result in run.results] == [False, False]


# Created zones: what is not durable yet is no change
def test_a_created_zone_counts_as_a_change_only_where_creating_makes_it(tmp_path):
    for name, character, changed in (("a", Character.BATCH, True), ("f", Character.FILE, False)):
        one = memory(name, character, nameservers=["ns1.x.example."])
        world = World(tmp_path / name, one)
        world.providers[name] = Scripted(one, _receipt(Outcome.REJECTED, "no"))
        run = world.run(desired(WWW, providers=(name,)))
        assert run.has_changed is changed


# Reload
class Reloading(Scripted):
    outcome = Outcome.APPLIED

    def reload(self, live):
        self.calls.append(live.rrsets.get(WWW.key))
        return Receipt((), self.outcome, "serial 7", "rndc said no" if self.outcome is not Outcome.APPLIED else "")


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [(Outcome.APPLIED, ""), (Outcome.REJECTED, "rndc said no"), (Outcome.UNKNOWN, "rndc said no")],
)
def test_a_reload_sees_what_was_written(tmp_path, outcome, problem):
    real = memory()
    world = World(tmp_path, real)
    world.run(desired(WWW))
    provider = world.providers["a"] = Reloading(real, real.apply)
    provider.outcome = outcome
    plan = world.plan(desired(OTHER))
    plan = Plan(steps=(*plan.steps, Step(kind=StepKind.RELOAD, zone=ZONE, provider="a")))
    run = world.apply(plan)
    assert provider.calls[-1] == OTHER
    assert run.results[-1].problem == problem
    assert run.results[-1].changed is (not problem)
    assert world.entries("step")[-1]["outcome"] == ("failed" if problem else "done")


# What only an apply can know
def test_what_the_provider_made_as_wanted_is_not_written_again(tmp_path):
    real = memory()
    world = World(tmp_path, real)
    servers = Nameservers("auto", ttl=172800, said=True)
    run = world.run(desired(nameservers=servers, soa={"minimum": 86400}))
    assert run.is_complete
    assert done_changes(run.results) == 0
    assert world.entries("change") == []


def test_names_that_nobody_assigned_cannot_be_computed(tmp_path):
    world = World(tmp_path, memory("a"), memory("b"))
    plan = world.plan(desired(WWW, providers=("a", "b"), nameservers=AUTO))
    computed = plan.steps[-1].changes
    live = world.providers["a"].create(ZONE)
    with pytest.raises(UnresolvedError, match="`b` assigned no name servers to"):
        resolve(computed, live, {"a": live.nameservers}, created=True)
    other = world.providers["b"].create(ZONE)
    (change,) = resolve(computed, live, {"a": live.nameservers, "b": other.nameservers}, created=True)
    assert change.before == live.rrsets[APEX, "NS"]
    assert len(change.after.rdatas) == 4


def test_only_apex_ns_and_soa_of_a_zone_made_now_have_another_before(tmp_path):
    live = memory().create(ZONE)
    wanted = [Change(None, rr("@", "NS", "x.example.")), Change(None, WWW), Change(None, rr("sub", "NS", "x.example."))]
    made = resolve(wanted, live, {}, created=True)
    assert [change.before for change in made] == [live.rrsets[APEX, "NS"], None, None]
    assert resolve(wanted, live, {}, created=False) == wanted


def test_an_soa_cannot_be_computed_from_none(tmp_path):
    world = World(tmp_path, memory())
    (step,) = [step for step in world.plan(desired(soa={"minimum": 5})).steps if step.changes]
    live = memory("f", Character.FILE, nameservers=["x.example."]).create(ZONE)
    with pytest.raises(UnresolvedError, match="made no SOA"):
        resolve(step.changes, live, {}, created=True)


# The audit log
def _verified(store):
    """The log's documents, after checking the chain without the code under test."""
    names = store.names("audit/")
    previous = "sha256:" + "0" * 64
    documents = []
    for sequence, name in enumerate(names, 1):
        assert name == f"audit/{sequence:012d}.json"
        data = store.get(name)
        document = json.loads(data)
        assert document["sequence"] == sequence
        assert document["format"] == 1
        assert document["previous"] == previous
        previous = "sha256:" + hashlib.sha256(data).hexdigest()
        documents.append(document)
    return documents, previous


def test_the_log_says_who_when_what_before_and_after(tmp_path):
    world = World(tmp_path, memory())
    world.run(desired(WWW, rr("ftp", "A", "192.0.2.1")))
    plan = world.plan(desired(OTHER, rr("new", "A", "192.0.2.1")))
    run = world.apply(plan)
    documents, digest = _verified(world.store)
    assert str(run.head) == f"{len(documents)}:{digest}"
    mine = [entry for document in documents for entry in document["entries"] if entry["run"] == run.id]
    assert [entry["kind"] for entry in mine] == ["run_start", "change", "change", "change", "zone", "run_end"]
    for entry in mine:
        assert (entry["actor"], entry["commit"], entry["run_url"]) == (NOW.actor, NOW.commit, NOW.url)
        assert entry["time"] == "2026-11-22T02:03:04Z"
        assert entry["plan"] == plan.digest
    assert (mine[0]["zones"], mine[0]["changes"], mine[0]["allowances"]) == (["example.com"], 3, [])
    assert mine[-1]["outcome"] == "complete"
    by_name = {entry["name"]: entry for entry in mine if entry["kind"] == "change"}
    update, create, delete = (by_name[f"{owner}.example.com."] for owner in ("www", "new", "ftp"))
    one, two = {"ttl": 3600, "rdatas": ["192.0.2.1"]}, {"ttl": 3600, "rdatas": ["192.0.2.2"]}
    assert (update["before"], update["after"]) == (one, two)
    assert (create["before"], create["after"]) == (None, one)
    assert (delete["before"], delete["after"]) == (one, None)
    for entry in by_name.values():
        assert (entry["zone"], entry["provider"], entry["step"], entry["type"]) == ("example.com", "a", "content", "A")
        assert (entry["outcome"], entry["words"]) == ("applied", "")
        assert entry["change_id"].startswith("CZ0001-")


def test_computed_values_are_logged_as_what_they_became(tmp_path):
    world = World(tmp_path, memory("a"), memory("b"))
    world.run(desired(WWW, providers=("a", "b"), nameservers=AUTO))
    entries = [entry for entry in world.entries("change") if entry["type"] == "NS"]
    assert len(entries) == 2
    assert all(len(entry["before"]["rdatas"]) == len(entry["after"]["rdatas"]) == 4 for entry in entries)
    assert [entry["step"] for entry in world.entries("step")] == ["create_zone", "create_zone", "barrier"]
    assert {entry["outcome"] for entry in world.entries("step")} == {"done"}


class FillingStore(LocalStore):
    """A store with room for so many objects and records."""

    def __init__(self, folder, room):
        super().__init__(folder)
        self.room = room

    def take(self):
        if self.room == 0:
            raise StoreError("the disk is full")
        self.room -= 1

    def put_if_absent(self, name, data):
        self.take()
        return super().put_if_absent(name, data)

    def row(self, name):
        return FillingRow(super().row(name), self.take)


class FillingRow:
    def __init__(self, row, take):
        self.row = row
        self.take = take

    def __getattr__(self, name):
        return getattr(self.row, name)

    def append(self, record):
        self.take()
        self.row.append(record)


@pytest.mark.parametrize("room", [0, 1])
def test_nothing_is_changed_when_the_start_cannot_be_recorded(tmp_path, room):
    world = World(tmp_path, memory(), store=FillingStore(tmp_path, room))
    with pytest.raises(StoreError):
        world.run(desired(WWW))
    assert world.providers["a"].read(ZONE) is None


@pytest.mark.parametrize("room", range(2, 9))
def test_a_state_that_fills_up_stops_the_run_and_the_truth_is_found_later(tmp_path, room):
    world = World(tmp_path, memory(), store=FillingStore(tmp_path, room))
    run = world.run(desired(WWW))
    assert not run.is_complete
    assert run.head is None
    assert "disk is full" in " ".join([run.problem, *(result.problem for result in run.results)])
    live = world.providers["a"].read(ZONE)
    assert run.has_changed is (live is not None)
    world.store.room = 100
    recover(world.store, world.log, [run.id], "later", CONTEXT)
    _verified(world.store)
    told = {entry["name"]: entry["outcome"] for entry in world.entries("change")}
    if live and WWW.key in live.rrsets:
        assert told[WWW.key.name] in {"applied", "unknown"}
    else:
        assert told.get(WWW.key.name, "unknown") == "unknown"
    assert [entry["kind"] for entry in world.entries()].count("run_end") == 1
    assert world.store.rows("journal/") == []


def test_zones_run_side_by_side(tmp_path):
    meeting = threading.Barrier(2, timeout=120)
    real = memory()
    world = World(tmp_path, real)

    def together(live, made):
        meeting.wait()
        return real.apply(live, made)

    world.run(zone_of(0), zone_of(1))
    world.providers["a"] = Scripted(real, together)
    assert world.run(zone_of(0, WWW), zone_of(1, WWW), workers=2).is_complete


def test_the_live_zone_of_one_zone_is_not_that_of_another(tmp_path):
    world = World(tmp_path, memory())
    world.run(zone_of(0, WWW), zone_of(1, WWW))
    world.run(zone_of(0, OTHER), zone_of(1, WWW))
    assert [
        world.providers["a"].read(zone_of(n).id).rrsets[Key(f"www.z{n}.example.", "A")].rdatas[0] for n in (0, 1)
    ] == ["192.0.2.2", "192.0.2.1"]


def test_after_an_interrupt_what_is_in_flight_is_recorded_and_nothing_more_is_begun(tmp_path, monkeypatch):
    waits = []
    begun, stopped = threading.Event(), threading.Event()

    def wait(jobs, **more):
        waits.append(jobs)
        if len(waits) == 1:
            begun.wait()
            raise KeyboardInterrupt
        stopped.set()
        return futures.wait(jobs, **more)

    monkeypatch.setattr("zonesync.run.apply.wait", wait)
    log = AuditLog(LocalStore(tmp_path))
    steps = [Step(kind=StepKind.BARRIER, zone=ZoneId(f"z{number}.example."), provider="") for number in range(50)]

    def done(_):
        begun.set()
        stopped.wait()  # the first step is in flight while the interrupt comes

    run = apply_plan(Plan(steps=tuple(steps)), {}, {}, Footing(log, CONTEXT), done=done, workers=1)

    assert [result.skipped for result in run.results] == [False] + 49 * [True]
    assert not run.is_complete
    assert [entry["kind"] for entry in log.entries()] == ["run_start", "step", "run_end"]

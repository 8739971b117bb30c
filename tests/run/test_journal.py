"""What a killed run has noted down is brought into the audit log, once, and says no more than was known."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.worlds import CONTEXT
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Plan, Setting, Step, StepKind
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.permit import NoLeaveError
from zonesync.run.audit import AuditLog
from zonesync.run.journal import LOST, Journal, notes
from zonesync.run.recorder import Recorder
from zonesync.run.recovery import left_behind, recover
from zonesync.run.store import MemoryStore, StoreError

ZONE = ZoneId("example.com.")
RUN = "20261122T020304Z-dead00"


def rr(owner, value="192.0.2.1"):
    return RRset(f"{owner}.example.com.", "A", 300, (value,))


CHANGES = [Change(None, rr("a")), Change(rr("b"), rr("b", "192.0.2.2")), Change(rr("c"), None)]
CONTENT = Step(kind=StepKind.CONTENT, zone=ZONE, provider="one", changes=tuple(CHANGES))
CREATE = Step(kind=StepKind.CREATE_ZONE, zone=ZONE, provider="one")
SETTING = Setting(name="networks", before=("net-1",), after=("net-2",))
METADATA = Step(kind=StepKind.METADATA, zone=ZONE, provider="one", settings=(SETTING,))


class Killed(BaseException):
    """The process ends here."""


class MortalStore(MemoryStore):
    """A store whose process is killed at the n-th thing it is told to keep, before or after keeping it."""

    def __init__(self, at=None, *, after=False):
        super().__init__()
        self.at = at
        self.after = after

    def keep(self, act):
        if self.at is None:
            return act()
        self.at -= 1
        if self.at < 0 and not self.after:
            raise Killed
        result = act()
        if self.at < 0:
            raise Killed
        return result

    def put_if_absent(self, name, data):
        return self.keep(lambda: super(MortalStore, self).put_if_absent(name, data))

    def row(self, name):
        return MortalRow(super().row(name), self.keep)


class MortalRow:
    def __init__(self, row, keep):
        self.row = row
        self.keep = keep

    def append(self, record):
        self.keep(lambda: self.row.append(record))

    def records(self):
        return self.row.records()

    def remove(self):
        self.keep(self.row.remove)


def carry_out(store):
    """A run of four steps, as far as it comes; return the names whose change took effect."""
    effect = []
    recorder = Recorder(AuditLog(store), CONTEXT, RUN, Plan(steps=(CREATE, METADATA, CONTENT)), store)
    try:
        recorder.start({})
        zone = recorder.zone(ZONE)
        zone.intend(0, CREATE, ())
        effect.append("zone")
        zone.step(0, CREATE, "")
        zone.intend(1, METADATA, (), (SETTING,))
        effect.append("networks")
        zone.setting(1, METADATA, SETTING, Receipt((), Outcome.APPLIED, "s-1"))
        zone.intend(2, CONTENT, CHANGES)
        for number, change in enumerate(CHANGES):
            effect.append(change.key.name)
            zone.receipt(2, CONTENT, Receipt((change,), Outcome.APPLIED, f"c-{number}"))
        zone.flush()
        recorder.end(complete=True, changed=True)
    except Killed:
        store.at = None
        return effect
    raise AssertionError("it was not killed")


def told(log):
    """What the log says of each thing that was to change."""
    found = {}
    for entry in log.entries():
        if entry["kind"] == "change":
            found[entry["name"]] = entry["outcome"]
        elif entry["kind"] == "setting":
            found["networks"] = entry["outcome"]
        elif entry["kind"] == "step":
            found["zone"] = "applied" if entry["outcome"] == "done" else entry["outcome"]
    return found


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(14))
def test_killed_anywhere_the_log_has_in_the_end_all_that_took_effect(at, after):
    store = MortalStore(at, after=after)
    effect = carry_out(store)
    log = AuditLog(store)
    recover(store, log, [RUN], "later", CONTEXT)
    found = told(log)
    assert set(effect) <= set(found)
    assert {found[name] for name in effect} <= {"applied", "unknown"}
    assert {found[name] for name in found.keys() - set(effect)} <= {"unknown"}
    kinds = [entry["kind"] for entry in log.entries()]
    assert kinds.count("run_start") == kinds.count("run_end") == bool(kinds)
    assert kinds.count("change") == len({name for name in found if name.endswith(".")})
    assert (kinds.count("step"), kinds.count("setting")) == ("zone" in found, "networks" in found)
    assert left_behind(store) == []
    assert log.verify().is_whole
    assert recover(store, log, [RUN], "later still", CONTEXT) == []
    assert [entry["kind"] for entry in log.entries()] == kinds


def test_what_nobody_has_answered_for_is_unknown_and_says_who_found_it():
    store = MemoryStore()
    journal = Journal.of(store, RUN)
    journal.begin({"run": RUN, "actor": "kim"})
    journal.intend(2, CONTENT, CHANGES)
    journal.told(2, Receipt((CHANGES[1],), Outcome.REJECTED, words="too odd"))
    log = AuditLog(store)
    assert recover(store, log, [RUN], "later", CONTEXT) == [RUN]
    entries = list(log.entries())
    assert [(entry.get("name"), entry["outcome"], entry.get("words")) for entry in entries] == [
        ("a.example.com.", "unknown", LOST),
        ("b.example.com.", "rejected", "too odd"),
        ("c.example.com.", "unknown", LOST),
        (None, "killed", None),
    ]
    assert {(entry["run"], entry["recovered_by"], entry["actor"]) for entry in entries} == {(RUN, "later", "kim")}
    assert entries[1]["before"] == {"ttl": 300, "rdatas": ["192.0.2.1"]}


def test_a_run_that_ended_says_how_although_its_last_entry_is_missing():
    store = MemoryStore()
    journal = Journal.of(store, RUN)
    journal.begin({"run": RUN})
    journal.intend(0, CREATE, ())
    journal.told(0, Receipt((), Outcome.APPLIED))
    journal.end("complete")
    log = AuditLog(store)
    recover(store, log, [RUN], "later", CONTEXT)
    assert [(entry["kind"], entry["outcome"]) for entry in log.entries()] == [("step", "done"), ("run_end", "complete")]


def test_a_run_without_a_journal_leaves_nothing_to_recover():
    store = MemoryStore()
    assert recover(store, AuditLog(store), ["nobody"], "later", CONTEXT) == []
    assert AuditLog(store).head().sequence == 0


NOTES = st.one_of(
    st.binary(max_size=40).filter(lambda data: b"\n" not in data),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["note", "where", "number", "keys", "said", "changes", "settings", "entry", "outcome"]),
                inner | st.sampled_from(["begin", "intend", "told", "end"]),
                max_size=6,
            )
        ),
        max_leaves=8,
    ).map(lambda data: json.dumps(data).encode()),
)


@pytest.mark.property
@examples(100)
@given(st.lists(NOTES, max_size=6))
def test_a_journal_that_is_none_is_no_defect(records):
    store = MemoryStore()
    row = store.row(f"journal/{RUN}")
    for record in records:
        row.append(record)
    found = notes(row)
    log = AuditLog(store)
    try:
        recover(store, log, [RUN], "later", CONTEXT)
    except StoreError:
        assert left_behind(store) == [RUN]
        assert records
    else:
        assert left_behind(store) == []
        assert bool(log.head().sequence) == (found.of_run is not None and bool(found.steps))


def test_a_journal_that_does_not_say_whose_it_is_is_kept_and_named():
    store = MemoryStore()
    store.row(f"journal/{RUN}").append(b"garbage")
    with pytest.raises(StoreError, match=f"the journal journal/{RUN} does not say whose it is"):
        recover(store, AuditLog(store), [RUN], "later", CONTEXT)
    assert left_behind(store) == [RUN]


@pytest.mark.parametrize(
    "record",
    [
        b"[" * 100_000,
        b'{"note":"intend","where":{"number":1},"changes":[],"settings":[["a"]]}',
        b'{"note":"intend","where":{"number":1},"changes":[["a"]],"settings":[]}',
    ],
    ids=["nested", "setting", "change"],
)
def test_a_note_that_nobody_can_read_keeps_no_run_from_being_recovered(record):
    store = MemoryStore()
    journal = Journal.of(store, RUN)
    journal.begin({"run": RUN})
    store.row(f"journal/{RUN}").append(record)
    journal.intend(0, CONTENT, CHANGES)
    log = AuditLog(store)
    assert recover(store, log, [RUN], "later", CONTEXT) == [RUN]
    assert [one["kind"] for one in log.entries()] == ["change"] * len(CHANGES) + ["run_end"]


@pytest.mark.parametrize("of_run", [{"run": 5}, {"run": RUN, "time": "t", "words": [1]}, {"run": RUN, "zones": "x"}])
def test_a_journal_that_the_log_cannot_hold_is_named_and_kept(of_run):
    store = MemoryStore()
    journal = Journal.of(store, RUN)
    journal.begin(of_run)
    journal.intend(0, CONTENT, CHANGES)
    with pytest.raises(StoreError, match=f"journal/{RUN} holds what zonesync has not written; move it elsewhere"):
        recover(store, AuditLog(store), [RUN], "later", CONTEXT)
    assert left_behind(store) == [RUN]


def test_what_is_written_down_after_the_lock_is_lost_is_marked_as_late():
    def lost(_zone):
        raise NoLeaveError("the lock is lost")

    store = MemoryStore()
    log = AuditLog(store)
    recorder = Recorder(log, CONTEXT, RUN, Plan(steps=(CONTENT,)), store)
    zone = recorder.zone(ZONE, lost)
    zone.receipt(0, CONTENT, Receipt(tuple(CHANGES), Outcome.APPLIED))
    zone.whole("one", {}, ())
    zone.flush()
    assert [(one["kind"], one["late"]) for one in log.entries()] == [("change", True)] * len(CHANGES)


def recording(store, changes=CHANGES):
    """A run that is about to make *changes*: its recorder, and its zone's record."""
    recorder = Recorder(AuditLog(store), CONTEXT, RUN, Plan(steps=(CONTENT,)), store)
    recorder.start({})
    zone = recorder.zone(ZONE)
    zone.intend(0, CONTENT, changes)
    return recorder, zone


def test_what_a_provider_acknowledged_is_known_although_its_entries_were_never_written():
    store = MemoryStore()
    _, zone = recording(store)
    zone.receipt(0, CONTENT, Receipt(tuple(CHANGES[:1]), Outcome.APPLIED, "c-1"))
    zone.receipt(0, CONTENT, Receipt(tuple(CHANGES[1:2]), Outcome.REJECTED, words="too odd"))
    log = AuditLog(store)
    recover(store, log, [RUN], "later", CONTEXT)
    assert told(log) == {"a.example.com.": "applied", "b.example.com.": "rejected", "c.example.com.": "unknown"}


def test_a_step_without_changes_that_nobody_has_answered_for_is_unknown():
    store = MemoryStore()
    journal = Journal.of(store, RUN)
    journal.begin({"run": RUN})
    journal.intend(0, CREATE, ())
    journal.intend(1, METADATA, (), (SETTING,))
    log = AuditLog(store)
    recover(store, log, [RUN], "later", CONTEXT)
    assert [(entry["kind"], entry["outcome"]) for entry in log.entries()] == [
        ("step", "unknown"),
        ("setting", "unknown"),
        ("run_end", "killed"),
    ]


def test_what_follows_an_illegible_note_is_read():
    store = MemoryStore()
    journal = Journal.of(store, RUN)
    journal.begin({"run": RUN})
    store.row(f"journal/{RUN}").append(b'{"note":"intend"')
    journal.intend(0, CREATE, ())
    assert [step.where["step"] for step in notes(store.row(f"journal/{RUN}")).steps] == ["create_zone"]


def test_a_thousand_changes_of_a_zone_are_in_the_log_before_its_end():
    store = MemoryStore()
    many = [Change(None, rr(f"h{number}")) for number in range(1000)]
    _, zone = recording(store, many)
    log = AuditLog(store)
    zone.receipt(0, CONTENT, Receipt(tuple(many[:999]), Outcome.APPLIED))
    assert [entry["kind"] for entry in log.entries()] == ["run_start"]
    zone.receipt(0, CONTENT, Receipt(tuple(many[999:]), Outcome.APPLIED))
    assert len(list(log.entries())) == 1001


class FailingStore(MemoryStore):
    """A store that takes no more objects once it is full; rows go on."""

    is_full = False

    def put_if_absent(self, name, data):
        if self.is_full:
            raise StoreError("the disk is full")
        return super().put_if_absent(name, data)


def test_the_journal_stays_as_long_as_the_log_lacks_an_entry_of_the_run():
    store = FailingStore()
    recorder, zone = recording(store)
    zone.receipt(0, CONTENT, Receipt(tuple(CHANGES), Outcome.APPLIED))
    store.is_full = True
    with pytest.raises(StoreError, match="the disk is full"):
        zone.flush()
    # There is room again, too late for what was not written.
    store.is_full = False
    with pytest.raises(StoreError, match="the disk is full"):
        recorder.end(complete=True, changed=True)
    assert left_behind(store) == [RUN]
    log = AuditLog(store)
    recover(store, log, [RUN], "later", CONTEXT)
    assert set(told(log).values()) == {"applied"}
    assert [entry["kind"] for entry in log.entries()] == ["run_start", "change", "change", "change", "run_end"]


def test_a_journal_stays_where_its_end_cannot_be_recorded():
    store = FailingStore()
    recorder, zone = recording(store)
    zone.receipt(0, CONTENT, Receipt(tuple(CHANGES), Outcome.APPLIED))
    zone.flush()
    store.is_full = True
    with pytest.raises(StoreError):
        recorder.end(complete=True, changed=True)
    assert left_behind(store) == [RUN]
    with pytest.raises(StoreError):
        recover(store, AuditLog(store), [RUN], "later", CONTEXT)
    assert left_behind(store) == [RUN]


def test_what_other_runs_have_done_is_not_taken_for_the_dead_ones():
    store = MemoryStore()
    log = AuditLog(store)
    recording(store)
    other = Recorder(log, CONTEXT, "another", Plan(steps=(CONTENT,)), store)
    other.start({})
    zone = other.zone(ZONE)
    zone.intend(0, CONTENT, CHANGES)
    zone.receipt(0, CONTENT, Receipt(tuple(CHANGES), Outcome.APPLIED))
    zone.flush()
    other.end(complete=True, changed=True)
    assert recover(store, AuditLog(store), [RUN], "later", CONTEXT) == [RUN]
    mine = [entry for entry in log.entries() if entry["run"] == RUN]
    assert [(entry["kind"], entry.get("outcome")) for entry in mine] == [
        ("run_start", None),
        *[("change", "unknown")] * 3,
        ("run_end", "killed"),
    ]

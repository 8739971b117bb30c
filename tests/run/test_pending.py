"""What a killed run has done is its own doing, although the audit log does not have it yet."""

import pytest

from tests.planning import ZONE, rr, table
from zonesync.model.change import Change
from zonesync.plan.plan import Step, StepKind
from zonesync.provider.contract import Outcome, Receipt
from zonesync.run.history import Known
from zonesync.run.journal import Journal
from zonesync.run.pending import unfinished, with_pending
from zonesync.run.snapshots import Snapshot, fingerprint
from zonesync.run.store import MemoryStore

A, B = (ZONE, "a"), (ZONE, "b")
OLD, NEW, API = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.2"), rr("api", "A", "192.0.2.3")
OF_RUN = {"run": "r1", "actor": "ada", "author": "", "commit": "c0ffee", "run_url": "", "plan": ""}


def killed(store, *said, run="r1", began=True):
    """Leave the journal of a run that was killed: two changes meant, and what the provider *said* of the first."""
    journal = Journal.of(store, run)
    changes = (Change(OLD, NEW), Change(None, API))
    step = Step(kind=StepKind.CONTENT, zone=ZONE, provider="a", changes=changes)
    if began:
        journal.begin({**OF_RUN, "run": run})
    journal.intend(0, step, changes)
    for outcome in said:
        journal.told(0, Receipt(changes[:1], outcome))
    return store


def known(*rrsets):
    return Known(
        "r0", "2026", Snapshot("example.com", "a", {key: fingerprint(one) for key, one in table(*rrsets).items()}, {})
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((), (OLD, NEW)),
        ((Outcome.APPLIED,), (NEW,)),
        ((Outcome.UNKNOWN,), (OLD, NEW)),
        ((Outcome.REJECTED,), (OLD,)),
    ],
)
def test_live_may_be_what_a_killed_run_meant_to_write(said, expected):
    pending = unfinished(killed(MemoryStore(), *said))
    found = with_pending({A: known(OLD)}, [A], pending)
    assert found[A].expects(OLD.key) == tuple(map(fingerprint, expected))
    assert found[A].expects(API.key) == (None, fingerprint(API))
    assert found[A].run == "r0"


def test_a_zone_that_only_a_killed_run_knows_is_known():
    pending = unfinished(killed(MemoryStore()))
    found = with_pending({}, [A, B], pending)
    assert (list(found), found[A].run, found[A].snapshot) == ([A], "r1", None)
    assert with_pending({}, [B], pending) == {}


def test_pending_entries_say_whose_they_are_and_the_newest_comes_first():
    store = killed(killed(MemoryStore(), run="r1"), run="r2")
    assert [(entry["run"], entry["name"]) for entry in unfinished(store)] == [
        ("r2", API.name),
        ("r2", OLD.name),
        ("r1", API.name),
        ("r1", OLD.name),
    ]
    assert {entry["actor"] for entry in unfinished(store)} == {"ada"}


def test_a_journal_without_a_beginning_tells_nothing():
    assert unfinished(killed(MemoryStore(), began=False)) == []
    assert unfinished(MemoryStore()) == []

"""What is counted is what happened: no more, no less, whatever happens at the same time."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.findings import Finding, Severity
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Plan, Step, StepKind, Target, Unread
from zonesync.provider.abilities import Counts
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.observing import Request
from zonesync.run.metrics import Metrics
from zonesync.run.results import StepResult
from zonesync.run.summary import BOUNDS, Asked, Changes, Drift, Findings, Looked, Phase, Requests

ZONE = ZoneId("example.com.")
OTHER = ZoneId("example.org.", "internal")


class Clock:
    """Moves when it is told to."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def metrics(clock):
    return Metrics("plan", now=lambda: 1_000_000.5, clock=clock)


def rrset(owner, address="192.0.2.1"):
    return RRset(f"{owner}.example.com.", "A", 300, (address,))


def created(owner):
    return Change(None, rrset(owner))


def updated(owner):
    return Change(rrset(owner), rrset(owner, "192.0.2.2"))


def deleted(owner):
    return Change(rrset(owner), None)


def step(*changes, zone=ZONE, provider="aws"):
    return Step(kind=StepKind.CONTENT, zone=zone, provider=provider, changes=changes)


def target(zone, provider):
    return Target(zone=zone, provider=provider, target="t", live=None, desired="d", configuration="c")


def asked(provider="aws", zone="example.com", operation="List", status="200", seconds=0.1, **more):
    return Request(provider, zone, operation, zone, status, seconds, **more)


def test_nothing_done_is_a_summary_of_nothing(metrics, clock):
    clock.now += 2.5
    summary = metrics.summary(0, "acme")
    assert (summary.command, summary.project, summary.started, summary.seconds, summary.exit_code) == (
        "plan",
        "acme",
        1_000_000.5,
        2.5,
        0,
    )
    assert summary.requests == summary.calls == summary.changes == summary.findings == ()


def test_requests_are_added_up_by_provider_zone_operation_and_class(metrics):
    for one in (
        asked(sent=10, received=100),
        asked(status="204", sent=1),
        asked(status="503"),
        asked(zone=""),
        asked(provider="ns1"),
        asked(status="", problem="ReadTimeout"),
        asked(status="", operation="read file"),
    ):
        metrics.requested(one)
    found = metrics.summary(0).requests
    assert [(one.provider, one.zone, one.operation, one.status, one.count) for one in found] == [
        ("aws", "", "List", "2xx", 1),
        ("aws", "example.com", "List", "2xx", 2),
        ("aws", "example.com", "List", "5xx", 1),
        ("aws", "example.com", "List", "failed", 1),
        ("aws", "example.com", "read file", "ok", 1),
        ("ns1", "example.com", "List", "2xx", 1),
    ]
    assert found[1] == Requests("aws", "example.com", "List", "2xx", 2, pytest.approx(0.2), 11, 100)


@settings(examples(60))
@given(st.lists(st.floats(0, 200, allow_nan=False), max_size=30))
def test_each_bucket_has_the_requests_up_to_its_bound(seconds):
    metrics = Metrics("plan")
    for each in seconds:
        metrics.requested(asked(seconds=each))
    found = metrics.summary(0).durations
    assert len(found) == bool(seconds)
    for one in found:
        assert list(one.buckets) == [sum(each <= bound for each in seconds) for bound in (*BOUNDS, float("inf"))]
        assert one.seconds == pytest.approx(sum(seconds))


def test_requests_of_many_threads_are_all_counted(metrics):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: metrics.requested(asked(sent=1)), range(800)))
    (one,) = metrics.summary(0).requests
    assert (one.count, one.sent) == (800, 800)


def test_a_plan_is_counted_by_zone_provider_and_action(metrics):
    metrics.planned(
        Plan(
            targets=(target(ZONE, "aws"), target(ZONE, "ns1"), target(OTHER, "aws")),
            steps=(
                step(created("a"), created("b"), updated("c")),
                step(deleted("d"), zone=OTHER),
                Step(kind=StepKind.BARRIER, zone=ZONE, provider=""),
            ),
            unread=(Unread(zone=ZoneId("example.net."), provider="ns1", words="down"),),
        )
    )
    summary = metrics.summary(0)
    assert summary.zones == (Looked("aws", 2, 0), Looked("ns1", 1, 1))
    assert summary.planned == (
        Changes("example.com", "aws", "create", "planned", 2),
        Changes("example.com", "aws", "update", "planned", 1),
        Changes("example.org@internal", "aws", "delete", "planned", 1),
    )


def test_a_zone_that_is_planned_again_is_counted_once_as_it_was_last(metrics):
    first = Plan(targets=(target(ZONE, "aws"), target(OTHER, "aws")), steps=(step(created("a")), step(created("b"))))
    metrics.planned(first)
    metrics.planned(Plan(targets=(target(ZONE, "aws"),), steps=(step(updated("a")),)))
    summary = metrics.summary(0)
    assert summary.zones == (Looked("aws", 2, 0),)
    assert summary.planned == (Changes("example.com", "aws", "update", "planned", 1),)


def test_changes_are_counted_by_what_became_of_them_and_what_no_receipt_covers_is_not_done(metrics):
    changes = (created("a"), created("b"), updated("c"), deleted("d"), deleted("e"))
    receipts = (
        Receipt(changes[:1], Outcome.APPLIED),
        Receipt(changes[1:2], Outcome.REJECTED),
        Receipt(changes[2:3], Outcome.CONFLICT),
        Receipt(changes[3:4], Outcome.UNKNOWN),
    )
    metrics.stepped(StepResult(step(*changes), receipts, "lost"))
    metrics.stepped(StepResult(step(created("f")), skipped=True))
    metrics.stepped(StepResult(Step(kind=StepKind.RELOAD, zone=ZONE, provider="aws"), (Receipt((), Outcome.APPLIED),)))
    found = {(one.action, one.outcome): one.count for one in metrics.summary(3).changes}
    assert found == {
        ("create", "applied"): 1,
        ("create", "rejected"): 1,
        ("create", "not-done"): 1,
        ("update", "conflict"): 1,
        ("delete", "unknown"): 1,
        ("delete", "not-done"): 1,
    }


def test_findings_drift_and_phases_are_added_up(metrics, clock):
    low = Finding("low-ttl", Severity.WARNING, "it is low")
    metrics.found([low, low])
    metrics.found([Finding("unread", Severity.ERROR, "down"), low])
    metrics.drifted([("example.com", "aws", "changed-outside")] * 2)
    for seconds in (1.0, 0.5):
        with metrics.phase("plan"):
            clock.now += seconds
    with contextlib.suppress(ValueError), metrics.phase("apply"):
        clock.now += 0.25
        raise ValueError
    summary = metrics.summary(2)
    assert summary.findings == (Findings("error", "unread", 1), Findings("warning", "low-ttl", 3))
    assert summary.drift == (Drift("example.com", "aws", "changed-outside", 2),)
    assert summary.phases == (Phase("apply", 0.25), Phase("plan", 1.5))


def test_what_the_retry_layer_counted_is_asked_for_at_the_end(metrics):
    counts = {"aws": Counts(1)}
    metrics.counted(lambda: counts)
    counts["aws"] = Counts(5, 2, 1, 0.75)
    assert metrics.summary(0).calls == (Asked("aws", 5, 2, 1, 0.75),)

"""Whether a saved plan may still be applied, told from values alone; tests of the workflow hold it to real files."""

import pytest

from tests.planning import NS, SOA, ZONE, desired, fact, live, planned, rr
from zonesync.findings import Finding, Severity
from zonesync.model.change import Change
from zonesync.model.zone import Nameservers
from zonesync.plan import soa, verify
from zonesync.plan.plan import Plan, Step, StepKind, Unread

OLD, NEW, OTHER = (rr("www", "A", f"192.0.2.{number}") for number in (1, 2, 3))
GONE, MORE = rr("gone", "A", "192.0.2.1"), rr("more", "A", "192.0.2.1")
WANTED = desired(NEW, MORE, soa={"minimum": 60})
THERE = live(OLD, GONE)
SERVERS = Nameservers("list", hosts=("ns9.a.example.",), said=True)


def plan_of(zone=WANTED, there=THERE, **more):
    made = planned(zone, fact(zone=there, **more))
    return Plan(targets=made.targets, steps=made.steps, findings=made.findings)


def found(saved, zone=WANTED, there=THERE, *, plan_only=False, fresh=None):
    fresh = fresh or plan_of(zone, there)
    return sorted({one.rule for one in verify.refusals(saved, fresh, {(ZONE, "a"): there}, plan_only=plan_only)})


def test_a_plan_that_nothing_has_overtaken_may_be_applied():
    assert found(plan_of()) == []


def _replaced(*rrsets, without=()):
    return live(*(one for one in (OLD, GONE) if one not in without and one.key not in {r.key for r in rrsets}), *rrsets)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (_replaced(OTHER), ["plan-stale"]),
        (_replaced(NEW), []),
        (_replaced(rr("www", "A", "192.0.2.1", ttl=60)), ["plan-stale"]),
        (_replaced(without=(OLD,)), ["plan-stale"]),
        (_replaced(without=(GONE,)), []),
        (_replaced(MORE), []),
        (_replaced(rr("more", "A", "192.0.2.9")), ["plan-stale"]),
        (_replaced(rr("gone", "A", "192.0.2.9")), ["plan-stale"]),
        (_replaced(rr("x", "A", "192.0.2.1")), []),
        (live(OLD, GONE, apex=(soa.with_fields(SOA, {}, serial="99"), NS)), []),
        (live(OLD, GONE, apex=(soa.with_fields(SOA, {"minimum": 61}), NS)), ["plan-stale"]),
        (live(OLD, GONE, apex=(soa.with_fields(SOA, {"ttl": 61}), NS)), ["plan-stale"]),
    ],
)
def test_what_is_no_longer_as_shown_is_stale(there, expected):
    assert found(plan_of(), there=there) == expected
    assert found(plan_of(), there=there, plan_only=True) == expected


def test_a_zone_that_came_meanwhile_is_stale_and_one_that_did_not_is_created():
    creating = plan_of(there=None, nameservers=("ns1.a.example.",))
    fresh = plan_of(there=None, nameservers=("ns1.a.example.",))
    assert found(creating, there=None, fresh=fresh) == []
    assert "plan-stale" in found(creating)


@pytest.mark.parametrize(
    "zone",
    [
        desired(OTHER, MORE, soa={"minimum": 60}),
        desired(OLD, MORE, soa={"minimum": 60}),
        desired(NEW, soa={"minimum": 60}),
        desired(NEW, MORE),
        desired(NEW, MORE, GONE, soa={"minimum": 60}),
        desired(NEW, MORE, soa={"minimum": 61}),
    ],
    ids=["another value", "as it was", "less", "no SOA", "no delete", "another SOA"],
)
def test_what_the_files_no_longer_ask_for_is_refused_unless_the_plan_alone_counts(zone):
    assert found(plan_of(), zone) == ["plan-unasked"]
    assert found(plan_of(), zone, plan_only=True) == []


def test_what_the_files_ask_for_beyond_the_plan_does_not_matter():
    wanted = desired(NEW, MORE, rr("x", "A", "192.0.2.1"), soa={"minimum": 60})
    assert found(plan_of(), wanted) == []


def _target(**more):
    saved = plan_of()
    return saved.model_copy(update={"targets": (saved.targets[0].model_copy(update=more),)})


@pytest.mark.parametrize(
    "saved",
    [
        _target(target="elsewhere"),
        _target(configuration="other"),
        _target(provider="b"),
        plan_of().model_copy(update={"targets": ()}),
    ],
)
def test_a_plan_for_another_target_is_foreign(saved):
    assert found(saved) == ["plan-foreign"]
    assert found(saved, plan_only=True) == ["plan-foreign"]


def _with(*steps):
    return plan_of().model_copy(update={"steps": (*plan_of().steps, *steps)})


def _step(kind, *changes, provider="a"):
    return Step(kind=kind, zone=ZONE, provider=provider, changes=changes)


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        (_with(_step(StepKind.BARRIER, provider="")), []),
        (_with(_step(StepKind.RELOAD)), []),
        (_with(_step(StepKind.BARRIER)), ["plan-unasked"]),
        (_with(_step(StepKind.DELETE_ZONE)), ["plan-unasked"]),
        (_with(_step(StepKind.CONTENT, Change(None, rr("evil", "A", "192.0.2.66")))), ["plan-unasked"]),
        (_with(_step(StepKind.RELOAD), _step(StepKind.RELOAD)), []),
        (_with(_step(StepKind.DELETE_ZONE), _step(StepKind.DELETE_ZONE)), ["plan-twice", "plan-unasked"]),
        (_with(plan_of().steps[0]), ["plan-twice"]),
        (_with(_step(StepKind.RELOAD), _step(StepKind.BARRIER, provider="")), []),
        (_with(_step(StepKind.CONTENT, Change(None, MORE), provider="b")), ["plan-foreign"]),
    ],
)
def test_steps_that_no_plan_of_now_has_are_refused(saved, expected):
    assert found(saved) == expected


def test_a_change_in_a_step_of_another_kind_is_refused():
    saved = plan_of().model_copy(update={"steps": (_step(StepKind.APEX_NS, *plan_of().steps[0].changes),)})
    assert found(saved) == ["plan-unasked"]


def test_the_apex_ns_set_comes_after_all_content():
    zone = desired(NEW, nameservers=SERVERS)
    saved = plan_of(zone)
    assert found(saved, zone) == []
    assert found(saved.model_copy(update={"steps": saved.steps[::-1]}), zone) == ["plan-disordered"]


def _two(*rrsets, there=(OLD,), apex=(SOA, NS)):
    """A plan of a zone at two providers, with another apex NS set."""
    zone = desired(*rrsets, nameservers=SERVERS, providers=("a", "b"))
    both = live(*there, apex=apex)
    made = planned(zone, fact("a", both), fact("b", both))
    return Plan(targets=made.targets, steps=made.steps), both


def _refused(saved, fresh, both):
    return {one.rule for one in verify.refusals(saved, fresh, {(ZONE, name): both for name in "ab"})}


def test_the_apex_ns_set_waits_for_the_content_of_all():
    saved, both = _two(NEW)
    assert _refused(saved, saved, both) == set()
    hasty = saved.model_copy(update={"steps": tuple(step for step in saved.steps if step.kind is not StepKind.BARRIER)})
    assert _refused(hasty, saved, both) == {"plan-disordered"}


def test_a_set_without_content_need_not_wait_for_content_that_is_asked_for_since():
    saved, both = _two(OLD)
    fresh, _ = _two(NEW)
    assert _refused(saved, fresh, both) == set()


def test_addresses_of_servers_that_leave_may_come_after_the_set():
    leaving = rr("ns1", "A", "192.0.2.53")
    apex = (SOA, rr("@", "NS", "ns1.example.com.", ttl=86400))
    saved, both = _two(NEW, there=(OLD, leaving), apex=apex)
    assert [step.kind.value for step in saved.steps if step.provider == "a"] == ["content", "apex_ns", "content"]
    assert _refused(saved, saved, both) == set()
    last = saved.steps[-2:]
    early = saved.model_copy(update={"steps": (*last, *saved.steps[:-2])})
    assert _refused(early, saved, both) == {"plan-disordered"}


def test_what_was_refused_then_or_is_refused_now_is_refused():
    error = Finding("max-deletes", Severity.ERROR, "too many", zone="example.com", provider="a")
    zone_wide = Finding("cname-and-other-data", Severity.ERROR, "both", zone="example.com")
    elsewhere = Finding("max-deletes", Severity.ERROR, "too many", zone="example.org", provider="a")
    assert found(plan_of().model_copy(update={"findings": (error,)})) == ["plan-refused"]
    for now, expected in ((error, ["plan-refused-now"]), (zone_wide, ["plan-refused-now"]), (elsewhere, [])):
        fresh = plan_of().model_copy(update={"findings": (now,)})
        assert found(plan_of(), fresh=fresh) == found(plan_of(), fresh=fresh, plan_only=True) == expected


@pytest.mark.parametrize("provider", ["a", "b"])
def test_a_zone_that_cannot_be_read_at_one_provider_is_refused_at_all(provider):
    unread = Unread(zone=ZONE, provider=provider, words="down")
    fresh = Plan(unread=(unread,))
    (refusal,) = verify.refusals(plan_of(), fresh, {})
    assert (refusal.rule, refusal.provider, refusal.message) == ("plan-unreadable-now", provider, "down")


def test_a_long_value_is_cut_in_a_refusal():
    long, other = (rr("www", "TXT", f'"{letter * 250}"') for letter in "xy")
    saved = plan_of(desired(long), live())
    (refusal,) = [one for one in verify.refusals(saved, saved, {(ZONE, "a"): live(other)}) if one.rule == "plan-stale"]
    assert len(refusal.message) < 300
    assert "…" in refusal.message

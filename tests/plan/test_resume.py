"""What is left of a saved plan after a run that stopped half-way, told from values alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning import APEX, FULL, NS, SOA, ZONE, desired, fact, key, live, planned, rr
from tests.strategies import zones
from tests.support.examples import examples
from zonesync.model.change import Change, Computed
from zonesync.model.zone import Nameservers, ZoneId
from zonesync.plan import resume, soa, verify
from zonesync.plan.diff import applied, diff
from zonesync.plan.plan import Plan, Setting, Step, StepKind

A = (ZONE, "a")
B = (ZONE, "b")
OLD, NEW, OTHER = (rr("www", "A", f"192.0.2.{number}") for number in (1, 2, 3))
GONE, MORE = rr("gone", "A", "192.0.2.1"), rr("more", "A", "192.0.2.1")
AUTO = Nameservers("auto", said=True)
PREMADE = replace(FULL, premade_apex=True, assigns_nameservers=True)


class Host:
    """A provider as far as resuming asks one."""

    def __init__(self, *nameservers, normalise=lambda rrset: rrset):
        self.nameservers = nameservers
        self.normalise = normalise


def plan_of(zone, *facts):
    made = planned(zone, *facts)
    return Plan(targets=made.targets, steps=made.steps, findings=made.findings)


def left(resumed):
    """The changes that are left, by key and value."""
    return {(step.provider, *change.key): change.after for step in resumed.plan.steps for change in step.changes}


def kinds(plan):
    return [step.kind.value for step in plan.steps]


PLAN = plan_of(desired(NEW, MORE), fact(zone=live(OLD, GONE)))


def test_a_plan_of_which_nothing_is_done_is_left_as_it_is():
    resumed = resume.remaining(PLAN, {A: live(OLD, GONE)})
    assert resumed.plan == PLAN
    assert not resumed.is_begun


@pytest.mark.parametrize(
    ("there", "done"),
    [
        ((NEW, GONE), {"www"}),
        ((OLD,), {"gone"}),
        ((OLD, GONE, MORE), {"more"}),
        ((NEW,), {"www", "gone"}),
        ((NEW, MORE), {"www", "gone", "more"}),
        ((OTHER, GONE), set()),
        ((replace(NEW, ttl=60), GONE), set()),
        ((OLD, GONE, replace(MORE, ttl=60)), set()),
        ((rr("www", "A", "192.0.2.2", "192.0.2.3"), GONE), set()),
    ],
)
def test_what_is_as_the_plan_makes_it_is_done_and_nothing_else_is(there, done):
    resumed = resume.remaining(PLAN, {A: live(*there)})
    assert {change.key.name.split(".")[0] for step in resumed.done for change in step.changes} == done
    assert {name.split(".")[0] for _, name, _ in left(resumed)} == {"www", "gone", "more"} - done
    assert resumed.plan.is_empty is (len(done) == 3)


@pytest.mark.property
@examples(60)
@given(zones(max_size=8), zones(max_size=8), st.randoms(use_true_random=False))
def test_done_and_left_are_the_whole_and_what_is_left_leads_to_the_same_end(before, after, random):
    changes = diff(before.rrsets, after.rrsets)
    step = Step(kind=StepKind.CONTENT, zone=ZONE, provider="a", changes=tuple(changes))
    some = [change for change in changes if random.random() < 0.5]
    there = live(*applied(before.rrsets, some).values(), apex=())
    resumed = resume.remaining(Plan(steps=(step,) if changes else ()), {A: there})
    rest = [change for one in resumed.plan.steps for change in one.changes]
    assert applied(there.rrsets, rest) == dict(after.rrsets)
    assert rest == [change for change in changes if change not in some]
    assert resumed.undone(A, there.rrsets) == dict(before.rrsets)


def test_an_soa_is_done_whatever_its_serial():
    saved = plan_of(desired(OLD, soa={"minimum": 60}), fact(zone=live(OLD)))
    there = live(OLD, apex=(soa.with_fields(SOA, {"minimum": 60}, serial="99"), NS))
    assert resume.remaining(saved, {A: there}).plan.is_empty
    assert not resume.remaining(saved, {A: live(OLD)}).is_begun


def test_a_value_that_the_provider_spells_otherwise_is_done():
    text, chunked = rr("t", "TXT", '"one two"'), rr("t", "TXT", '"one " "two"')
    saved = plan_of(desired(text), fact(zone=live()))
    assert resume.remaining(saved, {A: live(chunked)}).plan.is_empty
    shouting = Host(normalise=lambda rrset: replace(rrset, rdatas=tuple(text.lower() for text in rrset.rdatas)))
    saved = plan_of(desired(rr("t", "TXT", '"abc"')), fact(zone=live()))
    there = {A: live(rr("t", "TXT", '"ABC"'))}
    assert resume.remaining(saved, there, providers={"a": shouting}).plan.is_empty
    assert not resume.remaining(saved, there).is_begun


# A reload is due while something is left to load

RELOADS = replace(FULL, reloads=True)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (live(OLD, GONE), ["content", "reload"]),
        (live(NEW, GONE, MORE), ["content", "reload"]),
        (live(NEW, MORE, pending="not loaded"), ["reload"]),
        (live(NEW, MORE), []),
    ],
)
def test_a_reload_is_left_while_something_is_to_be_written_or_loaded(there, expected):
    saved = plan_of(desired(NEW, MORE), fact(zone=live(OLD, GONE), capabilities=RELOADS))
    assert kinds(saved) == ["content", "reload"]
    assert kinds(resume.remaining(saved, {A: there}).plan) == expected


# A zone to be created

CREATES = plan_of(desired(NEW, soa={"minimum": 60}, nameservers=AUTO), fact(capabilities=PREMADE))
ASSIGNED = ("ns1.a.example.", "ns2.a.example.")
MADE = replace(NS, ttl=172800)


def born(*rrsets, apex=(SOA, MADE), nameservers=ASSIGNED, **more):
    return live(*rrsets, apex=apex, nameservers=nameservers, **more)


def test_the_plan_of_a_new_zone_creates_and_computes():
    assert kinds(CREATES) == ["create_zone", "content", "apex_ns"]
    assert [type(change.after) for step in CREATES.steps for change in step.changes if change.key.name == APEX] == [
        Computed,
        Computed,
    ]


def test_a_zone_that_somebody_else_made_is_still_to_be_created():
    resumed = resume.remaining(CREATES, {A: born()})
    assert kinds(resumed.plan)[0] == "create_zone"
    assert "plan-stale" in {one.rule for one in verify.refusals(CREATES, CREATES, {A: born()})}


def test_a_zone_that_this_plan_created_is_filled_from_what_the_provider_made():
    resumed = resume.remaining(CREATES, {A: born()}, {A: ()})
    assert kinds(resumed.plan) == ["content", "apex_ns"]
    before = {change.key: change.before for step in resumed.plan.steps for change in step.changes}
    assert before == {key("www", "A"): None, SOA.key: SOA, NS.key: MADE}
    refused = verify.refusals(CREATES, CREATES, {A: born()}, resumed=resumed, created={A: ()})
    assert refused == []


def test_a_zone_that_went_again_is_created_again():
    assert resume.remaining(CREATES, {A: None}, {}).plan == CREATES


def test_a_computed_value_is_done_where_it_is_there():
    end = born(NEW, apex=(soa.with_fields(SOA, {"minimum": 60}), rr("@", "NS", *ASSIGNED, ttl=86400)))
    assert resume.remaining(CREATES, {A: end}, {A: ()}).plan.is_empty
    unnamed = replace(end, nameservers=())
    assert kinds(resume.remaining(CREATES, {A: unnamed}, {A: ()}, {"a": Host(*ASSIGNED)}).plan) == []
    assert kinds(resume.remaining(CREATES, {A: unnamed}, {A: ()}).plan) == ["apex_ns"]


@pytest.mark.parametrize(
    ("there", "keys", "stale"),
    [
        (born(), (), False),
        (born(), (SOA.key,), True),
        (born(apex=(SOA, rr("@", "NS", "ns9.elsewhere.example.", ttl=86400))), (), True),
        (born(apex=(soa.with_fields(SOA, {"minimum": 61}), MADE)), (SOA.key,), True),
        (born(OTHER), (), True),
        (born(rr("beside", "A", "192.0.2.1")), (), False),
    ],
    ids=["as made", "set by this plan, gone since", "names edited", "SOA edited", "a value edited", "a record beside"],
)
def test_in_a_zone_that_this_plan_created_nothing_that_others_edited_is_overwritten(there, keys, stale):
    created = {A: keys}
    resumed = resume.remaining(CREATES, {A: there}, created)
    refused = verify.refusals(CREATES, CREATES, {A: there}, resumed=resumed, created=created)
    assert [one.rule for one in refused] == ["plan-stale"] * stale


def test_a_zone_at_another_target_is_foreign_unless_this_plan_created_it():
    target = CREATES.targets[0].model_copy(update={"target": "target:a/Z1"})
    fresh = CREATES.model_copy(update={"targets": (target,)})
    for created, rules in (({A: ()}, []), ({}, ["plan-foreign"])):
        resumed = resume.remaining(CREATES, {A: born()}, created)
        refused = verify.refusals(CREATES, fresh, {A: born()}, resumed=resumed, created=created)
        assert [one.rule for one in refused] == rules


# Two providers

TWO = plan_of(
    desired(NEW, nameservers=AUTO, providers=("a", "b")),
    fact("a", capabilities=PREMADE),
    fact("b", capabilities=PREMADE),
)


def test_a_wait_is_left_while_anything_comes_after_it():
    assert kinds(TWO) == ["create_zone"] * 2 + ["content"] * 2 + ["barrier"] + ["apex_ns"] * 2
    other = {"apex": (SOA, rr("@", "NS", "ns1.b.example.")), "nameservers": ("ns1.b.example.",)}
    both = {A: born(NEW), B: born(NEW, **other)}
    created = {A: (), B: ()}
    resumed = resume.remaining(TWO, both, created)
    assert kinds(resumed.plan) == ["barrier", "apex_ns", "apex_ns"]
    assert verify.refusals(TWO, TWO, both, resumed=resumed, created=created) == []
    names = rr("@", "NS", *ASSIGNED, "ns1.b.example.", ttl=86400)
    end = {A: born(NEW, apex=(SOA, names)), B: born(NEW, apex=(SOA, names), nameservers=("ns1.b.example.",))}
    assert resume.remaining(TWO, end, created).plan.is_empty


def test_a_zone_that_is_at_one_of_two_is_created_at_the_other():
    there = {A: born(NEW), B: None}
    resumed = resume.remaining(TWO, there, {A: ()})
    assert [(step.kind.value, step.provider) for step in resumed.plan.steps] == [
        ("create_zone", "b"),
        ("content", "b"),
        ("barrier", ""),
        ("apex_ns", "a"),
        ("apex_ns", "b"),
    ]


def test_the_same_zone_elsewhere_is_no_matter_of_this_one():
    other = replace(live(NEW, MORE), id=ZoneId("example.org."))
    assert not resume.remaining(PLAN, {A: live(OLD, GONE), (other.id, "a"): other}).is_begun


# Networks

SETTING = Setting(name="networks", before=("a", "b"), after=("b", "c", "d"))
SETS = Plan(steps=(Step(kind=StepKind.METADATA, zone=ZONE, provider="a", settings=(SETTING,)),))


@pytest.mark.parametrize(
    ("there", "before"),
    [
        (("a", "b"), ("a", "b")),
        (("a", "b", "c"), ("a", "b", "c")),
        (("b", "c"), ("b", "c")),
        (("a", "b", "x"), ("a", "b")),
        (("a", "c"), ("a", "b")),
        (("b", "c", "d"), None),
    ],
)
def test_networks_on_the_way_are_gone_on_with_and_edited_ones_are_not(there, before):
    resumed = resume.remaining(SETS, {A: live(networks=there)})
    assert [setting.before for step in resumed.plan.steps for setting in step.settings] == ([before] if before else [])
    assert resumed.is_begun is (before is None)


# What the files say

BEGUN = live(NEW, GONE)


def refused(saved, zone, there):
    fresh = plan_of(zone, fact(zone=there))
    return [(one.rule, one.name, one.provider) for one in verify.refusals(saved, fresh, {A: there})]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (desired(NEW, MORE), []),
        (desired(OTHER, MORE), ["www.example.com."]),
        (desired(OLD, MORE), ["www.example.com."]),
        (desired(MORE), ["www.example.com."]),
        (desired(NEW), ["more.example.com."]),
        (desired(NEW, MORE, GONE), ["gone.example.com."]),
    ],
    ids=["as then", "another value", "as it was", "its removal", "less to come", "no delete"],
)
def test_what_is_done_is_refused_where_the_files_ask_for_something_else_by_now(zone, expected):
    assert refused(PLAN, zone, BEGUN) == [("plan-unasked", name, "a") for name in expected]


def test_a_plan_that_was_carried_out_whole_is_refused_where_the_files_want_it_back():
    there = live(NEW, MORE)
    assert refused(PLAN, desired(NEW, MORE), there) == []
    assert refused(PLAN, desired(OLD, MORE), there) == [("plan-unasked", "www.example.com.", "a")]


def test_addresses_of_servers_that_left_already_are_still_taken_away():
    leaving = rr("ns1", "A", "192.0.2.53")
    zone = desired(NEW, nameservers=Nameservers("list", hosts=("ns9.a.example.",), said=True))
    apex = (SOA, rr("@", "NS", "ns1.example.com.", ttl=86400))
    saved = plan_of(zone, fact(zone=live(OLD, leaving, apex=apex)))
    assert kinds(saved) == ["content", "apex_ns", "content"]
    there = live(NEW, leaving, apex=(SOA, rr("@", "NS", "ns9.a.example.", ttl=86400)))
    assert left(resume.remaining(saved, {A: there})) == {("a", "ns1.example.com.", "A"): None}
    assert refused(saved, zone, there) == []


def test_a_forged_step_of_another_kind_is_no_more_asked_for_when_half_of_it_is_done():
    step = PLAN.steps[0].model_copy(update={"kind": StepKind.APEX_NS})
    forged = PLAN.model_copy(update={"steps": (step,)})
    assert [rule for rule, *_ in refused(forged, desired(NEW, MORE), BEGUN)] == ["plan-unasked"]


def test_a_step_that_has_nothing_to_do_is_never_taken_for_done():
    wait = Step(kind=StepKind.DELETE_ZONE, zone=ZONE, provider="a")
    saved = PLAN.model_copy(update={"steps": (wait,)})
    assert resume.remaining(saved, {A: live()}).plan == saved


def test_what_is_left_of_an_update_is_shown_from_its_own_before():
    mine = Change(OLD, NEW)
    saved = Plan(steps=(Step(kind=StepKind.CONTENT, zone=ZONE, provider="a", changes=(mine,)),))
    assert resume.remaining(saved, {A: live(OTHER)}).plan.steps[0].changes == (mine,)

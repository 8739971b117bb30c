"""What differs is told apart by its cause: properties of the classification, and a table of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning import APEX, NS, SOA, ZONE, key, live, rr, table
from tests.support.examples import examples
from zonesync.model.change import Change, Computed
from zonesync.model.zone import Kept, ZoneId
from zonesync.plan.diff import diff
from zonesync.plan.plan import Plan, Setting, Step, StepKind, Target, Unread
from zonesync.run.drift import Event, Kind, Memory, Subject, classify, differing
from zonesync.run.history import Applied, Known
from zonesync.run.snapshots import Snapshot, fingerprint, kept_digests
from zonesync.run.traces import LastSetting, Trace, Traces

A = (ZONE, "a")
RUN = "20261120T020304Z-aaaaaa"
TIME = "2026-11-20T02:03:04Z"

rrsets = st.dictionaries(
    st.sampled_from([("www", "A"), ("api", "A"), ("api", "TXT"), ("mail", "A")]),
    st.tuples(st.sampled_from([60, 300]), st.sampled_from(["192.0.2.1", "192.0.2.2"])),
).map(lambda found: table(*(rr(*owner, value, ttl=ttl) for owner, (ttl, value) in found.items())))
kept_sets = st.lists(
    st.builds(
        Kept,
        name=st.sampled_from([f"www.{APEX}", f"geo.{APEX}"]),
        type=st.sampled_from(["A", "TXT"]),
        description=st.just("weighted"),
        digest=st.sampled_from(["one", "two"]),
        set_identifier=st.sampled_from(["", "blue", "light blue"]),
    ),
    max_size=4,
    unique_by=lambda kept: (kept.name, kept.type, kept.set_identifier),
)


def prints(found):
    return {key: fingerprint(rrset) for key, rrset in found.items()}


def known(found=None, since=None, kept=()):
    """The log has a snapshot of *found*, and after it the changes *since*."""
    snapshot = None if found is None else Snapshot("example.com", "a", prints(found), kept_digests(kept))
    return Known(RUN, TIME, snapshot, since or {})


def target(zone=ZONE, provider="a"):
    return Target(zone=zone, provider=provider, target="t", live=None, desired="", configuration="")


def content(*changes, kind=StepKind.CONTENT, provider="a", **more):
    return Step(kind=kind, zone=ZONE, provider=provider, changes=tuple(changes), **more)


def plan_of(*steps, targets=None, **more):
    return Plan(targets=tuple(targets or [target()]), steps=steps, **more)


def classified(there, wanted, memory=None, kept=()):
    steps = [content(*changes)] if (changes := diff(there, wanted)) else []
    zone = live(*there.values(), kept=tuple(kept))
    return classify(plan_of(*steps), {A: zone}, memory or Memory())


@given(rrsets, rrsets, rrsets)
@examples(200)
def test_every_difference_is_told_once_with_its_change(there, wanted, then):
    items = classified(there, wanted, Memory({A: known(then)}))
    assert [item.change for item in items if item.kind is Kind.CHANGED_OUTSIDE] + [
        item.change for item in items if item.kind is Kind.NOT_APPLIED
    ] == [item.change for item in items]
    assert sorted(map(str, (item.change for item in items))) == sorted(map(str, diff(there, wanted)))


@given(rrsets, rrsets)
@examples(200)
def test_what_is_as_zonesync_left_it_is_never_somebody_elses_doing(there, wanted):
    for item in classified(there, wanted, Memory({A: known(there)})):
        assert (item.kind, item.is_known, item.event) == (Kind.NOT_APPLIED, True, None)
        assert item.last == Trace(RUN, TIME)


@given(rrsets, rrsets)
@examples(200)
def test_where_the_files_are_as_applied_every_difference_is_somebody_elses(there, wanted):
    for item in classified(there, wanted, Memory({A: known(wanted)})):
        assert item.kind is Kind.CHANGED_OUTSIDE
        assert not item.is_file_ahead
        sides = (item.change.before is None, item.change.after is None)
        assert item.event is {(True, False): Event.DELETED, (False, True): Event.ADDED}.get(sides, Event.EDITED)


@given(rrsets, rrsets)
@examples(100)
def test_without_a_record_nobody_is_blamed(there, wanted):
    items = classified(there, wanted)
    assert {(item.kind, item.is_known, item.last) for item in items} <= {(Kind.NOT_APPLIED, False, None)}
    assert len(items) == len(diff(there, wanted))


@given(rrsets, rrsets, rrsets, rrsets)
@examples(200)
def test_somebody_else_did_it_exactly_where_live_is_nothing_that_the_log_expects(there, wanted, then, after):
    since = {key: (fingerprint(rrset),) for key, rrset in after.items()}
    memory = known(then, since)
    for item in classified(there, wanted, Memory({A: memory})):
        now = there.get(item.key)
        expected = memory.expects(item.key)
        is_expected = (fingerprint(now) if now else None) in expected
        assert (item.kind is Kind.CHANGED_OUTSIDE) is not is_expected
        aimed = wanted.get(item.key)
        is_new = (fingerprint(aimed) if aimed else None) not in expected
        assert item.is_file_ahead is (is_new and not is_expected)


@given(kept_sets, kept_sets, rrsets)
@examples(200)
def test_kept_rrsets_are_told_exactly_where_they_came_went_or_changed(then, now, there):
    items = classified(there, there, Memory({A: known(there, kept=then)}), now)
    before, after = kept_digests(then), kept_digests(now)
    assert len(items) == sum(before.get(name) != after.get(name) for name in before.keys() | after.keys())
    for item in items:
        assert (item.kind, item.subject) == (Kind.KEPT_CHANGED, Subject.KEPT)
        name = f"{item.key.name} {item.key.type} {item.set_identifier}".rstrip()
        sides = (name in before, name in after)
        assert item.event is {(True, False): Event.DELETED, (False, True): Event.ADDED}.get(sides, Event.EDITED)
        assert bool(item.words) is (item.event is not Event.DELETED)


def test_a_kept_rrset_is_no_news_where_nobody_knows_what_was_kept():
    one = Kept(f"www.{APEX}", "A", "weighted", "x")
    assert classified({}, {}, Memory(), [one]) == ()
    assert classified({}, {}, Memory({A: known(None, {key("x", "A"): (None,)})}), [one]) == ()


WWW, OTHER, NEW = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.2"), rr("www", "A", "192.0.2.3")


def applied(before, after, outcome="applied", where=A):
    return Applied(
        RUN, TIME, "ada", "Ada <ada@example.com>", "c0ffee", "", 1, *where, WWW.key, before, after, outcome, "", ""
    )


@pytest.mark.parametrize(
    ("since", "there", "kind", "event"),
    [
        ((fingerprint(WWW),), WWW, Kind.NOT_APPLIED, None),
        ((fingerprint(WWW),), OTHER, Kind.CHANGED_OUTSIDE, Event.EDITED),
        ((fingerprint(WWW),), None, Kind.CHANGED_OUTSIDE, Event.DELETED),
        ((None, fingerprint(WWW)), None, Kind.NOT_APPLIED, None),
        ((None, fingerprint(WWW)), WWW, Kind.NOT_APPLIED, None),
        ((None, fingerprint(WWW)), OTHER, Kind.CHANGED_OUTSIDE, Event.EDITED),
        ((None,), OTHER, Kind.CHANGED_OUTSIDE, Event.ADDED),
    ],
)
def test_after_a_lost_answer_live_may_be_either(since, there, kind, event):
    change = Change(there, NEW)
    memory = Memory({A: known(None, {WWW.key: since})})
    (item,) = classify(plan_of(content(change)), {A: live(*filter(None, [there]))}, memory)
    assert (item.kind, item.event) == (kind, event)


@pytest.mark.parametrize("outcome", ["applied", "unknown"])
def test_the_last_change_says_who_and_from_which_commit(outcome):
    memory = Memory({A: known({WWW.key: WWW})}, Traces({A: {WWW.key: applied(None, WWW, outcome)}}))
    (item,) = classified({OTHER.key: OTHER}, {WWW.key: WWW}, memory)
    assert (item.last.actor, item.last.commit, item.last.is_change) == ("ada", "c0ffee", True)
    assert item.last.is_certain is (outcome == "applied")
    assert not item.last.is_delete


def test_the_serial_of_an_soa_is_nobodys_edit():
    then = {SOA.key: rr("@", "SOA", "ns1.a.example. hostmaster.example.com. 3 3600 900 1209600 300", ttl=900)}
    wanted = rr("@", "SOA", "ns1.a.example. hostmaster.example.com. 7 3600 900 1209600 60", ttl=900)
    (item,) = classify(plan_of(content(Change(SOA, wanted))), {A: live()}, Memory({A: known(then)}))
    assert item.kind is Kind.NOT_APPLIED
    edited = {SOA.key: wanted}
    (item,) = classify(plan_of(content(Change(SOA, wanted))), {A: live()}, Memory({A: known(edited)}))
    assert (item.kind, item.event) == (Kind.CHANGED_OUTSIDE, Event.EDITED)


MISSING = (
    Step(kind=StepKind.CREATE_ZONE, zone=ZONE, provider="a"),
    content(Change(None, WWW)),
    content(Change(None, NS), kind=StepKind.APEX_NS),
)


@pytest.mark.parametrize(
    ("memory", "kind", "event"),
    [
        (Memory(), Kind.NOT_APPLIED, None),
        (Memory({A: known({})}), Kind.CHANGED_OUTSIDE, Event.DELETED),
        (Memory({A: known(None, {WWW.key: (None,)})}), Kind.CHANGED_OUTSIDE, Event.DELETED),
    ],
)
def test_a_missing_zone_is_one_difference_whatever_is_to_be_in_it(memory, kind, event):
    (item,) = classify(plan_of(*MISSING), {A: None}, memory)
    assert (item.kind, item.subject, item.event) == (kind, Subject.ZONE, event)
    assert differing(plan_of(*MISSING)) == {A: []}


def test_a_zone_that_was_not_read_is_told_and_its_other_providers_too():
    unread = (Unread(zone=ZONE, provider="b", words="no answer"),)
    items = classify(plan_of(content(Change(OTHER, WWW)), unread=unread), {A: live(OTHER)}, Memory())
    assert [(item.kind, item.provider, item.words) for item in items] == [
        (Kind.READ_FAILED, "b", "no answer"),
        (Kind.NOT_APPLIED, "a", ""),
    ]


def test_an_unmanaged_zone_says_whether_it_was_ever_applied_from_here():
    old, strange = (ZoneId("old.example."), "a"), (ZoneId("strange.example."), "a")
    memory = Memory({old: known({})})
    first, second = classify(plan_of(), {A: live()}, memory, [strange, old])
    assert (first.zone.name, first.last) == ("old.example.", Trace(RUN, TIME))
    assert (second.zone.name, second.last, second.is_known) == ("strange.example.", None, True)
    (item,) = classify(plan_of(), {A: live()}, Memory(is_whole=False), [strange])
    assert not item.is_known


NETWORKS = Setting(name="networks", before=("net-1",), after=("net-2",))


@pytest.mark.parametrize(
    ("value", "kind", "is_file_ahead"),
    [
        (("net-1",), Kind.NOT_APPLIED, False),
        (("net-2",), Kind.CHANGED_OUTSIDE, False),
        (("net-3",), Kind.CHANGED_OUTSIDE, True),
    ],
)
def test_a_setting_is_told_apart_by_its_last_value(value, kind, is_file_ahead):
    plan = plan_of(content(kind=StepKind.METADATA, settings=(NETWORKS,)))
    traces = Traces(settings={A: {"networks": LastSetting(value, Trace(RUN, TIME, "ada", is_change=True))}})
    (item,) = classify(plan, {A: live()}, Memory(traces=traces))
    assert (item.kind, item.is_file_ahead, item.setting) == (kind, is_file_ahead, NETWORKS)
    (item,) = classify(plan, {A: live()}, Memory())
    assert (item.kind, item.is_known) == (Kind.NOT_APPLIED, False)


def test_a_setting_of_which_nobody_knows_whether_it_was_made_blames_nobody():
    plan = plan_of(content(kind=StepKind.METADATA, settings=(NETWORKS,)))
    trace = Trace(RUN, TIME, "ada", is_change=True, is_certain=False)
    memory = Memory(traces=Traces(settings={A: {"networks": LastSetting(("net-2",), trace)}}))
    (item,) = classify(plan, {A: live()}, memory)
    assert item.kind is Kind.NOT_APPLIED


def test_a_reload_is_a_difference_only_where_one_is_due_and_then_once():
    due = content(kind=StepKind.RELOAD, note="serial 7 was written but not reloaded")
    (item,) = classify(plan_of(due, due), {A: live()}, Memory())
    assert (item.kind, item.subject, item.words) == (Kind.NOT_APPLIED, Subject.STEP, due.note)
    barrier = Step(kind=StepKind.BARRIER, zone=ZONE, provider="", note="every provider has it")
    assert classify(plan_of(content(kind=StepKind.RELOAD), barrier), {A: live()}, Memory()) == ()


def test_name_servers_that_are_not_known_yet_are_no_edit():
    computed = Computed(APEX, "NS", 86400, {"a": 2})
    plan = plan_of(content(Change(NS, computed), kind=StepKind.APEX_NS))
    (item,) = classify(plan, {A: live()}, Memory({A: known({NS.key: NS})}))
    assert item.kind is Kind.NOT_APPLIED
    (item,) = classify(plan, {A: live()}, Memory({A: known({})}))
    assert (item.kind, item.event, item.is_file_ahead) == (Kind.CHANGED_OUTSIDE, Event.ADDED, False)


def test_items_come_by_zone_and_cause_and_provider():
    def step(zone, provider):
        return Step(kind=StepKind.CONTENT, zone=ZoneId(zone), provider=provider, changes=(Change(OTHER, WWW),))

    plan = plan_of(step("b.example.", "a"), step("a.example.", "z"), step("a.example.", "a"), step("a.example.", "y"))
    there = {(ZoneId(zone), name): live(OTHER) for zone in ("a.example.", "b.example.") for name in "ayz"}
    outside = {(ZoneId("a.example."), "z"): known({WWW.key: WWW})}
    items = classify(plan, there, Memory(outside), [(ZoneId("a.example."), "a")])
    assert [(str(item.zone), item.kind.value, item.provider) for item in items] == [
        ("a.example", "changed-outside", "z"),
        ("a.example", "not-applied", "a"),
        ("a.example", "not-applied", "y"),
        ("a.example", "unmanaged-zone", "a"),
        ("b.example", "not-applied", "a"),
    ]

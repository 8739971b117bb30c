"""What takes a run back: only what the run did, only where nobody has changed it since, in an order that is safe."""

import pytest

from tests.planning import APEX, LIMITS, ZONE, changes, desired, key, rr, rules, steps
from tests.support.rolling import INSIDE, OUTSIDE, Rolling, contents
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Ignore, Nameservers, ZoneId
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_private import PrivateMemoryProvider
from zonesync.run.reversals import Networks, Reversal, reversals
from zonesync.run.rollback import _require_reversals, settings_key
from zonesync.run.store import MemoryStore

WWW, OTHER, THIRD = (rr("www", "A", f"192.0.2.{number}") for number in (1, 2, 3))
STAYS = rr("stays", "A", "192.0.2.9")
WWW_KEY = WWW.key


@pytest.fixture
def world(tmp_path):
    return Rolling(tmp_path, MemoryProvider("a"), MemoryProvider("b", Character.ORDERED), store=MemoryStore())


@pytest.fixture
def alone(tmp_path):
    return Rolling(tmp_path, MemoryProvider("a"), store=MemoryStore())


def edit(world, before, after, name="a"):
    """Change one RRset behind zonesync's back."""
    provider = world.providers[name]
    (receipt,) = provider.apply(provider.read(ZONE), [Change(before, after)])
    assert receipt.outcome == "applied"


def changed(world, *zones):
    """Run *zones* one after the other, and return the last run's id."""
    for zone in zones:
        run = world.run(zone)
        assert run.is_complete
    return run.id


def named(plan):
    return {(one.rule, one.name, one.type) for one in plan.findings if one.is_error}


# --- What is changed since.


def test_what_is_already_as_before_is_no_change(alone):
    run = changed(alone, desired(WWW, STAYS), desired(OTHER, STAYS))
    edit(alone, OTHER, WWW)
    assert alone.back(run).is_empty


@pytest.mark.parametrize("now", [THIRD, None, RRset(WWW.name, "A", 60, OTHER.rdatas)], ids=["value", "absence", "ttl"])
def test_what_was_changed_since_is_refused_with_then_and_now(alone, now):
    run = changed(alone, desired(WWW, STAYS), desired(OTHER, STAYS, rr("new", "A", "192.0.2.7")))
    edit(alone, OTHER, now)
    plan = alone.back(run)
    assert named(plan) == {("rollback-changed-since", WWW.name, "A")}
    (finding,) = plan.refusals
    assert "the run left `3600 192.0.2.2`" in finding.message
    assert (f"now it is `{now.ttl} {now.rdatas[0]}`" if now else "now it is absent") in finding.message
    assert '--overwrite "www.example.com. A"' in finding.help
    assert {change.key for change in changes(plan)} == {key("new", "A")}


def test_what_is_named_is_taken_back_although_it_was_changed_since(alone):
    run = changed(alone, desired(WWW, STAYS), desired(OTHER, STAYS))
    edit(alone, OTHER, THIRD)
    plan = alone.back(run, overwrites=[WWW_KEY])
    (change,) = changes(plan)
    assert (change.before, change.after) == (THIRD, WWW)
    assert "whatever it is now" in change.why
    assert alone.apply(plan).is_complete
    assert contents(alone.providers["a"])[WWW_KEY] == WWW


def test_the_log_tells_which_run_has_changed_it_since(alone):
    run = changed(alone, desired(WWW, STAYS), desired(OTHER, STAYS))
    later = changed(alone, desired(THIRD, STAYS))
    (finding,) = alone.back(run).refusals
    assert f"(run {later} of 2026-11-22T02:03:04Z by tester, commit c0ffee)" in finding.message


def test_an_edit_of_what_the_run_did_not_touch_is_left_alone(alone):
    run = changed(alone, desired(WWW, STAYS), desired(OTHER, STAYS))
    edit(alone, STAYS, rr("stays", "A", "192.0.2.10"))
    edit(alone, None, rr("hand", "TXT", '"made"'))
    assert alone.roll_back(run).is_complete
    there = contents(alone.providers["a"])
    assert there[key("stays", "A")].rdatas == ("192.0.2.10",)
    assert key("hand", "TXT") in there
    assert there[WWW_KEY] == WWW


def test_one_provider_that_was_changed_since_does_not_hide_the_other(world):
    both = {"providers": ("a", "b"), "nameservers": Nameservers("auto", said=True)}
    run = changed(world, desired(WWW, STAYS, **both), desired(OTHER, STAYS, **both))
    edit(world, OTHER, THIRD, "b")
    plan = world.back(run)
    assert [(one.rule, one.provider) for one in plan.refusals] == [("rollback-changed-since", "b")]
    assert steps(plan) == [("content", "a")]


def test_the_serial_of_the_soa_is_no_change_since(alone):
    run = changed(alone, desired(WWW, soa={"minimum": 60}), desired(WWW, soa={"minimum": 300}))
    live = alone.providers["a"].read(ZONE).rrsets[APEX, "SOA"]
    edit(alone, live, RRset(APEX, "SOA", live.ttl, (live.rdatas[0].replace(" 1 7200", " 77 7200"),)))
    plan = alone.back(run)
    assert not plan.refusals
    assert [change.key.type for change in changes(plan)] == ["SOA"]
    assert alone.apply(plan).is_complete
    assert alone.providers["a"].read(ZONE).rrsets[APEX, "SOA"].rdatas[0].endswith(" 60")


def test_what_the_provider_holds_in_a_form_of_its_own_by_now_blocks_even_what_is_named(tmp_path):
    provider = MemoryProvider("a", kept=True)
    world = Rolling(tmp_path, provider, store=MemoryStore())
    run = changed(world, desired(WWW, STAYS), desired(OTHER, STAYS))
    kept = Reversal(run, {Key(f"kept.{APEX}", "A"): (rr("kept", "A", "192.0.2.1"), None)})
    plan = world.back(run, reversal=kept, overwrites=[Key(f"kept.{APEX}", "A")])
    assert named(plan) == {("blocked-by-kept", f"kept.{APEX}", "A")}
    assert plan.is_empty


def test_what_the_run_created_and_the_provider_holds_in_a_form_of_its_own_by_now_is_refused(tmp_path):
    world = Rolling(tmp_path, MemoryProvider("a", kept=True), store=MemoryStore())
    run = changed(world, desired(WWW, STAYS), desired(OTHER, STAYS))
    there = Reversal(run, {Key(f"kept.{APEX}", "A"): (None, rr("kept", "A", "192.0.2.1"))})
    assert named(world.back(run, reversal=there)) == {("blocked-by-kept", f"kept.{APEX}", "A")}


# --- The files' rules.


def test_what_an_ignore_rule_protects_by_now_is_refused_unless_it_is_named(alone):
    run = changed(alone, desired(WWW, STAYS), desired(OTHER, STAYS))
    rule = Ignore("www", "A")
    assert rules(alone.back(run, ignore=[rule])) == ["rollback-ignored"]
    plan = alone.back(run, ignore=[rule], overwrites=[WWW_KEY])
    assert not plan.refusals
    assert alone.apply(plan).is_complete
    assert contents(alone.providers["a"])[WWW_KEY] == WWW


def test_what_is_ignored_does_not_count_for_the_limits(alone):
    many = [rr(f"h{number}", "A", "192.0.2.1") for number in range(20)]
    mine = [rr(f"m{number}", "A", "192.0.2.1") for number in range(4)]
    run = changed(alone, desired(*many), desired(*many, *mine))
    assert rules(alone.back(run, limits=LIMITS)) == []
    assert rules(alone.back(run, limits=LIMITS, ignore=[Ignore("h*")])) == ["empty-zone"]


def test_a_file_that_keeps_what_it_lacks_does_not_hinder_a_rollback(alone):
    run = changed(alone, desired(STAYS), desired(STAYS, WWW, unmanaged="keep"))
    assert alone.roll_back(run).is_complete
    assert WWW_KEY not in contents(alone.providers["a"])


def test_what_the_file_keeps_does_not_count_for_the_limits(alone):
    many = [rr(f"h{number}", "A", "192.0.2.1") for number in range(20)]
    mine = [rr(f"m{number}", "A", "192.0.2.1") for number in range(4)]
    run = changed(alone, desired(*many, STAYS), desired(*many, STAYS, *mine))
    assert rules(alone.back(run, limits=LIMITS)) == []
    kept = alone.back(run, limits=LIMITS, managed=[STAYS.key])
    assert rules(kept) == ["max-changes", "max-deletes"]
    assert "4 of 5 RRsets would go (80%)" in kept.refusals[0].message
    assert (kept.targets[0].rrsets, kept.targets[0].left_alone) == (5, 20)
    assert rules(alone.back(run, limits=LIMITS, managed=[])) == ["empty-zone"]


def test_safety_limits_hold(alone):
    many = [rr(f"h{number}", "A", "192.0.2.1") for number in range(10)]
    run = changed(alone, desired(STAYS), desired(STAYS, *many))
    assert rules(alone.back(run, limits=LIMITS)) == ["max-changes", "max-deletes"]


# --- The order, and what cannot stand.


def test_content_comes_back_everywhere_before_the_apex_ns_set_and_leaving_addresses_last(tmp_path):
    world = Rolling(
        tmp_path,
        MemoryProvider("a", "file", nameservers=[*OUTSIDE, *INSIDE]),
        MemoryProvider("b", "file", nameservers=[*OUTSIDE, *INSIDE]),
        store=MemoryStore(),
    )
    glue = rr("ns1", "A", "192.0.2.53")
    both = {"providers": ("a", "b")}
    outside = Nameservers("list", tuple(OUTSIDE), said=True)
    inside = Nameservers("list", tuple(INSIDE), said=True)
    run = changed(world, desired(WWW, nameservers=outside, **both), desired(OTHER, glue, nameservers=inside, **both))
    plan = world.back(run)
    assert steps(plan) == [
        ("content", "a"),
        ("content", "b"),
        ("barrier", ""),
        ("apex_ns", "a"),
        ("apex_ns", "b"),
        ("content", "a"),
        ("content", "b"),
    ]
    assert [change.key for change in plan.steps[5].changes] == [glue.key]
    assert world.apply(plan).is_complete
    # And the other way round: the address is there again before anybody is sent to it.
    again = world.back(world.run(desired(OTHER, glue, nameservers=inside, **both)).id)
    assert steps(again) == steps(plan)


def test_what_was_added_at_the_name_since_keeps_an_alias_from_coming_back(alone):
    alias = rr("www", "CNAME", "host.example.net.")
    run = changed(alone, desired(alias, STAYS), desired(STAYS))
    edit(alone, None, rr("www", "TXT", '"new"'))
    assert named(alone.back(run)) == {("rollback-conflict", WWW.name, "CNAME")}


def test_an_alias_that_was_added_at_the_name_since_keeps_other_types_from_coming_back(alone):
    run = changed(alone, desired(WWW, STAYS), desired(STAYS))
    edit(alone, None, rr("www", "CNAME", "host.example.net."))
    assert named(alone.back(run)) == {("rollback-conflict", WWW.name, "A")}


def test_a_type_swap_is_taken_back(alone):
    alias = rr("www", "CNAME", "host.example.net.")
    run = changed(alone, desired(WWW, STAYS), desired(alias, STAYS))
    assert alone.roll_back(run).is_complete
    assert contents(alone.providers["a"])[WWW_KEY] == WWW


def test_a_name_server_of_the_zone_never_loses_its_address(alone):
    glue = rr("ns1", "A", "192.0.2.53")
    inside = Nameservers("list", tuple(INSIDE), said=True)
    run = changed(alone, desired(STAYS), desired(STAYS, glue))
    changed(alone, desired(STAYS, glue, nameservers=inside))
    assert rules(alone.back(run)) == ["ns-without-address"]


def test_a_name_server_comes_back_only_with_its_address(alone):
    glue = rr("ns1", "A", "192.0.2.53")
    inside, outside = (Nameservers("list", tuple(hosts), said=True) for hosts in (INSIDE, OUTSIDE))
    run = changed(alone, desired(STAYS, glue, nameservers=inside), desired(STAYS, glue, nameservers=outside))
    changed(alone, desired(STAYS, nameservers=outside))
    assert rules(alone.back(run)) == ["ns-without-address"]


def test_a_text_that_comes_back_in_other_strings_is_told(tmp_path):
    world = Rolling(tmp_path, MemoryProvider("a", Character.ORDERED), store=MemoryStore())
    one, two = rr("t", "TXT", '"abcdef"'), rr("t", "TXT", '"abc" "def"', ttl=60)
    run = changed(world, desired(STAYS, one), desired(STAYS, two))
    plan = world.back(run)
    assert [finding.rule for finding in plan.findings] == ["txt-boundaries-differ"]
    assert world.apply(plan).is_complete
    there = contents(world.providers["a"])[one.key]
    assert (there.ttl, there.rdatas) == (3600, two.rdatas)


# --- A zone that the run created.


@pytest.mark.parametrize("character", Character)
def test_a_created_zone_stays_with_soa_and_name_servers_alone(tmp_path, character):
    hosts = OUTSIDE if character is Character.FILE else ()
    world = Rolling(tmp_path, MemoryProvider("a", character, nameservers=hosts), store=MemoryStore())
    run = changed(world, desired(WWW, rr("mail", "MX", "10 mail.example.net."), soa={"minimum": 60}))
    assert rules(world.back(run, limits=LIMITS)) == ["empty-zone"]
    plan = world.back(run)
    assert not plan.refusals
    assert [one.rule for one in plan.findings if not one.is_error] == ["rollback-zone-stays"]
    assert plan.steps[0].note == "the zone itself stays"
    assert world.apply(plan).is_complete
    there = contents(world.providers["a"])
    assert there.keys() == {Key(APEX, "NS"), Key(APEX, "SOA")}
    if character is not Character.FILE:
        fresh = MemoryProvider("a", character)
        fresh.create(ZONE)
        assert there == contents(fresh)


def test_a_created_zone_keeps_the_addresses_of_the_name_servers_in_it(tmp_path):
    world = Rolling(tmp_path, MemoryProvider("a", "file", nameservers=INSIDE), store=MemoryStore())
    glue = rr("ns1", "A", "192.0.2.53")
    run = changed(world, desired(WWW, glue))
    assert world.roll_back(run).is_complete
    assert contents(world.providers["a"]).keys() == {Key(APEX, "NS"), Key(APEX, "SOA"), glue.key}


# --- Networks.


@pytest.fixture
def private(tmp_path):
    return Rolling(tmp_path, PrivateMemoryProvider("a", networks=["net-9"]), store=MemoryStore())


def inside(*networks, rrset=WWW):
    return desired(rrset, networks={"a": networks})


def visible(world):
    return world.providers["a"].read(ZONE).networks


def test_networks_are_taken_back_with_content(private):
    run = changed(private, inside("net-1"), inside("net-2", "net-3", rrset=OTHER))
    plan = private.back(run)
    assert steps(plan) == [("metadata", "a"), ("content", "a")]
    assert private.apply(plan).is_complete
    assert visible(private) == ("net-1",)
    assert private.back(run).is_empty


def test_networks_that_the_run_did_not_touch_stay_whatever_the_configuration_says(private):
    run = changed(private, inside("net-1"), inside("net-1", rrset=OTHER))
    plan = private.back(run)
    assert steps(plan) == [("content", "a")]


def test_networks_that_were_changed_since_are_refused_unless_named(private):
    run = changed(private, inside("net-1"), inside("net-2"))
    list(private.providers["a"].set_networks(private.providers["a"].read(ZONE), ["net-5"]))
    plan = private.back(run)
    assert named(plan) == {("rollback-changed-since", APEX, "networks")}
    assert "the run left `net-2`, now it is `net-5`" in plan.refusals[0].message
    assert private.roll_back(run, overwrites=[settings_key(ZONE)]).is_complete
    assert visible(private) == ("net-1",)


def test_networks_of_a_run_that_was_cut_short_are_taken_back_from_wherever_it_came_to(private):
    changed(private, inside("net-1"))
    for nth in (1, 2):
        private.providers["a"].faults.arm("before", "hide", nth)
    run = private.run(inside("net-2"))
    assert not run.is_complete
    private.providers["a"].faults.repair()
    assert visible(private) == ("net-1", "net-2")
    assert private.roll_back(run.id).is_complete
    assert visible(private) == ("net-1",)


@pytest.mark.parametrize(
    ("now", "left"),
    [((), False), (("n1",), True), (("n2",), True), (("n1", "n2"), True), (("n1", "n3"), False), (("n3",), False)],
)
def test_what_a_run_that_was_cut_short_may_have_left_is_between_before_and_after(now, left):
    assert Networks(("n1",), ("n2",), is_whole=False).left(now) is (left or now == ())
    assert Networks(("n1",), ("n2",), is_whole=True).left(now) is (now == ("n2",))


# --- What the log says.


def test_a_change_in_the_log_that_cannot_be_read_refuses(alone):
    run = changed(alone, desired(WWW, STAYS), desired(OTHER, STAYS))
    entry = {"kind": "change", "zone": "example.com", "provider": "a", "name": "x", "type": "A", "outcome": "applied"}
    alone.log.append([{**entry, "run": run, "before": None, "after": {"shape": "of the future"}}])
    assert rules(alone.back(run)) == ["rollback-unreadable"]


def test_zones_are_taken_back_one_by_one(world):
    other = ZoneId("other.example.")
    moved = RRset("www.other.example.", "A", 60, ("192.0.2.1",))

    def second(*rrsets):
        return DesiredZone(
            other, {one.key: one for one in rrsets}, providers=("a",), nameservers=Nameservers(said=True)
        )

    world.run(desired(WWW, STAYS), second(moved))
    run = world.run(desired(OTHER, STAYS), second(RRset(moved.name, "A", 60, ("192.0.2.2",)))).id
    assert {str(zone) for zone, _ in reversals(list(world.log.entries()), run)} == {"example.com", "other.example"}
    assert world.roll_back(run, only=[ZONE]).is_complete
    assert contents(world.providers["a"])[WWW_KEY] == WWW
    assert contents(world.providers["a"], other)[moved.key].rdatas == ("192.0.2.2",)


def test_a_plan_that_would_touch_anything_else_is_a_defect(alone):
    run = changed(alone, desired(WWW, STAYS), desired(OTHER, STAYS))
    plan = alone.back(run)
    with pytest.raises(AssertionError, match=r"www\.example\.com\..*, which the run did not"):
        _require_reversals(plan.steps, Reversal(run))

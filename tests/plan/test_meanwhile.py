"""What others have edited beside a saved plan is named, and what the plan has done itself is not taken for an edit."""

import pytest

from tests.planning import ZONE, desired, fact, hosts, live, planned, rr
from zonesync.findings import Severity
from zonesync.model.zone import Nameservers
from zonesync.plan import meanwhile, resume
from zonesync.plan.plan import Plan

A = (ZONE, "a")
OLD, NEW = (rr("www", "A", f"192.0.2.{number}") for number in (1, 2))
GONE, MORE, KEPT = (rr(name, "A", "192.0.2.1") for name in ("gone", "more", "kept"))
EDITED = rr("kept", "A", "192.0.2.9")
WANTED = desired(NEW, MORE, KEPT)


def plan_of(zone, there):
    made = planned(zone, fact(zone=there))
    return Plan(targets=made.targets, steps=made.steps)


SAVED = plan_of(WANTED, live(OLD, GONE, KEPT))


def others(there, zone=WANTED, saved=SAVED):
    found = {A: there}
    return list(meanwhile.others(saved, plan_of(zone, there), found, resume.remaining(saved, found)))


@pytest.mark.parametrize(
    ("there", "named"),
    [
        (live(OLD, GONE, KEPT), None),
        (live(OLD, GONE, EDITED), "`kept.example.com. A`"),
        (live(OLD, GONE), "`kept.example.com. A`"),
        (live(OLD, GONE, rr("kept", "A", "192.0.2.1", ttl=60)), "`kept.example.com. A`"),
        (live(OLD, GONE, KEPT, rr("new", "TXT", '"x"')), "`new.example.com. TXT`"),
        (live(NEW, GONE, KEPT), None),
        (live(NEW, MORE, KEPT), None),
        (live(NEW, GONE, EDITED), "`kept.example.com. A`"),
    ],
    ids=["nothing", "edited", "deleted", "TTL", "came", "own change", "all own changes", "own change and edited"],
)
def test_what_was_edited_beside_the_plan_is_named(there, named):
    found = others(there)
    assert [one.message for one in found] == (
        [f"changed since the plan was made, and left alone: {named}"] if named else []
    )
    for one in found:
        assert (one.rule, one.severity, one.zone, one.provider) == (
            "plan-other-edits",
            Severity.INFO,
            "example.com",
            "a",
        )


def test_what_the_files_ask_for_since_is_no_edit_of_a_zone_that_is_as_it_was():
    assert others(live(OLD, GONE, KEPT), desired(NEW, MORE, EDITED)) == []


def test_where_files_and_zone_have_both_changed_nobody_can_tell_which_it_was():
    (found,) = others(live(OLD, GONE, EDITED), desired(NEW, MORE, rr("kept", "A", "192.0.2.10")))
    assert found.message.startswith("changed there or in the files since the plan was made, and left alone: `kept.")


def test_of_many_edits_a_handful_is_named():
    (found,) = others(live(OLD, GONE, KEPT, *hosts(12)))
    assert found.message.count("`") == 2 * 5
    assert found.message.endswith(" and 7 more")
    (found,) = others(live(OLD, GONE, KEPT, *hosts(5)))
    assert "more" not in found.message


def test_a_name_server_set_that_waits_for_a_second_plan_is_no_edit():
    """One provider joins another: once the zone is there, the files ask for a change that the first plan left out."""
    zone = desired(NEW, nameservers=Nameservers("auto", said=True), providers=("a", "b"))
    there = live(OLD, nameservers=("ns1.a.example.",))
    made = planned(zone, fact("a", there), fact("b"))
    saved = Plan(targets=made.targets, steps=made.steps)
    found = {A: live(NEW, nameservers=("ns1.a.example.",)), (ZONE, "b"): live(NEW, nameservers=("ns1.b.example.",))}
    now = planned(zone, *(fact(name, one) for (_, name), one in found.items()))
    fresh = Plan(targets=now.targets, steps=now.steps)
    assert any(change.key.type == "NS" for step in fresh.steps for change in step.changes)
    assert list(meanwhile.others(saved, fresh, found, resume.remaining(saved, found))) == []

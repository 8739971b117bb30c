"""Safety limits, each at its boundary."""

import pytest

from tests.planning import APEX, changes, desired, fact, hosts, live, planned, refusals, rr, rules
from zonesync.findings import Severity
from zonesync.model.zone import Ignore, Kept, ZoneId
from zonesync.plan.safety import Limit, Limits

ABSOLUTE = Limits(Limit(2, percent=False), Limit(4, percent=False))

# live RRsets, of them deleted, of them updated, created; limits; what refuses
TABLE = [
    ("30% exactly", 20, 6, 0, 0, Limits(), []),
    ("one over 30%", 20, 7, 0, 0, Limits(), ["max-deletes"]),
    ("60% exactly", 20, 0, 12, 0, Limits(), []),
    ("one over 60%", 20, 0, 13, 0, Limits(), ["max-changes"]),
    ("60% of deletes and updates", 20, 6, 6, 0, Limits(), []),
    ("over 60% of both, each alone within", 20, 6, 7, 0, Limits(), ["max-changes"]),
    ("both limits at once", 20, 14, 0, 0, Limits(), ["max-changes", "max-deletes"]),
    ("updates are no deletes", 20, 0, 7, 0, Limits(), []),
    ("three of four pass on percentage", 4, 3, 0, 0, Limits(), []),
    ("four of five do not", 5, 4, 0, 0, Limits(), ["max-changes", "max-deletes"]),
    ("three deletes pass, three and one update do not", 5, 3, 1, 0, Limits(), ["max-changes"]),
    ("nothing passes when nothing always does", 4, 2, 0, 0, Limits(always_allow=0), ["max-deletes"]),
    ("one of four is 25%", 4, 1, 0, 0, Limits(always_allow=0), []),
    ("creates count in none", 4, 0, 0, 40, Limits(always_allow=0), []),
    ("creates are no base", 10, 4, 0, 30, Limits(), ["max-deletes"]),
    ("absolute at the limit", 3, 2, 0, 0, ABSOLUTE, []),
    ("absolute over the limit", 100, 3, 0, 0, ABSOLUTE, ["max-deletes"]),
    ("always_allow is for percentages", 9, 3, 0, 0, ABSOLUTE, ["max-deletes"]),
    ("absolute changes at the limit", 9, 2, 2, 0, ABSOLUTE, []),
    ("absolute changes over the limit", 99, 2, 3, 0, ABSOLUTE, ["max-changes"]),
    ("emptying a zone of one", 1, 1, 0, 0, Limits(), ["empty-zone"]),
    ("emptying a zone of many says so alone", 50, 50, 0, 0, Limits(), ["empty-zone"]),
    ("emptying within every limit", 3, 3, 0, 0, Limits(Limit(100), Limit(100)), ["empty-zone"]),
    ("replacing all of it is not emptying", 3, 3, 0, 1, Limits(), []),
    ("100% of a zone", 10, 10, 0, 1, Limits(Limit(100), Limit(100)), []),
    ("0% with nothing to delete", 10, 0, 0, 0, Limits(Limit(0), Limit(0), 0), []),
    ("a new zone", 0, 0, 0, 500, Limits(Limit(0), Limit(0), 0), []),
    ("an empty zone that stays empty", 0, 0, 0, 0, Limits(), []),
]


def zones(size, deleted, updated, created):
    before = hosts(size)
    after = hosts(size)[deleted + updated :] + hosts(updated, deleted, ttl=60) + hosts(created, 1000)
    return live(*before), after


@pytest.mark.parametrize(
    ("size", "deleted", "updated", "created", "limits", "refused"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_a_plan_is_refused_only_beyond_a_limit(size, deleted, updated, created, limits, refused):
    before, after = zones(size, deleted, updated, created)
    made = planned(desired(*after), fact(zone=before), limits=limits)
    assert rules(made) == refused
    assert len(changes(made)) == deleted + updated + created, "a refused plan shows its changes all the same"


@pytest.mark.parametrize(
    ("limits", "size", "deleted", "updated", "message"),
    [
        (Limits(), 20, 7, 0, "7 of 20 RRsets would go (35%), the limit is 30%"),
        (Limits(), 20, 6, 7, "13 of 20 RRsets would change or go (65%), the limit is 60%"),
        (ABSOLUTE, 100, 3, 0, "3 of 100 RRsets would go (3%), the limit is 2 RRsets"),
        (Limits(Limit(12.5), Limit(99)), 8, 4, 0, "4 of 8 RRsets would go (50%), the limit is 12.5%"),
        (Limits(), 9, 9, 0, "all 9 RRsets would go, and nothing would take their place"),
    ],
)
def test_a_refusal_gives_the_numbers_and_the_way_out(limits, size, deleted, updated, message):
    before, after = zones(size, deleted, updated, 0)
    (finding,) = [one for one in planned(desired(*after), fact(zone=before), limits=limits).findings if one.is_error]
    assert finding.message == message
    assert finding.help == f"if that is meant, say `plan --allow {finding.rule}@example.com`"
    assert (finding.zone, finding.provider, finding.severity) == ("example.com", "a", Severity.ERROR)


def test_a_refusal_in_a_view_names_the_view():
    zone = desired()
    inside = type(zone)(ZoneId(APEX, "inside"), {}, providers=("a",), nameservers=zone.nameservers)
    (finding,) = refusals(planned(inside, fact(zone=live(*hosts(1)))))
    assert finding.zone == "example.com@inside"
    assert "--allow empty-zone@example.com@inside" in finding.help


def test_apex_ns_and_soa_are_no_part_of_the_base():
    made = planned(desired(*hosts(7)), fact(zone=live(*hosts(10))), limits=Limits(always_allow=0))
    assert made.targets[0].rrsets == 10
    assert rules(made) == []


def test_ignored_unmanaged_and_kept_are_no_part_of_the_base():
    kept = (Kept("geo.example.com.", "A", "weighted", "sha256:1"),)
    before = live(*hosts(10), rr("_acme-challenge.x", "TXT", '"a"'), rr("_acme-challenge.y", "TXT", '"b"'), kept=kept)
    ignore = (Ignore("_acme-challenge.*", "TXT"),)
    made = planned(desired(*hosts(7), ignore=ignore), fact(zone=before), limits=Limits(always_allow=0))
    assert (made.targets[0].rrsets, made.targets[0].left_alone) == (10, 3)
    assert rules(made) == []
    made = planned(desired(*hosts(6), ignore=ignore), fact(zone=before), limits=Limits(always_allow=0))
    assert rules(made) == ["max-deletes"]
    keeping = planned(desired(*hosts(5), ignore=ignore, unmanaged="keep"), fact(zone=before))
    assert (keeping.targets[0].rrsets, keeping.targets[0].left_alone) == (5, 8)


def test_all_but_what_is_ignored_is_all():
    before = live(*hosts(2), rr("_acme-challenge.x", "TXT", '"a"'))
    made = planned(desired(ignore=(Ignore("_acme-challenge.*"),)), fact(zone=before))
    assert rules(made) == ["empty-zone"]


def test_a_declared_rrset_that_is_ignored_and_not_live_is_no_part_of_the_base():
    wanted = desired(*hosts(7), rr("_acme-challenge.x", "TXT", '"a"'), ignore=(Ignore("_acme-challenge.*"),))
    made = planned(wanted, fact(zone=live(*hosts(10))), limits=Limits(always_allow=0))
    assert (made.targets[0].rrsets, made.targets[0].left_alone) == (10, 0)


def test_each_provider_is_measured_on_its_own():
    wanted = desired(*hosts(3), providers=("a", "b"))
    made = planned(wanted, fact("a", live(*hosts(3))), fact("b", live(*hosts(30))))
    assert [(one.rule, one.provider) for one in made.findings if one.is_error] == [
        ("max-deletes", "b"),
        ("max-changes", "b"),
    ]


def test_the_limits_by_default_are_30_and_60_percent_and_three():
    assert Limits() == Limits(Limit(30), Limit(60), 3)
    assert (str(Limit(30)), str(Limit(5, percent=False))) == ("30%", "5 RRsets")

"""Plans as text, to the letter."""

import pytest

from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Plan, Step, StepKind, Target, Unread
from zonesync.views import plan_text
from zonesync.views.plain import coloured

ZONE = ZoneId("example.com.")
SOA = "ns1.example.net. host.example.com. {} 3600 900 1209600 {}"


def rrset(name, rtype, ttl, *rdatas):
    return RRset(f"{name}.example.com." if name else "example.com.", rtype, ttl, tuple(sorted(rdatas)))


def step(*changes, provider="primary", kind=StepKind.CONTENT, note=""):
    return Step(kind=kind, zone=ZONE, provider=provider, changes=tuple(changes), note=note)


def plan(*steps, **more):
    targets = tuple(
        Target(zone=ZONE, provider=name, target="t", live=None, desired="", configuration="")
        for name in ("primary", "secondary")
    )
    return Plan(targets=targets, steps=steps, **more)


def body(*changes):
    return plan_text.text(plan(step(*changes))).split("\n\n", maxsplit=1)[0].splitlines()[1:]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (None, rrset("www", "A", 300, "192.0.2.1"), ["  + www A  300  192.0.2.1"]),
        (rrset("www", "A", 300, "192.0.2.1"), None, ["  - www A  300  192.0.2.1"]),
        (
            rrset("www", "A", 300, "192.0.2.1"),
            rrset("www", "A", 300, "192.0.2.7"),
            ["  ~ www A  192.0.2.1 -> 192.0.2.7"],
        ),
        (rrset("www", "A", 300, "192.0.2.1"), rrset("www", "A", 3600, "192.0.2.1"), ["  ~ www A  ttl 300 -> 3600"]),
        (
            rrset("www", "A", 300, "192.0.2.1"),
            rrset("www", "A", 3600, "192.0.2.7"),
            ["  ~ www A", "      ttl 300 -> 3600", "      192.0.2.1 -> 192.0.2.7"],
        ),
        (
            rrset("", "MX", 300, "10 a.", "20 b.", "5 c."),
            rrset("", "MX", 300, "10 a.", "20 d.", "5 c."),
            ["  ~ @ MX", "      - 20 b.", "      + 20 d.", "        2 values unchanged"],
        ),
        (None, rrset("", "A", 60, "192.0.2.1", "192.0.2.2"), ["  + @ A  60  192.0.2.1, 192.0.2.2"]),
        (None, rrset("", "MX", 60, "5 c.", "10 a."), ["  + @ MX  60  5 c., 10 a."]),
        (None, rrset("", "TXT", 60, '"a,b"', '"c"'), ["  + @ TXT", "      ttl 60", '      "a,b"', '      "c"']),
        (
            rrset("", "SOA", 3600, SOA.format(7, 300)),
            rrset("", "SOA", 3600, SOA.format(7, 600)),
            ["  ~ @ SOA  minimum 300 -> 600"],
        ),
        (
            None,
            rrset("", "SOA", 3600, SOA.format(0, 300)),
            [
                "  + @ SOA",
                "      3600  ns1.example.net. host.example.com. refresh 3600 retry 900 expire",
                "        1209600 minimum 300",
            ],
        ),
        (
            None,
            Computed("example.com.", "NS", 86400, {"aws": 2, "ns1": 0}),
            ["  + @ NS  known after creation: 2 of aws, all of ns1"],
        ),
        (None, rrset("xn--bcher-kva", "A", 60, "192.0.2.1"), ["  + bücher A  60  192.0.2.1"]),
    ],
)
def test_a_change_is_shown_field_by_field(before, after, lines):
    assert body(Change(before, after)) == lines


WWW = Change(None, rrset("www", "A", 300, "192.0.2.1"))
API = Change(None, rrset("api", "A", 300, "192.0.2.2"))


def test_equal_changes_at_two_providers_are_shown_once():
    shown = plan_text.text(plan(step(WWW), step(WWW, provider="secondary")))
    assert shown == (
        "example.com  (primary, secondary)\n"
        "  + www A  300  192.0.2.1\n"
        "\n"
        "Plan: 2 to create, 0 to update, 0 to delete; 1 zone at 2 providers looked at.\n"
    )


def test_unequal_changes_stand_under_their_own_provider():
    shown = plan_text.text(plan(step(WWW), step(API, provider="secondary")))
    assert shown.splitlines()[:4] == [
        "example.com  (primary)",
        "  + www A  300  192.0.2.1",
        "example.com  (secondary)",
        "  + api A  300  192.0.2.2",
    ]


def test_other_steps_are_named_and_counted():
    shown = plan_text.text(
        plan(step(kind=StepKind.CREATE_ZONE), step(WWW), step(kind=StepKind.RELOAD, note="serial 7"))
    )
    assert shown.splitlines() == [
        "example.com  (primary)",
        "  . create the zone",
        "  + www A  300  192.0.2.1",
        "  . reload: serial 7",
        "",
        "Plan: 1 to create, 0 to update, 0 to delete, 2 other steps; 1 zone at 2",
        "  providers looked at.",
    ]


def test_a_plan_without_steps_says_what_was_looked_at():
    assert plan_text.text(plan()) == "No changes: 1 zone at 2 providers in step.\n"
    unread = (Unread(zone=ZONE, provider="p", words="no"),)
    assert "not all was read" in plan_text.text(plan(unread=unread))
    assert plan_text.text(Plan()) == "Nothing to plan: no zone file names these providers.\n"


def test_drift_sums_up_in_a_sentence():
    assert plan_text.drift(plan()) == "No drift: providers serve what the files say.\n"
    assert plan_text.drift(plan(step(WWW))).endswith("\nDrift (live -> files): 1 difference in 1 zone (example.com).\n")
    assert plan_text.drift(plan(), is_whole=False) == "Drift unknown: not every file could be used.\n"
    unread = (Unread(zone=ZONE, provider="p", words="no"),)
    assert plan_text.drift(plan(unread=unread)) == "Drift unknown: 1 zone not read.\n"


def test_colours_tell_the_actions_apart():
    changes = [WWW, Change(WWW.after, None), Change(rrset("a", "A", 1, "192.0.2.1"), rrset("a", "A", 2, "192.0.2.1"))]
    shown = plan_text.text(plan(step(*changes)), coloured)
    for sign, code in (("+", 32), ("-", 31), ("~", 33)):
        assert f"\x1b[{code}m  {sign} " in shown


def test_long_values_are_cut_and_not_lost():
    value = '"' + "v" * 200 + '"'
    shown = plan_text.text(plan(step(Change(None, rrset("a", "TXT", 60, value)))))
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.count("v") >= 200

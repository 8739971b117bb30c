"""Plans as text, to the letter."""

import pytest

from zonesync.findings import Finding, Severity
from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Handover, KeptRRset, Plan, Setting, Step, StepKind, Target, Unread
from zonesync.views import drift_json, plan_text
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
            rrset("www", "A", None, "alias x.example.com. - false"),
            ["  ~ www A", "      ttl 300 -> none (an alias)", "      192.0.2.1 -> alias x.example.com. - false"],
        ),
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


def test_steps_that_no_provider_carries_out_are_shown_each():
    barriers = [
        Step(kind=StepKind.BARRIER, zone=ZONE, provider=""),
        Step(kind=StepKind.BARRIER, zone=ZONE, provider="", verify=True),
    ]
    by_hand = [
        Step(kind=StepKind.MANUAL, zone=ZONE, provider="", handover=Handover(after=(host,))) for host in ("a.", "b.")
    ]
    shown = plan_text.text(plan(*barriers, *by_hand), width=200)
    assert "  . wait until every provider has acknowledged its content\n" in shown
    assert "  . wait until the name servers answer with the content\n" in shown
    assert "  .   a.\n" in shown
    assert "  .   b.\n" in shown
    assert "(, )" not in shown


def test_a_zone_whose_name_is_a_command_is_none_to_a_runner():
    zone = ZoneId("::stop-commands::x.")
    shown = plan_text.text(Plan(steps=(Step(kind=StepKind.RELOAD, zone=zone, provider="aws"),)))
    assert shown.startswith("\\x3a:stop-commands::x  (aws)\n")


def test_a_plan_without_steps_says_what_was_looked_at():
    assert plan_text.text(plan()) == "No changes: 1 zone at 2 providers in step.\n"
    unread = (Unread(zone=ZONE, provider="p", words="no"),)
    assert "not all was read" in plan_text.text(plan(unread=unread))
    changed = Finding("rollback-changed-since", Severity.ERROR, "it was changed since", zone="example.com")
    assert "not all could be planned" in plan_text.text(plan(findings=(changed,)))
    assert plan_text.text(Plan()) == "Nothing to plan: no zone that was asked for is at these providers.\n"


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


# Kept as is
def kept(name, rtype="A", description="weighted 10", set_identifier=""):
    return KeptRRset(
        name=f"{name}.example.com.", type=rtype, description=description, set_identifier=set_identifier, digest="x"
    )


def with_kept(*steps, **by_provider):
    made = plan(*steps)
    targets = [one.model_copy(update={"kept": by_provider.get(one.provider, ())}) for one in made.targets]
    return made.model_copy(update={"targets": tuple(targets)})


BLUE = kept("www", set_identifier="blue")


def test_what_is_kept_is_shown_where_nothing_changes():
    shown = plan_text.text(with_kept(primary=(BLUE,)))
    assert shown.splitlines()[:3] == ["example.com  (primary)", '  = www A  kept as is: weighted 10, set "blue"', ""]
    assert shown.splitlines()[3].startswith("No changes")


def test_what_is_kept_comes_after_the_changes_of_its_provider():
    shown = plan_text.text(with_kept(step(WWW), primary=(BLUE,), secondary=(kept("x", "TXT", "policy"),)))
    assert shown.splitlines()[:5] == [
        "example.com  (primary)",
        "  + www A  300  192.0.2.1",
        '  = www A  kept as is: weighted 10, set "blue"',
        "example.com  (secondary)",
        "  = x TXT  kept as is: policy",
    ]
    assert "Plan: 1 to create, 0 to update, 0 to delete; " in shown


def test_what_two_providers_keep_alike_is_shown_once():
    shown = plan_text.text(with_kept(primary=(BLUE,), secondary=(BLUE,)))
    assert shown.splitlines()[:2] == [
        "example.com  (primary, secondary)",
        '  = www A  kept as is: weighted 10, set "blue"',
    ]


def test_an_identifier_that_the_description_has_is_not_repeated():
    shown = plan_text.text(with_kept(primary=(kept("www", description='weighted 1, set "b"', set_identifier="b"),)))
    assert shown.count('set "b"') == 1


def test_of_many_that_are_kept_ten_are_shown_and_all_counted():
    many = tuple(kept(f"h{number}") for number in range(13))
    lines = plan_text.text(with_kept(primary=many)).splitlines()
    assert sum("kept as is: " in line for line in lines) == 10
    assert "  = and 3 more kept as they are, 13 in all" in lines
    assert "more kept" not in plan_text.text(with_kept(primary=many[:10]))
    assert len(drift_json.drift((), with_kept(primary=many))["kept"]) == 13


def test_what_is_kept_fits_the_width_and_cannot_steer_the_terminal():
    evil = kept("xn--bcher-kva", description="weighted \x1b[2J\u202e " + "long words " * 20, set_identifier="\x07")
    lines = plan_text.text(with_kept(primary=(evil,))).splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line.isprintable() for line in lines)
    assert lines[1].startswith("  = bücher A  kept as is: weighted \\x1b[2J\\u202e")


def test_drift_as_json_holds_what_is_kept():
    (one,) = drift_json.drift((), with_kept(primary=(BLUE,)))["kept"]
    assert one == {
        "zone": "example.com",
        "provider": "primary",
        "name": "www.example.com.",
        "type": "A",
        "set_identifier": "blue",
        "description": "weighted 10",
        "digest": "x",
    }


# Fields that are not modelled
def test_extras_stand_quietly_beneath_their_change():
    old, new = rrset("www", "A", 300, "192.0.2.1"), rrset("www", "A", 300, "192.0.2.7")
    assert body(Change(old, new, "z.yaml:3; keeps filter chain, \x07tags")) == [
        "  ~ www A  192.0.2.1 -> 192.0.2.7",
        "      (keeps filter chain, \\x07tags)",
    ]
    assert body(Change(old, None, "not in z.yaml; also drops meta"))[1:] == ["      (also drops meta)"]
    assert body(Change(old, new, "z.yaml:3")) == ["  ~ www A  192.0.2.1 -> 192.0.2.7"]


# Networks
def networks(before, after, kind=StepKind.METADATA, **more):
    setting = Setting(name="networks", before=tuple(before), after=tuple(after))
    return Step(kind=kind, zone=ZONE, provider="primary", settings=(setting,), **more)


def test_networks_show_what_goes_and_what_comes():
    made = plan(networks(["net-1", "net-2"], ["net-2", "net-3"]), step(WWW))
    assert plan_text.text(made).splitlines() == [
        "example.com  (primary)",
        "  ~ networks  - net-1  + net-3",
        "  + www A  300  192.0.2.1",
        "",
        "Plan: 1 to create, 0 to update, 0 to delete, 1 other step; 1 zone at 2 providers",
        "  looked at.",
    ]
    (first, second) = drift_json.drift((), made)["differences"]
    assert first["settings"] == [{"name": "networks", "before": ["net-1", "net-2"], "after": ["net-2", "net-3"]}]
    assert (first["kind"], first["before"], second["settings"]) == ("metadata", None, [])


def test_long_networks_take_a_line_each_and_cannot_steer_the_terminal():
    lines = plan_text.text(plan(networks(["a" * 60], ["b" * 90, "\x1b[2J"]))).splitlines()
    assert lines[1:3] == ["  ~ networks", f"      - {'a' * 60}"]
    assert "      + \\x1b[2J" in lines
    assert max(map(len, lines)) <= 80


def test_a_zone_that_is_created_says_where_it_will_be_visible():
    made = plan(networks([], ["net-1"], StepKind.CREATE_ZONE, note="visible in net-1"))
    assert plan_text.text(made).splitlines()[1:2] == ["  . create the zone: visible in net-1"]


def test_other_networks_are_not_shown_as_the_same():
    made = plan(networks([], ["net-1"]), networks([], ["net-2"]).model_copy(update={"provider": "secondary"}))
    assert "+ net-1" in plan_text.text(made)
    assert "+ net-2" in plan_text.text(made)

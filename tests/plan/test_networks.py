"""The networks of private zones: from file and configuration to steps, and what stands in the way."""

import json

import pytest

from tests.planning import SOA, ZONE, desired, fact, live, planned, refusals, rr, rules, steps
from zonesync.findings import Finding, Place, Severity
from zonesync.model.zone import Nameservers
from zonesync.plan import digest, offline, planfile, verify
from zonesync.plan.plan import Plan, Setting, Step, StepKind
from zonesync.provider.contract import ApexNs, Capabilities

WWW, OTHER = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.2")
PREMADE = Capabilities(types=None, apex_ns=ApexNs.FULL, premade_apex=True, networks=True)
FIXED = Capabilities(types=None, apex_ns=ApexNs.FIXED, premade_apex=True, networks=True)


def spell(text):
    if not text.lower().startswith("net-"):
        raise ValueError("it is `net-` and a number")
    return text.lower()


def private(zone=None, networks=(), name="a", capabilities=PREMADE):
    return fact(name, zone, capabilities, networks=tuple(networks), spell_network=spell)


def said(*networks, **more):
    return desired(WWW, networks={"a": networks}, **more)


CHANGES = [
    ("the file alone", said("net-1"), (), ("net-2",), (("net-2",), ("net-1",))),
    ("the configuration alone", desired(WWW), ("net-1",), ("net-2",), (("net-2",), ("net-1",))),
    ("the file before the configuration", said("net-1"), ("net-3",), ("net-2",), (("net-2",), ("net-1",))),
    ("another spelling is the same", said("NET-2", "Net-1"), (), ("net-1", "net-2"), None),
    ("two spellings are one", said("NET-1", "net-1"), (), ("net-1",), None),
    ("sorted", said("net-3", "net-1"), (), ("net-2",), (("net-2",), ("net-1", "net-3"))),
    ("nobody says", desired(WWW), (), ("net-2",), None),
    ("visible in none yet", said("net-1"), (), (), ((), ("net-1",))),
]


@pytest.mark.parametrize(
    ("zone", "configured", "there", "expected"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_the_networks_of_a_zone_are_the_files_or_else_the_configurations(zone, configured, there, expected):
    made = planned(zone, private(live(WWW, networks=there), configured))
    assert rules(made) == []
    assert steps(made) == ([("metadata", "a")] if expected else [])
    if expected:
        assert made.steps[0].settings == (Setting(name="networks", before=expected[0], after=expected[1]),)
        assert made.steps[0].changes == ()


def test_networks_change_before_content_and_a_new_zone_is_created_in_them():
    zone = desired(OTHER, networks={"a": ("net-2", "net-1")})
    assert steps(planned(zone, private(live(WWW, networks=("net-1",))))) == [("metadata", "a"), ("content", "a")]
    made = planned(zone, private())
    assert steps(made) == [("create_zone", "a"), ("content", "a")]
    assert made.steps[0].settings == (Setting(name="networks", after=("net-1", "net-2")),)
    assert made.steps[0].note == "visible in net-1, net-2"


def test_networks_alone_make_nobody_wait():
    servers = Nameservers("list", hosts=("ns9.x.example.",), said=True)
    zone = desired(WWW, networks={"a": ("net-1",)}, nameservers=servers, providers=("a", "b"))
    made = planned(zone, private(live(WWW, networks=("net-2",))), fact("b", live(WWW)))
    assert [kind for kind, _ in steps(made)] == ["metadata", "apex_ns", "apex_ns"]


def test_a_file_that_names_no_network_does_not_mean_the_configured_ones():
    assert steps(planned(said(), private(live(WWW, networks=("net-1",)), ("net-2",)))) == []
    assert steps(planned(said(), private(live(WWW), ("net-2",)))) == []


PROBLEMS = [
    ("bad spelling", said("vpc-1"), private(live(WWW, networks=("net-1",))), ["bad-network"]),
    ("one bad of two", said("net-1", "vpc-1"), private(live(WWW, networks=("net-1",))), ["bad-network"]),
    ("bad spelling at creation", said("vpc-1"), private(), ["bad-network"]),
    ("no such ability", said("net-1"), fact(zone=live(WWW)), ["networks-unsupported"]),
    ("created in none", desired(WWW), private(), ["network-missing"]),
    ("created in none by the file", said(), private(networks=("net-1",)), ["network-missing"]),
    ("the last one goes", said(), private(live(WWW, networks=("net-1",)), ("net-2",)), ["last-network"]),
    ("none there, none wanted", said(), private(live(WWW)), []),
]


@pytest.mark.parametrize(("zone", "one", "expected"), [row[1:] for row in PROBLEMS], ids=[row[0] for row in PROBLEMS])
def test_what_stands_in_the_way_is_found(zone, one, expected):
    made = planned(zone, one)
    assert rules(made) == expected
    for finding in made.findings:
        assert (finding.zone, finding.provider) == ("example.com", "a")
        assert finding.help


def test_a_bad_network_is_found_offline_at_its_place():
    zone = said("net-1", "vpc-1", file="zones/e.yaml", network_places={"a": (7 << 20 | 3, 8 << 20 | 5)})
    (finding,) = offline.check(zone, [private()])
    assert (finding.rule, finding.place) == ("bad-network", Place("zones/e.yaml", 8, 5))
    assert "`vpc-1`" in finding.message
    (finding,) = refusals(offline.check(zone, [fact()]))
    assert (finding.rule, finding.place) == ("networks-unsupported", Place("zones/e.yaml", 7, 3))
    assert list(offline.check(desired(WWW), [private()])) == [], "whether it has to be created is not known offline"


def test_what_a_write_would_meet_stands_against_networks_too():
    adopt = Finding("adopt-file", Severity.ERROR, "not ours", zone="example.com", provider="a")
    there = live(WWW, networks=("net-2",), findings=(adopt,))
    assert rules(planned(said("net-1"), private(there))) == ["adopt-file"]


# Saved plans
def plan_of(zone, one):
    made = planned(zone, one)
    return planfile.sealed(Plan(targets=made.targets, steps=made.steps, findings=made.findings))


def refused(saved, zone, there, *, plan_only=False, capabilities=PREMADE):
    fresh = plan_of(zone, private(there, capabilities=capabilities))
    return [one.rule for one in verify.refusals(saved, fresh, {(ZONE, "a"): there}, plan_only=plan_only)]


THERE = live(WWW, networks=("net-2",))


def test_a_saved_change_of_networks_may_be_applied_while_it_is_as_shown_and_asked_for():
    saved = plan_of(said("net-1"), private(THERE))
    assert refused(saved, said("net-1"), THERE) == []
    moved = live(WWW, networks=("net-3",))
    assert refused(saved, said("net-1"), moved) == ["plan-stale"]
    assert refused(saved, said("net-1"), moved, plan_only=True) == ["plan-stale"]
    assert refused(saved, said("net-1"), None) == ["plan-stale"]
    assert refused(saved, said("net-4"), THERE) == ["plan-unasked"]
    assert refused(saved, desired(WWW), THERE) == ["plan-unasked"]
    assert refused(saved, desired(WWW), THERE, plan_only=True) == []


def test_a_saved_creation_is_refused_in_other_networks():
    saved = plan_of(said("net-1"), private())
    assert refused(saved, said("net-1"), None) == []
    assert refused(saved, said("net-2"), None) == ["plan-unasked"]
    bare = saved.model_copy(update={"steps": tuple(s.model_copy(update={"settings": ()}) for s in saved.steps)})
    assert refused(bare, said("net-1"), None) == ["plan-unasked"]


def test_a_plan_with_networks_reads_back():
    for one in (private(THERE), private()):
        saved = plan_of(said("net-1"), one)
        assert planfile.loads(planfile.dumps(saved).encode()) == saved


FORGED = {
    "a setting of another name": lambda step: step["settings"][0].update(name="visibility"),
    "the same setting twice": lambda step: step["settings"].append(step["settings"][0]),
    "no network left": lambda step: step["settings"][0].update(after=[]),
    "nothing set": lambda step: step.update(settings=[]),
    "a setting in a step that carries none out": lambda step: step.update(kind="content"),
    "changes in a step of settings": lambda step: step.update(
        changes=[{"before": None, "after": {"name": "example.com.", "type": "A", "ttl": 1, "rdatas": ["192.0.2.1"]}}]
    ),
}


@pytest.mark.parametrize("edit", FORGED.values(), ids=FORGED)
def test_a_forged_setting_is_refused(edit):
    data = json.loads(planfile.dumps(plan_of(said("net-1"), private(THERE))))
    edit(data["steps"][0])
    body = {key: value for key, value in data.items() if key != "digest"}
    with pytest.raises(planfile.PlanFileError):
        planfile.loads(json.dumps({**body, "digest": digest.of_data(body)}).encode())


def test_a_step_of_settings_that_stands_twice_is_refused():
    saved = plan_of(said("net-1"), private(THERE))
    twice = saved.model_copy(update={"steps": (*saved.steps, *saved.steps)})
    assert refused(twice, said("net-1"), THERE) == ["plan-twice"]


def test_a_private_zone_with_fixed_names_cannot_be_at_two_providers():
    servers = Nameservers("auto", said=True)
    zone = desired(WWW, networks={"a": ("net-1",)}, nameservers=servers, providers=("a", "b"))
    there = live(WWW, apex=(SOA, rr("@", "NS", "ns0.a.example.")), networks=("net-1",))
    made = planned(zone, private(there, capabilities=FIXED), fact("b", live(WWW), nameservers=("ns1.b.example.",)))
    assert "apex-ns-not-editable" in rules(made)


def test_a_step_of_settings_is_a_step_of_its_own_kind():
    step = Step(kind=StepKind.METADATA, zone=ZONE, provider="a", settings=(Setting(name="networks", after=("n",)),))
    assert Step.model_validate(step.model_dump(mode="json")) == step

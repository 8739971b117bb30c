"""Several zones, several providers: what a run reads, plans and leaves alone."""

import gc

import pytest

from tests.planning import APEX, NOW, ZONE, Folder, found_in
from zonesync import workflow
from zonesync.cli.main import run
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Allowance
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_faults import Fault

WWW = {"www": {"A": "192.0.2.1"}}


@pytest.fixture(autouse=True)
def _collector():
    yield
    gc.enable()


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture
def cloud(tmp_path):
    """A project at two in-memory services."""
    folder = Folder(tmp_path, {name: {"type": "memory"} for name in "ab"})
    folder.services = {"a": MemoryProvider("a", Character.BATCH), "b": MemoryProvider("b", Character.SINGLE)}
    folder.find = found_in(folder.services)
    return folder


def kinds(made):
    return [(str(step.zone), step.kind.value, step.provider) for step in made.steps]


def content(service, zone=ZONE):
    live = service.read(zone)
    return None if live is None else dict(live.rrsets)


def test_the_plan_after_an_apply_is_empty(folder):
    folder.zone({**WWW, "t": {"TXT": "x" * 300}}, soa={"minimum": 60})
    folder.zone({"x": {"MX": "10 x"}}, "example.org")
    assert folder.apply_now().is_complete
    assert folder.plan().plan.is_empty


def test_planning_changes_nothing(folder):
    folder.zone(WWW)
    folder.apply_now()
    folder.zone({"ftp": {"A": "192.0.2.1"}})
    before = folder.bytes()
    chdir = ["--chdir", str(folder.root)]
    assert run([*chdir, "plan", "--exit-code"]) == 2
    assert run([*chdir, "plan"]) == 0
    assert run([*chdir, "drift"]) == 2
    assert run([*chdir, "validate"]) == 0
    assert run([*chdir, "export", "example.com"]) == 0
    assert folder.bytes() == before


def test_an_apply_without_a_terminal_and_without_yes_changes_nothing(folder, capsys):
    folder.zone(WWW)
    assert run(["--chdir", str(folder.root), "apply"]) == 1
    assert folder.bytes() == {}
    assert run(["--chdir", str(folder.root), "apply", "--yes"]) == 0
    assert folder.plan().plan.is_empty


def test_the_same_inputs_give_the_same_plan(folder):
    folder.zone(WWW)
    folder.zone(WWW, "example.org")
    one, other = folder.plan().plan, folder.plan().plan
    assert one.digest
    assert one.model_copy(update={"created": "", "digest": ""}) == other.model_copy(
        update={"created": "", "digest": ""}
    )


def test_zones_are_planned_in_the_order_of_their_names(folder):
    for name in ("b.example", "a.example", "c.example"):
        folder.zone(WWW, name)
    zones = [str(target.zone) for target in folder.plan().plan.targets]
    assert zones == ["a.example", "a.example", "b.example", "b.example", "c.example", "c.example"]


def test_a_named_zone_is_planned_alone(folder):
    folder.zone(WWW)
    folder.zone(WWW, "example.org")
    assert {str(step.zone) for step in folder.plan("example.org").plan.steps} == {"example.org"}


@pytest.mark.parametrize("name", ["example.net", "example.com@inside", "..", "exampel.com"])
def test_an_unknown_zone_is_a_wrong_command_line(folder, name):
    folder.zone(WWW)
    with pytest.raises(workflow.UnknownNameError):
        folder.plan(name)
    assert run(["--chdir", str(folder.root), "plan", name]) == 64


def test_an_unknown_provider_is_a_wrong_command_line(folder):
    folder.zone(WWW)
    assert run(["--chdir", str(folder.root), "plan", "--provider", "tow"]) == 64
    assert run(["--chdir", str(folder.root), "plan", "--allow", "max-deletes"]) == 64


# Views
def test_views_share_a_name_and_nothing_else(folder):
    folder.zone(WWW, file="public.yaml")
    folder.zone({"www": {"A": "10.0.0.1"}}, file="private.yaml", view="inside", providers=["one"], nameservers="auto")
    folder.apply_now()
    assert folder.plan().plan.is_empty
    folder.zone({"www": {"A": "10.0.0.2"}}, file="private.yaml", view="inside", providers=["one"], nameservers="auto")
    made = folder.plan().plan
    assert kinds(made) == [("example.com@inside", "content", "one")]
    assert {str(step.zone) for step in folder.plan("example.com@inside").plan.steps} == {"example.com@inside"}
    assert folder.plan("example.com").plan.is_empty
    folder.apply_now()
    project = folder.open()
    one = workflow.connect(project, ["one"])["one"]
    assert one.read(ZONE).rrsets["www.example.com.", "A"].rdatas == ("192.0.2.1",)
    assert one.read(ZoneId(APEX, "inside")).rrsets["www.example.com.", "A"].rdatas == ("10.0.0.2",)
    assert {entry["zone"] for entry in workflow.audit_entries(project, "example.com@inside") if "zone" in entry} == {
        "example.com@inside"
    }


def test_an_allowance_for_a_view_is_not_one_for_the_other(folder):
    for view, file in (("", "public.yaml"), ("inside", "private.yaml")):
        folder.zone(WWW, file=file, view=view)
    folder.apply_now()
    for view, file in (("", "public.yaml"), ("inside", "private.yaml")):
        folder.zone({}, file=file, view=view)
    made = folder.plan(allowances=[Allowance.parse("empty-zone@example.com@inside")]).plan
    assert {finding.zone for finding in made.refusals} == {"example.com"}


# Providers of a zone
def test_a_subset_of_providers_is_planned_and_the_rest_left(folder):
    folder.zone(WWW)
    made = folder.plan(only=["two"]).plan
    assert {step.provider for step in made.steps} == {"two"}
    assert [target.provider for target in made.targets] == ["two"]
    servers = next(change.after for step in made.steps for change in step.changes if change.key.type == "NS")
    assert len(servers.rdatas) == 2, "nobody is sent to a provider that does not serve the zone yet"
    folder.apply_now()
    assert folder.plan(only=["two"]).plan.is_empty
    assert len(folder.plan().live[ZONE, "two"].rrsets[APEX, "NS"].rdatas) == 4, "the apex NS set is everybody's"


def test_what_no_file_describes_is_a_warning_and_stays(folder):
    folder.zone(WWW)
    folder.zone(WWW, "example.org")
    folder.apply_now()
    folder.remove("example.org")
    planning = folder.plan()
    assert planning.plan.is_empty
    assert sorted((one.rule, one.zone, one.provider) for one in planning.warnings) == [
        ("orphan-zone", "example.org", "one"),
        ("orphan-zone", "example.org", "two"),
    ]
    assert not any(one.is_error for one in planning.warnings)
    assert folder.plan("example.com").warnings == (), "who asks for one zone is not told of others"
    assert folder.served("one", "example.org").exists()


def test_a_provider_that_a_zone_has_left_keeps_it(folder):
    folder.zone(WWW)
    folder.zone(WWW, "example.org")
    folder.apply_now()
    folder.zone(WWW, "example.org", providers=["one"], nameservers=["ns1.one.example."])
    planning = folder.plan()
    assert [(one.zone, one.provider) for one in planning.warnings] == [("example.org", "two")]
    assert {step.provider for step in planning.plan.steps} == {"one"}


# Reads that fail
@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.THROTTLE, Fault.TRUNCATE])
def test_a_failed_read_stops_its_own_zone_and_is_never_a_delete(cloud, fault):
    many = {f"h{number}": {"A": "192.0.2.1"} for number in range(30)}
    cloud.zone(many)
    cloud.zone(many, "example.org", providers=["b"])
    cloud.apply_now(find=cloud.find)
    changed = {**many, "h0": {"A": "192.0.2.2"}}
    cloud.zone(changed)
    cloud.zone(changed, "example.org", providers=["b"])
    cloud.services["a"].faults.arm(fault, "read")
    made = cloud.plan(find=cloud.find).plan
    assert [(str(one.zone), one.provider) for one in made.unread] == [("example.com", "a")]
    assert made.unread[0].words
    assert kinds(made) == [("example.org", "content", "b")]
    assert made.count("-") == 0
    assert not made.is_complete
    assert [str(target.zone) for target in made.targets] == ["example.org"]


def test_a_saved_plan_is_refused_while_its_zone_cannot_be_read(cloud):
    cloud.zone(WWW)
    cloud.apply_now(find=cloud.find)
    cloud.zone({"www": {"A": "192.0.2.2"}})
    saved = cloud.plan(find=cloud.find).plan
    cloud.services["b"].faults.arm(Fault.BEFORE, "read")
    now = workflow.replan(cloud.open(), saved, NOW, cloud.find)
    assert [(one.rule, one.provider) for one in workflow.refusals(saved, now)] == [("plan-unreadable-now", "b")]
    now = workflow.replan(cloud.open(), saved, NOW, cloud.find)
    assert workflow.refusals(saved, now) == []


def test_a_plan_of_one_provider_is_refused_while_the_zones_other_provider_cannot_be_read(cloud):
    cloud.zone(WWW)
    cloud.apply_now(find=cloud.find)
    cloud.zone({"www": {"A": "192.0.2.2"}})
    saved = cloud.plan(find=cloud.find, only=["a"]).plan
    cloud.services["b"].faults.arm(Fault.BEFORE, "read")
    now = workflow.replan(cloud.open(), saved, NOW, cloud.find)
    assert [(one.rule, one.provider) for one in workflow.refusals(saved, now)] == [("plan-unreadable-now", "b")]


def test_unread_zones_make_an_apply_incomplete(folder, capsys):
    folder.zone(WWW)
    folder.zone(WWW, "example.org")
    folder.apply_now()
    folder.zone({"www": {"A": "192.0.2.2"}})
    folder.zone({"www": {"A": "192.0.2.2"}}, "example.org")
    folder.served("one", "example.org").write_text("garbage (")
    before = folder.served("two", "example.org").read_bytes()
    chdir = ["--chdir", str(folder.root)]
    assert run([*chdir, "plan", "--exit-code"]) == 1
    assert run([*chdir, "drift"]) == 1
    assert "example.com" in capsys.readouterr().out
    assert run([*chdir, "apply", "--yes"]) == 3
    assert folder.served("two", "example.org").read_bytes() == before
    assert folder.plan("example.com").plan.is_empty


# Services in memory: a refused plan leaves their state alone
def _edit(service, owner, *values):
    live = service.read(ZONE)
    before = live.rrsets.get((f"{owner}.{APEX}", "A"))
    after = RRset.of(f"{owner}.{APEX}", "A", 3600, values) if values else None
    assert [one.outcome.value for one in service.apply(live, [Change(before, after)])] == ["applied"]


EVENTS = {
    "edited": (lambda w: _edit(w.services["a"], "www", "192.0.2.50"), {"plan-stale"}),
    "deleted": (lambda w: _edit(w.services["b"], "www"), {"plan-stale"}),
    "created": (lambda w: _edit(w.services["b"], "new", "192.0.2.50"), {"plan-stale"}),
    "changed back": (lambda w: w.zone({**WWW, "old": {"A": "192.0.2.1"}}), {"plan-unasked"}),
    "at another account": (lambda w: w.services.update(a=MemoryProvider("other")), {"plan-foreign"}),
    "untouched edited": (lambda w: _edit(w.services["b"], "old", "192.0.2.50"), set()),
}


@pytest.mark.parametrize(("event", "expected"), EVENTS.values(), ids=EVENTS)
def test_services_keep_their_state_when_a_plan_is_refused(cloud, event, expected):
    cloud.zone({**WWW, "old": {"A": "192.0.2.1"}})
    cloud.apply_now(find=cloud.find)
    cloud.zone({"www": {"A": "192.0.2.2"}, "new": {"A": "192.0.2.3"}, "old": {"A": "192.0.2.1"}})
    saved = cloud.plan(find=cloud.find).plan
    event(cloud)
    before = {name: content(service) for name, service in cloud.services.items()}
    now = workflow.replan(cloud.open(), saved, NOW, cloud.find)
    refused = workflow.refusals(saved, now)
    assert {one.rule for one in refused} == expected
    assert {name: content(service) for name, service in cloud.services.items()} == before
    if not expected:
        assert cloud.carry_out(saved, now).is_complete
        for service in cloud.services.values():
            assert content(service)["www.example.com.", "A"].rdatas == ("192.0.2.2",)
        assert content(cloud.services["b"])["old.example.com.", "A"].rdatas == ("192.0.2.50",), "not in the plan"


def test_a_saved_plan_creates_a_zone_with_the_names_it_could_not_know(cloud):
    cloud.zone(WWW)
    saved = cloud.plan(find=cloud.find).plan
    now = workflow.replan(cloud.open(), saved, NOW, cloud.find)
    assert workflow.refusals(saved, now) == []
    assert cloud.carry_out(saved, now).is_complete
    assert cloud.plan(find=cloud.find).plan.is_empty


def test_joining_a_provider_takes_two_plans(cloud):
    cloud.zone(WWW, providers=["a"])
    cloud.apply_now(find=cloud.find)
    cloud.zone(WWW)
    first = cloud.plan(find=cloud.find).plan
    assert kinds(first) == [("example.com", "create_zone", "b"), ("example.com", "content", "b")]
    cloud.apply_now(find=cloud.find)
    second = cloud.plan(find=cloud.find).plan
    assert [kind for _, kind, _ in kinds(second)] == ["apex_ns", "apex_ns"]
    cloud.apply_now(find=cloud.find)
    assert cloud.plan(find=cloud.find).plan.is_empty
    assert content(cloud.services["a"])[APEX, "NS"] == content(cloud.services["b"])[APEX, "NS"]


def test_what_differs_by_provider_reaches_each(cloud):
    cloud.zone(
        {
            "www": {"A": {"by_provider": {"a": "192.0.2.9", "default": "192.0.2.1"}, "comment": "x"}},
            "only": {"A": {"values": "192.0.2.3", "only": ["b"]}},
        }
    )
    cloud.apply_now(find=cloud.find)
    assert cloud.plan(find=cloud.find).plan.is_empty
    assert [content(cloud.services[name])["www.example.com.", "A"].rdatas[0] for name in "ab"] == [
        "192.0.2.9",
        "192.0.2.1",
    ]
    assert [("only.example.com.", "A") in content(cloud.services[name]) for name in "ab"] == [False, True]


def test_the_audit_log_of_one_zone_has_its_runs_and_changes(folder):
    folder.zone(WWW)
    folder.zone(WWW, "example.org")
    folder.apply_now()
    entries = list(workflow.audit_entries(folder.open(), "example.org"))
    assert {entry["zone"] for entry in entries if "zone" in entry} == {"example.org"}
    assert [entry["kind"] for entry in entries].count("run_start") == 1
    assert len(list(workflow.audit_entries(folder.open()))) > len(entries)


def test_safety_limits_come_from_the_configuration(folder):
    folder.zone({f"h{number}": {"A": "192.0.2.1"} for number in range(10)})
    folder.apply_now()
    folder.zone({f"h{number}": {"A": "192.0.2.1"} for number in range(2, 10)})
    assert not folder.plan().plan.refusals
    folder.config["safety"] = {"max_deletes": 1, "max_changes": "15%", "always_allow": 0}
    folder.write_config()
    assert {one.rule for one in folder.plan().plan.refusals} == {"max-deletes", "max-changes"}
    folder.config["safety"] = {"max_deletes": 2, "max_changes": "15%", "always_allow": 2}
    folder.write_config()
    assert not folder.plan().plan.refusals

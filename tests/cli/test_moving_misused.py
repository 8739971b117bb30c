"""Moves in odd company: others that are out, records that are broken, plans that were edited, providers that refuse."""

import json

import pytest

from tests.cli.test_moving import ASIDE, LISTS, ZONE, A, B, C, leave, served
from zonesync.plan import planfile
from zonesync.plan.plan import StepKind
from zonesync.run import carrying
from zonesync.run.asking import barrier
from zonesync.run.asking.found import Delegated

THREE = ZONE.replace("[a, b]", "[a, b, c]")
SETS = {
    "auto": "nameservers: {ttl: 1h, auto: {a: 2, b: 2, c: 2}}",
    "list": "nameservers: [ns1.a.example., ns2.a.example., ns1.b.example., ns1.c.example., ns2.c.example.]",
}
LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.fixture
def folder(tmp_path, monkeypatch, run):
    return served(tmp_path / "moving", monkeypatch, run)


@pytest.mark.parametrize("servers", SETS.values(), ids=SETS)
def test_who_is_leaving_is_put_back_neither_by_a_plan_nor_by_another_move(folder, servers):
    folder.zone(THREE.replace(LISTS, servers))
    folder.done("apply", "--yes")
    leave(folder, "--delegation-done", code=3)
    assert folder.servers("a") == [*A, *C]
    assert folder.done("plan", "--exit-code").out.startswith("No changes")
    folder.done("evacuate", "c", ASIDE, "--yes")
    assert folder.servers("a") == folder.servers("c") == A


def test_a_list_that_still_names_who_has_left_sends_nobody_there_in_an_outage(folder):
    folder.zone(THREE.replace(LISTS, SETS["list"]))
    folder.done("apply", "--yes")
    leave(folder, "--delegation-done", code=3)
    folder.zone(THREE.replace("[a, b, c]", "[a, c]").replace(LISTS, SETS["list"]))
    folder.done("evacuate", "c", ASIDE, "--yes")
    assert folder.servers("a") == A


@pytest.mark.parametrize("kind", ["evacuate", "restore"])
def test_a_zone_that_was_taken_away_from_who_is_out_keeps_no_other_from_moving(folder, kind):
    folder.zone(name="example.net")
    folder.done("apply", "--yes")
    folder.done("evacuate", "b", ASIDE, "--yes")
    folder.zone(ZONE.replace("[a, b]", "[a]").replace(", b: 2", ""), name="example.net")
    folder.done(kind, "b", ASIDE, "--yes")
    assert folder.servers("a") == (A if kind == "evacuate" else [*A, *B])
    found = folder.done(kind, "b", "example.net", ASIDE, "--yes", code=64)
    assert "does not put `example.net` at `b`" in found.err


def test_where_the_record_cannot_be_read_nobody_is_put_back(folder):
    folder.done("evacuate", "b", ASIDE, "--yes")
    folder.zone(ZONE.replace("203.0.113.2", "203.0.113.9"))
    (folder.root / ".zonesync/rotation.json").write_text("{")
    found = folder.done("apply", "--yes", code=1)
    assert "rotation.json" in found.err
    assert folder.servers("a") == A
    folder.done("plan", "--out", "plan.json")
    folder.done("apply", "plan.json", code=1)
    assert folder.servers("a") == A


def test_who_is_out_and_refuses_writes_keeps_no_change_from_the_others(folder, monkeypatch):
    folder.zone(ZONE.replace("[a, b]", "[b, a]"))
    folder.done("evacuate", "b", ASIDE, "--yes")
    folder.zone(ZONE.replace("[a, b]", "[b, a]").replace("203.0.113.2", "203.0.113.9"))
    write = carrying.ZoneRun._write

    def denied(self, number, step, *more):
        if step.provider == "b":
            raise carrying.StopZone("denied")
        write(self, number, step, *more)

    monkeypatch.setattr(carrying.ZoneRun, "_write", denied)
    folder.done("apply", "--yes", code=3)
    assert "203.0.113.9" in (folder.root / "a/example.com.zone").read_text()


def test_with_verify_a_name_server_that_is_silent_joins_no_set_where_its_content_is_there_already(folder, monkeypatch):
    apart = ZONE.replace(LISTS, "nameservers: unmanaged\nallow: [{rule: nameservers-differ, reason: a move}]")
    folder.zone(apart.replace("[a, b]", "[a, b, c]"))
    folder.done("apply", "--yes")
    folder.zone(THREE.replace(LISTS, SETS["auto"]))
    asked = []
    monkeypatch.setattr(barrier, "unserved", lambda *one: asked.append(sorted(one[2])) or ["c: it is silent"])
    for more in ((), ("--provider", "a")):
        found = folder.done("apply", "--yes", "--verify", "--verify-timeout", "0", *more, code=1)
        assert "c: it is silent" in found.out
        assert folder.servers("a") == [*A, *B]
    assert asked == [["a", "b", "c"]] * 2


def test_the_wait_begins_anew_where_a_set_has_named_who_leaves_once_more(folder):
    leave(folder, "--delegation-done", code=3)
    folder.rewrite(cleared=LONG_AGO)
    file = folder.root / "a/example.com.zone"
    (line,) = [line for line in file.read_text().splitlines() if line.endswith("ns1.a.example.") and "SOA" not in line]
    file.write_text(file.read_text() + line.replace("ns1.a.", "ns1.b.") + "\n")
    assert folder.servers("a") == [*A, "ns1.b"]
    assert "WAITING" in leave(folder, "--delegation-done", code=3).out
    assert folder.servers("b") == folder.servers("a") == A
    assert folder.rewrite()["cleared"] > LONG_AGO


def test_the_wait_begins_anew_where_the_parent_has_named_who_leaves_once_more(folder, monkeypatch):
    leave(folder, "--delegation-done", code=3)
    folder.rewrite(cleared=LONG_AGO)
    parent = ["ns1.a.example.", "ns1.b.example."]
    monkeypatch.setattr(barrier, "delegated", lambda *_: Delegated("example.com.", "com.", hosts=tuple(parent)))
    assert "still delegates" in leave(folder, code=1).out
    parent.pop()
    assert "until" in leave(folder, code=1).out
    assert folder.servers("b") == A


def test_a_parent_with_names_of_nobody_keeps_the_content_of_one_whose_names_are_not_known(folder, monkeypatch):
    leave(folder, "--delegation-done", code=3)
    folder.rewrite(hosts=[], cleared=LONG_AGO)
    hosts = ("ns1.a.example.", "vanity.example.")
    monkeypatch.setattr(barrier, "delegated", lambda *_: Delegated("example.com.", "com.", hosts=hosts))
    assert "still delegates example.com to vanity.example." in " ".join(leave(folder, code=1).out.split())
    assert folder.servers("b") == A


def _without(*kinds):
    return lambda steps: [step for step in steps if step.kind not in kinds]


def _last(kind):
    return lambda steps: sorted(steps, key=lambda step: step.kind is kind)


def _changed(kind, **more):
    return lambda steps: [step.model_copy(update=more) if step.kind is kind else step for step in steps]


def _told(steps):
    (manual,) = [step for step in steps if step.kind is StepKind.MANUAL]
    handover = manual.handover.model_copy(update={"after": ("ns.evil.example.",)})
    return _changed(StepKind.MANUAL, handover=handover)(steps)


FORGERIES = {
    "it does not wait": _without(StepKind.WAIT),
    "it waits too late": _last(StepKind.WAIT),
    "it waits a shorter time": _changed(StepKind.WAIT, seconds=1),
    "it leaves nothing on record": _without(StepKind.ROTATION),
    "it leaves no names on record": _changed(StepKind.ROTATION, hosts=()),
    "it leaves the sets as they are": _without(StepKind.APEX_NS),
    "it deletes, and that is all": _without(StepKind.WAIT, StepKind.ROTATION, StepKind.APEX_NS, StepKind.MANUAL),
    "it has the registrar told something else": _told,
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_saved_plan_to_leave_that_was_edited_changes_nothing(folder, forgery):
    folder.done("provider", "leave", "example.com", "b", ASIDE, "--out", "plan.json")
    file = folder.root / "plan.json"
    plan = planfile.loads(file.read_bytes())
    forged = plan.model_copy(update={"steps": tuple(forgery(list(plan.steps)))})
    file.write_text(planfile.dumps(planfile.sealed(forged)))
    found = folder.done("apply", "plan.json", "--delegation-done", code=1)
    assert "Refused: nothing was changed" in found.out
    assert folder.servers("a") == folder.servers("b") == [*A, *B]


def test_a_saved_plan_to_restore_asks_before_it_sends_anybody_there(folder, monkeypatch):
    folder.done("evacuate", "b", ASIDE, "--yes")
    folder.done("restore", "b", ASIDE, "--out", "plan.json")
    file = folder.root / "plan.json"
    plan = planfile.loads(file.read_bytes())
    late = plan.model_copy(update={"steps": tuple(_last(StepKind.BARRIER)(list(plan.steps)))})
    file.write_text(planfile.dumps(planfile.sealed(late)))
    assert "error[plan-disordered]" in folder.done("apply", "plan.json", code=1).err
    assert folder.servers("a") == A


def test_a_saved_plan_to_leave_is_carried_out_in_as_many_runs_as_it_takes(folder):
    folder.done("provider", "leave", "example.com", "b", ASIDE, "--out", "plan.json")
    folder.done("apply", "plan.json", "--delegation-done", code=3)
    folder.done("apply", "plan.json", "--delegation-done", code=1)
    folder.rewrite(cleared=LONG_AGO)
    folder.done("apply", "plan.json", "--delegation-done")
    assert folder.servers("b") is None
    assert folder.standings() == {("example.com", "b"): "left"}
    assert json.loads((folder.root / ".zonesync/rotation.json").read_text())["format"] == 1


def test_a_registrar_is_not_told_of_a_provider_that_does_not_have_the_zone_yet(folder):
    folder.zone(THREE.replace(LISTS, SETS["auto"]))
    found = folder.done("evacuate", "b", ASIDE, "--yes")
    assert folder.servers("c") is None
    assert folder.servers("a") == A
    assert "delegate it to ns1.a.example., ns2.a.example." in " ".join(found.out.split())
    assert ".c.example." not in found.out

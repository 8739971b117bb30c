"""rollback: a run taken back through the command line, shown, saved, applied, and refused."""

import gc
import json
import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.conftest import TREE
from zonesync import cli, workflow
from zonesync.model.zone import ZoneId
from zonesync.plan import digest
from zonesync.run.context import Context
from zonesync.run.journal import PREFIX
from zonesync.run.locks import Locks
from zonesync.run.store import open_store

EDITS = [
    ("A: {ttl: 1m, values", "A: {ttl: 5m, values"),
    ("    A: 192.0.2.25\n", "    A: 192.0.2.26\n"),
    ('  "*.dev": {CNAME: dev}\n  dev: {A: 192.0.2.40}\n', "  blog: {CNAME: www}\n"),
]
SIDES = ("primary", "secondary")


def zones_of(project):
    """Every zone at every provider, the serials left out."""
    return {
        (side, file.name): re.sub(r"\d+ ; serial", "; serial", file.read_text())
        for side in SIDES
        for file in (project / "build" / side).glob("*.zone")
    }


def edit(project, zone="example.com", edits=EDITS):
    file = project / f"zones/{zone}.yaml"
    text = file.read_text()
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    file.write_text(text)


def run_of(outcome):
    assert outcome.code == 0, outcome.err
    return re.search(r"^run (\S+)$", outcome.out, re.MULTILINE)[1]


def by_hand(project, zone, old, new, sides=SIDES):
    for side in sides:
        file = project / f"build/{side}/{zone}.zone"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))


class Template(NamedTuple):
    """The example project after two applies, made once."""

    folder: Path
    before: dict[tuple[str, str], str]
    bad: str


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rolled") / "project"
    shutil.copytree(TREE / "zones", folder / "zones")
    shutil.copy(TREE / "zonesync.yaml", folder)
    environ = {name: os.environ.pop(name) for name in ("CI", "GITHUB_ACTIONS") if name in os.environ}
    try:
        assert cli.run(["--chdir", str(folder), "apply", "--yes"]) == 0
        before = zones_of(folder)
        edit(folder)
        assert cli.run(["--chdir", str(folder), "apply", "--yes"]) == 0
    finally:
        gc.enable()
        os.environ.update(environ)
    entries = workflow.audit_log(workflow.open_project(folder / "zonesync.yaml")).entries()
    return Template(folder, before, [entry["run"] for entry in entries][-1])


@pytest.fixture
def before(template):
    """What was served before the run that is to be taken back."""
    return template.before


@pytest.fixture
def bad(applied, template):
    """The run that is to be taken back: it changed example.com."""
    return template.bad


@pytest.fixture
def applied(project, template):
    """The project, applied twice; *project* has cleaned the environment up."""
    shutil.rmtree(project)
    shutil.copytree(template.folder, project)
    os.chdir(project)
    return project


def test_a_run_is_taken_back_and_the_files_are_named_as_what_is_left(applied, before, bad, run):
    done = run("rollback", bad, "--yes")
    assert done.code == 0
    assert zones_of(applied) == before
    for line in ("~ api A  ttl 300 -> 60", "- blog CNAME", "+ dev A", "+ *.dev CNAME", "192.0.2.26 -> 192.0.2.25"):
        assert line in done.out
    assert "Applied: 10 changes." in done.out
    said = " ".join(done.err.split())
    assert f"This takes back run {bad} of" in said
    assert f"where they still say what {bad} applied, revert its commit, or the next apply brings it back." in said
    assert "ttl 60 -> 300" in run("plan").out


def test_the_record_names_the_run_that_was_taken_back(applied, bad, run):
    run("rollback", bad, "--yes")
    entries = json.loads(run("audit", "log", "--format", "json").out)["entries"]
    (start,) = [entry for entry in entries if entry["kind"] == "run_start" and "rollback_of" in entry]
    assert start["rollback_of"] == bad
    assert start["zones"] == ["example.com"]


def test_a_rollback_is_taken_back_like_any_run(applied, bad, run):
    after = zones_of(applied)
    rollback = run_of(run("rollback", bad, "--yes"))
    assert run("rollback", rollback, "--yes").code == 0
    assert zones_of(applied) == after
    assert "No changes" in run("plan").out


def test_what_is_back_already_is_nothing_to_do(applied, bad, run):
    run("rollback", bad, "--yes")
    again = run("rollback", bad)
    assert again.code == 0
    assert "Nothing to take back: all that the run changed is as it was before." in again.out


def test_without_a_terminal_and_without_yes_nothing_is_applied(applied, bad, run):
    after = zones_of(applied)
    asked = run("rollback", bad)
    assert asked.code == 1
    assert "not-confirmed" in asked.err
    assert "blog CNAME" in asked.out
    assert zones_of(applied) == after


def test_the_plan_is_saved_and_applied_as_any_plan(applied, before, bad, run):
    after = zones_of(applied)
    saved = run("rollback", bad, "--out", "back.json")
    assert saved.code == 0
    assert "Saved to back.json: `zonesync apply back.json` carries out exactly this." in " ".join(saved.err.split())
    assert zones_of(applied) == after
    assert json.loads((applied / "back.json").read_text())["rollback"] == bad
    done = run("apply", "back.json")
    assert done.code == 0
    assert zones_of(applied) == before
    assert "revert its commit" in " ".join(done.err.split())
    again = run("apply", "back.json")
    assert again.code == 0
    assert "Nothing to do" in again.out


def test_json_shows_the_plan_and_applies_nothing(applied, bad, run):
    after = zones_of(applied)
    shown = run("rollback", bad, "--format", "json")
    assert shown.code == 0
    plan = json.loads(shown.out)
    assert plan["rollback"] == bad
    assert sum(len(step["changes"]) for step in plan["steps"]) == 10
    assert zones_of(applied) == after


def test_what_was_changed_since_is_refused_and_named_it_is_taken_back(applied, before, bad, run):
    by_hand(applied, "example.com", "192.0.2.26", "192.0.2.99")
    after = zones_of(applied)
    refused = run("rollback", bad, "--yes")
    assert refused.code == 1
    said = " ".join(refused.err.split())
    assert "error[rollback-changed-since]" in said
    assert "the run left `3600 192.0.2.26`, now it is `3600 192.0.2.99`" in said
    assert zones_of(applied) == after
    assert run("rollback", bad, "--yes", "--overwrite", "mail A").code == 0
    assert zones_of(applied) == before


@pytest.mark.parametrize("name", ["mail", "mail A", "mail a", "mail.example.com.", "mail.example.com. A"])
def test_what_to_overwrite_is_named_in_any_way(applied, bad, run, name):
    by_hand(applied, "example.com", "192.0.2.26", "192.0.2.99")
    assert run("rollback", bad, "--out", "p.json", "--overwrite", name).code == 0


def test_the_later_run_is_named_with_who_made_it(applied, bad, run):
    edit(applied, edits=[("    A: 192.0.2.26\n", "    A: 192.0.2.27\n")])
    later = run_of(run("apply", "--yes"))
    refused = run("rollback", bad, "--yes")
    assert refused.code == 1
    assert f"was changed since (run {later} of 20" in " ".join(refused.err.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuchrun"], "the audit log has no run `nosuchrun`"),
        (["2"], "is the beginning of 2 runs"),
        (["RUN", "--zone", "example.org"], "changed nothing in the zone `example.org`; it changed example.com"),
        (["RUN", "--zone", "a..b"], "`a..b` is no zone"),
        (["RUN", "--overwrite", "www"], "the run changed nothing of that name"),
        (["RUN", "--overwrite", "mail MX"], "the run changed nothing of that name"),
        (["RUN", "--overwrite", "mail A A"], "write a name, or a name and a type"),
        (["RUN", "--overwrite", "a..b"], "--overwrite"),
        (["RUN", "--overwrite", " "], "write a name, or a name and a type"),
        ([""], "the audit log has no run ``"),
        (["RUN", "--allow", "max-deletes@example.org"], "nothing is taken back in `example.org`"),
        (["RUN", "--allow", "nonsense"], "is no allowance"),
        (["RUN", "--yes", "--out", "p.json"], "give one of them"),
        (["RUN", "--yes", "--format", "json"], "shows the plan alone"),
    ],
)
def test_a_wrong_command_line_is_told_from_a_refusal(applied, bad, run, arguments, words):
    after = zones_of(applied)
    wrong = run("rollback", *[bad if word == "RUN" else word for word in arguments])
    assert wrong.code == 64
    assert words in " ".join(wrong.err.split())
    assert zones_of(applied) == after


def test_the_beginning_of_a_run_is_enough(applied, before, bad, run):
    assert run("rollback", bad[:-1], "--yes").code == 0
    assert zones_of(applied) == before


def test_one_zone_of_a_run_is_taken_back_alone(applied, run):
    before = zones_of(applied)
    edit(applied, edits=[("    A: 192.0.2.26\n", "    A: 192.0.2.27\n")])
    edit(applied, "example.org", [("    A: 192.0.2.80\n", "    A: 192.0.2.81\n")])
    bad = run_of(run("apply", "--yes"))
    after = zones_of(applied)
    assert run("rollback", bad, "--zone", "example.org", "--yes").code == 0
    now = zones_of(applied)
    for side in SIDES:
        assert now[side, "example.org.zone"] == before[side, "example.org.zone"]
        assert now[side, "example.com.zone"] == after[side, "example.com.zone"]


def test_the_run_that_created_the_zones_empties_them_only_when_that_is_allowed(applied, run):
    created = re.search(r"\d{8}T\d{6}Z-[0-9a-f]+", run("audit", "log").out)[0]
    after = zones_of(applied)
    refused = run("rollback", created, "--yes")
    assert refused.code == 1
    assert "error[empty-zone]" in refused.err
    assert "say `rollback --allow empty-zone@2.0.192.in-addr.arpa`" in " ".join(refused.err.split())
    assert "info[rollback-zone-stays]" in refused.err
    assert zones_of(applied) == after
    zone = "2.0.192.in-addr.arpa"
    done = run("rollback", created, "--zone", zone, "--yes", "--allow", f"empty-zone@{zone}")
    assert done.code == 0, done.err
    left = [line for line in (applied / f"build/primary/{zone}.zone").read_text().splitlines() if "PTR" in line]
    assert left == []
    # Name servers within a zone that stays keep their addresses.
    zone = "example.org"
    allowed = [word for rule in ("max-deletes", "max-changes") for word in ("--allow", f"{rule}@{zone}")]
    assert run("rollback", created, "--zone", zone, "--yes", *allowed).code == 0
    text = (applied / f"build/primary/{zone}.zone").read_text()
    assert "198.51.100.53" in text
    assert "192.0.2.80" not in text


def test_a_run_that_changed_nothing_has_nothing_to_take_back(applied, run):
    log = workflow.audit_log(workflow.open_project(applied / "zonesync.yaml"))
    log.append([{"kind": "run_start", "run": "idle", "zones": []}, {"kind": "run_end", "run": "idle"}])
    refused = run("rollback", "idle", "--yes")
    assert refused.code == 1
    assert "error[rollback-nothing]: run idle changed nothing" in refused.err


def deleted(project, *changes):
    """Write down that a run has deleted example.org at the secondary, after *changes* there."""
    where = {"run": "left", "zone": "example.org", "provider": "secondary"}
    step = {"kind": "step", **where, "step": "delete_zone", "outcome": "done"}
    start = {"kind": "run_start", "run": "left", "zones": ["example.org"]}
    log = workflow.audit_log(workflow.open_project(project / "zonesync.yaml"))
    log.append([start, *({**where, **one} for one in changes), step, {"kind": "run_end", "run": "left"}])
    (project / "build/secondary/example.org.zone").unlink()


def test_a_run_that_only_deleted_a_zone_is_nothing_to_take_back(applied, run):
    deleted(applied)
    refused = run("rollback", "left", "--yes")
    assert refused.code == 1
    said = " ".join(refused.err.split())
    assert "run left did no more than delete example.org, and a rollback creates no zone" in said
    assert "let `zonesync apply` create it from its file" in said


def test_a_zone_that_the_run_deleted_is_not_created_by_a_rollback(applied, run):
    gone = {"ttl": 3600, "rdatas": ["192.0.2.80"]}
    change = {"kind": "change", "step": "content", "name": "www.example.org.", "type": "A", "outcome": "applied"}
    deleted(applied, {**change, "before": gone, "after": None})
    refused = run("rollback", "left", "--yes")
    assert refused.code == 1
    said = " ".join(refused.err.split())
    assert "error[rollback-zone-gone]: the run deleted the zone at `secondary`, and a rollback creates none" in said
    assert "let `zonesync apply` create it from its file" in said
    assert not (applied / "build/secondary/example.org.zone").exists()
    # The file still puts it there, so apply is who creates it.
    assert run("apply", "--yes").code == 0
    assert (applied / "build/secondary/example.org.zone").exists()


def test_a_provider_that_the_configuration_lacks_by_now_is_a_refusal(applied, bad, run):
    config = applied / "zonesync.yaml"
    config.write_text(config.read_text().replace("  secondary:\n", "  third:\n").replace(", secondary]", ", third]"))
    for file in (applied / "zones").glob("*.yaml"):
        file.write_text(file.read_text().replace("secondary: 2", "third: 2"))
    refused = run("rollback", bad, "--yes")
    assert refused.code == 1
    assert "the configuration has no provider `secondary` any more" in " ".join(refused.err.split())


def test_a_zone_without_a_file_is_a_refusal(applied, bad, run):
    (applied / "zones/example.com.yaml").unlink()
    refused = run("rollback", bad, "--yes")
    assert refused.code == 1
    assert "no file describes the zone `example.com` any more" in " ".join(refused.err.split())


def test_a_file_that_is_refused_does_not_keep_a_bad_run_in_place(applied, before, bad, run):
    (applied / "zones/example.com.yaml").write_text("zone: example.com\nrecords: [nonsense\n")
    done = run("rollback", bad, "--yes")
    assert done.code == 0
    assert "warning[rollback-unconfigured]" in done.err
    assert zones_of(applied) == before


def test_a_provider_that_cannot_be_read_leaves_its_zones_alone_and_the_others_go_on(applied, run):
    before = zones_of(applied)
    edit(applied, edits=[("    A: 192.0.2.26\n", "    A: 192.0.2.27\n")])
    edit(applied, "example.org", [("    A: 192.0.2.80\n", "    A: 192.0.2.81\n")])
    bad = run_of(run("apply", "--yes"))
    after = zones_of(applied)
    broken = applied / "build/secondary/example.com.zone"
    text = broken.read_text()
    broken.write_text("not a zone file (\n")
    done = run("rollback", bad, "--yes")
    assert done.code == 3
    assert "error[unread]" in done.err
    broken.write_text(text)
    now = zones_of(applied)
    for side in SIDES:
        assert now[side, "example.org.zone"] == before[side, "example.org.zone"]
        assert now[side, "example.com.zone"] == after[side, "example.com.zone"]
    broken.write_text("not a zone file (\n")
    assert run("rollback", bad, "--zone", "example.com", "--yes").code == 1


def test_edits_beside_the_run_stay(applied, bad, run):
    by_hand(applied, "example.com", "192.0.2.53", "192.0.2.54")
    assert run("rollback", bad, "--yes").code == 0
    assert "192.0.2.54" in (applied / "build/primary/example.com.zone").read_text()


# --- A saved rollback is held against the audit log.


def forged(project, change):
    """Change the saved plan and seal it again, as somebody could who may write the file."""
    file = project / "back.json"
    plan = json.loads(file.read_text())
    change(plan)
    plan["digest"] = digest.of_data({key: value for key, value in plan.items() if key != "digest"})
    file.write_text(json.dumps(plan))


def another_value(plan):
    change = next(one for step in plan["steps"] for one in step["changes"] if one["before"] and one["after"])
    change["after"] = {**change["after"], "rdatas": ["192.0.2.200"]}


def another_rrset(plan):
    step = next(step for step in plan["steps"] if step["changes"])
    rrset = {"name": "evil.example.com.", "type": "A", "ttl": 60, "rdatas": ["192.0.2.200"]}
    step["changes"].append({**step["changes"][0], "before": None, "after": rrset})


def what_the_run_did_not_touch(plan):
    step = next(step for step in plan["steps"] if step["changes"])
    rrset = {"name": "dns.example.com.", "type": "A", "ttl": 3600, "rdatas": ["192.0.2.53"]}
    step["changes"].append({**step["changes"][0], "before": rrset, "after": None})


def another_run(plan):
    plan["rollback"] = "20200101T000000Z-ffffff"


def no_run(plan):
    plan["rollback"] = ""


@pytest.mark.parametrize("change", [another_value, another_rrset, what_the_run_did_not_touch, another_run, no_run])
def test_a_forged_rollback_is_refused(applied, bad, run, change):
    assert run("rollback", bad, "--out", "back.json").code == 0
    forged(applied, change)
    after = zones_of(applied)
    refused = run("apply", "back.json")
    assert refused.code == 1, refused.err
    assert "error[plan-" in refused.err
    assert zones_of(applied) == after


def test_a_refusal_of_a_saved_rollback_speaks_of_the_audit_log(applied, bad, run):
    run("rollback", bad, "--out", "back.json")
    forged(applied, another_value)
    assert "the audit log does not ask for its change" in " ".join(run("apply", "back.json").err.split())


def test_an_edit_after_the_rollback_was_saved_refuses_it(applied, bad, run):
    run("rollback", bad, "--out", "back.json")
    by_hand(applied, "example.com", "192.0.2.26", "192.0.2.99")
    refused = run("apply", "back.json")
    assert refused.code == 1
    assert "plan-stale" in refused.err


def test_what_was_to_be_overwritten_is_in_the_saved_plan(applied, before, bad, run):
    by_hand(applied, "example.com", "192.0.2.26", "192.0.2.99")
    assert run("rollback", bad, "--overwrite", "mail A", "--out", "back.json").code == 0
    assert run("apply", "back.json").code == 0
    assert zones_of(applied) == before


def test_an_edit_beside_a_saved_rollback_leaves_it_as_it_is(applied, before, bad, run):
    by_hand(applied, "example.com", "192.0.2.26", "192.0.2.25")
    assert run("rollback", bad, "--out", "back.json").code == 0
    by_hand(applied, "example.com", "192.0.2.25", "192.0.2.99")
    assert run("apply", "back.json").code == 0
    assert "192.0.2.99" in (applied / "build/primary/example.com.zone").read_text()


def test_with_edited_files_a_saved_rollback_is_still_what_the_log_says(applied, before, bad, run):
    run("rollback", bad, "--out", "back.json")
    edit(applied, edits=[("  sip1: {A: 192.0.2.31}\n", "  sip1: {A: 192.0.2.231}\n")])
    assert run("apply", "back.json").code == 0
    assert zones_of(applied) == before


# --- CI, and runs that have not ended.


def test_in_ci_a_rollback_needs_a_state_that_outlives_the_job(applied, before, bad, run, monkeypatch):
    monkeypatch.setenv("CI", "true")
    after = zones_of(applied)
    refused = run("rollback", bad, "--yes")
    assert refused.code == 1
    assert "ephemeral-state" in refused.err
    assert zones_of(applied) == after
    assert run("rollback", bad, "--out", "back.json").code == 0
    assert run("rollback", bad, "--yes", "--allow", "ephemeral-state").code == 0
    assert zones_of(applied) == before


def test_a_run_that_was_killed_is_recorded_before_it_is_taken_back(applied, before, bad, run):
    """A journal without a session is what a killed run leaves behind."""
    project = workflow.open_project(applied / "zonesync.yaml")
    row = open_store(project.config.state, project.root).row(PREFIX + bad)
    row.append(b'{"note":"begin","entry":{"run":"' + bad.encode() + b'"}}')
    done = run("rollback", bad, "--yes")
    assert done.code == 0, done.err
    assert zones_of(applied) == before
    assert list(open_store(project.config.state, project.root).rows(PREFIX)) == []


def test_a_run_that_is_under_way_is_waited_for(applied, bad, run):
    project = workflow.open_project(applied / "zonesync.yaml")
    store = open_store(project.config.state, project.root)
    store.row(PREFIX + bad).append(b'{"note":"begin","entry":{"run":"' + bad.encode() + b'"}}')
    after = zones_of(applied)
    with Locks(store, bad, Context()) as locks:
        locks.acquire([ZoneId.parse("example.com")], 0, lambda _: None)
        refused = run("rollback", bad, "--yes", "--lock-timeout", "0")
        assert refused.code == 1
        assert "error[locked]" in refused.err
        assert bad in refused.err
    assert zones_of(applied) == after


def test_another_run_between_showing_and_applying_has_the_rollback_worked_out_again(applied, bad, run, monkeypatch):
    asked = []

    def meanwhile(session):
        del session
        asked.append(1)
        if len(asked) == 1:
            edit(applied, edits=[("    A: 192.0.2.26\n", "    A: 192.0.2.27\n")])
            assert cli.run(["apply", "--yes"]) == 0
        return True

    monkeypatch.setattr("zonesync.cli.apply._confirmed", meanwhile)
    refused = run("rollback", bad)
    assert refused.code == 1
    assert asked == [1]
    said = " ".join(refused.err.split())
    assert "Another run has written to these zones since this plan was made" in said
    assert "the run left `3600 192.0.2.26`, now it is `3600 192.0.2.27`" in said
    assert "192.0.2.27" in (applied / "build/primary/example.com.zone").read_text()


def test_a_plan_file_from_before_there_were_rollbacks_is_still_read(applied, run):
    edit(applied, edits=[("    A: 192.0.2.26\n", "    A: 192.0.2.27\n")])
    assert run("plan", "--out", "back.json").code == 0
    forged(applied, lambda plan: plan.pop("rollback"))
    assert run("apply", "back.json").code == 0


def test_the_help_says_what_it_does(run):
    said = run("rollback", "--help")
    assert said.code == 0
    assert "Refused for what was changed since" in " ".join(said.out.split())

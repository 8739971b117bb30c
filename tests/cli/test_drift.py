"""drift from the command line, and the folder that was emptied: not mounted, rather than without zones."""

import json
import shutil

import pytest

from tests.cli.test_width_and_safety import digest_of
from zonesync.plan.plan import ALLOWABLE

EMPTIED = "the audit log has it applied here on "
ZONES = ["2.0.192.in-addr.arpa", "example.com", "example.org"]


def flat(text):
    return " ".join(text.split())


def emptied(applied, how):
    folder = applied / "build/primary"
    if how == "gone":
        shutil.rmtree(folder)
    else:
        for path in folder.iterdir():
            path.unlink()


@pytest.mark.parametrize("how", ["gone", "empty"])
@pytest.mark.parametrize("command", [["plan", "--exit-code"], ["apply", "--yes"], ["drift"]], ids=" ".join)
def test_a_folder_that_was_applied_to_and_is_empty_is_unread(how, command, applied, run):
    emptied(applied, how)
    before = digest_of(applied / "build")
    shown = run(*command)
    assert shown.code == 1
    assert shown.err.count("error[unread]") == 3
    assert EMPTIED in flat(shown.err)
    assert "`build/primary` is empty or gone: is it mounted?" in flat(shown.err)
    assert "`zonesync plan --allow empty-provider@example.com`" in flat(shown.err)
    assert "create the zone" not in shown.out
    assert digest_of(applied / "build") == before


def test_a_saved_plan_is_refused_once_its_folder_is_empty(applied, run):
    file = applied / "zones/example.org.yaml"
    file.write_text(file.read_text().replace("192.0.2.80", "192.0.2.81"))
    assert run("plan", "example.org", "--out", "plan.json").code == 0
    emptied(applied, "gone")
    refused = run("apply", "plan.json")
    assert refused.code == 1
    assert "is it mounted?" in flat(refused.err)


def test_drift_names_the_emptied_folder_for_each_zone(applied, run):
    emptied(applied, "gone")
    data = json.loads(run("drift", "--format", "json").out)
    assert [(one["kind"], one["zone"], one["provider"]) for one in data["items"]] == [
        ("read-failed", zone, "primary") for zone in ZONES
    ]
    assert data["summary"]["line"] == "drift: unknown, 3 unread; 3 zones at 2 providers"


def test_whoever_means_it_makes_the_zones_anew(applied, run):
    emptied(applied, "gone")
    allowed = [word for zone in ZONES for word in ("--allow", f"empty-provider@{zone}")]
    shown = run("plan", "--out", "plan.json", *allowed)
    assert shown.code == 0
    assert "create the zone" in shown.out
    assert run("apply", "plan.json").code == 0
    assert run("plan", "--exit-code").code == 0
    assert run("drift").code == 0
    assert "empty-provider@example.com" in run("audit", "log").out
    assert "empty-provider" in ALLOWABLE


def test_an_allowance_is_for_its_zone_alone(applied, run):
    emptied(applied, "gone")
    shown = run("plan", "--allow", "empty-provider@example.org")
    assert shown.code == 1
    assert shown.err.count("error[unread]") == 2
    assert "example.org  (primary)" in shown.out


def test_one_file_missing_of_several_is_made_again(applied, run):
    (applied / "build/primary/example.org.zone").unlink()
    shown = run("plan")
    assert shown.code == 0
    assert "create the zone" in shown.out
    drift = run("drift")
    assert drift.code == 2
    assert drift.out.endswith("\ndrift: 1 zone gone; 3 zones at 2 providers\n")


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_an_empty_folder_of_which_the_log_knows_nothing_is_one_to_begin_in(how, applied, run):
    emptied(applied, how)
    shutil.rmtree(applied / ".zonesync")
    assert "create the zone" in run("plan").out
    assert run("apply", "--yes").code == 0


def test_where_the_log_cannot_be_read_an_empty_folder_is_a_warning(applied, run):
    emptied(applied, "gone")
    shutil.rmtree(applied / ".zonesync/audit")
    (applied / ".zonesync/audit").write_text("x")
    for command in ("plan", "drift"):
        assert "warning[audit-log-unreadable]" in run(command).err


def test_drift_of_a_new_project_is_what_was_never_applied(project, run):
    shown = run("drift")
    assert shown.code == 2
    assert "the zone is not there, and was never applied from here" in shown.out
    assert shown.out.endswith("\ndrift: 6 not applied; 3 zones at 2 providers\n")
    assert not (project / ".zonesync").exists()


def test_drift_says_from_which_commit_and_in_which_run(edited, run, monkeypatch):
    shown = flat(run("drift").out)
    log = json.loads(run("audit", "log", "--format", "json").out)["entries"]
    last = next(entry for entry in log if entry["kind"] == "run_start")
    assert f"edited: last set by {last['actor']}" in shown
    assert f"in run {last['run']} (" in shown


def test_strict_drift_is_1_where_there_is_a_warning_and_not_for_an_unmanaged_zone(applied, run):
    shutil.copy(applied / "build/primary/example.org.zone", applied / "build/primary/stray.example.zone")
    text = (applied / "build/primary/stray.example.zone").read_text().replace("example.org", "stray.example")
    (applied / "build/primary/stray.example.zone").write_text(text)
    assert run("drift").code == 2
    assert run("--strict", "drift").code == 2
    assert run("--strict", "plan").code == 1


def test_the_help_for_an_unknown_rule_names_those_that_can_be_allowed(project, run):
    shown = run("plan", "--allow", "nonsense@example.com")
    assert shown.code == 64
    assert "empty-provider" in flat(shown.err)


def test_what_a_killed_run_wrote_is_its_own_doing(applied, run, monkeypatch):
    """Its journal is still there, and the audit log has nothing of it."""
    from zonesync.run import recorder

    file = applied / "zones/example.org.yaml"
    file.write_text(file.read_text().replace("192.0.2.80", "192.0.2.81"))

    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    monkeypatch.setattr(recorder.ZoneRecord, "flush", killed)
    monkeypatch.setattr(recorder.Recorder, "end", killed)
    with pytest.raises(Killed):
        run("apply", "--yes", "example.org")
    monkeypatch.undo()
    monkeypatch.chdir(applied)
    assert list((applied / ".zonesync/journal").iterdir())
    assert "192.0.2.81" in (applied / "build/primary/example.org.zone").read_text()
    file.write_text(file.read_text().replace("192.0.2.81", "192.0.2.82"))
    shown = run("drift")
    assert shown.code == 2
    assert "changed outside" not in shown.out
    assert "live is as last set" in shown.out
    assert "info[run-unfinished]" in shown.err

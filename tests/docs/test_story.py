"""The README's whole story, from plan to rollback, is what appears when its commands are run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
README = (TREE / "README.md").read_text(encoding="utf-8")
STORY = next(block for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL) if "audit blame" in block)
CHANGING = re.compile(
    r"(?P<run>[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6})|(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{5,8}(?:Z| UTC))"
    r"|(?P<digest>sha256:[0-9a-f]{64})|(?P<commit>(?<=commit )[0-9a-f]{12})"
)


def scenes():
    """Yield each command of the story with what appears."""
    for scene in STORY.split("$ ")[1:]:
        command, _, appears = scene.partition("\n")
        yield command.partition("  #")[0].strip(), appears


def same(text, known):
    """Return *text* with each run, digest and commit numbered as it first appeared, and times without their value."""

    def numbered(found):
        kind = found.lastgroup
        return kind if kind == "time" else f"{kind} {known.setdefault(found[0], len(known))}"

    return CHANGING.sub(numbered, text)


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(TREE / "zones", tmp_path / "zones")
    shutil.copy(TREE / "zonesync.yaml", tmp_path)
    (tmp_path / ".gitignore").write_text("build\n.zonesync\nplan.json\n")
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if name not in {"GITHUB_ACTOR", "GITHUB_SHA", "CI_COMMIT_SHA"}
        },
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }

    def run(command):
        done = subprocess.run(
            command,
            shell=True,
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    for command in (
        "git init -q .",
        "git config user.email kim@example.com",
        "git config user.name 'Kim Lee'",
        "git add .",
        "git commit -qm Zones",
        "zonesync --quiet apply --yes",
    ):
        code, out = run(command)
        assert code == 0, out
    file = tmp_path / "zones/example.com.yaml"
    text = file.read_text()
    assert text.count("192.0.2.25") == 1
    file.write_text(text.replace("192.0.2.25", "192.0.2.26"))
    assert run("git commit -qam 'mail moves'")[0] == 0
    return run


def test_the_story_is_what_appears(folder):
    shown, real, run = {}, {}, ""
    codes = []
    for command, appears in scenes():
        told = re.search(CHANGING, command)
        code, out = folder(command.replace(told["run"], run) if told and told["run"] else command)
        codes.append(code)
        assert same(out, real) == same(appears, shown), command
        runs = [found["run"] for found in re.finditer(CHANGING, out) if found["run"]]
        run = run or (runs[-1] if runs else "")
    assert codes == [0, 0, 0, 0, 2, 0]

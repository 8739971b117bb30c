"""The newcomer's path of docs/first-plan.md, from `git init` to a plan with nothing left, is what appears.

`python -m tests.docs.test_first_plan` prints the transcript as it is now.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.docs.test_story import same
from tests.support.typing import typed
from zonesync import cli

TREE = Path(__file__).resolve().parents[2]
PAGE = TREE / "docs" / "first-plan.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def scenes(text):
    """Yield each command of a transcript with what appears; what is typed at its questions is part of that."""
    for scene in text.split("$ ")[1:]:
        command, _, appears = scene.partition("\n")
        yield command.partition("  #")[0].strip(), appears


def answers(appears):
    """Return what is typed after each question; for nothing the page has no blank at the end of the line."""
    return [line.rpartition("]:")[2].strip() for line in appears.splitlines() if "]:" in line]


def played(command, appears, folder):
    """Run *command* in *folder*, and return its exit code and what appears."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI", "COLUMNS"))},
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_AUTHOR_NAME": "Kim Lee",
        "GIT_AUTHOR_EMAIL": "kim@example.com",
        "GIT_COMMITTER_NAME": "Kim Lee",
        "GIT_COMMITTER_EMAIL": "kim@example.com",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "NO_COLOR": "1",
        "TERM": "xterm",
    }
    if typing := answers(appears):
        return typed(["sh", "-c", command], typing, folder, environment)
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def page_of(text):
    """Return *text* as a page has it: without blanks at the ends of lines."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def test_there_is_a_question_and_an_answer_to_it():
    (text,) = BLOCK.findall(PAGE.read_text())
    typing = [answers(appears) for command, appears in scenes(text) if command == "zonesync init"]
    assert len(typing) == 1
    assert any(typing[0])


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Each command of the page with its exit code, what appears, and the files that `init` wrote."""
    folder = tmp_path_factory.mktemp("new")
    (text,) = BLOCK.findall(PAGE.read_text())
    played_scenes, files = [], {}
    for command, appears in scenes(text):
        played_scenes.append((command, appears, *played(command, appears, folder)))
        if command == "zonesync init":
            files = {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*.yaml")}
    return played_scenes, files


def test_the_path_is_what_appears(path):
    shown, real = {}, {}
    for command, appears, code, out in path[0]:
        assert same(page_of(out), real) == same(appears, shown), command
        assert code == 0, command


@pytest.mark.parametrize("name", ["zonesync.yaml", "zones/example.com.yaml"])
def test_the_files_of_the_page_are_those_that_are_written(name, path):
    assert f"```yaml\n{path[1][name]}```" in PAGE.read_text()


def test_the_command_without_questions_writes_what_it_says(tmp_path, monkeypatch):
    (command,) = re.findall(r"```sh\n(.*?)\n```", PAGE.read_text())
    (tmp_path / "example.com.zone").write_text(
        "$ORIGIN example.com.\n@ 60 IN NS ns1.old.example.\nwww 60 IN A 192.0.2.1\n"
    )
    monkeypatch.chdir(tmp_path)
    assert cli.run(shlex.split(command)[1:]) == 0
    text = (tmp_path / "zonesync.yaml").read_text()
    assert "state: s3://acme-dns-state/zonesync\n" in text.replace('"', "")
    assert "aws: {type: route53}" in text
    assert "A: 192.0.2.1" in (tmp_path / "zones/example.com.yaml").read_text()
    assert (tmp_path / ".github/workflows/zonesync.yml").is_file()


def test_the_options_of_the_page_are_those_of_the_command():
    from zonesync.cli.app import command

    told = set(re.findall(r"^\| `(--[a-z]+)", PAGE.read_text(), re.MULTILINE))
    assert told | {"--yes"} == {option for one in command().commands["init"].params for option in one.opts} - {"--help"}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for command, appears in scenes(BLOCK.findall(PAGE.read_text())[0]):
            sys.stdout.write(f"$ {command}\n{page_of(played(command, appears, Path(folder))[1])}")

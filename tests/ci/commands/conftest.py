"""A repository with two zones, GitHub on loopback, and a CI job's surroundings."""

import gc
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest
import stamina

from tests.ci.repository import Repository
from tests.fakes.github import GitHubFake
from tests.fakes.github_shapes import Token
from zonesync import cli
from zonesync.cli import ci_comment

CONFIG = """\
zones: [zones/*.yaml]
state: {url: state, durable: true}
defaults: {ttl: 1h, providers: [here]}
providers:
  here: {type: bind, directory: ../served, nameservers: [ns1.example.net., ns2.example.net.]}
lint: {ignore: [documentation-address]}
"""
ZONE = "records:\n  www: {A: 192.0.2.1}\n"
FILES = {
    "zonesync.yaml": CONFIG,
    ".gitignore": "build/\nstate/\n",
    "zones/example.com.yaml": ZONE,
    "zones/example.org.yaml": f"include: [../shared/mail.yaml]\n{ZONE}",
    "shared/mail.yaml": "records:\n  mail: {A: 192.0.2.25}\n",
}
JOB = Token(permissions={"pull-requests": "write", "actions": "read", "contents": "read", "issues": "write"})


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """Let nobody wait: what is tried again is counted by the fake."""
    monkeypatch.setattr(ci_comment, "SETTLE", 0.0)
    with stamina.set_testing(testing=True, attempts=4, cap=True):
        yield


@dataclass(slots=True)
class Stage:
    """GitHub, a repository, and the commands as a job of it runs them."""

    folder: Path
    github: GitHubFake
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    env: dict[str, str] = field(default_factory=dict)
    _repository: Repository | None = None

    @property
    def repository(self):
        """The repository, made when it is needed: git takes its time."""
        if self._repository is None:
            self._repository = Repository.made(self.folder / "repository", FILES)
        return self._repository

    @property
    def work(self):
        """The folder in which commands run."""
        folder = self.folder / "repository"
        if self._repository is None:
            folder.mkdir(exist_ok=True)
        return folder

    def write(self, text, name="plan.md"):
        """Write what `ci plan` would have written."""
        file = self.work / "build/zonesync" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<!-- zonesync:plan:dns -->\n{text}" if name == "plan.md" else text)

    def job(self, kind, event, **env):
        """Become a job on an event."""
        file = self.folder / "event.json"
        file.write_text(json.dumps(event))
        self.env = {
            "CI": "true",
            "GITHUB_EVENT_NAME": kind,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_REPOSITORY": self.github.repository,
            "GITHUB_API_URL": self.github.url,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_RUN_ID": "77",
            "GITHUB_ACTOR": "engineer",
            "GITHUB_TOKEN": "job",
            "GITHUB_SHA": self._repository.git("rev-parse", "HEAD") if self._repository else "0" * 40,
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            **env,
        }

    def open(self, number, files, **fields):
        """Open a pull request with *files*, and become its job: its trial merge is checked out."""
        base = self.repository.head
        head = self.repository.commit(files, f"change{number}")
        self.github.add_pull(number, head, base_sha=base, head_ref=f"change{number}", **fields)
        self.check_out(number)
        return head

    def check_out(self, number):
        """Become the job of a pull request as it is now."""
        trial = self.repository.trial(number, self.github.pulls[number].head_sha)
        self.repository.git("checkout", "--quiet", "--detach", trial)
        self.job("pull_request", self.github.event(number))

    def push(self, number, files):
        """Push to a pull request, and become its job."""
        self.repository.git("checkout", "--quiet", "main")
        head = self.repository.commit(files, f"change{number}")
        self.github.pulls[number].head_sha = head
        self.check_out(number)
        return head

    def run(self, *arguments):
        """Run a command in the job."""
        with self.monkeypatch.context() as patch:
            for name in [*os.environ]:
                if name.startswith(("GITHUB_", "CI", "ZONESYNC_", "GITLAB_")):
                    patch.delenv(name)
            for name, value in self.env.items():
                patch.setenv(name, value)
            patch.chdir(self.work)
            self.capsys.readouterr()
            try:
                code = cli.run(list(arguments))
            finally:
                gc.enable()
        return Outcome(code, *self.capsys.readouterr())

    @property
    def outputs(self):
        """The outputs that the steps so far have set."""
        file, found = self.folder / "output", {}
        lines = iter(file.read_text().splitlines() if file.exists() else [])
        for line in lines:
            name, _, end = line.partition("<<")
            found[name] = "\n".join(iter(lambda: next(lines), end))
        return found

    def text(self, name):
        """Return a file that `ci plan` has written."""
        return (self.work / "build/zonesync" / name).read_text()

    def has(self, name):
        """Tell whether `ci plan` has written a file."""
        return (self.work / "build/zonesync" / name).exists()


@pytest.fixture
def stage(tmp_path, capsys, monkeypatch):
    (tmp_path / "served").mkdir()
    with GitHubFake(tokens={"job": JOB}) as github:
        made = Stage(tmp_path, github, capsys, monkeypatch)
        made.job("workflow_dispatch", {})
        yield made

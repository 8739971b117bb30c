"""GitHub's runner, as far as our workflows need one: which workflows an event starts, their jobs, steps in order.

It acts on nothing that it does not know: an expression, an action, a key of a workflow that is not played is an error.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from tests.ci.runner import shape
from tests.ci.runner.expressions import UnsupportedError, holds, interpolate
from tests.ci.runner.machine import Machine
from tests.ci.runner.results import JobResult, RunResult
from tests.ci.runner.steps import Steps
from tests.ci.runner.uses import PINNED, Cloud, Place


@dataclass(frozen=True, slots=True)
class Event:
    """What happened in the repository."""

    name: str
    payload: Mapping[str, Any]
    sha: str
    """The commit that jobs check out: for a pull request, the trial merge."""
    ref: str
    head: str = ""
    """The commit that GitHub lists the run under; empty for that of *sha*."""
    head_repository: str = ""
    """Where the commits are from; empty for the repository itself."""
    changed: tuple[str, ...] = ()
    actor: str = "kim"


class Forge(Protocol):
    """The service that a run is reported to, and whose API its steps call."""

    repository: str

    @property
    def url(self) -> str:
        """Return the root of its API."""

    def token(self, permissions: Mapping[str, str]) -> str:
        """Return a token for one job."""

    def begin(self, file: str, event: Event) -> int:
        """Note that a run begins, and return its number."""

    def end(self, run: int, conclusion: str) -> None:
        """Note how it ended."""

    def keep(self, run: int, name: str, content: bytes) -> None:
        """Keep an artefact."""


@dataclass(slots=True)
class Runner:
    """Plays the workflows of one repository."""

    folder: Path
    """Each job gets a machine below it."""
    origin: Path
    """The repository."""
    forge: Forge
    others: Mapping[str, Path] = field(default_factory=dict)
    """Repositories whose actions and workflows may be used, at any commit."""
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By environment; those of the repository itself under an empty name."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What the repository's `vars` hold."""
    clouds: Mapping[str, Cloud] = field(default_factory=dict)
    _number: Iterator[int] = field(default_factory=lambda: count(1))

    def play(self, event: Event, kind: str = "synchronize") -> list[RunResult]:
        """Play every workflow that *event* starts; *kind* is what happened to a pull request."""
        source = self.folder / f"source-{next(self._number)}"
        subprocess.run(["git", "clone", "--quiet", str(self.origin), str(source)], check=True, capture_output=True)
        subprocess.run(["git", "-C", str(source), "checkout", "-q", event.sha], check=True, capture_output=True)
        results = []
        for file in sorted((source / ".github" / "workflows").glob("*.yml")):
            tree = shape.workflow(file)
            if shape.starts(tree, event.name, event.ref.removeprefix("refs/heads/"), event.changed, kind):
                results.append(self._run(tree, file.relative_to(source).as_posix(), source, event))
        return results

    def _run(self, tree: shape.Tree, file: str, source: Path, event: Event) -> RunResult:
        result = RunResult(self.forge.begin(file, event), file)
        called = _Called(source, tree, {}, None)
        self._jobs(called, event, result)
        self.forge.end(result.id, result.conclusion)
        return result

    def _jobs(self, called: "_Called", event: Event, result: RunResult) -> None:
        for name, job in called.tree["jobs"].items():
            shown = job.get("name", name)
            may = dict(job["permissions"] if "permissions" in job else called.tree["permissions"])
            if called.limit is not None and not _is_within(may, called.limit):
                raise UnsupportedError(f"{shown} asks for {may}, and its caller has {dict(called.limit)}")
            contexts = self._contexts(called, event)
            if not holds(job.get("if", ""), contexts, so_far=True):
                result.jobs.append(JobResult(shown, "skipped"))
            elif "uses" in job:
                self._jobs(self._called(job, called, may, contexts), event, result)
            else:
                result.jobs.append(self._job(shown, job, called, may, event, result))

    def _called(
        self, job: shape.Tree, caller: "_Called", may: Mapping[str, str], contexts: Mapping[str, Any]
    ) -> "_Called":
        """Return the reusable workflow that *job* calls, with what it is handed."""
        root, path = self.found(job["uses"], caller.root)
        tree = shape.workflow(root / path)
        takes = shape.triggers(tree)["workflow_call"]
        given = {name: interpolate(value, contexts) for name, value in job.get("with", {}).items()}
        secrets = {name: interpolate(value, contexts) for name, value in job.get("secrets", {}).items()}
        shape.only(given, takes.get("inputs", {}), f"{path}: with")
        shape.only(secrets, takes.get("secrets", {}), f"{path}: secrets")
        inputs: dict[str, object] = {}
        for name, one in takes.get("inputs", {}).items():
            value = given.get(name, one.get("default", ""))
            inputs[name] = value == "true" if one["type"] == "boolean" else value
        return _Called(root, tree, inputs, may, {name: value for name, value in secrets.items() if value})

    def found(self, what: str, root: Path) -> tuple[Path, str]:
        """Return the repository and the path in it of what a `uses:` names, of those that we keep ourselves."""
        if what.startswith("$/"):
            return root, what.removeprefix("$/")
        pinned = PINNED.fullmatch(what)
        if pinned is None or pinned[1] not in self.others:
            raise UnsupportedError(f"`{what}` is not pinned to a commit of a repository that is known")
        return self.others[pinned[1]], pinned[2].removeprefix("/")

    def _contexts(self, called: "_Called", event: Event, token: str = "", place: str = "") -> dict[str, Any]:
        is_fork = event.head_repository not in {"", self.forge.repository}
        own = {} if is_fork else {**self.secrets.get("", {}), **(self.secrets.get(place, {}) if place else {})}
        secrets = called.secrets if called.limit is not None else own
        return {
            "github": {
                "event_name": event.name,
                "event": event.payload,
                "repository": self.forge.repository,
                "sha": event.sha,
                "ref": event.ref,
                "token": token,
            },
            "inputs": called.inputs,
            "secrets": secrets,
            "vars": self.variables,
        }

    def _job(
        self, name: str, job: shape.Tree, called: "_Called", may: Mapping[str, str], event: Event, result: RunResult
    ) -> JobResult:
        is_fork = event.head_repository not in {"", self.forge.repository}
        if is_fork:
            # https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
            # #pull_request: a fork's token reads, whatever the workflow asks for, and there is no identity.
            may = {key: "read" for key in may if key != "id-token"}
        place = job.get("environment", "")
        token = self.forge.token({key: value for key, value in may.items() if key != "id-token"})
        contexts = self._contexts(called, event, token, place)
        waits = job.get("concurrency", {})
        shape.only(waits, {"group", "cancel-in-progress", "queue"}, f"{name}: concurrency")
        done = JobResult(name, permissions=may, group=interpolate(waits.get("group", ""), contexts))
        machine = Machine(self.folder / f"job-{next(self._number)}", self._env(event, result, job, may))
        (machine.temp / "event.json").write_text(json.dumps(event.payload))
        machine.env["GITHUB_EVENT_PATH"] = str(machine.temp / "event.json")
        subject = (
            f"environment:{place}" if place else event.name if event.name == "pull_request" else f"ref:{event.ref}"
        )
        kept = Place(
            self.origin,
            event.sha,
            may,
            f"repo:{self.forge.repository}:{subject}",
            lambda label, content: self.forge.keep(result.id, label, content),
            self.clouds,
        )
        steps = Steps(self.found, kept, machine, done.steps)
        if not steps.play(job["steps"], contexts, called.root, {}):
            done.conclusion = "failure"
        return done

    def _env(self, event: Event, result: RunResult, job: shape.Tree, may: Mapping[str, str]) -> dict[str, str]:
        """Return the variables that GitHub sets for every step; the token is not among them."""
        env = {
            "GITHUB_API_URL": self.forge.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": self.forge.repository,
            "GITHUB_REPOSITORY_OWNER": self.forge.repository.partition("/")[0],
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_SHA": event.sha,
            "GITHUB_REF": event.ref,
            "GITHUB_REF_NAME": event.ref.removeprefix("refs/").removeprefix("heads/").removeprefix("pull/"),
            "GITHUB_RUN_ID": str(result.id),
            "GITHUB_RUN_NUMBER": str(result.id),
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_WORKFLOW_REF": f"{self.forge.repository}/{result.file}@{event.ref}",
            "GITHUB_JOB": job.get("name", ""),
            "GITHUB_ACTOR": event.actor,
        }
        if may.get("id-token") == "write":
            env |= {
                "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.forge.url}/_identity",
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "identity-of-this-job",
            }
        return env


@dataclass(frozen=True, slots=True)
class _Called:
    """A workflow, and what it was handed; the first of a run was handed nothing."""

    root: Path
    """The repository that it is in."""
    tree: shape.Tree
    inputs: Mapping[str, object]
    limit: Mapping[str, str] | None
    """What the calling job may do."""
    secrets: Mapping[str, str] = field(default_factory=dict)


def _is_within(asked: Mapping[str, str], limit: Mapping[str, str]) -> bool:
    strength = {"none": 0, "read": 1, "write": 2}
    return all(strength[level] <= strength[limit.get(name, "none")] for name, level in asked.items())

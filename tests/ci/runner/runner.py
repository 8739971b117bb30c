"""GitHub's runner, as far as our workflows need one: which workflows an event starts, their jobs, steps in order.

It acts on nothing that it does not know: an expression, an action, a key of a workflow that is not played is an error.
"""

import json
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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

    def begin(self, file: str, event: Event) -> tuple[int, int]:
        """Note that a run begins; return its id, and which one of its workflow it is."""

    def end(self, run: int, conclusion: str, jobs: Mapping[str, str]) -> None:
        """Note how it ended, and each of its jobs."""

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
    """Repositories whose workflows may be called, at any commit."""
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By environment; those of the repository itself under an empty name."""
    clouds: Mapping[str, Cloud] = field(default_factory=dict)
    _number: Iterator[int] = field(default_factory=lambda: count(1))

    def play(self, event: Event, kind: str = "synchronize") -> list[RunResult]:
        """Play every workflow that *event* starts; *kind* is what happened to a pull request."""
        return [self._run(begun) for begun in self._begun(event, kind)]

    def rush(self, events: Sequence[Event]) -> list[RunResult]:
        """Play events that all come while the jobs of the first one run.

        Of the jobs that wait for the same group the newest is kept, and the others are cancelled:
        https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
        """
        runs = [begun for event in events for begun in self._begun(event, "synchronize")]
        first, *waiting = runs
        taken = self._groups(first)
        results = [self._run(first)]
        for at, begun in enumerate(waiting, 1):
            newer = {group for one in runs[at + 1 :] for group in self._groups(one)}
            results.append(self._run(begun, pushed_out=taken & newer))
        return results

    def _begun(self, event: Event, kind: str) -> list["_Begun"]:
        source = self.folder / f"source-{next(self._number)}"
        subprocess.run(["git", "clone", "--quiet", str(self.origin), str(source)], check=True, capture_output=True)
        subprocess.run(["git", "-C", str(source), "checkout", "-q", event.sha], check=True, capture_output=True)
        found = []
        for file in sorted((source / ".github" / "workflows").glob("*.yml")):
            tree = shape.workflow(file)
            if shape.starts(tree, event.name, event.ref.removeprefix("refs/heads/"), event.changed, kind):
                path = file.relative_to(source).as_posix()
                number, which = self.forge.begin(path, event)
                found.append(_Begun(_Called(tree, {}, None), event, RunResult(number, path, which)))
        return found

    def _run(self, begun: "_Begun", pushed_out: Collection[str] = ()) -> RunResult:
        """Play the jobs of a run but those that wait for what *pushed_out* names."""
        result = begun.result
        whole = self._waits(begun.called, begun.called.tree, begun.event)
        for due in self._due(begun.called, begun.event):
            if due.is_skipped:
                result.jobs.append(JobResult(due.name, "skipped"))
            elif {whole, group := self._waits(due.called, due.job, begun.event)} & {*pushed_out}:
                result.jobs.append(JobResult(due.name, "cancelled", group=group))
            else:
                result.jobs.append(self._job(due, begun.event, result, group))
        self.forge.end(result.id, result.conclusion, {job.name: job.conclusion for job in result.jobs})
        return result

    def _groups(self, begun: "_Begun") -> set[str]:
        """Return what the jobs of a run wait for."""
        dues = [due for due in self._due(begun.called, begun.event) if not due.is_skipped]
        if any(due.job["concurrency"]["cancel-in-progress"] != "false" for due in dues):
            raise UnsupportedError("a rush of jobs that cut each other short")
        whole = self._waits(begun.called, begun.called.tree, begun.event)
        return {group for group in (whole, *(self._waits(due.called, due.job, begun.event) for due in dues)) if group}

    def _waits(self, called: "_Called", waiting: shape.Tree, event: Event) -> str:
        """Return what a job or a whole workflow waits for; empty for nothing."""
        told = waiting.get("concurrency", {})
        shape.only(told, {"group", "cancel-in-progress"}, "concurrency")
        return interpolate(told.get("group", ""), self._contexts(called, event))

    def _due(self, called: "_Called", event: Event) -> Iterator["_Due"]:
        """Yield the jobs of a workflow, and of those that it calls."""
        for name, job in called.tree["jobs"].items():
            shown = job.get("name", name)
            may = dict(job["permissions"] if "permissions" in job else called.tree["permissions"])
            if called.limit is not None and not _is_within(may, called.limit):
                raise UnsupportedError(f"{shown} asks for {may}, and its caller has {dict(called.limit)}")
            contexts = self._contexts(called, event)
            if not holds(job.get("if", ""), contexts, so_far=True):
                yield _Due(shown, job, called, may, is_skipped=True)
            elif "uses" in job:
                for one in shape.matrix(job):
                    inside = self._called(job, may, {**contexts, "matrix": one})
                    told = f"{shown} ({', '.join(one.values())})" if one else shown
                    yield from (replace(due, name=f"{told} / {due.name}") for due in self._due(inside, event))
            else:
                yield _Due(shown, job, called, may)

    def _called(self, job: shape.Tree, may: Mapping[str, str], contexts: Mapping[str, Any]) -> "_Called":
        """Return the reusable workflow that *job* calls, with what it is handed."""
        pinned = PINNED.fullmatch(job["uses"])
        if pinned is None or pinned[1] not in self.others:
            raise UnsupportedError(f"`{job['uses']}` is not pinned to a commit of a repository that is known")
        path = pinned[2].removeprefix("/")
        tree = shape.workflow(self.others[pinned[1]] / path)
        takes = shape.triggers(tree)["workflow_call"]
        given = {name: interpolate(value, contexts) for name, value in job.get("with", {}).items()}
        secrets = {name: interpolate(value, contexts) for name, value in job.get("secrets", {}).items()}
        shape.only(given, takes.get("inputs", {}), f"{path}: with")
        shape.only(secrets, takes.get("secrets", {}), f"{path}: secrets")
        inputs: dict[str, object] = {}
        for name, one in takes.get("inputs", {}).items():
            value = given.get(name, one.get("default", ""))
            inputs[name] = value == "true" if one["type"] == "boolean" else value
        return _Called(tree, inputs, may, {name: value for name, value in secrets.items() if value})

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
        }

    def _job(self, due: "_Due", event: Event, result: RunResult, group: str) -> JobResult:
        name, job, called, may = due.name, due.job, due.called, due.may
        is_fork = event.head_repository not in {"", self.forge.repository}
        if is_fork:
            # https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
            # #pull_request: a fork's token reads, whatever the workflow asks for, and there is no identity.
            may = {key: "read" for key in may if key != "id-token"}
        place = job.get("environment", "")
        token = self.forge.token({key: value for key, value in may.items() if key != "id-token"})
        contexts = self._contexts(called, event, token, place)
        done = JobResult(name, permissions=may, group=group)
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
        given = {key: interpolate(value, contexts) for key, value in called.tree.get("env", {}).items()}
        if not Steps(kept, machine, done.steps).play(job["steps"], contexts, given):
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
            "GITHUB_RUN_NUMBER": str(result.number),
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

    tree: shape.Tree
    inputs: Mapping[str, object]
    limit: Mapping[str, str] | None
    """What the calling job may do."""
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A run that has begun."""

    called: _Called
    event: Event
    result: RunResult


@dataclass(frozen=True, slots=True)
class _Due:
    """A job whose turn comes."""

    name: str
    job: shape.Tree
    called: _Called
    may: Mapping[str, str]
    is_skipped: bool = False
    """Whether its condition does not hold."""


def _is_within(asked: Mapping[str, str], limit: Mapping[str, str]) -> bool:
    strength = {"none": 0, "read": 1, "write": 2}
    return all(strength[level] <= strength[limit.get(name, "none")] for name, level in asked.items())

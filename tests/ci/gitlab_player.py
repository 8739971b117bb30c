"""A script that plays GitLab and its runner for one `.gitlab-ci.yml`: rules, environments, variables, artefacts.

It knows the keywords that the template uses and fails on any other. A job gets the variables that GitLab's settings
give to its environment and its branch, and no other: https://docs.gitlab.com/ci/yaml/, https://docs.gitlab.com/ci/variables/.
"""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from tests.ci.runner.warm import command
from tests.fakes.gitlab import GitLabFake, Pipeline, zipped

_TOP = {"stages", "workflow"}
_JOB = {
    "extends", "image", "variables", "before_script", "stage", "environment", "rules", "script", "after_script",
    "artifacts", "resource_group", "interruptible",
}  # fmt: skip
_CONDITION = re.compile(r'\$(\w+) (==|!=) (?:\$(\w+)|"([^"]*)")').fullmatch
_FOLDER = count(1)


class UnsupportedError(Exception):
    """The template uses something that nobody looks at here."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the project's settings."""

    key: str
    value: str
    scope: str = "*"
    """The environments that it is for."""
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What makes a pipeline."""

    source: str
    sha: str
    ref: str
    variables: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False
    merge: int = 0
    project: int = 0
    """A fork's; 0 for the project itself."""


@dataclass(slots=True)
class Played:
    """What became of one job."""

    name: str
    env: Mapping[str, str]
    code: int
    out: str
    """Both streams, of `after_script` too."""
    files: Mapping[str, bytes]


@dataclass(slots=True)
class Result:
    """What became of one pipeline."""

    pipeline: Pipeline
    jobs: dict[str, Played] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """Everything that was printed."""
        return "\n".join(f"{one.name}: {one.code}\n{one.out}" for one in self.jobs.values())


def holds(condition: str, env: Mapping[str, str]) -> bool:
    """Evaluate `rules: if:`, where a variable that is not set is like no text."""
    for part in condition.split(" && "):
        found = _CONDITION(part)
        if found is None:
            raise UnsupportedError(f"the condition `{part}`")
        left, right = env.get(found[1]), env.get(found[3]) if found[3] else found[4]
        if (left == right) is not (found[2] == "=="):
            return False
    return True


class Player:
    """Plays pipelines of the text of a `.gitlab-ci.yml`."""

    def __init__(self, text: str, fake: GitLabFake, folder: Path, origin: Path, variables: Sequence[Variable]) -> None:
        self.fake, self.folder, self.origin, self.variables = fake, folder, origin, list(variables)
        data = yaml.safe_load(text)
        self.auto_cancel = _auto_cancel(data.get("workflow", {}))
        self.stages = data["stages"]
        named = {name: one for name, one in data.items() if name not in _TOP}
        self.jobs = {name: _merged(one, named) for name, one in named.items() if not name.startswith(".")}
        for name, job in self.jobs.items():
            _known(f"job `{name}`", job, _JOB)
            _known(f"environment of `{name}`", job["environment"], {"name", "action"})
            _known(f"artifacts of `{name}`", job.get("artifacts", {}), {"when", "expire_in", "paths"})
            for rule in job["rules"]:
                _known(f"rules of `{name}`", rule, {"if"})

    def begin(self, event: Event) -> Result:
        """Make a pipeline with the jobs whose rules hold, none of which has begun."""
        made = {"source": event.source, "merge": event.merge, "project": event.project}
        pipeline = self.fake.add_pipeline(event.sha, event.ref, **made, status="created")
        env = self._predefined(event, pipeline)
        names = [name for name, job in self.jobs.items() if any(holds(rule["if"], env) for rule in job["rules"])]
        assert names, f"no job for {event}"
        for name in names:
            self.fake.add_job(pipeline, name, status="created")
        return Result(pipeline)

    def play(self, event: Event, result: Result | None = None) -> Result:
        """Play the pipeline of *event*, stage after stage."""
        result = result or self.begin(event)
        mine = sorted(
            (one for one in self.fake.jobs.values() if one.pipeline == result.pipeline.id),
            key=lambda one: self.stages.index(self.jobs[one.name]["stage"]),
        )
        for one in mine:
            if result.pipeline.status == "failed":
                one.status = "skipped"
                continue
            one.status, result.pipeline.status = "running", "running"
            played = result.jobs[one.name] = self._job(one.name, event, result.pipeline, one.id)
            one.status, one.failure_reason = ("success", None) if not played.code else ("failed", "script_failure")
            kept = self.jobs[one.name].get("artifacts", {})
            if kept and (kept.get("when") == "always" or not played.code) and played.files:
                one.archive = zipped(played.files)
            result.pipeline.status = one.status
        return result

    def rush(self, events: Sequence[Event], order: Sequence[int] = ()) -> list[Result]:
        """Let *events* happen while the first one's pipeline is at work, and the others run in *order* after it."""
        results = [self.begin(event) for event in events]
        if self.auto_cancel != "none":
            for result in results[1:-1]:
                self.cancel(result)
        for at in [0, *(order or range(1, len(events)))]:
            if results[at].pipeline.status != "canceled":
                self.play(events[at], results[at])
        return results

    def cancel(self, result: Result) -> None:
        """Cancel a pipeline that has not begun."""
        result.pipeline.status = "canceled"
        for one in self.fake.jobs.values():
            if one.pipeline == result.pipeline.id:
                one.status = "canceled"

    def _predefined(self, event: Event, pipeline: Pipeline) -> dict[str, str]:
        return {
            "CI": "true",
            "GITLAB_CI": "true",
            "CI_API_V4_URL": self.fake.url,
            "CI_SERVER_URL": "https://gitlab.example",
            "CI_PROJECT_ID": str(event.project or self.fake.project),
            "CI_DEFAULT_BRANCH": "main",
            "CI_COMMIT_SHA": event.sha,
            "CI_COMMIT_BEFORE_SHA": "0" * 40,
            "CI_PIPELINE_ID": str(pipeline.id),
            "CI_PIPELINE_SOURCE": event.source,
            "CI_JOB_TOKEN": "glcbt-job",
            "GITLAB_USER_LOGIN": "kim",
            **event.variables,
        }

    def _job(self, name: str, event: Event, pipeline: Pipeline, number: int) -> Played:
        job = self.jobs[name]
        environment = job["environment"]["name"]
        # A fork has settings of its own, and none of these.
        own = [] if event.project else self.variables
        given = {
            one.key: one.value
            for one in own
            if fnmatchcase(environment, one.scope) and (event.protected or not one.protected)
        }
        folder = self._checked_out(event, job["variables"]["GIT_DEPTH"])
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder.parent),
            "LANG": "C.UTF-8",
            **{key: value for key, value in job["variables"].items() if key not in given},
            **given,
            **self._predefined(event, pipeline),
            "CI_PROJECT_DIR": str(folder),
            "CI_JOB_ID": str(number),
            "CI_JOB_NAME": name,
            "CI_JOB_STAGE": job["stage"],
            "CI_JOB_URL": f"https://gitlab.example/acme/dns/-/jobs/{number}",
            "CI_ENVIRONMENT_NAME": environment,
        }
        code, out = _run([*job.get("before_script", []), *job["script"]], folder, env)
        after, more = _run(job.get("after_script", []), folder, env)
        assert not after, more
        files = {
            str(file.relative_to(folder)): file.read_bytes()
            for path in job.get("artifacts", {}).get("paths", ())
            for file in sorted((folder / path).rglob("*"))
            if file.is_file()
        }
        return Played(name, env, code, f"{out}{more}", files)

    def _checked_out(self, event: Event, depth: str) -> Path:
        if depth != "0":
            raise UnsupportedError("a history that is cut off")
        folder = self.folder / f"job-{next(_FOLDER)}" / "dns"
        folder.mkdir(parents=True)
        for words in (
            ("init", "--quiet"),
            ("fetch", "--quiet", str(self.origin), "+refs/heads/*:refs/remotes/origin/*", event.sha),
            ("checkout", "--quiet", "--detach", event.sha),
        ):
            env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_GLOBAL": "/dev/null"}
            subprocess.run(["git", *words], cwd=folder, env=env, check=True, capture_output=True)
        return folder


def _run(lines: Sequence[str], folder: Path, env: Mapping[str, str]) -> tuple[int, str]:
    """Run *lines* as one script; what installs our program is done, and our program is the tree's."""
    if not lines:
        return 0, ""
    words = [f'zonesync() {{ {command()} "$@"; }}', "python() { :; }", "set -eo pipefail", *lines]
    done = subprocess.run(
        ["bash", "-c", "\n".join(words)],
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _known(what: str, data: Mapping[str, Any], known: set[str]) -> None:
    if unknown := set(data) - known:
        raise UnsupportedError(f"{what}: {', '.join(sorted(unknown))}")


def _auto_cancel(workflow: Mapping[str, Any]) -> str:
    _known("workflow", workflow, {"auto_cancel"})
    told = workflow.get("auto_cancel", {})
    _known("auto_cancel", told, {"on_new_commit"})
    found = told.get("on_new_commit", "conservative")
    if found not in {"conservative", "none"}:
        raise UnsupportedError(f"on_new_commit: {found}")
    return found


def _merged(job: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return *job* with what it extends: mappings are merged, everything else is replaced."""
    base = named[job["extends"]] if "extends" in job else {}
    return {
        key: {**base[key], **job[key]}
        if isinstance(base.get(key), dict) and key in job
        else job.get(key, base.get(key))
        for key in {**base, **job}
    }

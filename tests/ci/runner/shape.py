"""What a workflow may say here. Whatever else it says, GitHub would act on, and the runner would not: an error."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.ci.runner.expressions import UnsupportedError

WORKFLOW = frozenset({"name", "on", "permissions", "concurrency", "env", "jobs"})
JOB = frozenset({"name", "if", "runs-on", "timeout-minutes", "environment", "permissions", "concurrency", "steps"})
CALL = frozenset({"name", "if", "permissions", "strategy", "uses", "with", "secrets"})
"""A job that calls a reusable workflow."""
RUN = frozenset({"name", "id", "if", "run", "env", "shell"})
USE = frozenset({"name", "id", "if", "uses", "with", "env"})
ACTION = frozenset({"name", "description", "inputs", "outputs", "runs"})
EVENTS = frozenset({"pull_request", "push", "merge_group", "schedule", "workflow_dispatch", "workflow_call"})

Tree = Mapping[str, Any]


def read(file: Path) -> dict[str, Any]:
    """Return the YAML of *file* with every scalar as text: `on` is a word, and `true` is what an input says."""
    loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(loaded, dict), file
    return loaded


def workflow(file: Path) -> dict[str, Any]:
    """Return the workflow in *file*, of which everything is known."""
    tree = read(file)
    only(tree, WORKFLOW, str(file))
    only(triggers(tree), EVENTS, f"{file}: on")
    for name, job in tree["jobs"].items():
        where = f"{file}: {name}"
        if "uses" in job:
            only(job, CALL, where)
            continue
        only(job, JOB, where)
        if not job["runs-on"].startswith("ubuntu-"):
            raise UnsupportedError(f"{where}: a machine `{job['runs-on']}`")
        for step in job["steps"]:
            _step(step, where)
            if "shell" in step:
                raise UnsupportedError(f"{where}: a shell of its own")
    return tree


def action(folder: Path) -> dict[str, Any]:
    """Return the composite action in *folder*."""
    file = folder / "action.yml"
    tree = read(file)
    only(tree, ACTION, str(file))
    only(tree["runs"], {"using", "steps"}, f"{file}: runs")
    if tree["runs"]["using"] != "composite":
        raise UnsupportedError(f"{file}: an action that is not composite")
    for step in tree["runs"]["steps"]:
        _step(step, str(file))
        if "run" in step and step.get("shell") != "bash":
            raise UnsupportedError(f"{file}: a step of a composite action has to name its shell")
    return tree


def triggers(tree: Tree) -> dict[str, Any]:
    """Return what *tree* runs on, by event."""
    on = tree["on"]
    if isinstance(on, str):
        return {on: {}}
    return {event: on[event] or {} for event in on} if isinstance(on, dict) else {event: {} for event in on}


def matrix(job: Tree) -> list[Mapping[str, str]]:
    """Return the values of each job that *job* stands for: of one name, and none of them ends the others."""
    strategy = job.get("strategy")
    if strategy is None:
        return [{}]
    only(strategy, {"fail-fast", "matrix"}, "strategy")
    if strategy.get("fail-fast") != "false" or len(strategy["matrix"]) != 1:
        raise UnsupportedError("a matrix of several names, or one whose jobs end each other")
    return [{name: value} for name, values in strategy["matrix"].items() for value in values]


def starts(tree: Tree, event: str, branch: str, changed: Collection[str], kind: str = "") -> bool:
    """Tell whether *event* on *branch*, which changed these files, starts the workflow; *kind* is `opened` and such."""
    if event not in (on := triggers(tree)):
        return False
    given = on[event]
    if event == "pull_request":
        only(given, {"types"}, event)
        return kind in given.get("types", ("opened", "synchronize", "reopened"))
    if event == "push":
        only(given, {"branches", "paths"}, event)
        paths = given.get("paths")
        return branch in given.get("branches", [branch]) and (
            paths is None or any(_is_in(one, paths) for one in changed)
        )
    if event == "schedule":
        return bool(given)
    only(given, (), event)
    return True


def only(tree: Tree, known: Collection[str], where: str) -> None:
    """Refuse *tree* where it has a key that is not *known*."""
    if unknown := sorted(set(tree) - set(known)):
        raise UnsupportedError(f"{where}: `{'`, `'.join(unknown)}` is not played")


def _step(step: Tree, where: str) -> None:
    if ("run" in step) == ("uses" in step):
        raise UnsupportedError(f"{where}: a step either runs or uses something")
    only(step, RUN if "run" in step else USE, f"{where}: {step.get('name', step.get('uses', ''))}")


def _is_in(path: str, patterns: Collection[str]) -> bool:
    for pattern in patterns:
        stem, _, rest = pattern.partition("/**")
        if rest or "*" in stem:
            raise UnsupportedError(f"the pattern `{pattern}`")
        if path == stem or (pattern.endswith("/**") and path.startswith(f"{stem}/")):
            return True
    return False

"""The steps of a job in their order, and those of a composite action within them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ci.runner import shape
from tests.ci.runner.expressions import holds, interpolate
from tests.ci.runner.machine import Machine
from tests.ci.runner.results import StepResult
from tests.ci.runner.uses import PINNED, FailedError, Place, use

Found = Callable[[str, Path], tuple[Path, str]]
"""Tells where what a `uses:` names is."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Plays steps on one machine."""

    found: Found
    place: Place
    machine: Machine
    done: list[StepResult]

    def play(
        self, steps: Sequence[shape.Tree], contexts: Mapping[str, Any], root: Path, env: Mapping[str, str]
    ) -> bool:
        """Play *steps*, which stand in the repository at *root*; tell whether all went well."""
        known: dict[str, Any] = {}
        inside = {**contexts, "steps": known}
        so_far = True
        for step in steps:
            name = interpolate(step.get("name", step.get("run", step.get("uses", ""))), inside)
            outputs: Mapping[str, str] = {}
            if not holds(step.get("if", ""), inside, so_far=so_far):
                self.done.append(StepResult(name, "skipped"))
            else:
                more = {key: interpolate(value, inside) for key, value in step.get("env", {}).items()}
                went_well, outputs = self._step(name, step, inside, root, {**env, **more})
                so_far = so_far and went_well
            if "id" in step:
                known[step["id"]] = {"outputs": outputs}
        return so_far

    def _step(
        self, name: str, step: shape.Tree, contexts: Mapping[str, Any], root: Path, env: Mapping[str, str]
    ) -> tuple[bool, Mapping[str, str]]:
        if "run" in step:
            assert "${{" not in step["run"], step["run"]
            ran, outputs = self.machine.run(step["run"], env)
            self.done.append(StepResult(name, "failure" if ran.code else "success", ran))
            return ran.code == 0, outputs
        given = {key: interpolate(value, contexts) for key, value in step.get("with", {}).items()}
        pinned = PINNED.fullmatch(step["uses"])
        if pinned and not pinned[2]:
            try:
                use(pinned[1], given, self.place, self.machine)
            except FailedError as problem:
                self.done.append(StepResult(name, "failure", words=str(problem)))
                return False, {}
            self.done.append(StepResult(name, "success"))
            return True, {}
        return self._composite(name, step["uses"], given, contexts, root, env)

    def _composite(
        self,
        name: str,
        what: str,
        given: Mapping[str, str],
        contexts: Mapping[str, Any],
        root: Path,
        env: Mapping[str, str],
    ) -> tuple[bool, Mapping[str, str]]:
        source, path = self.found(what, root)
        folder = source / path
        action = shape.action(folder)
        takes = action.get("inputs", {})
        shape.only(given, takes, f"{what}: with")
        inputs = {key: given.get(key, one.get("default", "")) for key, one in takes.items()}
        missing = [key for key, one in takes.items() if one.get("required") == "true" and not inputs[key]]
        assert not missing, f"{what} needs {missing}"
        at = len(self.done)
        inside = {"github": contexts["github"], "inputs": inputs}
        went_well = self.play(action["runs"]["steps"], inside, source, {**env, "GITHUB_ACTION_PATH": str(folder)})
        self.done.insert(at, StepResult(name, "success" if went_well else "failure"))
        return went_well, {}

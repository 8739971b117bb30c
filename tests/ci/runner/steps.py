"""The steps of a job in their order, and those of a composite action within them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.ci.runner import shape
from tests.ci.runner.expressions import UnsupportedError, holds, interpolate
from tests.ci.runner.machine import Machine
from tests.ci.runner.results import StepResult
from tests.ci.runner.uses import PINNED, FailedError, Place, use

_LOCAL = "./"


@dataclass(frozen=True, slots=True)
class Steps:
    """Plays steps on one machine."""

    place: Place
    machine: Machine
    done: list[StepResult]

    def play(self, steps: Sequence[shape.Tree], contexts: Mapping[str, Any], env: Mapping[str, str]) -> bool:
        """Play *steps*, each with *env* around its own; tell whether all went well."""
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
                went_well, outputs = self._step(name, step, inside, {**env, **more})
                so_far = so_far and went_well
            if "id" in step:
                known[step["id"]] = {"outputs": outputs}
        return so_far

    def _step(
        self, name: str, step: shape.Tree, contexts: Mapping[str, Any], env: Mapping[str, str]
    ) -> tuple[bool, Mapping[str, str]]:
        if "run" in step:
            assert "${{" not in step["run"], step["run"]
            ran, outputs = self.machine.run(step["run"], env)
            self.done.append(StepResult(name, "failure" if ran.code else "success", ran))
            return ran.code == 0, outputs
        given = {key: interpolate(value, contexts) for key, value in step.get("with", {}).items()}
        if step["uses"].startswith(_LOCAL):
            return self._composite(name, step["uses"], given, contexts, env), {}
        pinned = PINNED.fullmatch(step["uses"])
        if pinned is None or pinned[2]:
            raise UnsupportedError(f"`{step['uses']}` is neither pinned to a commit nor checked out")
        try:
            use(pinned[1], given, self.place, self.machine)
        except FailedError as problem:
            self.done.append(StepResult(name, "failure", words=str(problem)))
            return False, {}
        self.done.append(StepResult(name, "success"))
        return True, {}

    def _composite(
        self,
        name: str,
        what: str,
        given: Mapping[str, str],
        contexts: Mapping[str, Any],
        env: Mapping[str, str],
    ) -> bool:
        """Play the action in a folder of what the job has checked out, as it is there."""
        folder = self.machine.workspace / what.removeprefix(_LOCAL)
        action = shape.action(folder)
        takes = action.get("inputs", {})
        shape.only(given, takes, f"{what}: with")
        inputs = {key: given.get(key, one.get("default", "")) for key, one in takes.items()}
        missing = [key for key, one in takes.items() if one.get("required") == "true" and not inputs[key]]
        assert not missing, f"{what} needs {missing}"
        at = len(self.done)
        inside = {"github": contexts["github"], "inputs": inputs}
        went_well = self.play(action["runs"]["steps"], inside, {**env, "GITHUB_ACTION_PATH": str(folder)})
        self.done.insert(at, StepResult(name, "success" if went_well else "failure"))
        return went_well

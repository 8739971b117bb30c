"""What came of a run: jobs, steps, and every process with the variables that it was given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.ci.runner.machine import Ran


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step; those of a composite action stand after it."""

    name: str
    outcome: str
    """``success``, ``failure`` or ``skipped``."""
    ran: Ran | None = None
    words: str = ""
    """Why it failed, where it ran no command."""


@dataclass(slots=True)
class JobResult:
    """One job."""

    name: str
    conclusion: str = "success"
    steps: list[StepResult] = field(default_factory=list)
    permissions: Mapping[str, str] = field(default_factory=dict)
    """What its token may do."""
    group: str = ""
    """What it waits for: the jobs with the same."""

    @property
    def commands(self) -> dict[str, Ran]:
        """Return what our own commands did, by their name."""
        return {
            step.ran.command: step.ran for step in self.steps if step.ran and step.ran.command.startswith("zonesync")
        }

    def told(self) -> str:
        """Return everything that the job printed, for a test that fails."""
        lines = [f"{self.name}: {self.conclusion}"]
        for step in self.steps:
            lines.append(f"  {step.name}: {step.outcome} {step.words}")
            if step.ran:
                lines += [f"    {step.ran.command} -> {step.ran.code}", step.ran.stdout, step.ran.stderr]
        return "\n".join(lines)


@dataclass(slots=True)
class RunResult:
    """One run of a workflow."""

    id: int
    file: str
    """``.github/workflows/plan.yml``."""
    number: int = 1
    """Which one of its workflow."""
    jobs: list[JobResult] = field(default_factory=list)

    @property
    def conclusion(self) -> str:
        """What GitHub says of the whole."""
        told = {job.conclusion for job in self.jobs}
        return next(one for one in ("failure", "cancelled", "success", "skipped") if one in told)

    @property
    def commands(self) -> dict[str, Ran]:
        """Return what our own commands did, in whichever job."""
        return {name: ran for job in self.jobs for name, ran in job.commands.items()}

    @property
    def processes(self) -> Iterator[Ran]:
        """Yield every process that a step started."""
        return (step.ran for job in self.jobs for step in job.steps if step.ran)

    def told(self) -> str:
        """Return everything that the run printed, for a test that fails."""
        return "\n".join([self.file, *(job.told() for job in self.jobs)])

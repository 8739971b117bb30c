"""What a command tells the configured webhook: gathered while it runs, sent once it has ended and holds no lock."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zonesync.cli.exits import Exit
from zonesync.findings import Finding, Severity

if TYPE_CHECKING:
    from zonesync import workflow
    from zonesync.plan.plan import Plan
    from zonesync.run.context import Context
    from zonesync.run.notice import Notice
    from zonesync.run.results import Run, StepResult

_TOLD = frozenset({"apply", "rollback", "drift", "evacuate", "restore", "provider join", "provider leave"})


Outcome = tuple["Plan", "Sequence[StepResult]", "Run | None", str]
"""A plan, what became of its steps, the run where it came to its end, and else why it did not."""


@dataclass(slots=True)
class _Attempt:
    """One plan of a command."""

    applied: Outcome | None = None
    found: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """Why a command does nothing, where it does nothing."""
        return [finding for finding in self.found if finding.is_error]


class Telling:
    """One command's. A command says what became of it, whether anybody is told or not."""

    def __init__(self) -> None:
        self.command = ""
        self._attempts = [_Attempt()]
        self._drifting: tuple[workflow.Drifting, bool] | None = None

    def begin(self) -> None:
        """Begin with another plan of the same command: :attr:`outcome` and :attr:`errors` are those of that alone."""
        self._attempts.append(_Attempt())

    def shows_only(self) -> None:
        """Tell nobody: the command carries nothing out, and a refusal is there for who reads it."""
        self.command = ""

    def heard(self, findings: Sequence[Finding]) -> None:
        """Remember what was found."""
        self._attempts[-1].found += findings

    def applied(self, plan: "Plan", results: "Sequence[StepResult]", run: "Run | None", problem: str = "") -> None:
        """Remember what became of *plan*; without a *run* it was cut short, for the reason *problem*."""
        self._attempts[-1].applied = plan, tuple(results), run, problem

    @property
    def outcome(self) -> Outcome | None:
        """What became of the plan, as :meth:`applied` was told; None where none was begun."""
        return self._attempts[-1].applied

    @property
    def found(self) -> Sequence[Finding]:
        """What was found while the plan was carried out, or was not."""
        return tuple(self._attempts[-1].found)

    @property
    def errors(self) -> Sequence[Finding]:
        """What refused, as far as it was heard."""
        return tuple(self._attempts[-1].errors)

    def drifted(self, found: "workflow.Drifting", *, is_whole: bool) -> None:
        """Remember what differs, and whether everything was looked at."""
        self._drifting = found, is_whole

    def finish(self, project: "workflow.Project", context: "Context", code: int) -> list[Finding]:
        """Tell the webhook; return a warning where that did not work. Whatever happens here is no exception."""
        if self.command not in _TOLD:
            return []
        from zonesync.workflow import notifying

        with contextlib.suppress(KeyboardInterrupt):  # whoever is in a hurry goes without
            try:
                for notice in self._notices(code):
                    # A webhook that is not there for one message is not waited for with the next.
                    if problem := notifying.tell(project, notice, context):
                        return [problem]
            except Exception as problem:  # noqa: BLE001 -- what was done is done, and its exit code stands
                words = f"the webhook was not told: a defect in zonesync itself: {type(problem).__name__}"
                return [Finding(notifying.RULE, Severity.WARNING, words)]
        return []

    def _notices(self, code: int) -> "Iterator[Notice]":
        from zonesync.workflow import notifying

        if self._drifting:
            found, is_whole = self._drifting
            errors = [finding for attempt in self._attempts for finding in attempt.errors]
            notice = notifying.of_drift(found, errors, is_whole=is_whole)
            if notice:
                yield notice
            return
        for attempt in self._attempts:
            if attempt.applied:
                plan, results, run, problem = attempt.applied
                head = str(run.head) if run and run.head else ""
                words = run.problem if run else problem
                yield notifying.of_apply(self.command, plan, results, run.id if run else "", head, words)
            elif attempt.errors and code != Exit.OK:
                yield notifying.of_refusal(self.command, attempt.errors)

"""A plan carried out in its own order, or in the opposite one, at the pace of real providers."""

import time
from collections.abc import Callable, Sequence
from itertools import groupby

from tests.lab.laboratory import TTL, Lab
from zonesync import workflow
from zonesync.plan.plan import Plan, Step, StepKind
from zonesync.run.context import Context
from zonesync.run.results import Run, StepResult
from zonesync.workflow.gating import Patience
from zonesync.workflow.verifying import ask_settings

DWELL = TTL + 1.3
"""Seconds between two phases: with real providers minutes, in which every resolver sees what there is by now."""


def phases(steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """Return *steps* by what takes effect together: with files that is writing, and the reload that serves it."""
    found: list[list[Step]] = []
    for kind, group in groupby(steps, key=lambda step: step.kind):
        if kind is StepKind.RELOAD and found:
            found[-1].extend(group)
        else:
            found.append(list(group))
    return [tuple(phase) for phase in found]


def backwards(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the same steps with their phases back to front, and nothing that would notice."""
    return tuple(
        step.model_copy(update={"verify": False})
        for phase in reversed(phases(steps))
        for step in phase
        if step.kind is not StepKind.WAIT
    )


def carry_out(
    lab: Lab,
    project: workflow.Project,
    planning: workflow.Planning,
    steps: Sequence[Step],
    context: Context,
    *,
    between: Callable[[], object] = lambda: time.sleep(DWELL),
) -> Run:
    """Carry out *steps*, of the plan of *planning*; the registrar does what a manual step says at once.

    *between* is called after each phase that changes what anybody is told.
    """
    plan: Plan = planning.plan.model_copy(update={"steps": tuple(steps)})
    ends = {id(phase[-1]) for phase in phases(plan.steps)}

    def done(result: StepResult) -> None:
        if result.is_done and result.step.handover:
            lab.delegate(result.step.handover.after)
        if id(result.step) in ends and result.is_done and result.step.kind not in _SILENT:
            between()

    zones = {step.zone for step in plan.steps}
    patience = Patience(ask_settings(project, planning.zones), sits_out=True, pause=0.1)
    with workflow.holding(project, zones, context) as held:
        return workflow.apply(project, plan, planning, context, held, done=done, patience=patience)


_SILENT = frozenset({StepKind.BARRIER, StepKind.ROTATION})

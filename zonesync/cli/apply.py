"""apply: a saved plan carried out exactly, or one made now after asking."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.exits import Exit
from zonesync.cli.failure import explain
from zonesync.cli.output import put
from zonesync.cli.planning import is_refused, planned, report, say_calls
from zonesync.cli.progress import Progress
from zonesync.findings import Finding, Severity
from zonesync.plan import planfile
from zonesync.plan.plan import Plan
from zonesync.run.apply import StepResult
from zonesync.run.store import StoreError
from zonesync.views import plan_text, run_text

if TYPE_CHECKING:
    from zonesync.cli.session import Session


def apply(session: "Session", what: Sequence[str], only: Sequence[str], *, yes: bool, plan_only: bool) -> int:
    """Carry out a saved plan, or one made now."""
    project = session.open()
    if any(word.endswith(".json") for word in what):
        if len(what) > 1 or only:
            raise workflow.UnknownNameError("apply takes one plan file alone: the plan says which zones and providers")
        return _apply_file(session, project, session.path(what[0]), plan_only=plan_only)
    if plan_only:
        raise workflow.UnknownNameError("--plan-only goes with a plan file: `zonesync apply PLAN.json --plan-only`")
    planning = planned(session, project, what, only, (), sealed=True)
    put(plan_text.text(planning.plan, session.paint(sys.stdout), session.width(sys.stdout)))
    report(session, project, planning)
    code = _after_showing(session, project, planning, yes=yes)
    say_calls(session, planning)
    return code


def _after_showing(session: "Session", project: workflow.Project, planning: workflow.Planning, *, yes: bool) -> int:
    if planning.plan.refusals or (session.strict and is_refused(session, planning)):
        return Exit.REFUSED
    if planning.plan.is_empty:
        return Exit.REFUSED if planning.plan.unread else Exit.OK
    if not yes and not _confirmed(session):
        return Exit.REFUSED
    return _carry_out(session, project, planning.plan, planning)


def _apply_file(session: "Session", project: workflow.Project, file: Path, *, plan_only: bool) -> int:
    if plan_only and session.context.is_ci:
        raise workflow.RefusedError(
            [
                Finding(
                    "plan-only-in-ci",
                    Severity.ERROR,
                    "`--plan-only` takes the plan's word against the files, which nobody reviews in CI",
                    help="apply without it, from the commit that the plan was made for",
                )
            ]
        )
    try:
        saved = planfile.loads(file.read_bytes())
    except planfile.PlanFileError as problem:
        raise workflow.RefusedError(
            [Finding("plan-unusable", Severity.ERROR, f"{file}: {problem}", help="make one with `zonesync plan --out`")]
        ) from None
    now = workflow.replan(project, saved, session.context, readers=session.concurrency or workflow.READERS)
    code = _apply_saved(session, project, saved, now, plan_only=plan_only)
    say_calls(session, now)
    return code


def _apply_saved(
    session: "Session", project: workflow.Project, saved: Plan, now: workflow.Planning, *, plan_only: bool
) -> int:
    refused = workflow.refusals(saved, now, plan_only=plan_only)
    warned = [finding for finding in (*saved.findings, *now.warnings) if not finding.is_error]
    if session.is_too_strict_for(warned):
        refused += warned
    if refused:
        session.report(refused)
        put("Refused: nothing was changed.")
        return Exit.REFUSED
    if saved.is_empty:
        put("Nothing to do: the plan is empty.")
        return Exit.REFUSED if saved.unread else Exit.OK
    return _carry_out(session, project, saved, now)


def _carry_out(session: "Session", project: workflow.Project, made: Plan, now: workflow.Planning) -> int:
    paint, width = session.paint(sys.stdout), session.width(sys.stdout)
    results: list[StepResult] = []
    with Progress(session, "Applying", len(made.steps)) as progress:

        def done(result: StepResult) -> None:
            results.append(result)
            progress.advance()

        try:
            workers = session.concurrency or workflow.WORKERS
            run = workflow.apply(project, made, now, session.context, done, workers)
        except StoreError:
            raise
        except (KeyboardInterrupt, Exception) as problem:  # noqa: BLE001 -- what was changed decides the exit code
            return _cut_short(session, results, problem)
    lines = [*(run_text.step_line(result, paint, width) for result in run.results), run_text.text(run, paint)]
    try:
        put("\n".join(lines))
    except OSError as problem:  # the work is done, and the exit code says so
        session.complain("system", f"the outcome cannot be written: {problem.strerror}")
    if run.is_complete and not made.unread:
        return Exit.OK
    return Exit.PARTIAL if run.has_changed else Exit.REFUSED


def _cut_short(session: "Session", results: Sequence[StepResult], problem: BaseException) -> int:
    """Say how far an apply came that was stopped, or that a defect ended."""
    for result in results:
        put(run_text.step_line(result, session.paint(sys.stdout), session.width(sys.stdout)))
    code = explain(problem) if isinstance(problem, Exception) else Exit.REFUSED
    if not any(result.changed for result in results):
        session.say("Stopped: no provider was changed.")
        return code
    session.complain("stopped", "not all of the plan was carried out", "run `zonesync plan` to see what is left")
    return Exit.PARTIAL


def _confirmed(session: "Session") -> bool:
    if not sys.stdin.isatty():
        session.complain("not-confirmed", "there is no terminal to ask at", "give --yes, or save a plan and apply that")
        return False
    print("Apply this plan? Only `yes` does: ", end="", file=sys.stderr, flush=True)  # noqa: T201
    if sys.stdin.readline().strip() == "yes":
        return True
    session.say("Not applied.")
    return False

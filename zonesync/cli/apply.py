"""apply: a saved plan carried out exactly, or one made now after asking."""

import contextlib
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.exits import Exit
from zonesync.cli.failure import explain
from zonesync.cli.output import put
from zonesync.cli.patience import patience_of, seconds
from zonesync.cli.planning import is_refused, planned, report, say_calls
from zonesync.cli.progress import Progress
from zonesync.cli.stopping import Stopping
from zonesync.findings import Finding, Severity
from zonesync.model.zone import ZoneId
from zonesync.plan.barriers import asking
from zonesync.plan.plan import Move, Plan
from zonesync.run.audit import Head
from zonesync.run.locks import Holder, told
from zonesync.run.results import StepResult
from zonesync.run.store import StoreError, untested
from zonesync.views import plan_text, run_text, saved_text

if TYPE_CHECKING:
    from zonesync.cli.session import Session


Again = Callable[[Collection[ZoneId]], workflow.Planning]
"""Plans some of the zones once more."""


def apply(
    session: "Session",
    what: Sequence[str],
    only: Sequence[str],
    allow: Sequence[str] = (),
    *,
    yes: bool,
    plan_only: bool,
) -> int:
    """Carry out a saved plan, or one made now."""
    seconds(session.asking.verify_timeout)
    project = session.open()
    if any(word.endswith(".json") for word in what) and (len(what) > 1 or only):
        raise workflow.UnknownNameError("apply takes one plan file alone: the plan says which zones and providers")
    is_saved = any(word.endswith(".json") for word in what)
    if plan_only and not is_saved:
        raise workflow.UnknownNameError("--plan-only goes with a plan file: `zonesync apply PLAN.json --plan-only`")
    _check_allowed(allow)
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
    workflow.require_durable(project, session.context, allow)
    if is_saved:
        return apply_file(session, project, session.path(what[0]), plan_only=plan_only)

    def again(zones: Collection[ZoneId]) -> workflow.Planning:
        return planned(session, project, [str(zone) for zone in zones], only, (), sealed=True)

    if workflow.has_left_behind(project):
        # With an empty plan nothing else would bring up what a killed run has done.
        finish_records(session, project)
    head = workflow.audit_log(project).head()
    planning = planned(session, project, what, only, (), sealed=True)
    put(plan_text.text(planning.plan, session.paint(sys.stdout), session.width(sys.stdout)))
    report(session, project, planning)
    code = after_showing(session, project, planning, again, head, yes=yes)
    say_calls(session, planning)
    return code


def _check_allowed(allow: Sequence[str]) -> None:
    for rule in allow:
        if rule != workflow.EPHEMERAL:
            raise workflow.UnknownNameError(
                f"--allow {rule}: apply takes `{workflow.EPHEMERAL}` alone; what waives a plan's limits is given to "
                "`zonesync plan --allow RULE@ZONE`, and is part of the plan"
            )


def after_showing(
    session: "Session",
    project: workflow.Project,
    planning: workflow.Planning,
    again: Again,
    head: Head,
    *,
    yes: bool,
) -> int:
    """Carry out a plan that was made now and shown, after asking, unless it is refused or empty.

    Where another run has written to one of its zones since the audit log had *head*, the plan is made *again* under
    the locks: what was shown is carried out, or nothing is.
    """
    refused = _not_to_be_done(session, planning)
    if refused is not None:
        return refused
    if not yes and not _confirmed(session):
        return Exit.REFUSED
    zones = {step.zone for step in planning.plan.steps}
    with Stopping(session) as stopping, _holding(session, project, zones, stopping) as held:
        if workflow.has_moved(held, head, zones):
            fresh = again(zones)
            if fresh.plan.steps != planning.plan.steps:
                session.say("Another run has written to these zones since this plan was made. It is made again:")
                put(plan_text.text(fresh.plan, session.paint(sys.stdout), session.width(sys.stdout)))
                report(session, project, fresh)
                refused = _not_to_be_done(session, fresh)
                if refused is not None:
                    return refused
                if not yes:
                    # Nobody is kept waiting for an answer.
                    session.complain("plan-stale", "what was confirmed no longer holds", "apply again")
                    return Exit.REFUSED
            planning = fresh
        return _carry_out(session, project, planning.plan, planning, held, stopping)


def _not_to_be_done(session: "Session", planning: workflow.Planning) -> int | None:
    """Return the exit code of a plan that is refused or empty, None for one to be carried out."""
    if planning.plan.refusals:
        return Exit.REFUSED
    if session.strict and is_refused(session, planning):
        if not planning.plan.unread:
            _too_strict(session)
        return Exit.REFUSED
    if planning.plan.is_empty:
        return Exit.REFUSED if planning.plan.unread else Exit.OK
    return None


def _too_strict(session: "Session") -> None:
    """Say what refuses a plan without an error: with ``--quiet`` the warnings are not seen."""
    session.complain("strict", "with `--strict` a warning refuses the plan", "correct it, or apply without `--strict`")


def finish_records(session: "Session", project: workflow.Project, zones: Collection[ZoneId] = ()) -> None:
    """Bring into the audit log what killed runs have done, those that hold the locks of *zones* among them."""
    with Stopping(session) as stopping, _holding(session, project, zones, stopping):
        pass


@contextlib.contextmanager
def _holding(
    session: "Session", project: workflow.Project, zones: Collection[ZoneId], stopping: Stopping
) -> Iterator[workflow.Held]:
    """Hold the locks of *zones*, saying whom that waits for, and what was found of runs that were killed."""

    def waiting(holder: Holder) -> None:
        session.say(f"Waiting for {told(holder)}.")

    if words := untested(project.config.state.url):
        session.report([Finding("state-untested", Severity.WARNING, words)])
    timeout = workflow.LOCK_TIMEOUT if session.lock_timeout is None else session.lock_timeout
    with workflow.holding(
        project, zones, session.context, timeout=timeout, waiting=waiting, stop=stopping.event
    ) as held:
        for zone, run in held.took_over.items():
            session.say(f"Run {run} has died holding the lock on {zone}; this run has it now.")
        for run in held.recovered:
            session.say(f"What run {run} left unrecorded is in the audit log now: `zonesync audit show {run}`.")
        yield held


def apply_file(session: "Session", project: workflow.Project, file: Path, *, plan_only: bool = False) -> int:
    """Carry out the saved plan in *file*, where it still holds. Raises :class:`~zonesync.workflow.RefusedError`."""
    saved = workflow.read_plan(file)
    if saved.move and session.context.is_ci:
        raise workflow.RefusedError([_moved_in_ci(saved.move)])
    if refused := workflow.too_old(project, saved, session.context):
        raise workflow.RefusedError(refused)
    zones = {step.zone for step in saved.steps}
    with Stopping(session) as stopping, _holding(session, project, zones, stopping) as held:
        with session.metrics.phase("plan"):
            now = workflow.replan(
                project,
                saved,
                session.context,
                readers=session.concurrency or workflow.READERS,
                root_hints=session.asking.root_hints,
            )
        session.metrics.planned(now)
        code = _apply_saved(session, project, saved, now, held, stopping, plan_only=plan_only)
    say_calls(session, now)
    return code


def _moved_in_ci(move: Move) -> Finding:
    """Refuse a saved plan for which no commit speaks: the files do not say that a provider moves."""
    return Finding(
        "move-in-ci",
        Severity.ERROR,
        f"this plan is to {move}, which is nothing that a commit asks for, and in CI nobody vouches for the file",
        help="let the job run the command itself, with `--yes`",
    )


def _apply_saved(
    session: "Session",
    project: workflow.Project,
    saved: Plan,
    now: workflow.Planning,
    held: workflow.Held,
    stopping: Stopping,
    *,
    plan_only: bool,
) -> int:
    refused = workflow.refusals(saved, now, plan_only=plan_only)
    warned = [finding for finding in (*saved.findings, *now.warnings) if not finding.is_error]
    if session.is_too_strict_for(warned):
        refused += warned
    if refused:
        session.report(refused)
        if not any(finding.is_error for finding in refused):
            _too_strict(session)
        put("Refused: nothing was changed.")
        return Exit.REFUSED
    if saved.is_empty:
        put("Nothing to do: the plan is empty.")
        return Exit.REFUSED if saved.unread else Exit.OK
    session.report(workflow.other_edits(saved, now))
    resumed = workflow.resumed(saved, now)
    if resumed.plan.is_empty:
        put("Nothing to do: everything in the plan is done already.")
        return Exit.REFUSED if saved.unread else Exit.OK
    for line in saved_text.allowed_lines(saved, now.plan, session.paint(sys.stdout), session.width(sys.stdout)):
        put(line)
    if done := saved_text.done_line(saved, resumed):
        put(done)
    return _carry_out(session, project, resumed.plan, now, held, stopping)


def _carry_out(
    session: "Session",
    project: workflow.Project,
    made: Plan,
    now: workflow.Planning,
    held: workflow.Held,
    stopping: Stopping,
) -> int:
    paint, width = session.paint(sys.stdout), session.width(sys.stdout)
    results: list[StepResult] = []
    if session.asking.verify:
        made = asking(made)
    patience = patience_of(session, project, made, now)
    with session.metrics.phase("apply"), Progress(session, "Applying", len(made.steps)) as progress:

        def done(result: StepResult) -> None:
            results.append(result)
            session.metrics.stepped(result)
            progress.advance()

        try:
            run = workflow.apply(
                project,
                made,
                now,
                session.context,
                held,
                stop=stopping.event,
                done=done,
                workers=session.concurrency or workflow.WORKERS,
                patience=patience,
                say=session.say,
            )
        except StoreError:
            raise
        except (KeyboardInterrupt, Exception) as problem:  # noqa: BLE001 -- what was changed decides the exit code
            return _cut_short(session, made, results, problem)
    session.telling.applied(made, run.results, run)
    lines = [run_text.step_line(result, paint, width) for result in run.results]
    lines.append(run_text.text(run, paint, width, again_with(made)))
    try:
        put("\n".join(lines))
    except OSError as problem:  # the work is done, and the exit code says so
        session.complain("system", f"the outcome cannot be written: {problem.strerror}")
    if made.rollback and run.has_changed:
        session.say(
            f"The files were not changed: where they still say what {made.rollback} applied, revert its commit, "
            "or the next apply brings it back."
        )
    if run.is_complete and not made.unread:
        return Exit.OK
    return Exit.PARTIAL if run.has_changed else Exit.REFUSED


def again_with(plan: Plan) -> str:
    """Return the command, without ``zonesync``, that shows what is left of *plan*."""
    if plan.move is None:
        return "plan"
    zones = " ".join(dict.fromkeys(str(step.zone) for step in plan.steps))
    if plan.move.kind in {"join", "leave"}:
        return f"provider {plan.move.kind} {zones} {plan.move.provider}"
    return f"{plan.move}"


def _cut_short(session: "Session", made: Plan, results: Sequence[StepResult], problem: BaseException) -> int:
    """Say how far an apply came that was stopped, or that a defect ended."""
    session.telling.applied(made, results, None, f"{type(problem).__name__} stopped it")
    for result in results:
        put(run_text.step_line(result, session.paint(sys.stdout), session.width(sys.stdout)))
    code = explain(problem, session.heard) if isinstance(problem, Exception) else Exit.REFUSED
    if not any(result.changed for result in results):
        session.say("Stopped: no provider was changed.")
        return code
    session.complain("stopped", "not all of the plan was carried out", "run `zonesync plan` to see what is left")
    return Exit.PARTIAL


def _confirmed(session: "Session") -> bool:
    if not sys.stdin.isatty():
        session.complain("not-confirmed", "there is no terminal to ask at", "give --yes, or save a plan and apply that")
        return False
    session.ask("Apply this plan? Only `yes` does:")
    if sys.stdin.readline().strip() == "yes":
        return True
    session.say("Not applied.")
    return False

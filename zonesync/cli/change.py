"""plan, apply and drift: the same plan shown, carried out, or only asked about."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.exits import Exit
from zonesync.cli.failure import explain
from zonesync.cli.output import put, put_json, write_file
from zonesync.cli.progress import Progress
from zonesync.findings import Finding, Severity
from zonesync.model.names import NameSyntaxError
from zonesync.plan import planfile
from zonesync.plan.plan import Allowance, Plan
from zonesync.run.apply import StepResult
from zonesync.run.store import StoreError
from zonesync.views import plan_json, plan_text, run_text

if TYPE_CHECKING:
    from zonesync.cli.app import Format
    from zonesync.cli.session import Session


def plan(
    session: "Session",
    zones: Sequence[str],
    only: Sequence[str],
    out: Path | None,
    form: "Format",
    allow: Sequence[str],
    *,
    exit_code: bool,
) -> int:
    """Show what apply would change, and save it when asked."""
    project = session.open()
    allowances = _allowances(allow)
    sealed = out is not None or form == "json"
    planning = _planning(session, project, zones, only, allowances, sealed=sealed)
    made = planning.plan
    if out is not None:
        write_file(session.path(out), planfile.dumps(made))
    if form == "json":
        put(planfile.dumps(made))
    else:
        put(plan_text.text(made, session.paint(sys.stdout), session.width(sys.stdout)))
    _report(session, project, planning)
    if out is not None and made.refusals:
        session.say(f"Saved to {out} for reading.")
    elif out is not None:
        session.say(f"Saved to {out}: `zonesync apply {out}` carries out exactly this.")
    _say_calls(session, planning)
    if _is_refused(session, planning):
        return Exit.REFUSED
    return Exit.DIFFERS if exit_code and not made.is_empty else Exit.OK


def drift(session: "Session", zones: Sequence[str], only: Sequence[str], form: "Format") -> int:
    """Tell whether live differs from what the files say."""
    project = session.open()
    planning = _planning(session, project, zones, only, (), sealed=False)
    made = planning.plan
    is_whole = bool(made.targets) and not made.unread and not _has_broken_files(made)
    if form == "json":
        put_json(plan_json.drift(made, workflow.calls(planning), is_whole=is_whole))
    else:
        put(plan_text.drift(made, session.paint(sys.stdout), session.width(sys.stdout), is_whole=is_whole))
    _report(session, project, planning)
    if not (made.targets or made.unread or made.refusals):
        session.complain("nothing-checked", "no zone was looked at, so nothing is known of drift")
    _say_calls(session, planning)
    if not is_whole or session.is_too_strict_for([*project.findings, *made.findings, *planning.warnings]):
        return Exit.REFUSED
    return Exit.OK if made.is_empty else Exit.DIFFERS


def apply(session: "Session", what: Sequence[str], only: Sequence[str], *, yes: bool, plan_only: bool) -> int:
    """Carry out a saved plan, or one made now."""
    project = session.open()
    if any(word.endswith(".json") for word in what):
        if len(what) > 1 or only:
            raise workflow.UnknownNameError("apply takes one plan file alone: the plan says which zones and providers")
        return _apply_file(session, project, session.path(what[0]), plan_only=plan_only)
    if plan_only:
        raise workflow.UnknownNameError("--plan-only goes with a plan file: `zonesync apply PLAN.json --plan-only`")
    planning = _planning(session, project, what, only, (), sealed=True)
    put(plan_text.text(planning.plan, session.paint(sys.stdout), session.width(sys.stdout)))
    _report(session, project, planning)
    code = _after_showing(session, project, planning, yes=yes)
    _say_calls(session, planning)
    return code


def _after_showing(session: "Session", project: workflow.Project, planning: workflow.Planning, *, yes: bool) -> int:
    if planning.plan.refusals or (session.strict and _is_refused(session, planning)):
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
    _say_calls(session, now)
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


def _planning(
    session: "Session",
    project: workflow.Project,
    zones: Sequence[str],
    only: Sequence[str],
    allowances: Sequence[Allowance],
    *,
    sealed: bool,
) -> workflow.Planning:
    workflow.check_providers(project, only)
    with Progress(session, "Loading") as progress:
        loaded = workflow.load(project, zones, session.context)
        _check_allowed_zones(allowances, loaded)
        progress.expect("Reading", sum(len(zone.providers) for zone in loaded.zones))
        return workflow.make_plan(
            project,
            loaded,
            session.context,
            only=only,
            allowances=allowances,
            sealed=sealed,
            done=progress.advance,
            readers=session.concurrency or workflow.READERS,
        )


def _check_allowed_zones(allowances: Sequence[Allowance], loaded: workflow.Loaded) -> None:
    known = {str(zone) for zone in loaded.all_zones}
    for allowance in allowances:
        if allowance.zone not in known:
            raise workflow.UnknownNameError(f"--allow {allowance}: no file describes the zone `{allowance.zone}`")


def _allowances(texts: Sequence[str]) -> list[Allowance]:
    try:
        return [Allowance.parse(text) for text in texts]
    except NameSyntaxError as problem:
        raise workflow.UnknownNameError(f"--allow: {problem}") from None
    except ValueError as problem:
        raise workflow.UnknownNameError(str(problem)) from None


def _report(session: "Session", project: workflow.Project, planning: workflow.Planning) -> None:
    made = planning.plan
    unread = [
        Finding(
            "unread",
            Severity.ERROR,
            one.words,
            zone=str(one.zone),
            provider=one.provider,
            help="nothing is planned for the zone",
        )
        for one in made.unread
    ]
    waived = [finding for finding in made.findings if finding.is_error and not made.is_refused(finding)]
    rest = [finding for finding in made.findings if finding not in waived]
    session.report([*project.findings, *planning.warnings, *rest, *unread])
    for finding in waived:
        session.say(f"allowed[{finding.rule}]: {finding.message} ({finding.zone} at {finding.provider})")
    if made.refusals:
        session.say("This plan cannot be applied.")


def _say_calls(session: "Session", planning: workflow.Planning) -> None:
    """Say which services had to be asked again, and how often."""
    for line in run_text.calls_lines(workflow.calls(planning)):
        session.say(line)


def _is_refused(session: "Session", planning: workflow.Planning) -> bool:
    made = planning.plan
    remaining = [finding for finding in made.findings if not finding.is_error or made.is_refused(finding)]
    return bool(made.unread) or session.refuses([*remaining, *planning.warnings])


def _has_broken_files(made: Plan) -> bool:
    """Whether a zone that was asked for could not be loaded, so that nothing can be said of it."""
    planned = {str(target.zone) for target in made.targets}
    return any(finding.is_error and finding.zone not in planned for finding in made.findings)


def _confirmed(session: "Session") -> bool:
    if not sys.stdin.isatty():
        session.complain("not-confirmed", "there is no terminal to ask at", "give --yes, or save a plan and apply that")
        return False
    print("Apply this plan? Only `yes` does: ", end="", file=sys.stderr, flush=True)  # noqa: T201
    if sys.stdin.readline().strip() == "yes":
        return True
    session.say("Not applied.")
    return False

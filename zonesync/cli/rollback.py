"""rollback: a run taken back, by a plan that is shown, and saved or applied like any other."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.apply import after_showing, finish_records
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, write_file
from zonesync.cli.planning import allowances, is_refused, report, say_calls, say_saved
from zonesync.cli.progress import Progress
from zonesync.model.zone import ZoneId
from zonesync.plan import planfile
from zonesync.plan.plan import Allowance, Plan
from zonesync.views import plan_text

if TYPE_CHECKING:
    from zonesync.cli.options import Format
    from zonesync.cli.session import Session


def rollback(
    session: "Session",
    run: str,
    zones: Sequence[str],
    overwrite: Sequence[str],
    out: Path | None,
    form: "Format",
    allow: Sequence[str],
    *,
    yes: bool,
) -> int:
    """Show what takes *run* back, and save that when asked, else apply it after asking."""
    if yes and out is not None:
        raise workflow.UnknownNameError("--out saves the plan, --yes applies it: give one of them")
    if yes and form == "json":
        raise workflow.UnknownNameError("--format json shows the plan alone; save it with --out, and apply that")
    project = session.open()
    shows = out is not None or form == "json"
    rules = [text for text in allow if text != workflow.EPHEMERAL]
    if shows:
        session.telling.shows_only()
    else:
        workflow.require_durable(project, session.context, allow, command="rollback")
    if left := workflow.unrecorded(project, run):
        finish_records(session, project, left)
    head = workflow.audit_log(project).head()
    asked = workflow.find_run(project, run, zones, overwrite)
    allowed = _allowed(asked, rules)
    workflow.check_waivers(project, allowed)

    def again(chosen: Collection[ZoneId]) -> workflow.Planning:
        return _planned(session, project, workflow.again(project, asked, chosen), allowed)

    planning = _planned(session, project, asked, allowed)
    made = planning.plan
    if out is not None:
        write_file(session.path(out), planfile.dumps(made))
    put(planfile.dumps(made) if form == "json" else _text(session, made))
    session.say(_of(asked))
    report(session, project, planning)
    say_saved(session, out, made)
    if shows:
        code: int = Exit.REFUSED if is_refused(session, planning) else Exit.OK
    else:
        code = after_showing(session, project, planning, again, head, yes=yes)
    say_calls(session, planning)
    return code


def _allowed(asked: workflow.TakingBack, rules: Sequence[str]) -> list[Allowance]:
    there = {str(zone) for zone, _ in asked.places}
    allowed = allowances(rules)
    for allowance in allowed:
        if allowance.zone not in there:
            raise workflow.UnknownNameError(f"--allow {allowance}: nothing is taken back in `{allowance.zone}`")
    return allowed


def _planned(
    session: "Session", project: workflow.Project, asked: workflow.TakingBack, allowed: Sequence[Allowance]
) -> workflow.Planning:
    with session.metrics.phase("plan"), Progress(session, "Reading", len(asked.places)) as progress:
        planning = workflow.plan_rollback(
            project,
            asked,
            session.context,
            allowances=allowed,
            done=progress.advance,
            readers=session.concurrency or workflow.READERS,
        )
    session.metrics.planned(planning)
    return planning


def _text(session: "Session", made: Plan) -> str:
    if made.targets and made.is_empty and made.is_complete:
        return "Nothing to take back: all that the run changed is as it was before."
    return plan_text.text(made, session.paint(sys.stdout), session.width(sys.stdout))


def _of(asked: workflow.TakingBack) -> str:
    run = asked.run
    who = run.actor or run.author
    by = f" by {who}" if who else ""
    commit = f", commit {run.commit[:12]}" if run.commit else ""
    return f"This takes back run {run.id} of {run.start or 'an unknown time'}{by}{commit}."

"""evacuate, restore, provider join and leave: a plan that is shown, and saved or applied like any other."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from zonesync import workflow
from zonesync.cli.apply import after_showing, finish_records
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, write_file
from zonesync.cli.patience import seconds
from zonesync.cli.planning import allowances, is_refused, report, say_calls, say_saved
from zonesync.cli.progress import Progress
from zonesync.model.zone import ZoneId
from zonesync.plan import planfile
from zonesync.plan.plan import Allowance, Move, Plan, StepKind
from zonesync.views import plan_text
from zonesync.workflow.moving import plan_move

if TYPE_CHECKING:
    from zonesync.cli.options import Format
    from zonesync.cli.session import Session

_NOTHING = {
    "join": "Nothing to do: {} serves {}, and is in the apex NS set and the delegation.",
    "leave": "Nothing to do: {} has left {}.",
    "evacuate": "Nothing to do: {} is out of rotation for {}.",
    "restore": "Nothing to do: {} is in rotation for {}.",
}


def move(
    session: "Session",
    kind: Literal["join", "leave", "evacuate", "restore"],
    provider: str,
    zones: Sequence[str],
    out: Path | None,
    form: "Format",
    allow: Sequence[str] = (),
    *,
    yes: bool,
    asks: bool,
) -> int:
    """Show what the move does, and save that when asked, else apply it after asking."""
    if yes and out is not None:
        raise workflow.UnknownNameError("--out saves the plan, --yes applies it: give one of them")
    if yes and form == "json":
        raise workflow.UnknownNameError("--format json shows the plan alone; save it with --out, and apply that")
    seconds(session.asking.verify_timeout)
    project = session.open()
    asked = Move(kind=kind, provider=provider, asks=asks)
    shows = out is not None or form == "json"
    if shows:
        session.telling.shows_only()
    else:
        workflow.require_durable(project, session.context, command=kind)
        if workflow.has_left_behind(project):
            finish_records(session, project)
    allowed = allowances(allow)
    workflow.check_waivers(project, allowed)
    head = workflow.audit_log(project).head()

    def again(chosen: Collection[ZoneId]) -> workflow.Planning:
        return _planned(session, project, asked, [str(zone) for zone in chosen], allowed)

    planning = _planned(session, project, asked, zones, allowed)
    made = planning.plan
    if out is not None:
        write_file(session.path(out), planfile.dumps(made))
    put(planfile.dumps(made) if form == "json" else _text(session, made, planning))
    report(session, project, planning)
    say_saved(session, out, made)
    by_hand = bool(made.steps) and all(step.kind is StepKind.MANUAL for step in made.steps)
    if by_hand and made.is_complete:
        session.say("zonesync has nothing to do: what is left is to be done by hand.")
    if shows or (by_hand and made.is_complete):
        code: int = Exit.REFUSED if is_refused(session, planning) else Exit.OK
    else:
        code = after_showing(session, project, planning, again, head, yes=yes)
    say_calls(session, planning)
    return code


def _planned(
    session: "Session", project: workflow.Project, asked: Move, zones: Sequence[str], allowed: Sequence[Allowance]
) -> workflow.Planning:
    with session.metrics.phase("plan"), Progress(session, "Reading") as progress:
        planning = plan_move(
            project,
            asked,
            zones,
            session.context,
            root_hints=session.asking.root_hints,
            allowances=allowed,
            done=progress.advance,
            readers=session.concurrency or workflow.READERS,
        )
    session.metrics.planned(planning)
    return planning


def _text(session: "Session", made: Plan, planning: workflow.Planning) -> str:
    assert made.move is not None
    if made.is_empty and made.is_complete and planning.zones:
        names = ", ".join(str(zone.id) for zone in planning.zones)
        return _NOTHING[made.move.kind].format(f"`{made.move.provider}`", names)
    return plan_text.text(made, session.paint(sys.stdout), session.width(sys.stdout))

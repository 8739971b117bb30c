"""drift: whether live differs from what the files say."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, put_json
from zonesync.cli.planning import planned, report, say_calls
from zonesync.plan.plan import Plan
from zonesync.views import plan_json, plan_text

if TYPE_CHECKING:
    from zonesync.cli.app import Format
    from zonesync.cli.session import Session


def drift(session: "Session", zones: Sequence[str], only: Sequence[str], form: "Format") -> int:
    """Tell whether live differs from what the files say."""
    project = session.open()
    planning = planned(session, project, zones, only, (), sealed=False)
    made = planning.plan
    is_whole = bool(made.targets) and not made.unread and not _has_broken_files(made)
    if form == "json":
        put_json(plan_json.drift(made, workflow.calls(planning), is_whole=is_whole))
    else:
        put(plan_text.drift(made, session.paint(sys.stdout), session.width(sys.stdout), is_whole=is_whole))
    report(session, project, planning)
    if not (made.targets or made.unread or made.refusals):
        session.complain("nothing-checked", "no zone was looked at, so nothing is known of drift")
    say_calls(session, planning)
    if not is_whole or session.is_too_strict_for([*project.findings, *made.findings, *planning.warnings]):
        return Exit.REFUSED
    return Exit.OK if made.is_empty else Exit.DIFFERS


def _has_broken_files(made: Plan) -> bool:
    """Whether a zone that was asked for could not be loaded, so that nothing can be said of it."""
    planned = {str(target.zone) for target in made.targets}
    return any(finding.is_error and finding.zone not in planned for finding in made.findings)

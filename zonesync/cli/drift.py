"""drift: whether live differs from what the files say, and who made it so."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, put_json
from zonesync.cli.planning import planned, report, say_calls
from zonesync.plan.plan import Plan
from zonesync.views import drift_json, drift_text

if TYPE_CHECKING:
    from zonesync.cli.options import Format
    from zonesync.cli.session import Session


def drift(session: "Session", zones: Sequence[str], only: Sequence[str], form: "Format") -> int:
    """Tell whether live differs from what the files say, and what the audit log knows of why."""
    project = session.open()
    planning = planned(session, project, zones, only, (), sealed=False)
    found = workflow.find_drift(project, planning, only)
    made = planning.plan
    is_whole = bool(made.targets) and found.is_read and not _has_broken_files(made)
    session.metrics.drifted((str(item.zone), item.provider, item.kind.value) for item in found.items)
    if form == "json":
        calls = workflow.calls(planning)
        put_json(drift_json.drift(found.items, found.plan, calls, unlisted=found.unlisted, is_whole=is_whole))
    else:
        paint, width = session.paint(sys.stdout), session.width(sys.stdout)
        put(drift_text.text(found.items, found.plan, paint, width, unlisted=found.unlisted, is_whole=is_whole))
    report(session, project, planning, found.warnings)
    if not (made.targets or made.unread or made.refusals):
        session.complain("nothing-checked", "no zone was looked at, so nothing is known of drift")
    say_calls(session, planning)
    if not is_whole or session.is_too_strict_for([*project.findings, *made.findings, *found.warnings]):
        return Exit.REFUSED
    return Exit.DIFFERS if found.items or not made.is_empty else Exit.OK


def _has_broken_files(made: Plan) -> bool:
    """Whether a zone that was asked for could not be loaded, so that nothing can be said of it."""
    planned = {str(target.zone) for target in made.targets}
    return any(finding.is_error and finding.zone not in planned for finding in made.findings)

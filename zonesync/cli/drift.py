"""drift: whether live differs from what the files say, and who made it so."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, put_json
from zonesync.cli.planning import planned, report, say_calls
from zonesync.plan.plan import Plan
from zonesync.views import drift_html, drift_json, drift_markdown, drift_text

if TYPE_CHECKING:
    from zonesync.cli.options import PlanFormat
    from zonesync.cli.session import Session


def drift(session: "Session", zones: Sequence[str], only: Sequence[str], form: "PlanFormat") -> int:
    """Tell whether live differs from what the files say, and what the audit log knows of why."""
    project = session.open()
    planning = planned(session, project, zones, only, (), sealed=False, has_policy=False)
    found = workflow.find_drift(project, planning, only)
    made = planning.plan
    is_elsewhere = not made.targets and not made.refusals and workflow.is_elsewhere(planning.elsewhere, only)
    is_whole = (bool(made.targets) or is_elsewhere) and found.is_read and not has_broken_files(made)
    session.telling.drifted(found, is_whole=is_whole)
    session.metrics.drifted((str(item.zone), item.provider, item.kind.value) for item in found.items)
    if form == "json":
        calls = workflow.calls(planning)
        put_json(drift_json.drift(found.items, found.plan, calls, unlisted=found.unlisted, is_whole=is_whole))
    elif form == "markdown":
        noted = [*project.findings, *found.warnings]
        put(
            drift_markdown.markdown(found.items, found.plan, unlisted=found.unlisted, is_whole=is_whole, findings=noted)
        )
    elif form == "html":
        noted = [*project.findings, *found.warnings]
        put(drift_html.html(found.items, found.plan, unlisted=found.unlisted, is_whole=is_whole, findings=noted))
    else:
        paint, width = session.paint(sys.stdout), session.width(sys.stdout)
        put(drift_text.text(found.items, found.plan, paint, width, unlisted=found.unlisted, is_whole=is_whole))
    report(session, project, planning, found.warnings)
    if not (made.targets or made.unread or made.refusals or is_elsewhere):
        session.complain("nothing-checked", "no zone was looked at, so nothing is known of drift")
    say_calls(session, planning)
    if not is_whole or session.is_too_strict_for([*project.findings, *made.findings, *found.warnings]):
        return Exit.REFUSED
    return Exit.DIFFERS if found.items or not made.is_empty else Exit.OK


def has_broken_files(made: Plan) -> bool:
    """Whether a zone that was asked for could not be loaded, so that nothing can be said of it."""
    planned = {str(target.zone) for target in made.targets}
    return any(finding.is_error and finding.zone not in planned for finding in made.findings)

"""plan: what apply would change, shown and saved."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync.cli.exits import Exit
from zonesync.cli.output import put, write_file
from zonesync.cli.planning import allowances, is_refused, planned, report, say_calls, say_saved
from zonesync.plan import planfile
from zonesync.views import plan_html, plan_markdown, plan_text

if TYPE_CHECKING:
    from zonesync.cli.options import PlanFormat
    from zonesync.cli.session import Session


def plan(
    session: "Session",
    zones: Sequence[str],
    only: Sequence[str],
    out: Path | None,
    form: "PlanFormat",
    allow: Sequence[str],
    *,
    exit_code: bool,
) -> int:
    """Show what apply would change, and save it when asked."""
    project = session.open()
    sealed = out is not None or form == "json"
    planning = planned(session, project, zones, only, allowances(allow), sealed=sealed, looks=True)
    made = planning.plan
    if out is not None:
        write_file(session.path(out), planfile.dumps(made))
    if form == "json":
        put(planfile.dumps(made))
    elif form == "markdown":
        put(plan_markdown.markdown(made, findings=[*project.findings, *planning.warnings]))
    elif form == "html":
        put(plan_html.html(made, findings=[*project.findings, *planning.warnings]))
    else:
        put(plan_text.text(made, session.paint(sys.stdout), session.width(sys.stdout)))
    report(session, project, planning)
    say_saved(session, out, made)
    say_calls(session, planning)
    if is_refused(session, planning):
        return Exit.REFUSED
    return Exit.DIFFERS if exit_code and not made.is_empty else Exit.OK

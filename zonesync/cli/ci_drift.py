"""ci drift: one issue for as long as a provider does not serve what the files say."""

import os
import sys
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.ci.comment import marker
from zonesync.ci.forges import forge_of
from zonesync.ci.issue import Tracker, raise_issue, settle_issue
from zonesync.ci.job import Job
from zonesync.ci.outputs import add_summary, set_outputs
from zonesync.cli.ci_plan import dealt_to, quoted, title_of
from zonesync.cli.drift import has_broken_files
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, write_file
from zonesync.cli.planning import planned, report, say_calls
from zonesync.views import drift_markdown, drift_text

if TYPE_CHECKING:
    from zonesync.cli.session import Session

LABEL = "zonesync-drift"
TITLE = "DNS drift"


def drift(session: "Session") -> int:
    """Look for drift, and let the issue say what was found."""
    job = Job.read(os.environ)
    session.use(job.env.get("ZONESYNC_CONFIG", ""))
    dealt_to(session, job)
    tracker, label = forge_of(job).tracker, _label(job)
    project = session.open()
    planning = planned(session, project, (), (), (), sealed=False, has_policy=False)
    found = workflow.find_drift(project, planning)
    made = planning.plan
    is_elsewhere = not made.targets and not made.refusals and workflow.is_elsewhere(planning.elsewhere, ())
    is_whole = (bool(made.targets) or is_elsewhere) and found.is_read and not has_broken_files(made)
    has_drift = bool(found.items) or not made.is_empty
    session.telling.drifted(found, is_whole=is_whole)
    mark = marker("drift", job.label)
    title = title_of(TITLE, job)
    text = drift_markdown.markdown(
        found.items,
        found.plan,
        unlisted=found.unlisted,
        is_whole=is_whole,
        marker=mark,
        title=title,
        more=f"Found by [this run]({job.run_url})." if job.run_url else "",
        findings=[*project.findings, *found.warnings],
    )
    write_file(session.path(job.out) / "drift.md", text)
    add_summary(job, text)
    # They hold whether the issue can be written or not.
    set_outputs(job, {"drift": "true" if has_drift else "false", "out": str(job.out)})
    with quoted(job):
        paint, width = session.paint(sys.stdout), session.width(sys.stdout)
        put(drift_text.text(found.items, found.plan, paint, width, unlisted=found.unlisted, is_whole=is_whole))
        report(session, project, planning, found.warnings)
        say_calls(session, planning)
        number = _tell(session, job, tracker, mark, label, title, text, has_drift=has_drift, is_whole=is_whole)
    set_outputs(job, {"issue": number})
    if not is_whole or session.is_too_strict_for([*project.findings, *made.findings, *found.warnings]):
        return Exit.REFUSED
    return Exit.DIFFERS if has_drift else Exit.OK


def _label(job: Job) -> str:
    label = job.env.get("ZONESYNC_LABEL", "").strip() or LABEL
    if "," in label:
        raise workflow.UnknownNameError("ZONESYNC_LABEL is one label: a comma stands between two where it is asked for")
    return label


def _tell(
    session: "Session",
    job: Job,
    tracker: Tracker,
    mark: str,
    label: str,
    title: str,
    text: str,
    *,
    has_drift: bool,
    is_whole: bool,
) -> str:
    """Open, update or close the issue; return its number while there is drift."""
    if has_drift:
        told, number = raise_issue(tracker, mark, label, title, text)
        session.say(f"Issue #{number} is {told.value}.")
        return str(number)
    if is_whole:
        where = f" [This run]({job.run_url}) has found none." if job.run_url else ""
        told = settle_issue(tracker, mark, label, f"There is no drift any more.{where}")
        session.say(f"The issue is {told.value}.")
    else:
        session.say("Not everything was looked at, so the issue is left as it is.")
    return ""

"""ci apply, where nothing is applied: why not, and what a plan made now would do, as the next thing to review."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.ci.comment import marker
from zonesync.ci.job import Job, is_sha
from zonesync.ci.merged import Merged
from zonesync.ci.outputs import add_summary, set_outputs
from zonesync.cli.ci_plan import JSON, MARKDOWN, PAGE, annotate, page, plan_markdown, quoted, title_of
from zonesync.cli.exits import Exit
from zonesync.cli.output import write_file
from zonesync.cli.planning import planned
from zonesync.findings import Finding, Severity
from zonesync.load.zones import LoadedZone
from zonesync.plan import planfile
from zonesync.plan.plan import Plan

if TYPE_CHECKING:
    from zonesync.cli.session import Session

TITLE = "DNS apply refused: nothing was changed"


def fresh(session: "Session", job: Job, project: workflow.Project, saved: Plan | None, why: Sequence[Finding]) -> str:
    """Return what refused a plan, and what a plan made now would do: that is the difference, and the next review."""
    zones = {str(target.zone) for target in saved.targets} if saved else set()
    touched = _touched(project, job)
    planning = _planned(session, project, lambda zone: str(zone.id) in zones or touched is None or touched.has(zone))
    return _written(session, job, planning.plan, [*why, *planning.warnings])


def unreviewed(session: "Session", job: Job, project: workflow.Project, merged: Merged) -> int:
    """Refuse what a push without a pull request would change; where that is nothing, there is nothing to do."""
    why = came_alone(merged.alone, is_error=True)
    touched = _touched(project, job)
    planning = _planned(session, project, touched.has if touched else None)
    if planning.plan.is_empty and not planning.plan.unread and not planning.plan.refusals:
        session.say("Nothing to do: the push changes no zone.")
        set_outputs(job, outputs(job, "nothing", 0))
        return Exit.OK
    add_summary(job, _written(session, job, planning.plan, [why]))
    annotate(job, project.root, [why])
    with quoted(job):
        session.report([why])
    set_outputs(job, outputs(job, "refused", 0))
    return Exit.REFUSED


def came_alone(commits: Sequence[str], *, is_error: bool = False) -> Finding:
    """Return what there is to say of *commits* that came by no pull request."""
    shown = ", ".join(commit[:12] for commit in commits[:5]) + (", …" if len(commits) > 5 else "")
    return Finding(
        "push-not-reviewed",
        Severity.ERROR if is_error else Severity.WARNING,
        f"{shown} came without a pull request: nobody has reviewed a plan of it",
        help="open a pull request that touches the zone files; protect the branch against direct pushes",
    )


def outputs(job: Job, outcome: str, applied: int) -> dict[str, str]:
    """Return the outputs of the step."""
    return {
        "outcome": outcome,
        "applied": str(applied),
        "out": str(job.out),
        "artifact": f"zonesync-now-{job.label}",
    }


def _planned(
    session: "Session", project: workflow.Project, keep: Callable[[LoadedZone], bool] | None
) -> workflow.Planning:
    return planned(session, project, (), (), (), sealed=True, keep=keep)


def _written(session: "Session", job: Job, made: Plan, found: Sequence[Finding]) -> str:
    """Write *made* as the files that the job keeps, and return it as a comment."""
    out = session.path(job.out)
    write_file(out / JSON, planfile.dumps(made))
    write_file(out / PAGE, page(made, job))
    text = plan_markdown(made, job, found, title_of(TITLE, job), marker("apply", job.label))
    write_file(out / MARKDOWN, text)
    return text


def _touched(project: workflow.Project, job: Job) -> workflow.Touched | None:
    before = str(job.event.get("before", "")) or job.base
    if not is_sha(before) or not before.strip("0"):
        return None
    try:
        return workflow.touched_since(project, before)
    except workflow.UnknownNameError:
        return None

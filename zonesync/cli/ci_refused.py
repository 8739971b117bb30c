"""ci apply, where nothing is applied: why not, and what a plan made now would do, as the next thing to review."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
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
MORE = "DNS apply: what nobody has reviewed is left"
_NO_PLAN = frozenset({"plan-not-reviewed", "plan-expired"})
"""Why there is no plan; no matter where there is nothing to do."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What refused a plan, and what a plan made now would do: that is the difference, and the next review."""

    text: str
    """For the comment."""
    is_needless: bool
    """Whether it was refused for want of a plan alone, where there is nothing to do."""


def fresh(session: "Session", job: Job, project: workflow.Project, saved: Plan | None, why: Sequence[Finding]) -> Fresh:
    """Return what refused a plan, for the reasons *why*, and what a plan made now would do."""
    zones = {str(target.zone) for target in saved.targets} if saved else set()
    touched = _touched(project, job)
    planning = _planned(session, project, lambda zone: str(zone.id) in zones or touched is None or touched.has(zone))
    is_needless = bool(why) and {one.rule for one in why} <= _NO_PLAN and _is_nothing(planning.plan)
    return Fresh(_written(session, job, planning.plan, [*why, *planning.warnings], TITLE), is_needless)


def unreviewed(session: "Session", job: Job, project: workflow.Project, merged: Merged) -> int:
    """Refuse what a push without a pull request would change; where that is nothing, there is nothing to do."""
    why = came_alone(job, merged.alone, is_error=True)
    touched = _touched(project, job)
    planning = _planned(session, project, touched.has if touched else None)
    if _is_nothing(planning.plan):
        session.say("Nothing to do: the push changes no zone.")
        set_outputs(job, outputs(job, "nothing", 0))
        return Exit.OK
    _refuse(session, job, project, planning, why, TITLE)
    set_outputs(job, outputs(job, "refused", 0))
    return Exit.REFUSED


def unplanned(
    session: "Session", job: Job, project: workflow.Project, merged: Merged, plans: Collection[Plan | None]
) -> str:
    """Refuse what the push changes besides *plans*, which were carried out; return it as a comment, empty for nothing.

    That is what came by no pull request, and each zone of which no plan was made: one may have been reviewed for
    another branch.
    """
    touched = _touched(project, job)
    seen = {str(target.zone) for plan in plans if plan for target in plan.targets}

    def is_unseen(zone: LoadedZone) -> bool:
        return touched is not None and touched.has(zone) and str(zone.id) not in seen

    if merged.alone:
        why = came_alone(job, merged.alone, is_error=True)
        planning = _planned(session, project, touched.has if touched else None)
    else:
        if not workflow.load(project, (), session.context, is_unseen, session.dealt()).zones:
            return ""
        words = "the push touches zones that the reviewed plans lack, as one does that was made for another branch"
        advice = f"open a {job.request} that touches their files, if only in a comment"
        why = Finding("zone-not-reviewed", Severity.ERROR, words, help=advice)
        planning = _planned(session, project, is_unseen)
    return "" if _is_nothing(planning.plan) else _refuse(session, job, project, planning, why, MORE)


def _refuse(
    session: "Session", job: Job, project: workflow.Project, planning: workflow.Planning, why: Finding, title: str
) -> str:
    text = _written(session, job, planning.plan, [why], title)
    add_summary(job, text)
    annotate(job, project.root, [why])
    with quoted(job):
        session.report([why])
    return text


def _is_nothing(made: Plan) -> bool:
    return made.is_empty and not made.unread and not made.refusals


def came_alone(job: Job, commits: Sequence[str], *, is_error: bool = False) -> Finding:
    """Return what there is to say of *commits* that came by no pull request."""
    shown = ", ".join(commit[:12] for commit in commits[:5]) + (", …" if len(commits) > 5 else "")
    return Finding(
        "push-not-reviewed",
        Severity.ERROR if is_error else Severity.WARNING,
        f"{shown} came without a {job.request}: nobody has reviewed a plan of it",
        help=f"open a {job.request} that touches the zone files; protect the branch against direct pushes",
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


def _written(session: "Session", job: Job, made: Plan, found: Sequence[Finding], title: str) -> str:
    """Write *made* as the files that the job keeps, and return it as a comment."""
    out = session.path(job.out)
    write_file(out / JSON, planfile.dumps(made))
    write_file(out / PAGE, page(made, job))
    text = plan_markdown(made, job, found, title_of(title, job), marker("apply", job.label))
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

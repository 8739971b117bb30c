"""ci apply: what reviewers have seen, carried out once it is merged, or refused with what is different now."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.ci.comment import keep, marker
from zonesync.ci.errors import ApiError
from zonesync.ci.github import GitHub, PullBoard
from zonesync.ci.job import Job, PullRequest, is_sha
from zonesync.ci.merged import Merged, merged_by, queued
from zonesync.ci.outputs import add_summary, set_outputs
from zonesync.ci.reviewed import reviewed_plan
from zonesync.cli import ci_comment
from zonesync.cli.apply import apply_file
from zonesync.cli.ci_plan import JSON, MARKDOWN, PAGE, annotate, page, plan_markdown, quoted, title_of
from zonesync.cli.exits import Exit
from zonesync.cli.output import write_file
from zonesync.cli.planning import planned
from zonesync.findings import Finding, Severity
from zonesync.plan import planfile
from zonesync.plan.plan import Plan
from zonesync.provider.errors import ProviderError
from zonesync.run.store import StoreError
from zonesync.views import run_markdown
from zonesync.views.markdown import prose

if TYPE_CHECKING:
    from zonesync.cli.session import Session

WORKFLOW = ".github/workflows/plan.yml"


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one pull request's plan."""

    code: int
    text: str
    """For the comment, without its mark."""
    changed: bool = False
    """Whether a provider was changed."""


def apply(session: "Session") -> int:
    """Carry out the plans of the pull requests that the push has merged."""
    job = Job.read(os.environ)
    session.use(job.env.get("ZONESYNC_CONFIG", ""))
    github = GitHub(job)
    project = session.open()
    waived = job.env.get("ZONESYNC_ALLOW", "").split()
    if job.kind == "merge_group":
        return _check_queued(session, job, github, project, waived)
    workflow.require_durable(project, session.context, waived)
    merged = merged_by(github, job, project.root)
    if not merged.pulls:
        return _unreviewed(session, job, project, merged)
    ended: list[Ended] = []
    for pull in merged.pulls:
        session.telling.begin()
        with quoted(job):
            one = _apply(session, job, github, project, pull, waived)
        ended.append(one)
        _tell(session, job, github, pull, one.text)
        if one.code == Exit.PARTIAL:
            break
    if merged.alone:
        session.report([_came_alone(merged.alone)])
    if untried := merged.pulls[len(ended) :]:
        numbers = ", ".join(f"#{pull.number}" for pull in untried)
        session.complain("not-tried", f"the plans of {numbers} were not tried after that", "let this job run again")
    code = _code(ended)
    applied = sum(one.changed for one in ended)
    words = {Exit.OK: "applied" if applied else "nothing", Exit.PARTIAL: "partial"}.get(Exit(code), "refused")
    set_outputs(job, {"outcome": words, "applied": str(applied), "out": str(job.out)})
    return code


def _code(ended: Sequence[Ended]) -> int:
    """Return one exit code for all: refused means that no provider was changed by any of them."""
    codes = {one.code for one in ended}
    if codes == {Exit.OK}:
        return Exit.OK
    return Exit.PARTIAL if any(one.changed for one in ended) or Exit.PARTIAL in codes else Exit.REFUSED


def _apply(
    session: "Session", job: Job, github: GitHub, project: workflow.Project, pull: PullRequest, waived: Collection[str]
) -> Ended:
    """Carry out the plan of one pull request."""
    saved: Plan | None = None
    try:
        file, saved = _take(session, job, github, pull, waived)
        code = apply_file(session, project, file)
    except workflow.RefusedError as problem:
        session.report(problem.findings)
        code = Exit.REFUSED
    except (ProviderError, StoreError) as problem:
        session.complain("apply-failed", str(problem))
        code = Exit.REFUSED
    outcome = session.telling.outcome
    if outcome is None:
        if code == Exit.OK:
            return Ended(code, _page(job, "DNS apply", "Nothing to do: what this pull request asks for is there."))
        return Ended(code, _fresh(session, job, project, saved, session.telling.errors))
    _, results, run, problem_words = outcome
    if run is None:
        changed = any(result.changed for result in results)
        words = f"**Cut short**: {prose(problem_words)}. `zonesync plan` shows what is left."
        return Ended(code, _page(job, "DNS apply", words), changed)
    text = run_markdown.markdown(run, title=title_of("DNS apply", job), more=_log(job))
    return Ended(code, text, run.has_changed)


def _take(
    session: "Session", job: Job, github: GitHub, pull: PullRequest, waived: Collection[str]
) -> tuple[Path, Plan]:
    """Return the reviewed plan of *pull*, as a file and as data."""
    path = job.env.get("ZONESYNC_PLAN_WORKFLOW", "").strip() or WORKFLOW
    content, run = reviewed_plan(github, pull, path, job.artefact)
    session.say(f"The plan of #{pull.number} is that of {run.url}.")
    file = session.path(job.out) / f"reviewed-{pull.number}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    saved = workflow.read_plan(file)
    if refused := [*_not_of_files(saved), *_waived_elsewhere(saved, waived)]:
        raise workflow.RefusedError(refused)
    return file, saved


def _not_of_files(saved: Plan) -> list[Finding]:
    """Refuse a plan that no commit speaks for: an artefact's word is none."""
    if not saved.rollback and not saved.move:
        return []
    what = f"take back run {saved.rollback}" if saved.rollback else f"{saved.move}"
    words = f"the plan is to {what}, which is nothing that a merged commit asks for"
    return [Finding("plan-not-of-files", Severity.ERROR, words, help="run that command itself")]


def _waived_elsewhere(saved: Plan, waived: Collection[str]) -> list[Finding]:
    """Refuse what the artefact alone allows: the job on the default branch has to name it, too."""
    return [
        Finding(
            "waiver-not-named",
            Severity.ERROR,
            f"the plan waives `{one}`, and this job does not",
            help=f"let ZONESYNC_ALLOW of this job name it as well: `{one}`",
            zone=one.zone,
        )
        for one in saved.allowances
        if str(one) not in waived
    ]


def _fresh(session: "Session", job: Job, project: workflow.Project, saved: Plan | None, why: Sequence[Finding]) -> str:
    """Return what refused a plan, and what a plan made now would do: that is the difference, and the next review."""
    zones = {str(target.zone) for target in saved.targets} if saved else set()
    touched = _touched(project, job)
    planning = planned(
        session,
        project,
        (),
        (),
        (),
        sealed=True,
        keep=lambda zone: str(zone.id) in zones or touched is None or touched.has(zone),
    )
    out = session.path(job.out)
    write_file(out / JSON, planfile.dumps(planning.plan))
    write_file(out / PAGE, page(planning.plan, job))
    title = title_of("DNS apply refused: nothing was changed", job)
    text = plan_markdown(planning.plan, job, [*why, *planning.warnings], title, marker("apply", job.name))
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


def _unreviewed(session: "Session", job: Job, project: workflow.Project, merged: Merged) -> int:
    """Refuse what a push without a pull request would change; where that is nothing, there is nothing to do."""
    why = _came_alone(merged.alone, is_error=True)
    touched = _touched(project, job)
    planning = planned(session, project, (), (), (), sealed=True, keep=touched.has if touched else None)
    if planning.plan.is_empty and not planning.plan.unread and not planning.plan.refusals:
        session.say("Nothing to do: the push changes no zone.")
        set_outputs(job, {"outcome": "nothing", "applied": "0", "out": str(job.out)})
        return Exit.OK
    out = session.path(job.out)
    title = title_of("DNS apply refused: nothing was changed", job)
    text = plan_markdown(planning.plan, job, [why], title, marker("apply", job.name))
    write_file(out / MARKDOWN, text)
    write_file(out / JSON, planfile.dumps(planning.plan))
    write_file(out / PAGE, page(planning.plan, job))
    add_summary(job, text)
    annotate(job, project.root, [why])
    with quoted(job):
        session.report([why])
    set_outputs(job, {"outcome": "refused", "applied": "0", "out": str(job.out)})
    return Exit.REFUSED


def _came_alone(commits: Sequence[str], *, is_error: bool = False) -> Finding:
    shown = ", ".join(commit[:12] for commit in commits[:5]) + (", …" if len(commits) > 5 else "")
    return Finding(
        "push-not-reviewed",
        Severity.ERROR if is_error else Severity.WARNING,
        f"{shown} came without a pull request: nobody has reviewed a plan of it",
        help="open a pull request that touches the zone files; protect the branch against direct pushes",
    )


def _check_queued(
    session: "Session", job: Job, github: GitHub, project: workflow.Project, waived: Collection[str]
) -> int:
    """Tell whether the plan of the pull request whose turn it is would be applied, were it merged now."""
    pull = queued(github, job)
    session.telling.command = ""  # nothing is applied, so nobody is told of an apply
    with quoted(job):
        try:
            _, saved = _take(session, job, github, pull, waived)
            found = workflow.too_old(project, saved, session.context)
            found += workflow.refusals(saved, workflow.replan(project, saved, session.context))
        except workflow.RefusedError as problem:
            found = list(problem.findings)
        session.report(found)
        session.say("The reviewed plan does not hold." if found else "The reviewed plan holds.")
    set_outputs(job, {"outcome": "refused" if found else "holds", "applied": "0", "out": str(job.out)})
    if found:
        _tell(session, job, github, pull, _fresh(session, job, project, None, found))
    return Exit.REFUSED if found else Exit.OK


def _tell(session: "Session", job: Job, github: GitHub, pull: PullRequest, text: str) -> None:
    """Comment on the pull request; what was applied is applied whether GitHub takes that or not."""
    add_summary(job, text)
    try:
        keep(PullBoard(github, pull.number), marker("apply", job.name), text, settle=ci_comment.settle(job))
    except ApiError as problem:
        finding = Finding("comment-failed", Severity.WARNING, str(problem), help="the run's own page has the outcome")
        with quoted(job):
            session.report([finding])


def _page(job: Job, title: str, words: str) -> str:
    return f"{marker('apply', job.name)}\n## {prose(title_of(title, job))}\n\n{words}\n\n{_log(job)}\n"


def _log(job: Job) -> str:
    return f"[This run]({job.run_url}) has the log." if job.run_url else ""

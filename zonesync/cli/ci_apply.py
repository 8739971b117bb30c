"""ci apply: what reviewers have seen, carried out once it is merged, or refused with what is different now."""

import contextlib
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.ci.comment import keep, marker
from zonesync.ci.errors import ApiError
from zonesync.ci.forge import Forge
from zonesync.ci.forges import forge_of
from zonesync.ci.job import Job, PullRequest
from zonesync.ci.merged import Merged, merged_by
from zonesync.ci.outputs import add_summary, set_outputs
from zonesync.ci.queue import with_the_missed
from zonesync.cli import ci_comment
from zonesync.cli.apply import apply_file
from zonesync.cli.ci_plan import dealt_to, quoted, title_of
from zonesync.cli.ci_refused import came_alone, fresh, outputs, unplanned, unreviewed
from zonesync.cli.exits import Exit
from zonesync.cli.failure import explain
from zonesync.findings import Finding, Severity
from zonesync.plan.plan import Plan
from zonesync.views import findings_markdown, run_markdown
from zonesync.views.markdown import prose
from zonesync.views.page import LIMIT, Page

if TYPE_CHECKING:
    from zonesync.cli.session import Session


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one pull request's plan."""

    code: int
    text: str
    """For the comment, without its mark."""
    changed: bool = False
    """Whether a provider was changed."""
    plan: Plan | None = None
    """What was reviewed, where it could be had."""


def apply(session: "Session") -> int:
    """Carry out the plans of the pull requests that the push has merged."""
    job = Job.read(os.environ)
    session.use(job.env.get("ZONESYNC_CONFIG", ""))
    dealt_to(session, job)
    forge = forge_of(job)
    project = session.open()
    waived = job.env.get("ZONESYNC_ALLOW", "").split()
    if job.kind == "merge_group":
        return _check_queued(session, job, forge, project, waived)
    workflow.require_durable(project, session.context, waived)
    job, missed = with_the_missed(forge, job, project.root)
    with quoted(job):
        for run in missed:
            session.say(f"This run catches up for {run.url}, which came to no end ({run.words}).")
    merged = merged_by(forge, job, project.root)
    if not merged.pulls:
        return unreviewed(session, job, project, merged)
    ended: list[Ended] = []
    for pull in merged.pulls:
        session.telling.begin()
        with quoted(job):
            one = _apply(session, job, forge, project, pull, waived)
        ended.append(one)
        _tell(session, job, forge, pull, one.text)
        if one.code == Exit.PARTIAL or session.is_stopped:
            break
    if untried := merged.pulls[len(ended) :]:
        numbers = ", ".join(map(str, untried))
        session.complain("not-tried", f"the plans of {numbers} were not tried after that", "let this job run again")
    applied = sum(one.changed for one in ended)
    code = _code(ended)
    if code == Exit.OK and _has_more(session, job, forge, project, merged, ended):
        code = Exit.PARTIAL if applied else Exit.REFUSED
    elif merged.alone:
        session.report([came_alone(job, merged.alone)])
    words = {Exit.OK: "applied" if applied else "nothing", Exit.PARTIAL: "partial"}.get(Exit(code), "refused")
    with _standing(session, job, "outputs-failed"):
        set_outputs(job, outputs(job, words, applied))
    return code


def _has_more(
    session: "Session", job: Job, forge: Forge, project: workflow.Project, merged: Merged, ended: Sequence[Ended]
) -> bool:
    """Tell whether the push changes more than its plans, after they were carried out; or whether nobody knows."""
    try:
        text = unplanned(session, job, project, merged, [one.plan for one in ended])
    except Exception as problem:  # noqa: BLE001 -- what was changed decides the exit code
        with quoted(job):
            explain(problem, session.heard)
        return True
    for pull, one in zip(merged.pulls, ended, strict=True):
        if text and not one.changed and not merged.alone:
            _comment(session, job, forge, pull, text)
    return bool(text)


def _code(ended: Sequence[Ended]) -> int:
    """Return one exit code for all: refused means that no provider was changed by any of them."""
    codes = {one.code for one in ended}
    if codes == {Exit.OK}:
        return Exit.OK
    if any(one.changed for one in ended) or Exit.PARTIAL in codes:
        return Exit.PARTIAL
    return Exit.DEFECT if Exit.DEFECT in codes else Exit.REFUSED


def _apply(
    session: "Session", job: Job, forge: Forge, project: workflow.Project, pull: PullRequest, waived: Collection[str]
) -> Ended:
    """Carry out the plan of one pull request."""
    saved: Plan | None = None
    try:
        file, saved = _take(session, job, forge, pull, waived)
        code = apply_file(session, project, file)
    except workflow.RefusedError as problem:
        session.report(problem.findings)
        code = Exit.REFUSED
    except Exception as problem:  # noqa: BLE001 -- what other plans have changed decides the exit code
        code = explain(problem, session.heard)
    outcome = session.telling.outcome
    if outcome is None:
        if code == Exit.OK:
            words = f"Nothing to do: what this {job.request} asks for is there."
            return Ended(code, _page(job, words, _noted(session, saved)), plan=saved)
        return _refused(session, job, project, pull, saved, code)
    made, results, run, problem_words = outcome
    if run is None:
        changed = any(result.changed for result in results)
        words = f"**Cut short**: {prose(problem_words)}. `zonesync plan` shows what is left."
        return Ended(code, _page(job, words, _noted(session, made)), changed, saved)
    text = run_markdown.markdown(run, title=title_of("DNS apply", job), more=_log(job), findings=_noted(session, made))
    return Ended(code, text, run.has_changed, saved)


def _refused(
    session: "Session", job: Job, project: workflow.Project, pull: PullRequest, saved: Plan | None, code: int
) -> Ended:
    """Say why a plan was not begun with, and what one made now would do."""
    try:
        now = fresh(session, job, project, saved, session.telling.errors)
    except Exception as problem:  # noqa: BLE001 -- what other plans have changed decides the exit code
        explain(problem, session.heard)
        return Ended(code, _page(job, "**Refused:** nothing was changed.", session.telling.errors))
    if now.is_needless:
        words = f"Nothing to do: this {job.request} has no plan, and there is nothing that one would change."
        session.say(f"{pull}: {words}")
        return Ended(Exit.OK, _page(job, words, ()))
    return Ended(code, now.text)


def _take(session: "Session", job: Job, forge: Forge, pull: PullRequest, waived: Collection[str]) -> tuple[Path, Plan]:
    """Return the reviewed plan of *pull*, as a file and as data."""
    content, run = forge.reviewed(pull)
    session.say(f"The plan of {pull} is that of {run}.")
    file = session.path(job.out) / f"reviewed-{pull.number}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    saved = workflow.read_plan(file)
    if refused := [*_not_of_files(saved), *_of_other_shards(saved, job), *_waived_elsewhere(saved, waived)]:
        raise workflow.RefusedError(refused)
    return file, saved


def _not_of_files(saved: Plan) -> list[Finding]:
    """Refuse a plan that no commit speaks for: an artefact's word is none."""
    if not saved.rollback and not saved.move:
        return []
    what = f"take back run {saved.rollback}" if saved.rollback else f"{saved.move}"
    words = f"the plan is to {what}, which is nothing that a merged commit asks for"
    return [Finding("plan-not-of-files", Severity.ERROR, words, help="run that command itself")]


def _of_other_shards(saved: Plan, job: Job) -> list[Finding]:
    """Refuse a plan that is not of this job's zones alone: another job may be at work on the others."""
    shard = job.shard
    zones = dict.fromkeys([*(target.zone for target in saved.targets), *(step.zone for step in saved.steps)])
    return [
        Finding(
            "plan-of-other-shard",
            Severity.ERROR,
            f"the plan has a zone that is not dealt to shard {shard}",
            help="let the jobs that plan and those that apply have the same ZONESYNC_SHARD",
            zone=str(zone),
        )
        for zone in zones
        if shard is not None and not shard.has_zone(zone)
    ]


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


def _check_queued(
    session: "Session", job: Job, forge: Forge, project: workflow.Project, waived: Collection[str]
) -> int:
    """Tell whether the plan of the pull request whose turn it is would be applied, were it merged now."""
    pull = forge.queued()
    session.telling.command = ""  # nothing is applied, so nobody is told of an apply
    with quoted(job):
        try:
            _, saved = _take(session, job, forge, pull, waived)
            found = workflow.too_old(project, saved, session.context)
            found += workflow.refusals(saved, workflow.replan(project, saved, session.context))
        except workflow.RefusedError as problem:
            found = list(problem.findings)
        now = fresh(session, job, project, None, found) if found else None
        if now and now.is_needless:
            session.say("There is no plan, and nothing to do.")
            now = None
        else:
            session.report(found)
            session.say("The reviewed plan does not hold." if found else "The reviewed plan holds.")
    set_outputs(job, outputs(job, "refused" if now else "holds", 0))
    if now:
        _tell(session, job, forge, pull, now.text)
    return Exit.REFUSED if now else Exit.OK


def _tell(session: "Session", job: Job, forge: Forge, pull: PullRequest, text: str) -> None:
    """Comment on the pull request; what was applied is applied whether that is taken or not."""
    with _standing(session, job, "summary-failed"):
        add_summary(job, text)
    _comment(session, job, forge, pull, text)


def _comment(session: "Session", job: Job, forge: Forge, pull: PullRequest, text: str) -> None:
    with _standing(session, job, "comment-failed"):
        keep(forge.board(pull.number), marker("apply", job.label), text, settle=ci_comment.settle(job))


@contextlib.contextmanager
def _standing(session: "Session", job: Job, rule: str) -> Iterator[None]:
    """Let what was done stand, and its exit code, where it cannot be told."""
    try:
        yield
    except (ApiError, OSError) as problem:
        with quoted(job):
            session.report([Finding(rule, Severity.WARNING, str(problem), help="the log of this run has the outcome")])


def _noted(session: "Session", plan: Plan | None) -> list[Finding]:
    """Return what there is to know of an apply beside its outcome: what was noted meanwhile, its plan's warnings."""
    meanwhile = [finding for finding in session.telling.found if not finding.is_error]
    return [*meanwhile, *(one for one in (plan.findings if plan else ()) if one.severity is Severity.WARNING)]


def _page(job: Job, words: str, found: Sequence[Finding]) -> str:
    page = Page(marker("apply", job.label), title_of("DNS apply", job), (words,), more=_log(job))
    return page.within(LIMIT, [("", list(findings_markdown.sections(Plan(), found)))])


def _log(job: Job) -> str:
    return f"[This run]({job.run_url}) has the log." if job.run_url else ""

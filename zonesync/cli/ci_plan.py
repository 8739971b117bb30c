"""ci plan: what a change of the repository would do, as files for its reviewers."""

import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.ci.comment import marker
from zonesync.ci.job import Job, is_sha
from zonesync.ci.outputs import add_summary, set_outputs
from zonesync.ci.variables import Blanks
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, write_file
from zonesync.cli.places import from_top
from zonesync.cli.planning import allowances, is_refused, planned, report, say_calls
from zonesync.findings import Finding, Severity
from zonesync.plan import planfile
from zonesync.plan.plan import Plan
from zonesync.views import annotations, plan_text
from zonesync.views import findings as findings_view

if TYPE_CHECKING:
    from zonesync.cli.session import Session

MARKDOWN = "plan.md"
JSON = "plan.json"
PAGE = "plan.html"


def plan(session: "Session") -> int:
    """Plan what the change touches, or check it where this job may not know more."""
    job = Job.read(os.environ)
    session.use(job.env.get("ZONESYNC_CONFIG", ""))
    dealt_to(session, job)
    out = session.path(job.out)
    for name in (MARKDOWN, JSON, PAGE):  # what an earlier run has left says nothing of this one
        (out / name).unlink(missing_ok=True)
    try:
        return _plan(session, job, out)
    except workflow.RefusedError as problem:
        _write_refusal(job, out, problem)
        annotate(job, session.config_file.parent, problem.findings)
        raise


def _plan(session: "Session", job: Job, out: Path) -> int:
    blanks = Blanks(os.environ)
    project = session.open(blanks if job.is_change else None)
    if why := _why_not(job, blanks):
        return _checked(session, job, project, out, why)
    touched, notes = _touched(job, project)
    for note in notes:
        session.say(note.message)
    # The same words go to both jobs, and this one is for the other.
    said = [one for one in job.env.get("ZONESYNC_ALLOW", "").split() if one != workflow.EPHEMERAL]
    waived = allowances(said)
    planning = planned(session, project, (), (), waived, sealed=True, touched=touched, looks=True)
    made = planning.plan
    refused = is_refused(session, planning)
    found = [*project.findings, *planning.warnings, *notes]
    write_file(out / JSON, planfile.dumps(made))
    write_file(out / PAGE, page(made, job, found))
    text = plan_markdown(made, job, found) if planning.zones or made.findings else _untouched(job, found)
    write_file(out / MARKDOWN, text)
    add_summary(job, text)
    annotate(job, project.root, [*found, *(one for one in made.findings if not one.is_error or made.is_refused(one))])
    with quoted(job):
        put(plan_text.text(made, session.paint(sys.stdout), session.width(sys.stdout)))
        report(session, project, planning)
        say_calls(session, planning)
    changes = sum(len(step.changes) for step in made.steps)
    looked_at = len(planning.zones)
    set_outputs(job, _outputs(job, "planned", changes, looked_at, is_refused=refused))
    return Exit.REFUSED if refused else Exit.OK


def plan_markdown(made: Plan, job: Job, found: Sequence[Finding] = (), title: str = "", mark: str = "") -> str:
    """Return *made* as the text of a comment."""
    from zonesync.views.plan_markdown import markdown

    return markdown(
        made,
        marker=mark or marker("plan", job.label),
        title=title or title_of("DNS plan", job),
        more=whole(job),
        findings=found,
    )


def title_of(words: str, job: Job) -> str:
    """Return a title, with the configuration's name where there may be several, and the shard where there are."""
    named = words if job.name == "dns" else f"{words}: {job.name}"
    return f"{named}, shard {job.shard}" if job.shard else named


def dealt_to(session: "Session", job: Job) -> None:
    """Let the session look at the zones of the job's shard alone, where it is one of several."""
    session.shard = str(job.shard or "")


def whole(job: Job) -> str:
    """Return where the whole of a plan is, as Markdown."""
    if job.kind == "merge_group":  # it keeps nothing: the plan to review is that of the pull request
        return _run_line(job)
    run = f"[This run]({job.run_url})" if job.run_url else "This run"
    head = f" for `{job.head[:12]}`" if is_sha(job.head) else ""
    return f"{run}{head} keeps the whole plan: `{PAGE}` to read, `{JSON}` to apply."


def annotate(job: Job, root: Path, found: Sequence[Finding]) -> None:
    """Let GitHub show what was found beside the lines of the files; elsewhere nothing."""
    if job.env.get("GITHUB_ACTIONS") != "true":
        return
    if text := annotations.text(from_top(found, root, job.env)):
        put(text)


@contextmanager
def quoted(job: Job) -> Iterator[None]:
    """Let the runner take what is printed meanwhile for text, whatever records and providers say in it.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
    """
    token = stop_commands(job.env)
    try:
        yield
    finally:
        if token:
            sys.stderr.flush()
            put(f"::{token}::")


def stop_commands(env: Mapping[str, str]) -> str:
    """Let GitHub's runner take nothing for a command any more; return the word that ends that, empty elsewhere.

    It does not outlast the step.
    """
    if env.get("GITHUB_ACTIONS") != "true":
        return ""
    token = secrets.token_hex(16)
    for stream in (sys.stdout, sys.stderr):  # each is read by itself
        print(f"::stop-commands::{token}", file=stream, flush=True)
    return token


def _why_not(job: Job, blanks: Blanks) -> str:
    """Return why this job only checks; empty where it may plan."""
    if job.is_fork:
        return "it comes from a fork, whose jobs see no credential"
    if job.is_change and blanks.missing:
        names = ", ".join(f"`{name}`" for name in blanks.missing)
        return f"this job has no {names}, which the configuration asks for"
    return ""


def _checked(session: "Session", job: Job, project: workflow.Project, out: Path, why: str) -> int:
    """Check the files, without asking anybody."""
    from zonesync.views.checked_markdown import markdown

    loaded = workflow.check(project, (), session.context, shard=session.dealt())
    # What a provider lacks here it has where the plan is made.
    found = [one for one in (*project.findings, *loaded.findings) if one.rule != "provider-unusable"]
    refused = session.refuses(found)
    text = markdown(
        loaded.asked,
        found,
        why,
        marker=marker("plan", job.label),
        title=title_of("DNS check", job),
        more=_run_line(job),
    )
    write_file(out / MARKDOWN, text)
    add_summary(job, text)
    annotate(job, project.root, found)
    with quoted(job):
        session.say_shard(loaded.asked, len(loaded.elsewhere))
        session.say(f"Not planned: {why}. The files are checked alone.")
        session.report(found)
        put(f"{loaded.asked} zones: {findings_view.summary(found) or 'nothing to find fault with'}")
    set_outputs(job, _outputs(job, "validated", 0, loaded.asked, is_refused=refused))
    return Exit.REFUSED if refused else Exit.OK


def _untouched(job: Job, found: Sequence[Finding]) -> str:
    """Return the comment of a change that no zone is made of."""
    from zonesync.views.checked_markdown import markdown

    return markdown(
        0,
        found,
        "the change touches no zone" + (f" of shard {job.shard}" if job.shard else ""),
        what="Nothing to plan",
        marker=marker("plan", job.label),
        title=title_of("DNS plan", job),
        more=_run_line(job),
    )


def _write_refusal(job: Job, out: Path, problem: workflow.RefusedError) -> None:
    """Say in the comment, too, why there is no plan: what is there is an older one's."""
    from zonesync.views.checked_markdown import markdown

    why = "what was found does not let it be"
    text = markdown(
        0, problem.findings, why, marker=marker("plan", job.label), title=title_of("DNS plan", job), more=_run_line(job)
    )
    write_file(out / MARKDOWN, text)
    add_summary(job, text)
    set_outputs(job, _outputs(job, "refused", 0, 0, is_refused=True))


def _run_line(job: Job) -> str:
    return f"[This run]({job.run_url}) has the log." if job.run_url else ""


def _touched(job: Job, project: workflow.Project) -> tuple[workflow.Touched | None, list[Finding]]:
    """Return what the change touches, None where all zones are to be planned."""
    if job.says("ZONESYNC_ALL") or not job.base:
        return None, []
    try:
        return workflow.touched_since(project, job.base), []
    except workflow.UnknownNameError as problem:
        words = f"which zones are touched is not known, so all are planned: {problem}"
        return None, [Finding("history-missing", Severity.INFO, words)]


def _outputs(job: Job, mode: str, changes: int, zones: int, *, is_refused: bool) -> Mapping[str, str]:
    return {
        "mode": mode,
        "changes": str(changes),
        "zones": str(zones),
        "refused": "true" if is_refused else "false",
        "out": str(job.out),
        "artifact": job.artefact,
    }


def page(made: Plan, job: Job, found: Sequence[Finding] = ()) -> str:
    """Return *made* as one page of HTML."""
    from zonesync.views.plan_html import html

    return html(made, title=title_of("DNS plan", job), findings=found)
